"""Nobody is told apart."""

from __future__ import annotations

from typing import ClassVar

from adapters.capabilities import Capabilities
from adapters.diarisation.port import SharedChannel
from schemas.documents import Value
from schemas.transcripts import SpeakerStretch


class NoDiariser:
    """Diarisation switched off: whoever shares a channel is one speaker without a number."""

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(provides=("stretches",))

    class Options(Value):
        """Nothing to set."""

    def __init__(self, options: Options) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def separate(self, audio: SharedChannel, speakers: int | None = None) -> tuple[SpeakerStretch, ...]:  # noqa: ARG002 - the port's signature
        """Nobody."""
        return ()
