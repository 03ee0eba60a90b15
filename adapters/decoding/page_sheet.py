"""The visible page of a PDF: from points of its unrotated space to fractions and pixels as seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from adapters.decoding import pdf_calls as calls
from adapters.decoding.drawn import Box

LOOK_PX: Final = 900
"""Long side of the drawing that is looked at for ink: letters of 6 points are 6 pixels high on A4."""

Grey = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The visible page: its box in PDF points and its rotation in quarter turns clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @classmethod
    def of(cls, page: Any) -> Sheet:
        """The sheet of a pypdfium2 page."""
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, page.get_rotation() // 90 % 4)

    @property
    def usable(self) -> bool:
        """Whether the sheet has an area of at least a point each way."""
        return self.right - self.left >= 1 and self.top - self.bottom >= 1

    def fraction(self, x: float, y: float) -> tuple[float, float]:
        """Page fractions of a point, as seen."""
        u, v = (x - self.left) / (self.right - self.left), (self.top - y) / (self.top - self.bottom)
        return ((u, v), (1 - v, u), (1 - u, 1 - v), (v, 1 - u))[self.turn]

    def box(self, box: Box) -> Box:
        """x0, y0, x1, y1 in page fractions as seen, of a box in points; may reach beyond the page."""
        (ax, ay), (bx, by) = self.fraction(box[0], box[1]), self.fraction(box[2], box[3])
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def height(self) -> float:
        """Height as seen, in points."""
        return self.top - self.bottom if self.turn % 2 == 0 else self.right - self.left


def look(page: Any) -> Grey:
    """The page as a small grey drawing, rows by columns."""
    width, height = page.get_size()
    bitmap = page.render(scale=LOOK_PX / max(width, height), grayscale=True)
    try:
        return np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, -1)[:, : bitmap.width]
    finally:
        bitmap.close()


def look_without(page: Any, objects: list[int]) -> Grey:
    """The same drawing without some of its objects, which are back on the page afterwards."""
    for item in objects:
        calls.set_active(item, 0)
    try:
        return look(page)
    finally:
        for item in objects:
            calls.set_active(item, 1)
