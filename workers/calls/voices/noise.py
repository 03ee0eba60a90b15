"""How far the sound of a channel stands above the noise around it, taken anew every ten seconds.

Two kinds of noise are told: what is there in the quietest tenth of the time, and a crowd, which is never quiet. People who talk far away fall silent
one by one and their sum does not, so where the loudest of each third of a second keeps to one level for a good part of the time, that level is noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.features import HOP_S, Features

Floats = NDArray[np.float32]

_PERCENTILE: Final = 10
_BLOCK: Final = round(10 / HOP_S)
_AROUND: Final = 3
"""Blocks of 10 s on either side from which the noise is taken: lines change when a call is put through, people pause more than once a minute."""
_SPEECH_BANDS: Final = slice(2, 20)
"""300 to 4000 Hz."""
_SMOOTH: Final = 5
"""Frames (0.1 s) over which `smooth` is the mean."""
_THIRD: Final = round(0.3 / HOP_S)
"""Frames of which the loudest counts: a syllable and the pause after it."""
_CROWD: Final = (3, 10, 15, 99)
"""Percentiles of those: from the first to the third they differ by 2 to 4 dB in a crowd (six voices, 15 to 25 dB below the call, made up), by 7 to 9
in a meeting where somebody always talks, and hardly in steady noise."""
_CROWD_DB: Final = 5.0
_LESS_THAN_VOICE: Final = 0.5
"""A crowd lies at most halfway up to the voice: one who reads without a pause keeps to a level, too."""
_STEADY_DB: Final = 3.0
"""By so much the loudest frames of steady noise stand above its tenth percentile: 1 to 2.5 for white and pink noise."""


@dataclass(frozen=True)
class AboveNoise:
    """dB of each frame above the noise around it, mean over the speech bands."""

    db: Floats
    smooth: Floats
    """The same, mean over 0.1 s."""
    crowd_db: Floats
    """By how much a crowd raised the noise; 0 without one."""


def above_noise(features: Features) -> AboveNoise:
    """Of every frame; an hour takes half a second."""
    found = _above_quiet(features)
    crowd = _crowd(_smoothed(found))
    return AboveNoise(found - crowd, _smoothed(found - crowd), crowd)


def _above_quiet(features: Features) -> Floats:
    """Above what is there in the quietest tenth of the time."""
    bands = features.bands[:, _SPEECH_BANDS]
    found = np.empty(len(bands), np.float32)
    for first in range(0, len(bands), _BLOCK):
        noise = np.percentile(bands[_around(first)].astype(np.float32), _PERCENTILE, axis=0)
        found[first : first + _BLOCK] = (bands[first : first + _BLOCK] - noise).mean(axis=1)
    return found


def _crowd(smooth: Floats) -> Floats:
    """How far the level that the sound never falls below for long lies above steady noise."""
    found = np.zeros(len(smooth), np.float32)
    if not smooth.size:
        return found
    loudest = np.lib.stride_tricks.sliding_window_view(np.pad(smooth, _THIRD // 2, "edge"), _THIRD).max(axis=1)
    for first in range(0, len(smooth), _BLOCK):
        low, middle, high, voice = np.percentile(loudest[_around(first)], _CROWD)
        if high - low < _CROWD_DB and middle < _LESS_THAN_VOICE * voice:
            found[first : first + _BLOCK] = max(0.0, middle - _STEADY_DB)
    return found


def _around(first: int) -> slice:
    return slice(max(0, first - _AROUND * _BLOCK), first + (_AROUND + 1) * _BLOCK)


def _smoothed(values: Floats) -> Floats:
    ahead = np.concatenate([[0.0], np.pad(values, _SMOOTH // 2, "edge").cumsum(dtype=np.float64)]) if values.size else np.zeros(_SMOOTH)
    return ((ahead[_SMOOTH:] - ahead[:-_SMOOTH]) / _SMOOTH).astype(np.float32)
