"""The voice this machine has: espeak-ng when it is installed, else none."""

from __future__ import annotations

import shutil
from typing import ClassVar

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.tts.espeak import PROGRAM, REMEDY, EspeakVoice
from schemas.documents import Value
from schemas.errors import AdapterDisabled
from schemas.transcripts import SpokenAudio


class AutoVoice:
    """Looks for espeak-ng at every text, so that installing it needs no restart."""

    name: ClassVar[str] = "auto"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = EspeakVoice.capabilities

    class Options(Value):
        """What is passed on."""

        espeak_ng: EspeakVoice.Options = Field(default_factory=EspeakVoice.Options, description="options of espeak-ng")

    def __init__(self, options: Options) -> None:
        self.options = options
        self._espeak = EspeakVoice(options.espeak_ng)

    def speak(self, text: str, language: str, voice: str | None = None) -> SpokenAudio:
        """What espeak-ng says. Raises `AdapterDisabled` naming the remedy when it is not installed, and what `EspeakVoice` raises."""
        if shutil.which(PROGRAM) is None:
            raise AdapterDisabled(f"no voice is installed: {PROGRAM} is missing; {REMEDY}")
        return self._espeak.speak(text, language, voice)
