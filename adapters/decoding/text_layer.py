"""The text layer of a PDF page as lines with places, type sizes, weights, colours and strike-through."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pypdfium2 as pdfium

from adapters.decoding.drawn import Box, drawn
from adapters.decoding.layer_defects import defect, readable
from adapters.decoding.page_sheet import Sheet
from adapters.decoding.text_marks import middle, struck_out, with_backgrounds
from adapters.decoding.text_runs import COLUMN_GAP, Run, TextRuns
from adapters.decoding.unread_ink import unread
from adapters.decoding.visible_text import visible_runs
from schemas.pages import Line, Page, Polygon

ADAPTER: Final = f"pypdfium2/{pdfium.PYPDFIUM_INFO.version}/text-layer"
WORD_SPACE: Final = 0.15
"""Gap between runs, in type sizes, that is a space although none was written; kerning stays below 0.1."""
SAME_TYPE: Final = 1.25
"""Ratio of type sizes from which two runs on one baseline are different texts (a price and its raised cents)."""


def read_text_layer(page: Any) -> Page | None:
    """`page` (a pypdfium2 page) as a `Page` of lines; None when its text layer is missing or not usable."""
    sheet = Sheet.of(page)
    if not sheet.usable:
        return None
    textpage = page.get_textpage()
    try:
        runs = _usable_lines(page, textpage, sheet)
    finally:
        textpage.close()
    if runs is None:
        return None
    width, height = page.get_size()
    lines = tuple(_line(run, sheet) for run in runs)
    return Page(width_px=max(1, round(width)), height_px=max(1, round(height)), lines=lines, text_source="text-layer", adapter=ADAPTER)


def _usable_lines(page: Any, textpage: Any, sheet: Sheet) -> list[Run] | None:
    reader = TextRuns(textpage)
    numbered = [(number, run) for number, line in enumerate(reader.lines()) for run in line]
    runs = [run for _, run in numbered]
    if not readable(runs):
        return None
    shown = drawn(page)
    runs = with_backgrounds(runs, shown)
    seen = {run.first for run in visible_runs(runs, page, sheet, shown)}
    numbered = [(number, run) for (number, _), run in zip(numbered, runs, strict=True) if run.first in seen]
    runs = [run for _, run in numbered]
    struck = zip(numbered, struck_out(runs, shown.rules, reader), strict=True)
    lines = list(_merged([(number, part) for (number, _), parts in struck for part in parts]))
    if defect(runs, [line.text for line in lines], textpage) or unread(runs, page, sheet, shown):
        return None
    return lines


def _merged(runs: list[tuple[int, Run]]) -> Iterator[Run]:
    """Runs of one line (by its number) joined where they read on: same type, same direction, no column gap, all of it struck out or none."""
    current: tuple[int, Run] | None = None
    for number, run in runs:
        if current is not None and current[0] == number and _reads_on(current[1], run):
            current = number, _joined(current[1], run)
        else:
            if current is not None:
                yield current[1]
            current = number, run
    if current is not None:
        yield current[1]


def _joined(before: Run, run: Run) -> Run:
    space = " " if before.spaced[1] or run.spaced[0] or run.origin[0] - before.end > WORD_SPACE * run.size else ""
    lead = before if len(before.text) >= len(run.text) else run
    box: Box = (
        min(before.box[0], run.box[0]),
        min(before.box[1], run.box[1]),
        max(before.box[2], run.box[2]),
        max(before.box[3], run.box[3]),
    )
    text = before.text + space + run.text
    spaced = before.spaced[0], run.spaced[1]
    return replace(before, text=text, box=box, end=run.end, size=max(before.size, run.size), colour=lead.colour, weight=lead.weight, spaced=spaced)


def _reads_on(before: Run, run: Run) -> bool:
    if run.turn != before.turn or run.turn != 0 or before.struck != run.struck or before.slanted or run.slanted:
        return False
    if max(run.size, before.size) > SAME_TYPE * min(run.size, before.size):
        return False
    level = min(before.box[3], run.box[3]) - max(before.box[1], run.box[1])
    return -0.5 * run.size <= run.box[0] - before.box[2] <= COLUMN_GAP * run.size and level > -0.5 * run.size


def _line(run: Run, sheet: Sheet) -> Line:
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
