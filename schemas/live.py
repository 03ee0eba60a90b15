"""What is said on `WS /calls/stream`. Times are seconds from the first sample of the stream."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from schemas.documents import DocumentId, Value


class StreamStart(Value):
    """The first frame of a stream, as JSON; binary frames of 16-bit little-endian PCM follow, the channels' samples in turn."""

    sample_rate: Literal[8000, 16000] = Field(description="samples a second of each channel")
    channels: Literal[1, 2] = 1
    language: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47; left out, the recogniser decides")
    metadata: dict[str, JsonValue] = Field(
        default_factory=dict, description="facts of the call, as for any upload; `started_at` is set when left out"
    )


class StreamEnd(Value):
    """The last frame: all was sent."""

    end: Literal[True]


class StreamReady(Value):
    """The recogniser has loaded and listens."""

    type: Literal["ready"] = "ready"
    adapter: str = Field(description="name/version/model of what listens")


class Heard(Value):
    """What is understood of an utterance: so far, or finally. Finals of a channel follow each other; a partial is replaced by the next message of its
    channel. The rows of the finished call are made anew from the whole recording and may differ."""

    type: Literal["partial", "final"]
    channel: int = Field(ge=0)
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    text: str = Field(description="empty in a final that takes its partials back: it was no speech")
    confidence: float | None = Field(default=None, ge=0, le=1, description="mean of the words'; finals only")


class StreamDone(Value):
    """The call is recorded and will be handled as any other."""

    type: Literal["done"] = "done"
    document_id: DocumentId
    status_url: str
    duration_s: float = Field(ge=0)


all_heard: TypeAdapter[list[Heard]] = TypeAdapter(Annotated[list[Heard], Field(max_length=1000)])
"""Reads what a recogniser's child answers."""
