"""The text layer of a PDF page as lines with places, type sizes and colours.

PDFium hands out the page's text in one call, with a line break wherever it sees one, and the rectangles of any range of characters in one
call more. One rectangle stands for one run of text (one text object), so a line of one rectangle needs no look at its characters; only lines of
several runs are taken apart, because a flyer's columns and its raised cents share a baseline with other text. Measured on a 40-page price list
of 45 lines a page: see docs/benchmarks.md.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from schemas.pages import Line, Page, Polygon

ADAPTER: Final = f"pypdfium2/{pdfium.PYPDFIUM_INFO.version}/text-layer"
FEWEST_CHARACTERS: Final = 8
"""A page with fewer readable characters is taken for a scan with a page number stamped on it."""
MOST_UNREADABLE: Final = 0.2
"""Share of unmapped, private-use and control characters beyond which the layer is not text but glyph numbers."""
MOST_OFF_PAGE: Final = 0.5
"""Share of characters outside the page beyond which the layer does not belong to what is seen."""
COLUMN_GAP: Final = 0.9
"""Gap between runs, in type sizes, that separates columns; a word space is 0.25 to 0.35."""
WORD_SPACE: Final = 0.15
"""Gap between runs, in type sizes, that is a space although none was written; kerning stays below 0.1."""
SAME_TYPE: Final = 1.25
"""Ratio of type sizes from which two runs on one baseline are different texts (a price and its raised cents)."""

_LINE_END_HYPHEN: Final = "\ufffe"  # what PDFium writes for a hyphen at a line's end


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    colour: str | None
    turn: int
    """Quarter turns clockwise of the reading direction on the unrotated page."""
    spaced: tuple[bool, bool]
    """Whether white space stood before and after the text."""


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
        runs = [merged for line in _lines(textpage) for merged in _merged(line)]
    finally:
        textpage.close()
    if not usable([(run.text, _on_page(run, sheet)) for run in runs]):
        return None
    width, height = page.get_size()
    lines = tuple(_line(run, sheet) for run in runs if _on_page(run, sheet))
    return Page(width_px=max(1, round(width)), height_px=max(1, round(height)), lines=lines, text_source="text-layer", adapter=ADAPTER)


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


def _lines(textpage: Any) -> Iterator[list[_Run]]:
    """The runs of every line, in the order of the file."""
    text = textpage.get_text_range().replace(_LINE_END_HYPHEN, "-")
    start = 0
    for chunk in text.splitlines(keepends=True):
        content = chunk.rstrip("\r\n")
        if content.strip():
            first = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, start)
            last = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, start + len(content) - 1)
            if 0 <= first <= last:
                yield _runs(textpage, first, last - first + 1, content)
        start += len(chunk)


def _runs(textpage: Any, first: int, count: int, text: str) -> list[_Run]:
    boxes = _boxes(textpage, first, count)
    if len(boxes) <= 1:
        return [_run(textpage, first, text, boxes[0])] if boxes else []
    runs = []
    for begin, length in _objects(textpage, first, count):
        box = _boxes(textpage, begin, length)
        piece = textpage.get_text_range(begin, length).replace(_LINE_END_HYPHEN, "-")
        if box and piece.strip():
            runs.append(_run(textpage, begin, piece, box[0]))
    return runs


def _boxes(textpage: Any, first: int, count: int) -> list[tuple[float, float, float, float]]:
    found = []
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    for index in range(pdfium_c.FPDFText_CountRects(textpage, first, count)):
        if pdfium_c.FPDFText_GetRect(textpage, index, left, top, right, bottom) and right.value > left.value and top.value > bottom.value:
            found.append((left.value, bottom.value, right.value, top.value))
    return found


_text_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)
# The same function answering a bare address: the only call made per character, and three times as fast without a pointer object each.


def _objects(textpage: Any, first: int, count: int) -> Iterator[tuple[int, int]]:
    """Start and length of each stretch of characters that one text object draws; generated spaces go to the stretch before them."""
    begin, current = first, 0
    handle = ctypes.cast(textpage.raw, ctypes.c_void_p)
    for index in range(first, first + count):
        address = _text_object(handle, index) or current
        if current and address != current:
            yield begin, index - begin
            begin = index
        current = address
    yield begin, first + count - begin


def _run(textpage: Any, first: int, text: str, box: tuple[float, float, float, float]) -> _Run:
    spaced = text[:1].isspace(), text[-1:].isspace()
    first += len(text) - len(text.lstrip())
    angle = pdfium_c.FPDFText_GetCharAngle(textpage, first)
    turn = round(angle / 1.5707963) % 4 if angle > 0 else 0
    height = box[3] - box[1] if turn % 2 == 0 else box[2] - box[0]
    size = _type_size(textpage, first) or height
    return _Run(text.strip(), *box, size=size, colour=_colour(textpage, first), turn=turn, spaced=spaced)


def _type_size(textpage: Any, index: int) -> float:
    """Points of the type as drawn: the font's size times the scale of its matrix."""
    matrix = pdfium_c.FS_MATRIX()
    size = float(pdfium_c.FPDFText_GetFontSize(textpage, index))
    if pdfium_c.FPDFText_GetMatrix(textpage, index, matrix):
        size *= float((matrix.c**2 + matrix.d**2) ** 0.5)
    return size


def _colour(textpage: Any, index: int) -> str | None:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium_c.FPDFText_GetFillColor(textpage, index, red, green, blue, alpha):
        return None
    return f"#{red.value:02x}{green.value:02x}{blue.value:02x}"


def _merged(runs: list[_Run]) -> Iterator[_Run]:
    """Runs of one line joined where they read on: same type, same direction, no column gap."""
    current: _Run | None = None
    for run in runs:
        if current is not None and _reads_on(current, run):
            space = " " if current.spaced[1] or run.spaced[0] or run.left - current.right > WORD_SPACE * run.size else ""
            current = _Run(
                current.text + space + run.text,
                min(current.left, run.left),
                min(current.bottom, run.bottom),
                max(current.right, run.right),
                max(current.top, run.top),
                size=max(current.size, run.size),
                colour=current.colour,
                turn=run.turn,
                spaced=(current.spaced[0], run.spaced[1]),
            )
        else:
            if current is not None:
                yield current
            current = run
    if current is not None:
        yield current


def _reads_on(before: _Run, run: _Run) -> bool:
    if run.turn != before.turn or run.turn != 0 or max(run.size, before.size) > SAME_TYPE * min(run.size, before.size):
        return False
    level = min(before.top, run.top) - max(before.bottom, run.bottom)
    return -0.5 * run.size <= run.left - before.right <= COLUMN_GAP * run.size and level > -0.5 * run.size


def _on_page(run: _Run, sheet: _Sheet) -> bool:
    x, y = (run.left + run.right) / 2, (run.bottom + run.top) / 2
    return sheet.left <= x <= sheet.right and sheet.bottom <= y <= sheet.top


def _line(run: _Run, sheet: _Sheet) -> Line:
    corners = [
        sheet.fraction(run.left, run.top),
        sheet.fraction(run.right, run.top),
        sheet.fraction(run.right, run.bottom),
        sheet.fraction(run.left, run.bottom),
    ]
    corners = corners[run.turn :] + corners[: run.turn]
    polygon: Polygon = (corners[0], corners[1], corners[2], corners[3])
    return Line(text=run.text, polygon=polygon, confidence=1.0, font_size=run.size / sheet.height(), colour=run.colour)
