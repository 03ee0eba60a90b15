"""Objects, documents and their versions: what was stored where, and what we call it."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

ObjectKey = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
"""Name of an object inside its source: UTF-8, `/` between levels, never absolute, no `.` or `..` level, no NUL."""

DocumentId = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{26}$")]


class Value(BaseModel):
    """Base of every frozen value of this package."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """What a document is understood as; one pipeline each."""

    BROCHURE = "brochure"
    CALL = "call"
    REVIEW = "review"
    MESSAGE = "message"
    DOCUMENT = "document"


class State(StrEnum):
    """Where a version stands. See DESIGN, States."""

    RECEIVED = "received"
    QUEUED = "queued"
    PROCESSING = "processing"
    ASSEMBLING = "assembling"
    EXTRACTED = "extracted"
    LOADED = "loaded"
    FAILED = "failed"
    DEAD = "dead"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    DELETED = "deleted"
    ERASED = "erased"


class CostClass(StrEnum):
    """The queue a task waits in: one per kind of load, `bulk` for parts of large documents and backfills."""

    TEXT = "text"
    OCR = "ocr"
    AUDIO = "audio"
    BULK = "bulk"


class ObjectRef(Value):
    """One exact version of one object."""

    source: str = Field(description="name of the configured source, e.g. `bucket`, `results`, `attachments`")
    key: ObjectKey
    version: str = Field(description="the store's version token: generation, versionId, or `inode-size-mtime_ns-ctime_ns` of a file")


class ObjectStat(Value):
    """What a store says about the version of an object that lies there now."""

    ref: ObjectRef
    size: int = Field(ge=0, description="bytes")
    modified_at: datetime | None = Field(default=None, description="UTC")
    content_type: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict, description="the object's user metadata")
    order_key: str | None = Field(default=None, description="the source's own order (generation, sequencer); None: our observation number orders")


class Requested(Value):
    """What the sender said beside the bytes: kind and metadata, and who asked."""

    kind: Kind | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    callback_url: str | None = None
    parent_document_id: DocumentId | None = None
    name: str | None = Field(default=None, description="the original file name, as data; never a path")


def document_id(source: str, key: str) -> DocumentId:
    """128 bits of sha256(source, key) in lower-case base32 (26 characters): the same for all versions of an object."""
    digest = hashlib.sha256(source.encode() + b"\0" + key.encode("utf-8", "surrogatepass")).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()
