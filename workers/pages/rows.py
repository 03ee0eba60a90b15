"""Rows of the tables every page document has: pages, lines, objects. Their places are fractions of the page as it was sent."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.pages import Box, Line
from schemas.rows.brochure import LineRow, ObjectRow, PageRow
from schemas.rows.evidence import PageFact
from workers.pages.reading import Reading

_WHOLE = Box(x0=0, y0=0, x1=1, y1=1)


def page_rows(reading: Reading, first_page: int = 1) -> tuple[PageRow, ...]:
    """One row per page; numbers count from `first_page`, the first page of the part."""
    return tuple(
        PageRow(
            page_no=read.page_no - first_page + 1,
            text=text_of(read.page.lines),
            width_px=(read.page.straightened or read.page).width_px,
            height_px=(read.page.straightened or read.page).height_px,
            text_source=read.page.text_source,
            confidence=mean_confidence(read.page.lines),
            adapter=read.page.adapter,
            **PageFact.place(_WHOLE),
        )
        for read in reading.pages
    )


def line_rows(reading: Reading, first_page: int = 1) -> tuple[LineRow, ...]:
    """One row per line; `line_no` counts on through the pages."""
    placed = [(read, line) for read in reading.pages for line in read.page.lines]
    return tuple(
        LineRow(
            line_no=number,
            text=line.text,
            page_no=read.page_no - first_page + 1,
            confidence=line.confidence,
            adapter=read.page.adapter,
            **PageFact.place(Box.around(read.page.as_sent(line.polygon))),
        )
        for number, (read, line) in enumerate(placed, start=1)
    )


def object_rows(reading: Reading, first_page: int = 1) -> tuple[ObjectRow, ...]:
    """One row per detection; `object_no` counts on through the pages."""
    placed = [(read, seen) for read in reading.pages for seen in read.detections]
    return tuple(
        ObjectRow(
            object_no=number,
            label=seen.label,
            kind=seen.kind,
            value=seen.value,
            page_no=read.page_no - first_page + 1,
            confidence=seen.confidence,
            adapter=seen.adapter,
            **(PageFact.place(Box.around(read.page.as_sent(seen.polygon))) if seen.polygon else {}),
        )
        for number, (read, seen) in enumerate(placed, start=1)
    )


def text_of(lines: Sequence[Line]) -> str:
    """The page's text, a line per line."""
    return "\n".join(line.text for line in lines)


def line_height(line: Line) -> float:
    """Extent of a line from top to bottom, as a fraction of the page's height; `Line.box` is too slow to be asked for every line of a page."""
    levels = [y for _, y in line.polygon]
    return max(levels) - min(levels)


def mean_confidence(lines: Sequence[Line]) -> float:
    """Mean over the characters of the lines; 1 for a page without text, which was seen to be empty."""
    characters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / characters if characters else 1.0
