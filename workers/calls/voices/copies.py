"""Channels that carry the same sound though not the same samples: one louder, or a few milliseconds late.

A recorder that writes a mono call to two channels through two amplifiers or codecs does so. Crosstalk does not: what leaks from one side of a call
into the other is fainter by as much as the other's own voice is stronger, so its gain changes with who speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.decoding.audio import Block
from adapters.decoding.audio_timeline import RATE_HZ

LATEST_S: Final = 0.03
"""Delay looked for: two paths through the same equipment differ by a packet of 20 ms at most."""
_ALIKE: Final = 0.95
"""Correlation at the best delay from which two channels sound the same: two codecs of one call keep 0.97 and more at telephone quality."""
_GAIN_DB: Final = 1.5
"""By which the gain of a copy may waver."""
_LAG: Final = 2
"""Samples by which its delay may."""
_SHARE: Final = 0.8
"""Of the audible seconds in which two channels match: where a sound begins or ends at a second's edge, delay cuts it off on one side."""
_LEAST: Final = 3
"""Matching seconds without which nothing is said."""
_PATIENCE: Final = 20
"""Seconds without a match before a pair is given up."""
_AUDIBLE: Final = 100.0
"""Root of the mean square of samples below which a second says nothing: -50 dB."""
_MOST_CHANNELS: Final = 8
"""All pairs of more are not compared: conference bridges give each leg a channel."""


@dataclass
class _Pair:
    """What two channels have in common so far."""

    seconds: int = 0
    matches: list[tuple[float, int]] = field(default_factory=list)

    @property
    def is_hopeless(self) -> bool:
        return self.seconds - len(self.matches) > _PATIENCE and len(self.matches) < _SHARE * self.seconds

    @property
    def is_copy(self) -> bool:
        """Whether gain and delay stay the same nearly always."""
        if len(self.matches) < _LEAST:
            return False
        gain, lag = (float(np.median([match[place] for match in self.matches])) for place in (0, 1))
        agreeing = sum(abs(match[0] - gain) <= _GAIN_DB and abs(match[1] - lag) <= _LAG for match in self.matches)
        return agreeing >= _SHARE * self.seconds


class Likeness:
    """Compares channels block by block (a second), in order."""

    def __init__(self, channels: int) -> None:
        self._pairs = {pair: _Pair() for pair in combinations(range(min(channels, _MOST_CHANNELS)), 2)}

    def take(self, block: Block) -> None:
        """Look at a block; pairs that mostly differ are looked at no more."""
        samples = {one: block.samples[one].astype(np.float32) for one in {one for pair in self._pairs for one in pair}}
        loud = {one: float(np.sqrt(np.mean(np.square(channel)))) for one, channel in samples.items()}
        for names, pair in list(self._pairs.items()):
            levels = [loud[one] for one in names]
            if max(levels) < _AUDIBLE:
                continue
            pair.seconds += 1
            if min(levels) >= _AUDIBLE / 10 and (match := _match(samples[names[0]], samples[names[1]])):
                pair.matches.append(match)
            if pair.is_hopeless:
                del self._pairs[names]

    def copies(self) -> dict[int, int]:
        """Each channel that sounds like an earlier one, and that one."""
        found: dict[int, int] = {}
        for (earlier, later), pair in sorted(self._pairs.items()):
            if earlier not in found and later not in found and pair.is_copy:
                found[later] = earlier
        return found


def compared(blocks: Iterable[Block], likeness: Likeness) -> Iterator[Block]:
    """The blocks, unchanged, their channels compared on the way."""
    for block in blocks:
        likeness.take(block)
        yield block


def _match(first: NDArray[np.float32], second: NDArray[np.float32]) -> tuple[float, int] | None:
    """Gain in dB and delay in samples by which two stretches are the same; None where they are not."""
    reach = min(round(LATEST_S * RATE_HZ), len(first) - 1)
    size = 1 << (len(first) + reach).bit_length()
    cross = np.fft.irfft(np.conj(np.fft.rfft(first, size)) * np.fft.rfft(second, size), size)
    around = np.concatenate([cross[-reach:], cross[: reach + 1]])
    lag = int(np.abs(around).argmax()) - reach
    powers = [float(np.square(one).sum()) for one in (first, second)]
    share = abs(float(around[lag + reach])) / (np.sqrt(powers[0] * powers[1]) + 1e-9)
    return (10 * float(np.log10(powers[1] / powers[0])), lag) if share >= _ALIKE else None
