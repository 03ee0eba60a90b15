"""The text of a PDF page in runs: stretches of one line that one text object draws, with place, direction, type and colour.

PDFium hands out the page's text in one call, with a line break wherever it sees one, and the rectangles of any range of characters in one
call more. One rectangle stands for one run, so a line of one rectangle needs no look at its characters; only lines of several runs are taken
apart, because a flyer's columns and its raised cents share a baseline with other text. Measured on a 40-page price list of 45 lines a page: see
docs/benchmarks.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pypdfium2.raw as pdfium_c

from adapters.decoding import pdf_calls as calls
from adapters.decoding.drawn import Box
from adapters.decoding.type_weight import BOLD, is_symbols, weight_of

COLUMN_GAP: Final = 0.9
"""Gap between runs, in type sizes, that separates columns; a word space is 0.25 to 0.35."""
SAME_BASELINE: Final = 0.05
"""Points by which the baselines of a word's letters differ at most."""
INNER_GAP: Final = 1.6
"""Gap inside one run, in type sizes, that separates columns: more than a justified line stretches its spaces."""
BLANKS: Final = " \t\r\n\u00a0"
"""White space around runs; Python's own notion takes some of TeX's ligatures for separators."""
LINE_END_HYPHEN: Final = "\ufffe"
"""What PDFium writes for a hyphen at a line's end."""
CAPITALS: Final = 0.7
"""Height of capitals and figures over the baseline, in type sizes (0.66 to 0.73 in common text faces)."""
QUARTER: Final = math.pi / 2


@dataclass(frozen=True, slots=True)
class Run:
    """Text with `box` in points of the unrotated page; `angle` is the reading direction, radians clockwise from left to right."""

    text: str
    box: Box
    size: float
    colour: str | None
    alpha: int
    weight: float | None
    angle: float
    origin: tuple[float, float]
    """Start of the baseline."""
    end: float
    """x at which the last character's advance ends, if the run stands upright beside others; else its box's right."""
    item: int
    """Address of the text object; 0: unknown."""
    mode: int
    """Text rendering mode, 0 to 7 (ISO 32000-1, table 106); 3 draws nothing."""
    first: int
    """Index of its first character in the text page."""
    unmapped: bool
    """Whether its font says no letter for its first glyph."""
    font: int
    """Address of its font; 0: unknown."""
    symbols: bool
    """Whether its font holds pictograms."""
    spaced: tuple[bool, bool]
    """Whether white space stood before and after the text."""
    struck: bool = False
    background: str | None = None

    @property
    def turn(self) -> int:
        """The nearest quarter turns of the reading direction."""
        return round(self.angle / QUARTER) % 4

    @property
    def slanted(self) -> bool:
        """Whether the reading direction is no multiple of a quarter turn, by more than two degrees."""
        return abs(self.angle - round(self.angle / QUARTER) * QUARTER) > math.radians(2)

    def along(self, x: float, y: float) -> tuple[float, float]:
        """A point in the run's own frame: distance along its baseline from its start, height above the baseline."""
        dx, dy = x - self.origin[0], y - self.origin[1]
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        return dx * cosine - dy * sine, dx * sine + dy * cosine

    def extent(self) -> tuple[float, float, float]:
        """Start and end of the letters along the baseline, and their height over it, in the run's own frame."""
        left, bottom, right, top = self.box
        if self.slanted:  # the box around slanted text is wider than the text: less the part that the letters' height adds
            rise = CAPITALS * self.size
            reach = abs((right - left) * math.cos(self.angle)) + abs((top - bottom) * math.sin(self.angle))
            return 0.0, max(0.3 * self.size, reach - rise * abs(math.sin(2 * self.angle))), rise
        us, vs = zip(*(self.along(x, y) for x in (left, right) for y in (bottom, top)), strict=True)
        return min(us), max(us), max(*vs, 0.4 * self.size)


@dataclass(frozen=True, slots=True)
class _Type:
    weight: float | None
    symbols: bool


