"""What each 20 ms of a channel sounds like: enough to tell talk from other sounds and one voice from another, small enough for a day of audio.

Bands follow the mel scale (Davis and Mermelstein 1980); periodicity and its lag come from the autocorrelation of the window, divided by that of the
window function (Boersma 1993). An hour is 180,000 frames of 32 half-precision numbers, 12 MB; never more than a block of samples is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.decoding.audio import Block
from adapters.decoding.audio_timeline import RATE_HZ

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]

HOP_S: Final = 0.02
HOP: Final = round(HOP_S * RATE_HZ)
WINDOW: Final = 512
"""32 ms: two periods of a low voice (62 Hz), short enough that speech hardly changes."""
_SIZE: Final = 1024
"""Points of the transform: the window and as many zeros, so that the autocorrelation does not wrap around."""

BANDS: Final = 26
LOWEST_HZ, HIGHEST_HZ = 100.0, 7600.0
TELEPHONE_HZ: Final = 3800.0
"""Above, a telephone line carries nothing (300 to 3400 Hz, ITU-T G.712)."""
RINGING_HZ: Final = (320.0, 530.0)
"""425 Hz in most countries, 440 and 480 in North America, 400 and 450 in Britain, 350 and 440 for dialling (ITU-T E.180), and a window's blur."""
QUIETEST_DB: Final = -100.0
_PITCHES_HZ: Final = (62.5, 420.0)
"""Of voices: low men to children."""
MOST_S: Final = 4 * 3600.0
"""Nothing is described of longer recordings: they are no calls, and a day would take 300 MB a channel."""
_CHUNK: Final = 500
"""Frames worked on at once: 10 s, 4 MB."""


@dataclass(frozen=True)
class Features:
    """One channel, frame by frame; frame i is centred on second `start_s + (i + 0.5) * HOP_S`."""

    start_s: float
    bands: Halves
    """Shape (frames, BANDS): dB below full scale."""
    level: Halves
    """dB below full scale between 200 Hz and `TELEPHONE_HZ`."""
    periodic: Halves
    """0 (noise) to 1 (a vowel, a tone): the autocorrelation's peak at a lag a voice can have."""
    pitch_hz: Halves
    """The frequency of that lag; means something where `periodic` is high."""
    tonal: Halves
    """Share (0 to 1) of the power that lies within 40 Hz of the two strongest frequencies: near 1 for dial tones, ringing and beeps."""
    tone_hz: Halves
    """The strongest frequency."""
    ringing: Halves
    """Share (0 to 1) of the power that lies where telephone networks put ringing, busy and dial tones."""

    def __len__(self) -> int:
        return len(self.level)

    @property
    def duration_s(self) -> float:
        """Seconds described."""
        return len(self) * HOP_S


