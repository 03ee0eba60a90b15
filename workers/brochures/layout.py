"""Lines of a page as pieces with true proportions.

Distances are in page heights on both axes, so that near means near whatever the page's shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas.pages import Box, Line, Page

ROW_GAP: Final = 0.9
"""Gap between two pieces of one row, in type sizes, up to which they are one line that the engine cut."""
LINE_BOX: Final = 1.3
"""Height of the box an OCR engine draws around a line, in type sizes (measured on drawn lines of 40 to 56 px: 1.25 to 1.32)."""
COLOUR_APART: Final = 0.35
"""Distance of two colours (red, green, blue from 0 to 1) from which they are not the same print on the same ground."""


Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in page heights."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Page heights."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Page heights."""
        return self.bottom - self.top

    def gap(self, other: Area) -> tuple[float, float]:
        """White between the two, across and down; 0 where they overlap."""
        across = max(self.left - other.right, other.left - self.right, 0.0)
        down = max(self.top - other.bottom, other.top - self.bottom, 0.0)
        return across, down

    def around(self, other: Area) -> Area:
        """The smallest rectangle around both."""
        return Area(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def box(self, aspect: float) -> Box:
        """In page fractions; `aspect` is the page's width by its height."""
        return Box(x0=_fraction(self.left / aspect), y0=_fraction(self.top), x1=_fraction(self.right / aspect), y1=_fraction(self.bottom))


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text at its place; `size` is the height of its box as an engine draws it, in page heights, and stands for its type size.

    `weight`, `colour`, `ground` (the background) and `struck` are None where nobody looked at the print; colours are red, green, blue from 0 to 1.
    """

    text: str
    area: Area
    size: float
    confidence: float
    weight: float | None = None
    colour: Colour | None = None
    ground: Colour | None = None
    struck: bool | None = None


def aspect_of(page: Page) -> float:
    """Width by height."""
    return page.width_px / page.height_px


def upright_pieces(page: Page) -> list[Piece]:
    """The page's lines that run from left to right; text on its side is the printer's, not the offer's."""
    aspect = aspect_of(page)
    return [piece for line in page.lines if line.text.strip() and (piece := _piece(line, aspect)) is not None]


def body_size(pieces: Iterable[Piece]) -> float:
    """The type size that most letters are set in; 0 for a page without letters."""
    sizes = sorted((piece.size, sum(character.isalpha() for character in piece.text)) for piece in pieces)
    letters = sum(count for _, count in sizes)
    passed = 0
    for size, count in sizes:
        passed += count
        if passed * 2 >= letters > 0:
            return size
    return 0.0


def whole_rows(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces in reading order, those of one row joined where the engine cut a line at a wide space."""
    rows: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.area.left, piece.area.top)):
        for index, before in enumerate(rows):
            if _same_row(before, piece):
                rows[index] = replace(
                    before,
                    text=f"{before.text} {piece.text}",
                    area=before.area.around(piece.area),
                    confidence=min(before.confidence, piece.confidence),
                )
                break
        else:
            rows.append(piece)
    return sorted(rows, key=lambda piece: (piece.area.top, piece.area.left))


def _piece(line: Line, aspect: float) -> Piece | None:
    (x0, y0), (x1, y1), _, (x3, y3) = line.polygon
    if abs(y1 - y0) > abs(x1 - x0) * aspect or x1 < x0:
        return None
    box = line.box
    size = LINE_BOX * line.font_size if line.font_size is not None else ((x3 - x0) ** 2 * aspect**2 + (y3 - y0) ** 2) ** 0.5
    spare = max(0.0, size - (box.y1 - box.y0)) / 2 if line.font_size is not None else 0.0  # a text layer's boxes fit the letters
    area = Area(box.x0 * aspect, box.y0 - spare, box.x1 * aspect, box.y1 + spare)
    return Piece(
        line.text.strip(),
        area,
        max(size, 1e-4),
        line.confidence,
        weight=line.weight,
        colour=_colour(line.colour),
        ground=_colour(line.background),
        struck=line.struck,
    )


def _colour(code: str | None) -> Colour | None:
    if code is None or not re.fullmatch(r"#[0-9a-fA-F]{6}", code):
        return None
    red, green, blue = (int(code[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _same_row(before: Piece, piece: Piece) -> bool:
    size = max(before.size, piece.size)
    gap = piece.area.left - before.area.right
    if not -0.3 * size < gap < ROW_GAP * size or size >= 1.35 * min(before.size, piece.size):
        return False
    level = min(before.area.bottom, piece.area.bottom) - max(before.area.top, piece.area.top)
    if level <= 0.6 * size or not (_is_text(before.text) and _is_text(piece.text)):
        return False
    return _alike(before.colour, piece.colour) and _alike(before.ground, piece.ground)


def _alike(one: Colour | None, other: Colour | None) -> bool:
    """Whether two colours could be the same print; unknown ones could."""
    return one is None or other is None or sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) < COLOUR_APART**2


def _is_text(text: str) -> bool:
    """Whether a piece is words; figures, prices and percentages stand for themselves however close they are."""
    return any(character.isalpha() for character in text) and "%" not in text


def _fraction(value: float) -> float:
    return min(1.0, max(0.0, value))