class TextRuns:
    """The runs of one text page, which stays the caller's to close."""

    def __init__(self, textpage: Any) -> None:
        self._textpage = textpage
        self._handle = calls.address(textpage.raw)
        self._types: dict[int, _Type] = {}

    def lines(self) -> Iterator[list[Run]]:
        """The runs of every line, in the order of the file."""
        text = self._textpage.get_text_range().replace(LINE_END_HYPHEN, "-")
        start = 0
        for chunk in text.split("\n"):  # not at the separators among the control characters, which stand for ligatures in TeX's fonts
            content = chunk.rstrip("\r")
            if content.strip(BLANKS):
                first = pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._textpage, start)
                last = pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._textpage, start + len(content) - 1)
                if 0 <= first <= last:
                    yield [run for run in self._runs(first, last - first + 1, content) if run.text]
            start += len(chunk) + 1

    def words(self, run: Run) -> list[Run]:
        """`run` taken apart at its spaces."""
        return list(self._parts(run, 0.0))

    def _runs(self, first: int, count: int, text: str) -> Iterator[Run]:
        pieces = calls.count_rects(self._handle, first, count)
        if pieces == 1:
            for box in calls.text_rects(self._handle, pieces):
                yield from self._columns(self._run(first, text, box))
        elif pieces > 1:
            for begin, length in list(self._objects(first, count, text)):
                piece = text[begin - first : begin - first + length] if len(text) == count else self._text(begin, length)
                boxes = calls.text_rects(self._handle, calls.count_rects(self._handle, begin, length))
                if boxes and piece.strip(BLANKS):
                    end = calls.char_end(self._handle, begin + len(piece.rstrip(BLANKS)) - 1)
                    yield from self._columns(self._run(begin, piece, around(boxes), end or 0.0))

    def _text(self, first: int, count: int) -> str:
        return str(self._textpage.get_text_range(first, count)).replace(LINE_END_HYPHEN, "-")

    def _columns(self, run: Run) -> Iterator[Run]:
        """A run of more width than its letters need is taken apart where columns are."""
        length = run.box[2] - run.box[0] if run.turn % 2 == 0 else run.box[3] - run.box[1]
        if " " in run.text and length > 0.6 * run.size * len(run.text):
            yield from self._parts(run, INNER_GAP * run.size)
        else:
            yield run

    def _parts(self, run: Run, gap: float) -> Iterator[Run]:
        """`run` taken apart at spaces wider than `gap` points. Without a box for every end it stays whole."""
        pieces: list[tuple[int, str, Box]] = []
        offset = 0
        for word in run.text.split(" "):
            if word:
                first, last = (calls.char_box(self._handle, run.first + offset + place) for place in (0, len(word) - 1))
                if first is None or last is None:
                    yield run
                    return
                box = around((first, last))
                if pieces and _between(pieces[-1][2], box, run.turn) <= gap:
                    begin, text, before = pieces[-1]
                    pieces[-1] = begin, run.text[begin : offset + len(word)], around((before, box))
                else:
                    pieces.append((offset, word, box))
            offset += len(word) + 1
        if len(pieces) <= 1:
            yield run
            return
        for begin, text, box in pieces:
            across = (run.box[1], run.box[3]) if run.turn % 2 == 0 else (run.box[0], run.box[2])
            placed = (box[0], across[0], box[2], across[1]) if run.turn % 2 == 0 else (across[0], box[1], across[1], box[3])
            origin = calls.char_origin(self._handle, run.first + begin) or run.origin
            yield replace(run, text=text, box=placed, first=run.first + begin, origin=origin, end=placed[2], spaced=(True, True))

    def _objects(self, first: int, count: int, text: str) -> Iterator[tuple[int, int]]:
        """Start and length of each stretch of characters that one text object draws, or several of one word that look alike.

        Programs that place every letter make an object of each. Generated spaces go to the stretch before them.
        """
        begin, current = first, 0
        baseline = size = 0.0
        for index in range(first, first + count):
            item = calls.text_object(self._handle, index) or current
            if item == current:
                continue
            before = baseline, size
            baseline, size = (calls.char_origin(self._handle, index) or (0.0, 0.0))[1], calls.type_size(self._handle, index)
            if current:
                apart = text[index - first - 1 : index - first] in BLANKS
                if apart or size != before[1] or abs(baseline - before[0]) > SAME_BASELINE:
                    yield begin, index - begin
                    begin = index
            current = item
        yield begin, first + count - begin

    def _run(self, first: int, text: str, box: Box, end: float = 0.0) -> Run:
        spaced = text[:1] in BLANKS, text[-1:] in BLANKS
        first += len(text) - len(text.lstrip(BLANKS))
        angle = calls.char_angle(self._handle, first)
        item = calls.text_object(self._handle, first) or 0
        font = (calls.text_font(item) or 0) if item else 0
        kind = self._type(font)
        mode = calls.text_mode(item) if item else 0
        colour = (calls.stroke_colour(item) if mode in {1, 5} else calls.fill_colour(item)) if item else None
        height = box[3] - box[1] if round(angle / QUARTER) % 2 == 0 else box[2] - box[0]
        return Run(
            text.strip(BLANKS),
            box,
            size=calls.type_size(self._handle, first) or height,
            colour=f"#{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}" if colour else None,
            alpha=colour[3] if colour else 255,
            weight=max(kind.weight or BOLD, BOLD) if mode in {2, 6} else kind.weight,
            angle=angle,
            origin=calls.char_origin(self._handle, first) or (box[0], box[1]),
            end=max(end, box[2]),
            item=item,
            mode=mode,
            first=first,
            unmapped=calls.unmapped(self._handle, first) == 1,
            font=font,
            symbols=kind.symbols,
            spaced=spaced,
        )

    def _type(self, font: int) -> _Type:
        if font not in self._types:
            name = calls.font_name(font) if font else ""
            self._types[font] = _Type(weight_of(name, calls.font_flags(font) if font else 0), symbols=is_symbols(name))
        return self._types[font]


def around(boxes: Sequence[Box]) -> Box:
    """The box around at least one box."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _between(before: Box, box: Box, turn: int) -> float:
    """The gap from one box to the next in reading direction."""
    return (box[0] - before[2], before[1] - box[3], before[0] - box[2], box[1] - before[3])[turn]
