"""The text layer of a PDF page as lines with places, type sizes, weights, colours and strike-through."""

from __future__ import annotations

import math
from typing import Any, Final

import pypdfium2 as pdfium

from adapters.decoding.drawn import drawn
from adapters.decoding.layer_defects import defect, readable
from adapters.decoding.page_sheet import Looks, Sheet
from adapters.decoding.text_lines import joined, reading_on, words_of
from adapters.decoding.text_marks import middle, struck_out, with_backgrounds
from adapters.decoding.text_runs import Run, TextRuns
from adapters.decoding.unread_ink import unread
from adapters.decoding.visible_text import visible_runs
from schemas.pages import Line, Page, Polygon

ADAPTER: Final = f"pypdfium2/{pdfium.PYPDFIUM_INFO.version}/text-layer"

SAID: Final = str.maketrans(
    {0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl"}  # TeX's T1 fonts (Cork encoding), whose bitmap forms carry no map to letters
    | {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
    | {"\u2010": "-", "\u2011": "-", "\u00ad": "", "\u200b": "", "\u2060": "", "\ufeff": ""}
    | dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " ")
)
"""What stands for letters, hyphens and spaces by another character; what only says where a line may break falls away."""


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
    looks = Looks(page, shown.order)
    runs = with_backgrounds(runs, shown)
    seen = {run.first for run in visible_runs(runs, looks, sheet, shown)}
    numbered = [(number, run) for (number, _), run in zip(numbered, runs, strict=True) if run.first in seen]
    runs = [run for _, run in numbered]
    groups = reading_on(numbered)
    lines = [joined(group) for group in groups]
    if defect(runs, lines, textpage) or unread(runs, looks, sheet, shown):
        return None
    return struck_out(lines, shown.rules, lambda number: words_of(groups[number], reader))


def _line(run: Run, sheet: Sheet) -> Line:
    corners = [sheet.fraction(x, y) for x, y in (_slanted_corners(run) if run.slanted else _corners(run))]
    polygon: Polygon = (corners[0], corners[1], corners[2], corners[3])
    return Line(
        text=run.text.translate(SAID),
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
