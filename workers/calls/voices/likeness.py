"""What makes voices alike: the timbre of stretches against the recording's average, and their pitch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.clusters import MOST_WINDOWS
from workers.calls.voices.features import BANDS, HOP_S, Features
from workers.calls.voices.mixtures import fit

Floats = NDArray[np.float32]

COEFFICIENTS: Final = 19
"""Cepstral coefficients, without the loudness: what speaker recognition uses (NIST evaluations; 12 lose the timbre of voices alike)."""
WINDOW: Final = round(1.5 / HOP_S)
"""Frames of speech compared as one: shorter ones tell the sounds apart, longer ones hold two speakers."""
_HOP: Final = round(0.5 / HOP_S)
_SIZES, _DRAWS, _RELEVANCE = (2, 4, 8), 2, 16.0
"""Mixtures of several sizes and draws vote: on made-up conversations one of them alone errs twice as much."""
_EMPTY_DB: Final = -85.0
"""Bands that loud frames leave below this were cut off by the line or the codec."""
_PITCH_SHARE, _PITCH_WIDTH = 0.2, 0.12
"""How much the pitch counts beside the timbre, and over what difference (natural logarithm; 0.12 are two semitones, as a voice wavers)."""
VOICED: Final = 0.8
"""Periodicity from which the pitch is believed."""


@dataclass(frozen=True)
class Timbre:
    """The frames of speech, in order."""

    frames: NDArray[np.int64]
    """Their numbers in the features."""
    cepstra: Floats
    """Shape (frames, coefficients): zero mean, unit variance over the recording."""
    pitch: Floats
    """Natural logarithm of the frequency, NaN where there is none."""

    def windows(self) -> list[slice]:
        """Stretches of `WINDOW` frames to be compared, at most `MOST_WINDOWS`, evenly spread."""
        count = len(self.frames)
        hop = max(_HOP, -(-count // MOST_WINDOWS))
        return [slice(first, first + WINDOW) for first in range(0, max(1, count - WINDOW // 2), hop)]


def timbre(features: Features, speech: NDArray[np.bool_]) -> Timbre:
    """The timbre of all frames of speech."""
    frames = np.flatnonzero(speech)
    bands = features.bands[frames].astype(np.float32)
    loud = features.level[frames] > np.median(features.level[frames])
    heard = np.median(bands[loud], axis=0) > _EMPTY_DB if loud.any() else np.ones(BANDS, np.bool_)
    cepstra = bands[:, heard] @ _cosines(int(heard.sum())).T
    cepstra = (cepstra - cepstra.mean(axis=0)) / (cepstra.std(axis=0) + 1e-6)
    pitch = np.where(features.periodic[frames] > VOICED, np.log(features.pitch_hz[frames].astype(np.float32)), np.nan)
    return Timbre(frames, cepstra.astype(np.float32), pitch.astype(np.float32))


def likeness(voice: Timbre, windows: list[slice]) -> Floats:
    """-1 to 1 and a little beyond: how alike the voices of each two windows are; shape (windows, windows)."""
    total = np.zeros((len(windows), len(windows)), np.float32)
    for size in _SIZES:
        for draw in range(_DRAWS):
            vectors = _vectors(voice.cepstra, windows, size, draw)
            total += vectors @ vectors.T
    return total / (len(_SIZES) * _DRAWS) + _PITCH_SHARE * _same_pitch(voice.pitch, windows)


def _vectors(cepstra: Floats, windows: list[slice], size: int, draw: int) -> Floats:
    """Each window's shifts of the means of a mixture of the recording (supervectors, Campbell et al. 2006), of unit length."""
    mixture = fit(cepstra, size, draw)
    shares, _ = mixture.posteriors(cepstra)
    scale = np.sqrt(mixture.weights[:, None] / mixture.variances)
    found = np.empty((len(windows), mixture.means.size), np.float32)
    for row, window in enumerate(windows):
        held = shares[window].sum(axis=0)[:, None]
        found[row] = ((shares[window].T @ cepstra[window] - held * mixture.means) / (held + _RELEVANCE) * scale).ravel()
    found -= found.mean(axis=0)
    lengths: Floats = np.linalg.norm(found, axis=1, keepdims=True) + np.float32(1e-9)
    return found / lengths


def _same_pitch(pitch: Floats, windows: list[slice]) -> Floats:
    medians = np.array([np.median(known) if (known := pitch[one][~np.isnan(pitch[one])]).size > 5 else np.nan for one in windows], np.float32)
    medians = np.where(np.isnan(medians), np.nanmedian(medians) if not np.isnan(medians).all() else 0, medians)
    apart = medians[:, None] - medians
    found: Floats = (1.5 * np.exp(-(apart**2) / (2 * _PITCH_WIDTH**2)) - 0.75).astype(np.float32)
    return found


def _cosines(bands: int) -> Floats:
    """The discrete cosine transform of the bands, without its constant."""
    orders = np.arange(1, min(COEFFICIENTS, bands - 1) + 1)[:, None]
    found: Floats = (np.sqrt(2 / bands) * np.cos(np.pi * orders * (np.arange(bands) + 0.5) / bands)).astype(np.float32)
    return found
