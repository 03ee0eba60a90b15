"""A page to draw on: points, origin at the top left, y down; everything written is remembered with its place."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL.Image import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from training.composer.fonts import cap_height, width_of

Point = tuple[float, float]


@dataclass(frozen=True)
class Rect:
    """Axis-parallel rectangle in points, x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def centre(self) -> Point:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def inset(self, by: float, y_by: float | None = None) -> Rect:
        """Smaller by `by` on each side (`y_by` at top and bottom); never turned inside out."""
        y_by = by if y_by is None else y_by
        by, y_by = min(by, self.width / 2), min(y_by, self.height / 2)
        return Rect(self.x0 + by, self.y0 + y_by, self.x1 - by, self.y1 - y_by)

    def part(self, x0: float, y0: float, x1: float, y1: float) -> Rect:
        """The part given in fractions of this rectangle."""
        return Rect(self.x0 + x0 * self.width, self.y0 + y0 * self.height, self.x0 + x1 * self.width, self.y0 + y1 * self.height)

    def union(self, other: Rect) -> Rect:
        return Rect(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def overlap(self, other: Rect) -> float:
        """Shared area in square points."""
        return max(0.0, min(self.x1, other.x1) - max(self.x0, other.x0)) * max(0.0, min(self.y1, other.y1) - max(self.y0, other.y0))


@dataclass(frozen=True)
class Ink:
    """One text as written: its box on the page, what it says, and the offer it belongs to (None: no offer)."""

    box: Rect
    text: str
    offer: int | None


class Sheet:
    """One page of `width` x `height` points as PDF. Texts go to `inks`; `offer` says whose they are."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.inks: list[Ink] = []
        self.offer: int | None = None
        self._buffer = BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=(width, height), invariant=1, pageCompression=1)
        self._turns: list[tuple[float, float, float]] = []

    @property
    def page(self) -> Rect:
        return Rect(0, 0, self.width, self.height)

    def finish(self) -> bytes:
        """The PDF. The sheet is used up."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def placed(self, box: Rect) -> Rect:
        """Where `box`, given in the turned coordinates of now, lies on the page."""
        corners = [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]
        for cx, cy, degrees in reversed(self._turns):
            sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
            corners = [(cx + (x - cx) * cosine - (y - cy) * sine, cy + (x - cx) * sine + (y - cy) * cosine) for x, y in corners]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Rect(min(xs), min(ys), max(xs), max(ys))

    @contextmanager
    def turned(self, centre: Point, degrees: float) -> Iterator[None]:
        """Draw turned clockwise around `centre`."""
        x, y = centre
        self._canvas.saveState()
        self._canvas.translate(x, self.height - y)
        self._canvas.rotate(-degrees)
        self._canvas.translate(-x, -(self.height - y))
        self._turns.append((x, y, degrees))
        try:
            yield
        finally:
            self._turns.pop()
            self._canvas.restoreState()

    def text(self, at: Point, text: str, font: str, size: float, colour: str) -> Rect:
        """Write `text` with its baseline starting at `at`; the box of its ink on the page."""
        x, y = at
        self._canvas.setFillColor(HexColor(colour))
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, self.height - y, text)
        deep = size * 0.2 if any(letter in "gjpqyçQ,;()/|§$@" for letter in text) else size * 0.01
        box = self.placed(Rect(x, y - cap_height(font) * size, x + width_of(text, font, size), y + deep))
        if text.strip():
            self.inks.append(Ink(box, text, self.offer))
        return box

    def box(self, rect: Rect, fill: str | None, edge: str | None = None, line: float = 1.0, radius: float = 0.0) -> None:
        """A rectangle, with rounded corners when `radius` > 0."""
        self._pen(fill, edge, line)
        radius = min(radius, rect.width / 2, rect.height / 2)
        low = self.height - rect.y1
        if radius > 0:
            self._canvas.roundRect(rect.x0, low, rect.width, rect.height, radius, stroke=edge is not None, fill=fill is not None)
        else:
            self._canvas.rect(rect.x0, low, rect.width, rect.height, stroke=edge is not None, fill=fill is not None)

    def shadow(self, rect: Rect) -> None:
        """A soft dark rectangle, to lie under a card."""
        self._canvas.setFillAlpha(0.18)
        self.box(rect, "#000000")
        self._canvas.setFillAlpha(1)

    def ellipse(self, rect: Rect, fill: str | None, edge: str | None = None, line: float = 1.0) -> None:
        self._pen(fill, edge, line)
        self._canvas.ellipse(rect.x0, self.height - rect.y1, rect.x1, self.height - rect.y0, stroke=edge is not None, fill=fill is not None)

    def polygon(self, points: Sequence[Point], fill: str | None, edge: str | None = None, line: float = 1.0) -> None:
        self._pen(fill, edge, line)
        path = self._canvas.beginPath()
        path.moveTo(points[0][0], self.height - points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, self.height - y)
        path.close()
        self._canvas.drawPath(path, stroke=edge is not None, fill=fill is not None)

    def line(self, start: Point, end: Point, colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        self._canvas.setStrokeColor(HexColor(colour))
        self._canvas.setLineWidth(width)
        self._canvas.setDash(*([list(dash)] if dash else []))
        self._canvas.line(start[0], self.height - start[1], end[0], self.height - end[1])
        self._canvas.setDash()

    def gradient(self, rect: Rect, colours: Sequence[str], *, across: bool = False) -> None:
        """`colours` run from top to bottom, or from left to right `across`."""
        self._canvas.saveState()
        path = self._canvas.beginPath()
        path.rect(rect.x0, self.height - rect.y1, rect.width, rect.height)
        self._canvas.clipPath(path, stroke=0, fill=0)
        end = (rect.x1, self.height - rect.y0) if across else (rect.x0, self.height - rect.y1)
        self._canvas.linearGradient(rect.x0, self.height - rect.y0, *end, [HexColor(colour) for colour in colours])
        self._canvas.restoreState()

    def image(self, picture: Image, rect: Rect) -> None:
        """`picture` (RGB or RGBA) stretched over `rect`."""
        self._canvas.drawImage(ImageReader(picture), rect.x0, self.height - rect.y1, rect.width, rect.height, mask="auto")

    def _pen(self, fill: str | None, edge: str | None, line: float) -> None:
        if fill is not None:
            self._canvas.setFillColor(HexColor(fill))
        if edge is not None:
            self._canvas.setStrokeColor(HexColor(edge))
            self._canvas.setLineWidth(line)
