"""A recogniser that understands loudness only: for tests of pipelines, and wherever many calls must be fast."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.stt.port import ChannelAudio
from schemas.documents import Value
from schemas.transcripts import Segment, TimedWord, Transcript

_FRAME: Final = 480
_FRAME_S: Final = 0.03


class FakeSpeech:
    """Hears a segment in every run of loud frames and a word in each of its seconds, named after the second it begins in."""

    name: ClassVar[str] = "fake"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    class Options(Value):
        """What counts as loud."""

        loud: int = Field(default=500, ge=0, le=32767, description="mean amplitude from which a frame of 30 ms is speech; lower hears noise")
        pause_s: float = Field(default=0.5, ge=0, description="seconds of quiet that end a segment")
        mumbled: bool = Field(default=False, description="understands no word of what it hears")

    def __init__(self, options: Options) -> None:
        self.options = options
        self.calls: list[ChannelAudio] = []

    @property
    def model(self) -> str:
        """No model."""
        return "loudness"

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """See `SpeechRecognizer.recognize`."""
        self.calls.append(audio)
        samples = np.abs(np.frombuffer(audio.pcm, "<i2").astype(np.int32))
        frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME).mean(axis=1)
        loud = np.flatnonzero(frames >= self.options.loud)
        breaks = np.flatnonzero(np.diff(loud) > self.options.pause_s / _FRAME_S)
        runs = np.split(loud, breaks + 1) if loud.size else []
        return Transcript(
            channel=audio.channel,
            duration_s=len(samples) / audio.sample_rate_hz,
            language=audio.language or "en",
            segments=tuple(self._segment(audio.offset_s, int(run[0]), int(run[-1]) + 1) for run in runs),
            adapter=f"{self.name}/{self.version}/{self.model}",
        )

    def _segment(self, offset_s: float, first: int, end: int) -> Segment:
        start_s, end_s = round(offset_s + first * _FRAME_S, 3), round(offset_s + end * _FRAME_S, 3)
        begins = [] if self.options.mumbled else np.arange(start_s, end_s, 1.0).tolist()
        words = [TimedWord(text=f"w{at:.0f}", start_s=at, end_s=min(at + 1, end_s), confidence=0.5) for at in begins]
        return Segment(start_s=start_s, end_s=end_s, words=tuple(words))