class Extractor:
    """Takes the blocks of a recording, in order; `features` gives what came, nothing past `MOST_S`."""

    def __init__(self, channels: Sequence[int]) -> None:
        self._left: dict[int, NDArray[np.int16]] = {}
        self._found: dict[int, list[tuple[Halves, ...]]] = {channel: [] for channel in channels}
        self._first: int | None = None

    def take(self, block: Block) -> None:
        """Describe a block; up to two windows of samples wait for the next one."""
        if self._first is None:
            self._first = block.first
        if block.first - self._first > MOST_S * RATE_HZ:
            self._found.clear()
        for channel, found in self._found.items():
            before = self._left.get(channel, np.zeros((WINDOW - HOP) // 2, np.int16))
            samples = np.concatenate([before, block.samples[channel]])
            frames = max(0, (len(samples) - WINDOW) // HOP + 1)
            for first in range(0, frames, _CHUNK):
                found.append(_halved(_described(samples[first * HOP :], min(_CHUNK, frames - first))))
            self._left[channel] = samples[frames * HOP :].copy()

    def features(self) -> dict[int, Features]:
        """What each channel sounds like; its end is padded to a whole window."""
        return {channel: self._joined(channel) for channel in self._found}

    def _joined(self, channel: int) -> Features:
        found = list(self._found[channel])
        left = self._left.get(channel, np.empty(0, np.int16))
        if len(left) > (WINDOW - HOP) // 2:
            frames = -(-(len(left) - (WINDOW - HOP) // 2) // HOP)
            found.append(_halved(_described(np.pad(left, (0, WINDOW)), frames)))
        columns = [np.concatenate(column) for column in zip(*found, strict=True)] if found else _nothing()
        return Features((self._first or 0) / RATE_HZ, *columns)


def described(blocks: Iterable[Block], extractor: Extractor) -> Iterator[Block]:
    """The blocks, unchanged, each described on its way."""
    for block in blocks:
        extractor.take(block)
        yield block


def _halved(columns: tuple[Floats, ...]) -> tuple[Halves, ...]:
    return tuple(column.astype(np.float16) for column in columns)


def _nothing() -> list[Halves]:
    return [np.empty((0, BANDS), np.float16), *(np.empty(0, np.float16) for _ in range(6))]


def _described(samples: NDArray[np.int16], frames: int) -> tuple[Floats, ...]:
    views = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[: frames * HOP : HOP][:frames]
    scaled = views.astype(np.float32) / 32768
    scaled -= scaled.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(scaled * _window(), _SIZE)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    inside = power[:, _bin(200.0) : _bin(TELEPHONE_HZ)]
    periodic, pitch = _periodicity(power)
    tonal, tone = _tonality(inside)
    total = inside.sum(axis=1)
    ringing = power[:, _bin(RINGING_HZ[0]) : _bin(RINGING_HZ[1])].sum(axis=1) / np.maximum(total, 1e-12)
    return _decibels(power @ _filters().T), _decibels(total), periodic, pitch, tonal, tone, ringing


def _decibels(power: Floats) -> Floats:
    scale = np.float32(2 / (np.square(_window()).sum() * _SIZE))
    found: Floats = np.maximum(QUIETEST_DB, 10 * np.log10(np.maximum(power * scale, 1e-12)))
    return found


def _bin(hertz: float) -> int:
    return round(hertz * _SIZE / RATE_HZ)


def _periodicity(power: Floats) -> tuple[Floats, Floats]:
    """Peak of the normalised autocorrelation and its frequency, of what lies below 2 kHz, where voices are periodic."""
    low = power.copy()
    low[:, _bin(2000.0) :] = 0
    lags = np.fft.irfft(low)[:, : WINDOW // 2 + 1] / _window_lags()
    first, last = int(RATE_HZ / _PITCHES_HZ[1]), int(RATE_HZ / _PITCHES_HZ[0])
    inside = lags[:, first : last + 1] / np.maximum(lags[:, :1], 1e-9)
    # The first of several equal peaks is the period: later ones are its multiples.
    best = (inside - 0.0005 * np.arange(inside.shape[1])).argmax(axis=1)
    peak = np.clip(np.take_along_axis(inside, best[:, None], axis=1)[:, 0], 0, 1)
    return peak.astype(np.float32), (RATE_HZ / (best + first)).astype(np.float32)


def _tonality(inside: Floats) -> tuple[Floats, Floats]:
    """Share of the two strongest frequencies, and the strongest, of power between 200 Hz and `TELEPHONE_HZ`."""
    reach = 3  # bins of 16 Hz: the main lobe of the window
    rows = np.arange(len(inside))[:, None]
    left = np.pad(inside, ((0, 0), (reach, reach)))
    total = np.maximum(inside.sum(axis=1), 1e-12)
    share = np.zeros(len(inside), np.float32)
    strongest = inside.argmax(axis=1)
    for _ in range(2):
        around = left[:, reach:-reach].argmax(axis=1)[:, None] + np.arange(2 * reach + 1)
        share += left[rows, around].sum(axis=1)
        left[rows, around] = 0
    return share / total, ((strongest + _between(inside, strongest) + _bin(200.0)) * RATE_HZ / _SIZE).astype(np.float32)


def _between(inside: Floats, strongest: NDArray[np.int64]) -> Floats:
    """How far (-0.5 to 0.5 bins) the peak lies from its strongest bin: the vertex of the parabola through three logarithms."""
    around = np.clip(strongest[:, None] + np.arange(-1, 2), 0, inside.shape[1] - 1)
    left, middle, right = np.log(np.take_along_axis(inside, around, axis=1) + 1e-12).T
    found: Floats = np.clip(0.5 * (left - right) / np.minimum(left - 2 * middle + right, -1e-6), -0.5, 0.5)
    return found


@cache
def _window() -> Floats:
    return np.hanning(WINDOW).astype(np.float32)


@cache
def _window_lags() -> Floats:
    """Autocorrelation of the window, 1 at lag 0."""
    lags = np.fft.irfft(np.abs(np.fft.rfft(_window(), _SIZE)) ** 2)[: WINDOW // 2 + 1]
    found: Floats = (lags / lags[0]).astype(np.float32)
    return found


@cache
def _filters() -> Floats:
    """Triangles on the mel scale, shape (BANDS, bins)."""
    mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hertz = np.arange(_SIZE // 2 + 1) * RATE_HZ / _SIZE
    rising = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    found: Floats = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return found


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))
