"""Stretches of frames for which something is true."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.features import HOP_S

Mask = NDArray[np.bool_]


def runs(mask: Mask, gap: int = 0) -> list[tuple[int, int]]:
    """(first, end) of each stretch that is true, taken together over at most `gap` false frames."""
    true = np.flatnonzero(mask)
    if not true.size:
        return []
    breaks = np.flatnonzero(np.diff(true) > gap + 1)
    firsts = true[np.concatenate([[0], breaks + 1])]
    ends = true[np.concatenate([breaks, [true.size - 1]])] + 1
    return [(int(first), int(end)) for first, end in zip(firsts, ends, strict=True)]


def spans_s(mask: Mask, start_s: float = 0.0) -> list[tuple[float, float]]:
    """(start, end) seconds of the stretches of a mask of frames."""
    return [(round(start_s + first * HOP_S, 3), round(start_s + end * HOP_S, 3)) for first, end in runs(mask)]
