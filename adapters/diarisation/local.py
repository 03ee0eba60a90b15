"""Tamiz' own diarisation, without trained models: it works on features that the call pipeline computes anyway, so nothing is heard here."""

from __future__ import annotations

from typing import ClassVar

from adapters.capabilities import Capabilities
from adapters.diarisation.port import SharedChannel
from schemas.documents import Value
from schemas.errors import AdapterDisabled
from schemas.transcripts import SpeakerStretch


class LocalDiariser:
    """Leaves it to the call pipeline (`workers/calls/voices`)."""

    name: ClassVar[str] = "local"
    version: ClassVar[str] = "2"
    capabilities: ClassVar[Capabilities] = Capabilities()

    class Options(Value):
        """Nothing to set."""

    def __init__(self, options: Options) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """No model beyond the recording itself."""
        return "voices"

    def separate(self, audio: SharedChannel, speakers: int | None = None) -> tuple[SpeakerStretch, ...]:  # noqa: ARG002 - the port's signature
        """Raises `AdapterDisabled`."""
        raise AdapterDisabled("the local diarisation is the call pipeline's own and listens to no audio itself; set TAMIZ_DIARISATION=pyannote")
