"""No recogniser: calls are refused with the remedy, never answered with silence."""

from __future__ import annotations

from typing import ClassVar

from adapters.capabilities import Capabilities
from adapters.stt.port import ChannelAudio
from schemas.documents import Value
from schemas.errors import AdapterDisabled
from schemas.transcripts import Transcript


class NoSpeech:
    """Speech recognition switched off."""

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    class Options(Value):
        """Nothing to set."""

    def __init__(self, options: Options) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def recognize(self, audio: ChannelAudio) -> Transcript:  # noqa: ARG002 - the port's signature
        """Raises `AdapterDisabled`."""
        raise AdapterDisabled("speech recognition is off (TAMIZ_STT=none); set TAMIZ_STT=auto and reprocess the call")
