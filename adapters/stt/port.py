"""Port of the speech recognisers: one channel of audio in, a `Transcript` of words with times out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from adapters.capabilities import Adapter, Readiness
from schemas.documents import Value
from schemas.transcripts import Transcript

__all__ = ["ChannelAudio", "Readiness", "SpeechRecognizer", "whole"]


class ChannelAudio(Value):
    """One channel of a recording, or a stretch of it: mono 16-bit little-endian PCM at 16 kHz."""

    pcm: bytes
    sample_rate_hz: int = 16_000
    channel: int = 0
    offset_s: float = 0.0
    """Where this stretch starts in the recording; times in the transcript are from the recording's start."""
    language: str | None = None
    """BCP 47 when known; None lets the engine decide."""
    vocabulary: tuple[str, ...] = ()
    """Product and brand names worth expecting."""


class SpeechRecognizer(Adapter, Protocol):
    """Turns speech into words with times."""

    @property
    def model(self) -> str:
        """Name of the model in use (for `auto`: `engine/model` of the engine that will run)."""
        ...

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """Words with times and confidences; silence gives no segments.

        Raises `LanguageUnsupported` when `audio.language` is none of its own, `ModelMissing`, `CredentialsMissing`, `AdapterDisabled`
        or a `TransientError`.
        """
        ...


def whole(audio: Iterable[ChannelAudio], engine: SpeechRecognizer) -> tuple[Transcript, ...]:
    """Recognise several stretches in order; engines with batches of their own may do better."""
    return tuple(engine.recognize(stretch) for stretch in audio)
