"""When somebody talks, by level alone: enough for the header of a long call, whose words are recognised in parts."""

from __future__ import annotations

from typing import Final

import numpy as np

from workers.calls.levels import FRAME_S, Levels, Survey
from workers.calls.turns import Span

ADAPTER: Final = "tamiz/1/energy"
"""What stands in the rows derived here."""

_FLOOR_PERCENTILE, _LOUD_PERCENTILE = 10, 95
_SHARE: Final = 0.4
"""Voice lies above the floor by this share of the way to the loud frames: the level between the two humps of a speech level histogram."""

_LEAST_RANGE_DB: Final = 10.0
"""Loud and quiet frames closer than this are one hump: steady noise, nobody speaking."""

_PAUSE_FRAMES: Final = 17
"""0.5 s: shorter pauses stay within a turn, as in the recogniser."""

_SHORTEST_FRAMES: Final = 7
"""0.2 s: less is a click or a breath."""


def talk(survey: Survey) -> list[Span]:
    """Turns of all channels that copy no other, in order of their start."""
    spans = [
        Span(channel, round(survey.start_s + first * FRAME_S, 3), round(survey.start_s + end * FRAME_S, 3))
        for channel in survey.voices()
        for first, end in _turns(survey.levels[channel])
    ]
    return sorted(spans, key=lambda span: (span.start_s, span.channel))


def _turns(levels: Levels) -> list[tuple[int, int]]:
    if not levels.size:
        return []
    floor, loud = np.percentile(levels.astype(np.float32), [_FLOOR_PERCENTILE, _LOUD_PERCENTILE])
    if loud - floor < _LEAST_RANGE_DB:
        return []
    voiced = np.flatnonzero(levels > floor + _SHARE * (loud - floor))
    if not voiced.size:
        return []
    breaks = np.flatnonzero(np.diff(voiced) > _PAUSE_FRAMES)
    firsts = voiced[np.concatenate([[0], breaks + 1])]
    ends = voiced[np.concatenate([breaks, [voiced.size - 1]])] + 1
    return [(int(first), int(end)) for first, end in zip(firsts, ends, strict=True) if end - first >= _SHORTEST_FRAMES]
