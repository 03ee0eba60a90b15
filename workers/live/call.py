"""A call while it is held: interleaved PCM in, partial and final utterances of its channels out. Pure but for the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from adapters.stt.live import RATE_HZ, Begin, Stretch
from schemas.live import Heard, StreamStart
from workers.live.endpointing import Doubler, Endpointer, Piece

SAMPLE_BYTES: Final = 2


@dataclass
class _Channel:
    endpointer: Endpointer
    doubler: Doubler = field(default_factory=Doubler)
    stretch: Stretch | None = None
    said: str = ""
    """The partial that was sent last of the open utterance."""


class LiveCall:
    """One stream. `at_s` is where it goes on when a child before this one died."""

    def __init__(self, start: StreamStart, begin: Begin, at_s: float = 0.0) -> None:
        self._start = start
        self._begin = begin
        self._channels = [_Channel(Endpointer(at_s)) for _ in range(start.channels)]

    def hear(self, pcm: bytes) -> list[Heard]:
        """What these samples tell; `pcm` holds whole samples of all channels."""
        samples = np.frombuffer(pcm, "<i2").reshape(-1, len(self._channels))
        found: list[Heard] = []
        for number, channel in enumerate(self._channels):
            one = np.ascontiguousarray(samples[:, number])
            doubled = channel.doubler.double(one) if self._start.sample_rate < RATE_HZ else one
            found += self._told(number, channel, channel.endpointer.hear(doubled))
        return found

    def end(self) -> list[Heard]:
        """What is left when the call ends."""
        return [heard for number, channel in enumerate(self._channels) for heard in self._told(number, channel, channel.endpointer.end())]

    def _told(self, number: int, channel: _Channel, pieces: list[Piece]) -> list[Heard]:
        found: list[Heard] = []
        for piece in pieces:
            if piece.begins or channel.stretch is None:
                channel.stretch, channel.said = self._begin(number, piece.start_s), ""
            text = channel.stretch.hear(piece.pcm)
            if piece.ends:
                found += self._final(number, channel, piece)
            elif text and text != channel.said:
                channel.said = text
                found.append(Heard(type="partial", channel=number, start_s=piece.start_s, end_s=max(piece.start_s, piece.end_s), text=text))
        return found

    @staticmethod
    def _final(number: int, channel: _Channel, piece: Piece) -> list[Heard]:
        """The utterance, closed; nothing for a noise of which nothing was said."""
        assert channel.stretch is not None
        words, said = channel.stretch.finish(), channel.said
        channel.stretch, channel.said = None, ""
        if not words and not said:
            return []
        sure = round(sum(word.confidence for word in words) / len(words), 4) if words else 0.0
        text = " ".join(word.text for word in words)
        return [Heard(type="final", channel=number, start_s=piece.start_s, end_s=max(piece.start_s, piece.end_s), text=text, confidence=sure)]
