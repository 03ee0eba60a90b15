"""Where a recording is cut: into parts for several workers, and into stretches for one call of the recogniser. Cuts fall where it is quiet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.levels import FRAME_S, Levels

STRETCH_S: Final = 60.0
"""Longest audio sent to a recogniser at once: what synchronous cloud recognisers take (Google: 60 s), and one kept output."""

SHORTEST_STRETCH_S: Final = 20.0
"""A cut is looked for from here on: words near a cut have less context, so cuts should be rare."""

INAUDIBLE_DB: Final = -60.0
"""A stretch whose every frame lies below is not sent: line noise of a telephone lies around -55 dB, speech 20 dB above."""

SPLIT_S: Final = 600.0
"""Recordings up to here are worked off in one go."""

PART_S: Final = 300.0
"""About the length of a part of a longer one: a few minutes of a recogniser's work."""

_QUIET_FRAMES: Final = 10
"""A cut lies in the middle of 300 ms: a pause between phrases, longer than the closure of a consonant (about 100 ms)."""

_AS_QUIET_DB: Final = 3.0
"""Pauses whose mean level differs by less are equally good: line noise wavers by as much."""


def stretches(levels: Levels) -> list[tuple[int, int]]:
    """(first, end) frames of one channel's stretches to recognise, in order; inaudible ones are left out."""
    cuts = _cuts(levels, round(SHORTEST_STRETCH_S / FRAME_S), round(STRETCH_S / FRAME_S))
    edges = [0, *cuts, len(levels)]
    return [(first, end) for first, end in pairwise(edges) if levels[first:end].max(initial=INAUDIBLE_DB) > INAUDIBLE_DB]


def parts(levels: Levels) -> list[tuple[float, float]]:
    """(start, end) seconds of the parts of a recording with `levels` of shape (channels, frames); one part up to `SPLIT_S`."""
    frames = levels.shape[1]
    if frames * FRAME_S <= SPLIT_S:
        return [(0.0, round(frames * FRAME_S, 3))]
    loudest = levels.max(axis=0)  # quiet means that nobody speaks
    edges = [0, *_cuts(loudest, round(0.5 * PART_S / FRAME_S), round(1.1 * PART_S / FRAME_S)), frames]
    return [(round(first * FRAME_S, 3), round(end * FRAME_S, 3)) for first, end in pairwise(edges)]


def _cuts(levels: Levels, shortest: int, longest: int) -> list[int]:
    """Frames to cut at, so that each piece has `shortest` to `longest` frames; `longest` is over twice `shortest`, so the last one can, too."""
    found: list[int] = []
    first = 0
    while len(levels) - first > longest:
        latest = min(first + longest, len(levels) - shortest)
        first += shortest + quietest(levels[first + shortest : latest])
        found.append(first)
    return found


def quietest(levels: Sequence[float] | NDArray[np.float16]) -> int:
    """Where to cut: in the quietest 300 ms, of those about as quiet in the last, so that cuts are few; and of its frames the quietest nearest to its
    middle, for where nobody pauses so long the middle may lie in a word."""
    known = np.asarray(levels, np.float64)
    smooth = np.convolve(known, np.ones(_QUIET_FRAMES) / _QUIET_FRAMES, mode="valid")
    first = int(np.flatnonzero(smooth <= smooth.min() + _AS_QUIET_DB)[-1])
    window = known[first : first + _QUIET_FRAMES]
    quiet = np.flatnonzero(window <= window.min() + _AS_QUIET_DB)
    return first + int(quiet[np.argmin(np.abs(quiet - _QUIET_FRAMES // 2))])
