"""Port of diarisation: who speaks when on one channel that several people share.

An adapter whose capabilities provide `stretches` is asked; one that does not leaves it to the caller's own means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from adapters.capabilities import Adapter
from schemas.transcripts import SpeakerStretch

RATE_HZ = 16_000
"""Of all audio here."""


@dataclass(frozen=True, slots=True)
class SharedChannel:
    """One channel of a recording. Nothing is decoded before `blocks` is called; each call reads it anew."""

    fingerprint: str
    """Tells this audio from any other: what is kept is found by it."""
    duration_s: float
    blocks: Callable[[], Iterator[bytes]]
    """Mono 16-bit little-endian PCM at 16 kHz in pieces of any length, without holes."""

    @property
    def size_bytes(self) -> int:
        """Bytes of all blocks."""
        return round(self.duration_s * RATE_HZ) * 2


class Diariser(Adapter, Protocol):
    """Tells voices apart."""

    @property
    def model(self) -> str:
        """Name of the model in use."""
        ...

    def separate(self, audio: SharedChannel, speakers: int | None = None) -> tuple[SpeakerStretch, ...]:
        """Who speaks when, seconds from the first block, in order and without overlap.

        `speakers`: how many there are, where somebody knows. Raises `AdapterDisabled`, `ModelMissing`, `ModelDamaged`, `MemoryLimit`,
        `TooLarge` or a `TransientError`.
        """
        ...
