"""No voice: speaking is refused with the remedy."""

from __future__ import annotations

from typing import ClassVar

from adapters.capabilities import Capabilities
from schemas.documents import Value
from schemas.errors import AdapterDisabled
from schemas.transcripts import SpokenAudio


class NoVoice:
    """Speech synthesis switched off."""

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    class Options(Value):
        """Nothing to set."""

    def __init__(self, options: Options) -> None:
        self.options = options

    def speak(self, text: str, language: str, voice: str | None = None) -> SpokenAudio:  # noqa: ARG002 - the port's signature
        """Raises `AdapterDisabled`."""
        raise AdapterDisabled("speech synthesis is off (TAMIZ_TTS=none); install espeak-ng and set TAMIZ_TTS=auto")
