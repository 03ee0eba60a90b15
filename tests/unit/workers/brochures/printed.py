"""Brochure pages put together from lines, as an engine hands them over: offers in a grid, each with a name, a package and a price in big type."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.pages import Line, Page
from tests.pagetools import line
from workers.brochures.layout import Area, Piece

NAMES = ("Naturjoghurt", "Bergkäse", "Apfelsaft", "Roggenbrot", "Butter", "Clementinen", "Spaghetti", "Kaffeebohnen", "Pralinen", "Zwiebeln")
PACKAGES = ("je 500 g", "je 150-g-Packung", "1 Liter", "je 4 x 125 g")


def printed(text: str, x0: float, y0: float, x1: float, y1: float, *, weight: float = 300, colour: str = "#202020", confidence: float = 0.98) -> Line:
    """A line with what is seen of its print, on white."""
    seen = {"weight": weight, "colour": colour, "background": "#ffffff", "struck": False}
    return line(text, x0, y0, x1, y1, confidence).model_copy(update=seen)


def name_lines(name: str, package: str, x: float, y: float, size: float) -> list[Line]:
    """A name in heavy type with a description below; `size` is the height of the name in page heights."""
    return [
        printed(name, x, y, x + 0.55 * size * len(name) * 1.414, y + size, weight=750),
        printed(package, x, y + 1.2 * size, x + 0.38 * size * len(package) * 1.414, y + 2.0 * size),
    ]


def offer_lines(name: str, price: str, x: float, y: float, *, package: str = "je 500 g", size: float = 0.014) -> list[Line]:
    """`name_lines` with the price below in red, four times as large."""
    top = y + 3.6 * size
    wide = 0.5 * 4 * size * len(price) * 1.2
    return [
        *name_lines(name, package, x, y, size),
        printed(price, x + 2 * size, top, x + 2 * size + wide, top + 4 * size, weight=820, colour="#d01020"),
    ]


def grid(columns: int, rows: int) -> Iterator[tuple[str, str, float, float, float]]:
    """Name, price, left, top and type size of each offer of a page, row by row; no two offers share a name or a price."""
    size = min(0.014, 0.085 / rows, 0.038 / columns)
    for number in range(columns * rows):
        name = f"{NAMES[number % len(NAMES)]} {chr(65 + number // 26 % 26)}{chr(97 + number % 26)}"
        price = f"{1 + number // 10}.{number % 10}9"
        yield name, price, 0.04 + 0.94 * (number % columns) / columns, 0.05 + 0.92 * (number // columns) / rows, size


def grid_page(columns: int, rows: int) -> Page:
    """A page of `grid` offers, with the edges between its cells."""
    lines = [
        one
        for number, (name, price, x, y, size) in enumerate(grid(columns, rows))
        for one in offer_lines(name, price, x, y, package=PACKAGES[number % len(PACKAGES)], size=size)
    ]
    level = [(0.02, 0.045 + 0.92 * row / rows, 0.98, 0.045 + 0.92 * row / rows) for row in range(rows + 1)]
    upright = [(0.03 + 0.94 * column / columns, 0.04, 0.03 + 0.94 * column / columns, 0.97) for column in range(columns + 1)]
    return a_page(*lines, rules=(*level, *upright))


def a_page(*lines: Line, rules: tuple[tuple[float, float, float, float], ...] = ()) -> Page:
    """A page of A4's shape."""
    return Page(width_px=1000, height_px=1414, lines=lines, rules=rules, adapter="scripted/1/script")


def piece(text: str, left: float, top: float, size: float = 0.02, *, width: float | None = None) -> Piece:
    """A piece at its place in page heights."""
    return Piece(text, Area(left, top, left + (width or 0.5 * size * len(text)), top + size), size, 1.0)
