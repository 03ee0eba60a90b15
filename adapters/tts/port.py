"""Port of speech synthesis."""

from __future__ import annotations

from typing import ClassVar, Protocol

from pydantic import BaseModel

from adapters.capabilities import Capabilities
from schemas.transcripts import SpokenAudio


class SpeechSynthesizer(Protocol):
    """Speaks a text."""

    name: ClassVar[str]
    version: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    options: BaseModel

    def speak(self, text: str, language: str) -> SpokenAudio:
        """Mono PCM of the spoken text; `language` is BCP 47. Raises `LanguageUnsupported`, `ProgramMissing`, `AdapterDisabled`."""
        ...
