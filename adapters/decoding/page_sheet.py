"""The visible page of a PDF: from points of its unrotated space to fractions and pixels as seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from adapters.decoding import pdf_calls as calls
from adapters.decoding.drawn import Box

LOOK_PX: Final = 640
"""Long side of the drawing that is looked at for ink: capitals of 10 points are 5 pixels high on A4; a page of pictures takes 10 ms."""

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


class Looks:
    """Small grey drawings of a page, rows by columns, made when they are asked for: as it is, and without its text."""

    def __init__(self, page: Any, texts: Iterable[int]) -> None:
        self._page = page
        self._texts = list(texts)

    @cached_property
    def full(self) -> Grey:
        """The page as it is."""
        width, height = self._page.get_size()
        bitmap = self._page.render(scale=LOOK_PX / max(width, height), grayscale=True)
        try:
            return np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, -1)[:, : bitmap.width]
        finally:
            bitmap.close()

    @cached_property
    def textless(self) -> Grey:
        """The page without its text objects, which are back on it afterwards."""
        for item in self._texts:
            calls.set_active(item, 0)
        try:
            return Looks(self._page, ()).full
        finally:
            for item in self._texts:
                calls.set_active(item, 1)
