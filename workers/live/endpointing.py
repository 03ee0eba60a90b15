"""When somebody begins and stops to speak, told while the audio comes: by the level of 30 ms frames over a floor that follows the line's noise."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 16_000
FRAME: Final = 480
"""Samples of a frame."""
FRAME_S: Final = FRAME / RATE_HZ

ABOVE_FLOOR_DB: Final = 9.0
LEAST_DB: Final = -52.0
"""A frame counts as voice this far above the floor, and never below this level: nobody speaks so quietly into a telephone."""
FLOOR_FRAMES: Final = 333
"""Ten seconds: somebody who speaks for so long pauses for breath, and a tenth of the frames lies in the gaps between words (`FLOOR_SHARE`)."""
FLOOR_SHARE: Final = 10
FLOOR_MOST_DB: Final = -35.0
"""No line hisses louder: a floor above it is somebody who speaks from the first moment, or music."""

BEGIN_OF: Final = 6
BEGIN_VOICED: Final = 4
"""Speech begins when so many of the last frames are voice: a click is shorter."""
LEAD_FRAMES: Final = 7
"""Frames before that which belong to it: soft consonants lie below the level of voice."""
PAUSE_FRAMES: Final = 17
"""0.5 s without voice end an utterance, as they do in the recognisers."""
LATE_FRAMES: Final = 400
"""After 12 s the next gap between words ends it,"""
GAP_FRAMES: Final = 3
MOST_FRAMES: Final = 500
"""and after 15 s it ends wherever it is."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Piece:
    """More audio of an utterance. The first piece begins one; `ends` closes it."""

    start_s: float
    """Where the utterance starts, not the piece."""
    end_s: float
    """Where its last voice ended."""
    pcm: bytes
    begins: bool
    ends: bool


class Endpointer:
    """One channel at 16 kHz, from `at_s` seconds on."""

    def __init__(self, at_s: float = 0.0) -> None:
        self._at_s = at_s
        self._frame = 0
        """Frames seen."""
        self._left = np.empty(0, np.int16)
        self._levels: deque[float] = deque(maxlen=FLOOR_FRAMES)
        self._lead: deque[Samples] = deque(maxlen=LEAD_FRAMES + BEGIN_VOICED)
        self._voiced: deque[bool] = deque(maxlen=BEGIN_OF)
        self._first: int | None = None
        self._last_voiced = 0
        self._open: list[Samples] = []
        self._begins = False

    def hear(self, samples: Samples) -> list[Piece]:
        """The pieces that these samples make, in order."""
        joined = np.concatenate([self._left, samples])
        whole = len(joined) // FRAME * FRAME
        self._left = joined[whole:]
        found: list[Piece] = []
        for frame in joined[:whole].reshape(-1, FRAME):
            self._take(frame, found)
        if self._first is not None and self._open:
            found.append(self._piece(ends=False))
        return found

    def end(self) -> list[Piece]:
        """What is still open when the audio ends."""
        if self._first is None:
            return []
        self._open.append(self._left)
        return [self._piece(ends=True)]

    def _take(self, frame: Samples, found: list[Piece]) -> None:
        level = level_db(frame)
        self._levels.append(level)
        floor = float(np.percentile(np.fromiter(self._levels, np.float32), FLOOR_SHARE)) if len(self._levels) > BEGIN_OF else LEAST_DB
        voiced = level > max(LEAST_DB, min(floor, FLOOR_MOST_DB) + ABOVE_FLOOR_DB)
        self._frame += 1
        self._voiced.append(voiced)
        if voiced:
            self._last_voiced = self._frame
        if self._first is None:
            self._lead.append(frame)
            if sum(self._voiced) >= BEGIN_VOICED:
                self._begin()
            return
        self._open.append(frame)
        if self._over():
            found.append(self._piece(ends=True))

    def _begin(self) -> None:
        self._first = self._frame - len(self._lead)
        self._open, self._begins = list(self._lead), True
        self._lead.clear()

    def _over(self) -> bool:
        assert self._first is not None
        quiet, length = self._frame - self._last_voiced, self._frame - self._first
        return quiet >= PAUSE_FRAMES or (length >= LATE_FRAMES and quiet >= GAP_FRAMES) or length >= MOST_FRAMES

    def _piece(self, *, ends: bool) -> Piece:
        assert self._first is not None
        piece = Piece(
            start_s=round(self._at_s + self._first * FRAME_S, 3),
            end_s=round(self._at_s + max(self._first, self._last_voiced) * FRAME_S, 3),
            pcm=np.concatenate(self._open).astype("<i2").tobytes() if self._open else b"",
            begins=self._begins,
            ends=ends,
        )
        self._open, self._begins = [], False
        if ends:
            self._first = None
            self._voiced.clear()
        return piece


class Doubler:
    """8 kHz as 16 kHz: a sample between each two, by a windowed sinc over 16 neighbours; the pieces join without a seam, 1 ms late."""

    _HALF: Final = 8

    def __init__(self) -> None:
        place = np.arange(-self._HALF, self._HALF) + 0.5
        taps = np.sinc(place) * np.hanning(2 * self._HALF + 2)[1:-1]
        self._taps = (taps / taps.sum()).astype(np.float32)
        self._before = np.zeros(2 * self._HALF - 1, np.float32)

    def double(self, samples: Samples) -> Samples:
        """Twice as many samples."""
        known = np.concatenate([self._before, samples.astype(np.float32)])
        self._before = known[len(known) - len(self._before) :]
        if not len(samples):
            return np.empty(0, np.int16)
        between = np.convolve(known, self._taps, "valid")
        at = known[self._HALF - 1 : self._HALF - 1 + len(samples)]
        mixed = np.stack([at, between], axis=1).reshape(-1)
        doubled: Samples = np.clip(np.rint(mixed), -32768, 32767).astype(np.int16)
        return doubled


def level_db(frame: Samples) -> float:
    """Mean level, dB below full scale; -96 for digital silence."""
    power = float(np.mean(np.square(frame.astype(np.float32) / 32768)))
    return max(-96.0, 10 * float(np.log10(max(power, 1e-12))))
