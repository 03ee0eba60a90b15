"""Silence over stretches of a recording, on the channel where something was said and on all that carry the same sound. Pure, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.decoding.audio import Block
from workers.redaction import Silence

Samples = NDArray[np.int16]
"""Shape (channels, n)."""

LONGEST_S: Final = 10.0
"""Seconds compared and silenced at a time, so that a turn of an hour takes no more memory."""
LATEST_S: Final = 0.03
"""Delay at which a channel may carry another's sound: leaking handsets and mixers have less than a packet of 20 ms."""
ALIKE: Final = 0.3
"""Correlation at the best delay in any second from which a channel is taken to carry the sound, if only faintly. Measured on voices of espeak-ng: two
that say different things stay below 0.28 in 99 of 100 seconds; a leak of -40 dB into a silent line has 0.95, one of -10 dB under other talk 0.29."""
_AUDIBLE: Final = 3.0
"""Root of the mean square of samples below which a channel carries nothing: -80 dB."""


def silenced(blocks: Iterable[Block], quiet: Sequence[Silence], rate_hz: int) -> Iterator[Samples]:
    """The recording from its first second on, silent where it is to be and otherwise as it was; memory does not grow with its length."""
    spans = [(round(one.start_s * rate_hz), round(one.end_s * rate_hz), one.channel) for one in quiet]
    edges = sorted({edge for first, end, _ in spans for edge in (first, end)})
    for first, samples in _pieces(_from_the_start(blocks, rate_hz), edges, round(LONGEST_S * rate_hz)):
        said_on = {channel for start, end, channel in spans if start <= first < end}
        yield _without(samples, said_on, rate_hz) if said_on else samples


def _from_the_start(blocks: Iterable[Block], rate_hz: int) -> Iterator[Block]:
    """The blocks, with silence before one that begins later than the recording does: times of the copy are those of the rows."""
    at = 0
    for block in blocks:
        while at < block.first:
            now = min(rate_hz, block.first - at)
            yield Block(at, np.zeros((block.samples.shape[0], now), np.int16))
            at += now
        yield block
        at = block.first + block.samples.shape[1]


def _pieces(blocks: Iterable[Block], edges: Sequence[int], longest: int) -> Iterator[tuple[int, Samples]]:
    """The samples between each two edges together, at most `longest`, with the first's index."""
    left = list(edges)
    held: list[Samples] = []
    length = first = 0
    for block in blocks:
        samples, at = block.samples, block.first
        while samples.shape[1]:
            while left and left[0] <= at:
                left.pop(0)
            first = first if held else at
            reach = min(longest - length, left[0] - at if left else longest)
            held.append(samples[:, :reach])
            length += held[-1].shape[1]
            at += held[-1].shape[1]
            samples = samples[:, reach:]
            if length >= longest or (left and at == left[0]):
                yield first, np.concatenate(held, axis=1)
                held, length = [], 0
    if held:
        yield first, np.concatenate(held, axis=1)


def _without(samples: Samples, said_on: set[int], rate_hz: int) -> Samples:
    """The samples with those channels silent, and all that sound like one of them."""
    found = samples.copy()
    for channel in range(samples.shape[0]):
        if channel in said_on or any(_alike(samples[said], samples[channel], rate_hz) for said in said_on if said < samples.shape[0]):
            found[channel] = 0
    return found


def _alike(one: NDArray[np.int16], other: NDArray[np.int16], rate_hz: int) -> bool:
    """Whether they sound alike in any second: what leaks is heard where the other side pauses."""
    seconds = max(1, len(one) // rate_hz)
    return any(_is_same(*pair, rate_hz) for pair in zip(np.array_split(one, seconds), np.array_split(other, seconds), strict=True))


def _is_same(one: NDArray[np.int16], other: NDArray[np.int16], rate_hz: int) -> bool:
    first, second = (channel.astype(np.float32) for channel in (one, other))
    powers = [float(np.square(channel).sum()) for channel in (first, second)]
    if min(powers) < _AUDIBLE**2 * len(first):
        return False
    reach = min(round(LATEST_S * rate_hz), len(first) - 1)
    size = 1 << (len(first) + reach).bit_length()
    cross = np.fft.irfft(np.conj(np.fft.rfft(first, size)) * np.fft.rfft(second, size), size)
    nearest = np.abs(np.concatenate([cross[-reach:] if reach else cross[:0], cross[: reach + 1]])).max()
    return float(nearest) >= ALIKE * float(np.sqrt(powers[0] * powers[1]))
