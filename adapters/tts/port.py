"""Port of speech synthesis."""

from __future__ import annotations

from typing import Protocol

from adapters.capabilities import Adapter
from schemas.transcripts import SpokenAudio


class SpeechSynthesizer(Adapter, Protocol):
    """Speaks a text."""

    def speak(self, text: str, language: str, voice: str | None = None) -> SpokenAudio:
        """Mono PCM of the spoken text; `language` is BCP 47, `voice` one of the engine's own, its choice where None.

        Raises `LanguageUnsupported`, `ProgramMissing`, `AdapterDisabled`.
        """
        ...
