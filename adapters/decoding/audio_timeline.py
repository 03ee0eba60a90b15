"""Decoded frames laid on one clock: resampled, missing stretches filled with silence, cut into blocks of one second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]
    Placed = tuple[int, Samples]
    """Index of the first sample from the recording's start, and samples of shape (channels, n)."""

RATE_HZ: Final = 16_000
"""Samples a second of everything decoded here: what speech recognisers are trained on."""

GAP_S: Final = 0.1
"""Timestamps that leave the sample count by more than this mean missing audio; below it they are rounding (ASF counts milliseconds)."""

LONGEST_GAP_S: Final = 3600.0
"""A longer jump, or one backwards, is a clock set anew (chained streams), not missing audio."""


class Timeline:
    """Turns frames of any rate, format and layout into int16 at `rate_hz` with `channels` rows."""

    def __init__(self, channels: int, rate_hz: int = RATE_HZ) -> None:
        self.channels = channels
        self.rate_hz = rate_hz
        self.position = 0
        """Index of the next sample."""
        self.missing_s = 0.0
        """Seconds of silence that stand in for audio the file does not hold."""
        self._shift_s = 0.0
        self._clock_s: float | None = None
        self._shape: tuple[str, int, int] | None = None
        self._resampler: AudioResampler | None = None

    def samples(self, frames: Iterable[tuple[AudioFrame, float | None]]) -> Iterator[Placed]:
        """Frames with the second they begin at (None: unknown) as samples without holes; the first piece stands where its frame says."""
        for frame, at_s in frames:
            yield from self._until(frame, at_s)
            yield from self._resampled(frame)
        yield from self._drained()

    def _until(self, frame: AudioFrame, at_s: float | None) -> Iterator[Placed]:
        """Set the clock by the first frame; before a later one, fill what is missing with silence."""
        shape = (frame.format.name, frame.layout.nb_channels, frame.sample_rate)
        if self._clock_s is None:
            self._clock_s = max(0.0, at_s or 0.0)
            self.position = round(self._clock_s * self.rate_hz)
        gap_s = 0.0 if at_s is None else at_s - self._shift_s - self._clock_s
        missing = GAP_S < gap_s <= LONGEST_GAP_S
        if missing or shape != self._shape:
            yield from self._drained()
        if missing:
            yield from self._silence(gap_s)
            self._clock_s += gap_s
            self.missing_s += gap_s
        elif abs(gap_s) > GAP_S:
            self._shift_s += gap_s
        self._shape = shape
        self._clock_s += frame.samples / frame.sample_rate

    def _resampled(self, frame: AudioFrame | None) -> Iterator[Placed]:
        import numpy as np
        from av import AudioResampler

        if self._resampler is None:
            # Interleaved: PyAV 18 reads behind the end of a planar frame's pointers from 8 channels on.
            self._resampler = AudioResampler(format="s16", rate=self.rate_hz)
        for part in self._resampler.resample(frame):
            if part.samples:
                samples = part.to_ndarray().astype(np.int16, copy=False)  # s16 already: said to the type checker
                yield self._placed(self._fitted(samples.reshape(part.samples, -1).T))

    def _drained(self) -> Iterator[Placed]:
        """What the resampler still holds; the next frame gets a new one."""
        if self._resampler is not None:
            yield from self._resampled(None)
            self._resampler = None

    def _silence(self, seconds: float) -> Iterator[Placed]:
        import numpy as np

        left = round(seconds * self.rate_hz)
        while left:
            now = min(left, self.rate_hz)
            yield self._placed(np.zeros((self.channels, now), np.int16))
            left -= now

    def _placed(self, samples: Samples) -> Placed:
        first = self.position
        self.position += samples.shape[1]
        return first, samples

    def _fitted(self, samples: Samples) -> Samples:
        """A stream that changes its channels on the way keeps the number it began with: more are dropped, missing ones repeat the last."""
        import numpy as np

        missing = self.channels - samples.shape[0]
        if missing <= 0:
            return samples[: self.channels]
        return np.concatenate([samples, np.repeat(samples[-1:], missing, axis=0)])


def in_blocks(pieces: Iterable[Placed], start: int, end: int | None, rate_hz: int = RATE_HZ) -> Iterator[Placed]:
    """`pieces` cut to the samples from `start` to `end` (exclusive; None: all) and joined to blocks of at least a second but the last."""
    import numpy as np

    held: list[Samples] = []
    first = length = 0
    for at, samples in pieces:
        if end is not None and at >= end:
            break
        inside = samples[:, max(0, start - at) : None if end is None else end - at]
        if not inside.shape[1]:
            continue
        if not held:
            first = max(at, start)
        held.append(inside)
        length += inside.shape[1]
        if length >= rate_hz:
            yield first, np.concatenate(held, axis=1)
            held, length = [], 0
    if held:
        yield first, np.concatenate(held, axis=1)
