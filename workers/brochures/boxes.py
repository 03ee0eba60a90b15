"""Areas, colours and sizes of a page's pieces as columns of numbers, so that all distances of a page are a few array operations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np

from workers.brochures.layout import Area, Colour

Matrix = np.ndarray[Any, np.dtype[np.float64]]
NAN: Final = math.nan
"""What nobody measured."""


class Sized(Protocol):
    """Anything printed at a type size."""

    @property
    def size(self) -> float:
        """Page heights."""
        ...


class Boxes:
    """Areas as columns, so that all distances of a page are a few array operations."""

    def __init__(self, areas: Sequence[Area]) -> None:
        table = np.array([(a.left, a.top, a.right, a.bottom) for a in areas], dtype=float).reshape(-1, 4)
        self.left, self.top, self.right, self.bottom = table.T
        self.x, self.y = (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def __len__(self) -> int:
        return len(self.left)

    def across(self, other: Boxes) -> Matrix:
        """White between each of these and each of the others from left to right; 0 where they overlap."""
        return np.asarray(np.maximum(np.maximum(self.left[:, None] - other.right, other.left - self.right[:, None]), 0.0))

    def down(self, other: Boxes) -> Matrix:
        """The same from top to bottom."""
        return np.asarray(np.maximum(np.maximum(self.top[:, None] - other.bottom, other.top - self.bottom[:, None]), 0.0))

    def white(self, other: Boxes) -> Matrix:
        """Straight distance between the edges."""
        return np.hypot(self.across(other), self.down(other))


def colours(found: Sequence[Colour | None]) -> Matrix:
    """n x 3, NaN where nobody looked."""
    return np.array([colour or (NAN, NAN, NAN) for colour in found], dtype=float).reshape(-1, 3)


def apart(a: Matrix, b: Matrix) -> Matrix:
    """How different each colour of `a` is from each of `b`: 0 to 1.73."""
    return np.asarray(np.linalg.norm(a[:, None] - b[None], axis=2))


def sizes(pieces: Sequence[Sized]) -> Matrix:
    """Their type sizes, in page heights."""
    return np.array([piece.size for piece in pieces], dtype=float)
