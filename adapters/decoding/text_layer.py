"""The text layer of a PDF page as lines with places, type sizes, weights, colours and strike-through."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pypdfium2 as pdfium

from adapters.decoding.drawn import Box, drawn
from adapters.decoding.text_marks import middle, struck_out, with_backgrounds
from adapters.decoding.text_runs import COLUMN_GAP, Run, TextRuns
from schemas.pages import Line, Page, Polygon

ADAPTER: Final = f"pypdfium2/{pdfium.PYPDFIUM_INFO.version}/text-layer"
FEWEST_CHARACTERS: Final = 8
"""A page with fewer readable characters is taken for a scan with a page number stamped on it."""
MOST_UNREADABLE: Final = 0.2
"""Share of unmapped, private-use and control characters beyond which the layer is not text but glyph numbers."""
MOST_OFF_PAGE: Final = 0.5
"""Share of characters outside the page beyond which the layer does not belong to what is seen."""
WORD_SPACE: Final = 0.15
"""Gap between runs, in type sizes, that is a space although none was written; kerning stays below 0.1."""
SAME_TYPE: Final = 1.25
"""Ratio of type sizes from which two runs on one baseline are different texts (a price and its raised cents)."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The visible page: its box in PDF points and its rotation in quarter turns clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    def fraction(self, x: float, y: float) -> tuple[float, float]:
        """Page fractions of a point, as seen."""
        u, v = (x - self.left) / (self.right - self.left), (self.top - y) / (self.top - self.bottom)
        return ((u, v), (1 - v, u), (1 - u, 1 - v), (v, 1 - u))[self.turn]

    def height(self) -> float:
        """Height as seen, in points."""
        return self.top - self.bottom if self.turn % 2 == 0 else self.right - self.left


def read_text_layer(page: Any) -> Page | None:
    """`page` (a pypdfium2 page) as a `Page` of lines; None when its text layer is missing or not usable."""
    left, bottom, right, top = page.get_bbox()
    sheet = _Sheet(left, bottom, right, top, turn=page.get_rotation() // 90 % 4)
    if sheet.right - sheet.left < 1 or sheet.top - sheet.bottom < 1:
        return None
    textpage = page.get_textpage()
    try:
        reader = TextRuns(textpage)
        lines = list(reader.lines())
        if not usable([(run.text, _on_page(run, sheet)) for line in lines for run in line]):
            return None
        shown = drawn(page)
        lines = [struck_out(with_backgrounds(line, shown), shown.rules, reader) for line in lines]
    finally:
        textpage.close()
    merged = (run for line in lines for run in _merged(line))
    width, height = page.get_size()
    found = tuple(_line(run, sheet) for run in merged if _on_page(run, sheet))
    return Page(width_px=max(1, round(width)), height_px=max(1, round(height)), lines=found, text_source="text-layer", adapter=ADAPTER)


def usable(runs: list[tuple[str, bool]]) -> bool:
    """Whether text that stands in runs, each with whether it lies on the page, can be trusted as the page's text."""
    seen = unreadable = off_page = 0
    for text, on_page in runs:
        count = sum(not character.isspace() for character in text)
        seen += count
        unreadable += sum(_unreadable(character) for character in text)
        off_page += 0 if on_page else count
    if seen - unreadable - off_page < FEWEST_CHARACTERS:
        return False
    return unreadable <= seen * MOST_UNREADABLE and off_page <= seen * MOST_OFF_PAGE


def _unreadable(character: str) -> bool:
    if character.isascii():
        return character < " " and not character.isspace()
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs")


def _merged(runs: list[Run]) -> Iterator[Run]:
    """Runs of one line joined where they read on: same type, same direction, no column gap, all of it struck out or none."""
    current: Run | None = None
    for run in runs:
        if current is not None and _reads_on(current, run):
            current = _joined(current, run)
        else:
            if current is not None:
                yield current
            current = run
    if current is not None:
        yield current


def _joined(before: Run, run: Run) -> Run:
    space = " " if before.spaced[1] or run.spaced[0] or run.box[0] - before.box[2] > WORD_SPACE * run.size else ""
    lead = before if len(before.text) >= len(run.text) else run
    box: Box = (
        min(before.box[0], run.box[0]),
        min(before.box[1], run.box[1]),
        max(before.box[2], run.box[2]),
        max(before.box[3], run.box[3]),
    )
    text = before.text + space + run.text
    spaced = before.spaced[0], run.spaced[1]
    return replace(before, text=text, box=box, size=max(before.size, run.size), colour=lead.colour, weight=lead.weight, spaced=spaced)


def _reads_on(before: Run, run: Run) -> bool:
    if run.turn != before.turn or run.turn != 0 or before.struck != run.struck or before.slanted or run.slanted:
        return False
    if max(run.size, before.size) > SAME_TYPE * min(run.size, before.size):
        return False
    level = min(before.box[3], run.box[3]) - max(before.box[1], run.box[1])
    return -0.5 * run.size <= run.box[0] - before.box[2] <= COLUMN_GAP * run.size and level > -0.5 * run.size


def _on_page(run: Run, sheet: _Sheet) -> bool:
    x, y = middle(run)
    return sheet.left <= x <= sheet.right and sheet.bottom <= y <= sheet.top


def _line(run: Run, sheet: _Sheet) -> Line:
    corners = [sheet.fraction(x, y) for x, y in (_slanted_corners(run) if run.slanted else _corners(run))]
    polygon: Polygon = (corners[0], corners[1], corners[2], corners[3])
    return Line(
        text=run.text,
        polygon=polygon,
        confidence=1.0,
        font_size=run.size / sheet.height(),
        colour=run.colour,
        background=run.background,
        weight=run.weight,
        struck=run.struck,
    )


def _corners(run: Run) -> list[tuple[float, float]]:
    left, bottom, right, top = run.box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return corners[run.turn :] + corners[: run.turn]


def _slanted_corners(run: Run) -> list[tuple[float, float]]:
    """The tilted rectangle around the middle of the run's box."""
    start, end, rise = run.extent()
    length = end - start
    along = math.cos(run.angle), -math.sin(run.angle)
    up = -along[1], along[0]
    x, y = middle(run)
    return [
        (x + du * length / 2 * along[0] + dv * rise / 2 * up[0], y + du * length / 2 * along[1] + dv * rise / 2 * up[1])
        for du, dv in ((-1, 1), (1, 1), (1, -1), (-1, -1))
    ]
