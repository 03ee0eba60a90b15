"""A diariser that hears nothing: speakers take turns of a fixed length."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.diarisation.port import SharedChannel
from schemas.documents import Value
from schemas.transcripts import SpeakerStretch


class TurnTaking:
    """Counts what it was asked, and reads the audio it is given."""

    name: ClassVar[str] = "turn-taking"
    version: ClassVar[str] = "1"
    model: ClassVar[str] = "clock"

    class Options(Value):
        """Who speaks how long."""

        turn_s: float = Field(default=5.0, gt=0, description="seconds of each turn")
        speakers: int = Field(default=2, ge=1, description="speakers in turn, where nobody states how many")
        max_bytes: int | None = Field(default=None, description="largest audio in bytes; None: any")

    def __init__(self, options: Options) -> None:
        self.options = options
        self.capabilities = Capabilities(provides=("stretches",), max_bytes=options.max_bytes)
        self.asked: list[tuple[str, float, int, int | None]] = []

    def separate(self, audio: SharedChannel, speakers: int | None = None) -> tuple[SpeakerStretch, ...]:
        """Turns over the whole audio."""
        size = sum(len(block) for block in audio.blocks())
        self.asked.append((audio.fingerprint, audio.duration_s, size, speakers))
        many, turn_s, end_s = speakers or self.options.speakers, self.options.turn_s, size / 32_000
        return tuple(
            SpeakerStretch(start_s=turn * turn_s, end_s=min(end_s, (turn + 1) * turn_s), speaker=turn % many + 1, confidence=0.9)
            for turn in range(int(-(-end_s // turn_s)))
        )
