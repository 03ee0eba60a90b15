"""What parent and parser child say to each other about one attempt. The child has read hostile bytes: the parent checks every answer."""

from __future__ import annotations

import os
import stat
from decimal import Decimal
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import Field, JsonValue

from schemas.documents import CostClass, DocumentId, Kind, Value
from schemas.errors import EngineOutputInvalid
from schemas.ledger import PartSpec
from schemas.settings import KeyPattern

INPUT = "input"
"""Name of the spooled object in the child's workdir."""

SIDECAR = "sidecar"
"""Name of the spooled `<name>.meta.json`, when there is one."""

OUT = "out"
"""Folder in the child's workdir for what the attempt produces."""

RESULT = "result.json"
"""Name of the Extraction's file in `OUT`."""


class WorkRequest(Value):
    """One attempt at a document or a part."""

    document_id: DocumentId
    key: str
    name: str
    source_uri: str
    version: str
    size_bytes: int = Field(ge=0)
    sha256: str
    kind: Kind | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    user_metadata: dict[str, str] = Field(default_factory=dict)
    pattern: KeyPattern | None = None
    has_sidecar: bool = False
    part: PartSpec | None = None
    keeps_audio: bool = Field(default=False, description="whether a redacted copy of a call's audio in `OUT` is wanted")
    unpacked_from: str | None = Field(default=None, description="type of the object, when INPUT is what an earlier attempt unpacked of it")
    parent_document_id: DocumentId | None = None
    queues: tuple[CostClass, ...] = Field(default=(), description="queues this worker serves; a document of another is handed back; empty: all")


class FoundFile(Value):
    """An attachment the child wrote to `OUT/attachment-<number>`."""

    number: int = Field(ge=1, le=100_000)
    name: Annotated[str, Field(max_length=4096)]
    content_type: str | None = None


class WorkReply(Value):
    """What came of it: parts, a hand-back to another queue, or a result."""

    kind: Kind
    media_type: str
    queue: CostClass
    pipeline_version: str
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    hand_back: bool = False
    parts: tuple[PartSpec, ...] = ()
    items: int = Field(default=0, ge=0)
    rows: dict[str, int] = Field(default_factory=dict)
    languages: dict[str, int] = Field(default_factory=dict)
    votes: dict[str, dict[str, float]] = Field(default_factory=dict)
    language: str | None = None
    duration_ms: int = Field(default=0, ge=0)
    cost_usd: Decimal = Decimal("0.00")
    attachments: tuple[FoundFile, ...] = ()
    crops: bool = Field(default=False, description="whether there is an archive of crops in `OUT`")
    redacted_audio: bool = Field(default=False, description="whether there is a redacted copy of the audio in `OUT`")
    replies: tuple[Annotated[int, Field(ge=1, le=50)], ...] = Field(default=(), max_length=50, description="numbers of the spoken replies in `OUT`")


def unpacked_name(sha256: str) -> str:
    """Name in `OUT` of what an attempt unpacked of the object: planning and reading share it, and so do the parts of a large document."""
    return f"unpacked-{sha256[:16]}"


def kept_file(left: Path, into: Path) -> bool:
    """Link a file the child left to `into`; False when it left none. Raises `EngineOutputInvalid` for what is no regular file."""
    try:
        os.link(left, into, follow_symlinks=False)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise EngineOutputInvalid(f"the parser child left a {left.name} that cannot be kept") from error
    if not stat.S_ISREG(into.lstat().st_mode):
        into.unlink()
        raise EngineOutputInvalid(f"the parser child left a {left.name} that is no file")
    return True


def opened(path: Path) -> BinaryIO:
    """Open a file the child wrote, refusing anything but a regular file: a link would make us read for it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise EngineOutputInvalid(f"the parser child left no {path.name}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise EngineOutputInvalid(f"the parser child left a {path.name} that is no file")
    return os.fdopen(descriptor, "rb")
