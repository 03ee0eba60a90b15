"""Where a recording is cut: into parts for several workers, and into stretches for one call of the recogniser. Cuts fall where it is quiet."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.levels import FRAME_S, Levels

STRETCH_S: Final = 60.0
"""Longest audio sent to a recogniser at once: what synchronous cloud recognisers take (Google: 60 s), and one kept output."""

SHORTEST_STRETCH_S: Final = 20.0
"""A cut is looked for from here on: words near a cut have less context, so cuts should be rare."""

WINDOW_S: Final = 28.0
"""What a recogniser with windows hears at once: Whisper 30 s, less what its voice detectors pad. A stretch that fills its last window hardly costs a
window that hears nothing."""

_CUT_OUT_S: Final = 2.0
"""Silences from here on are left out before windows are filled (faster-whisper's own limit); shorter pauses stay in."""

_VOICE_SHARE: Final = 0.4
"""Voice lies above the floor by this share of the way to the loud frames, as in `activity`;"""
_PAUSE_SHARE: Final = 0.25
"""300 ms below this share are a pause: softer than the softest vowels, longer than any consonant."""

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
    """(first, end) frames of one channel's stretches to recognise, in order; inaudible ones are left out.

    Of all pauses the one is cut that fills the windows of a recogniser best.
    """
    floor, loud = np.percentile(levels.astype(np.float32), [10, 95]) if levels.size else (0.0, 0.0)
    heard = np.concatenate([[0], np.cumsum(_heard(levels, floor + _VOICE_SHARE * (loud - floor)))]) * (FRAME_S / WINDOW_S)

    def fullest(first: int, end: int) -> int:
        places = first + quiet_places(levels[first:end], floor + _PAUSE_SHARE * (loud - floor))
        filled = heard[places] - heard[first - shortest]
        share = filled / np.maximum(np.ceil(filled), 1.0)
        return int(places[np.flatnonzero(share == share.max())[-1]])

    shortest = round(SHORTEST_STRETCH_S / FRAME_S)
    edges = [0, *_cuts(len(levels), shortest, round(STRETCH_S / FRAME_S), fullest), len(levels)]
    return [(first, end) for first, end in pairwise(edges) if levels[first:end].max(initial=INAUDIBLE_DB) > INAUDIBLE_DB]


def _heard(levels: Levels, voice_db: float) -> NDArray[np.bool_]:
    """Frames that are left when long silences are cut out."""
    found = np.ones(len(levels), np.bool_)
    for before, after in pairwise([-1, *np.flatnonzero(levels >= voice_db).tolist(), len(levels)]):
        if (after - before) * FRAME_S > _CUT_OUT_S:
            found[before + 1 : after] = False
    return found


def parts(levels: Levels) -> list[tuple[float, float]]:
    """(start, end) seconds of the parts of a recording with `levels` of shape (channels, frames); one part up to `SPLIT_S`."""
    frames = levels.shape[1]
    if frames * FRAME_S <= SPLIT_S:
        return [(0.0, round(frames * FRAME_S, 3))]
    loudest = levels.max(axis=0)  # quiet means that nobody speaks

    def last(first: int, end: int) -> int:
        return first + int(quiet_places(loudest[first:end])[-1])

    edges = [0, *_cuts(frames, round(0.5 * PART_S / FRAME_S), round(1.1 * PART_S / FRAME_S), last), frames]
    return [(round(first * FRAME_S, 3), round(end * FRAME_S, 3)) for first, end in pairwise(edges)]


def _cuts(frames: int, shortest: int, longest: int, chosen: Callable[[int, int], int]) -> list[int]:
    """Frames to cut at, so that each piece has `shortest` to `longest` frames; `longest` is over twice `shortest`, so the last one can, too.

    `chosen` takes the first frame that may be cut at and the one after the last, and says which.
    """
    found: list[int] = []
    first = 0
    while frames - first > longest:
        first = chosen(first + shortest, min(first + longest, frames - shortest))
        found.append(first)
    return found


def quiet_places(levels: Levels | NDArray[np.float64], pause_db: float = -np.inf) -> NDArray[np.intp]:
    """Frames to cut at, in order: one in each 300 ms that stay below `pause_db`; where none do, in each that are about as quiet as the quietest.

    It is the quietest frame nearest to their middle, for where nobody pauses so long the middle may lie in a word.
    """
    windows = np.lib.stride_tricks.sliding_window_view(levels.astype(np.float64), _QUIET_FRAMES)
    starts = np.flatnonzero(windows.max(axis=1) < pause_db)
    if not starts.size:
        mean = windows.mean(axis=1)
        starts = np.flatnonzero(mean <= mean.min() + _AS_QUIET_DB)
    near = windows[starts]
    away = np.where(near <= near.min(axis=1, keepdims=True) + _AS_QUIET_DB, np.abs(np.arange(_QUIET_FRAMES) - _QUIET_FRAMES // 2), _QUIET_FRAMES)
    found: NDArray[np.intp] = starts + away.argmin(axis=1)
    return found
