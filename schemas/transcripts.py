"""Speech as recognisers return it. Times are seconds from the start of the recording."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, model_validator

from schemas.documents import Value


class TimedWord(Value):
    """One recognised word on one channel."""

    text: str
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    confidence: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _forward(self) -> TimedWord:
        if self.end_s < self.start_s:
            raise ValueError("a word ends after it starts")
        return self


class Segment(Value):
    """A stretch of speech between pauses, with the words heard in it; no words: speech nobody understood."""

    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    words: tuple[TimedWord, ...] = ()

    @property
    def text(self) -> str:
        """The words, joined by single spaces."""
        return " ".join(word.text for word in self.words)


class Transcript(Value):
    """What one engine heard on one channel."""

    channel: int = Field(ge=0, description="0 is the first channel of the recording")
    duration_s: float = Field(ge=0)
    language: str = Field(description="BCP 47")
    segments: tuple[Segment, ...] = ()
    adapter: str = Field(description="name/version/model of the recogniser that ran")
    why: str = Field(default="", description="why this engine was chosen, where `auto` chose it")


class SpeakerStretch(Value):
    """Somebody talks, seconds from the audio's start. Speakers count from 1 in order of their first word."""

    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    speaker: int = Field(ge=1)
    confidence: float = Field(ge=0, le=1)


class AudioFormat(Value):
    """What a decoder found in a recording."""

    container: str
    codec: str
    sample_rate_hz: int = Field(gt=0)
    channels: int = Field(ge=1)
    duration_s: float = Field(ge=0)


class SpokenAudio(Value):
    """Synthesised speech: mono 16-bit little-endian PCM."""

    pcm: bytes
    sample_rate_hz: int = Field(gt=0)
    adapter: str
    cost_usd: Decimal = Field(default=Decimal(0), ge=0, description="US dollars the voice's service asks for it")
