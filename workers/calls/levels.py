"""How loud each channel is over time, and which channels are the same: all that planning needs, small enough for a day of audio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.decoding.audio import Block
from adapters.decoding.audio_timeline import RATE_HZ

FRAME_S: Final = 0.03
FRAME: Final = round(FRAME_S * RATE_HZ)
"""Samples of a frame: 30 ms, within which speech hardly changes."""

SILENCE_DB: Final = -96.0
"""Level of digital silence: 16 bits span 96 dB."""

Levels = NDArray[np.float16]
"""Mean level of each frame, dB below full scale; half precision is 0.06 dB at worst."""


@dataclass(frozen=True)
class Survey:
    """A recording, or a part of it, as levels. Frame 0 begins at sample `first`."""

    first: int
    samples: int
    levels: Levels
    """Shape (channels, frames)."""
    copies: Mapping[int, int] = field(default_factory=dict)
    """Channels that repeat an earlier one sample by sample, to that one; silent ones are no copies."""

    @property
    def channels(self) -> int:
        """Channels of the recording."""
        return int(self.levels.shape[0])

    @property
    def start_s(self) -> float:
        """Second at which the first sample stands."""
        return self.first / RATE_HZ

    @property
    def duration_s(self) -> float:
        """Seconds surveyed."""
        return self.samples / RATE_HZ

    def voices(self) -> tuple[int, ...]:
        """Channels worth listening to: those that copy no other."""
        return tuple(channel for channel in range(self.channels) if channel not in self.copies)

    def loudness_db(self, channel: int, start_s: float, end_s: float) -> float:
        """Mean level of a channel between two seconds of the recording, dB below full scale."""
        return _mean(self._between(channel, start_s, end_s))

    def loudness_per_s(self, channel: int, start_s: float, end_s: float) -> list[float]:
        """The same of each second from `start_s` on, to a tenth; the last one may be shorter."""
        frames = self._between(channel, start_s, end_s)
        edges = [round(second / FRAME_S) for second in range(ceil(len(frames) * FRAME_S) + 1)]
        return [round(_mean(frames[first:end]), 1) for first, end in pairwise(edges) if first < len(frames)]

    def _between(self, channel: int, start_s: float, end_s: float) -> Levels:
        first = max(0, int((start_s - self.start_s) / FRAME_S))
        return self.levels[channel, first : max(first + 1, round((end_s - self.start_s) / FRAME_S))]


def survey(blocks: Iterable[Block], channels: int) -> Survey:
    """Levels and copies of all blocks, which follow each other without holes."""
    found: list[Levels] = []
    left = np.empty((channels, 0), np.int16)
    twins = {(earlier, later) for later in range(channels) for earlier in range(later)}
    first, samples = None, 0
    for block in blocks:
        first = block.first if first is None else first
        samples += block.samples.shape[1]
        twins = {(a, b) for a, b in twins if np.array_equal(block.samples[a], block.samples[b])}
        pieces = np.concatenate([left, block.samples], axis=1)
        whole = pieces.shape[1] // FRAME * FRAME
        found.append(_levels(pieces[:, :whole]))
        left = pieces[:, whole:]
    if left.shape[1]:
        found.append(_levels(np.pad(left, ((0, 0), (0, FRAME - left.shape[1])))))
    levels = np.concatenate(found, axis=1) if found else np.empty((channels, 0), np.float16)
    return Survey(first or 0, samples, levels, _copies(twins, levels))


def _levels(samples: NDArray[np.int16]) -> Levels:
    frames = samples.reshape(samples.shape[0], -1, FRAME).astype(np.float32) / 32768
    power = np.square(frames).mean(axis=2)
    decibels: NDArray[np.float32] = np.maximum(SILENCE_DB, 10 * np.log10(np.maximum(power, 1e-12)))
    return decibels.astype(np.float16)


def _mean(levels: Levels) -> float:
    """Mean power in dB; digital silence for no frames."""
    if not levels.size:
        return SILENCE_DB
    return float(max(SILENCE_DB, 10 * np.log10(np.mean(10 ** (levels.astype(np.float64) / 10)))))


def _copies(twins: set[tuple[int, int]], levels: Levels) -> dict[int, int]:
    """Each copy with the first channel it equals."""
    found: dict[int, int] = {}
    for earlier, later in sorted(twins):
        if earlier not in found and later not in found and levels[earlier].max(initial=SILENCE_DB) > SILENCE_DB:
            found[later] = earlier
    return found
