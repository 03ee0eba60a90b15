"""What the ledger says: observations, tasks, leases, outcomes and what the loader still owes the warehouse.

A *document* is one object of one source. Each new version of it, and each reprocessing, is a *run* (1, 2, ...). A run is worked off as *tasks*:
part 0 is the whole document (or the plan of its parts), parts 1..n are its parts, part -1 assembles them. A task is worked on under a *lease*, whose
attempt number rises per document and fences every write.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, JsonValue

from schemas.documents import CostClass, DocumentId, Kind, ObjectRef, ObjectStat, Requested, State, Value

WHOLE = 0
ASSEMBLY = -1


class TaskId(Value):
    """What travels through the broker, as `document:run:part`."""

    document_id: DocumentId
    run: int = Field(ge=1)
    part: int = Field(ge=-1)

    def __str__(self) -> str:
        return f"{self.document_id}:{self.run}:{self.part}"

    @classmethod
    def parse(cls, text: str) -> TaskId:
        """The task of a message. Raises `ValueError` for anything else."""
        document, run, part = text.split(":")
        return cls(document_id=document, run=int(run), part=int(part))


class Seen(StrEnum):
    """What an observation turned out to be."""

    NEW = "new"  # a version the ledger did not know: a run was created
    DUPLICATE = "duplicate"  # known already: nothing changed
    STALE = "stale"  # older than what is known, or than a tombstone: recorded as superseded
    GONE = "gone"  # nothing lies there now: the document is deleted
    UNKNOWN = "unknown"  # nothing lies there, and the ledger never knew it
    ERASED = "erased"  # this very version was erased: it stays away


class Observation(Value):
    """The ledger's answer to an event, an upload or a listing entry. The commit has happened."""

    document_id: DocumentId
    outcome: Seen
    run: int | None = None
    task: TaskId | None = Field(default=None, description="the task to dispatch, for a new version")
    queue: CostClass | None = None


class PartSpec(Value):
    """One part of a large document; `spec` is the pipeline's own description (pages 5-8, bytes 0-8388608, seconds 0-600)."""

    part_no: int = Field(ge=1)
    spec: dict[str, JsonValue] = Field(default_factory=dict)


class PartResult(Value):
    """What assembly needs to know of a finished part."""

    part_no: int
    result_key: str
    items: int = 0
    rows: dict[str, int] = Field(default_factory=dict, description="rows per table")
    languages: dict[str, int] = Field(default_factory=dict, description="items per language")
    votes: dict[str, dict[str, float]] = Field(default_factory=dict, description="what the part says of the whole document: answers by question")
    duration_ms: int = 0
    cost_usd: Decimal = Decimal("0.00")


class Lease(Value):
    """The right to work on a task until `lease_until`, extended by heartbeats. `attempt` is the fence of every write."""

    task: TaskId
    attempt: int = Field(ge=1)
    worker: str
    ref: ObjectRef
    size: int
    requested: Requested
    content_type: str | None = None
    object_metadata: dict[str, str] = Field(default_factory=dict)
    kind: Kind | None = Field(default=None, description="the routed kind, once known")
    media_type: str | None = None
    sha256: str | None = None
    pipeline_version: str | None = Field(default=None, description="for parts and assembly: as recorded by the plan")
    metadata: dict[str, JsonValue] = Field(default_factory=dict, description="for parts and assembly: merged metadata as recorded by the plan")
    part: PartSpec | None = Field(default=None, description="for a part task")
    parts: tuple[PartResult, ...] = Field(default=(), description="for an assembly task: all parts, in order")
    received_at: datetime
    quarantine: bool = Field(default=False, description="lost with its worker before: run it in a child of its own")
    erased_before: bool = Field(default=False, description="a version of this document was erased: ask `admit` before reading")


class Routed(Value):
    """What a worker learned on opening the object, recorded with the run."""

    kind: Kind
    media_type: str
    sha256: str
    queue: CostClass
    pipeline_version: str
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class Attachment(Value):
    """A file found inside a document, stored in the `attachments` source and to be ingested as a document of its own."""

    stat: ObjectStat
    name: str
    content_type: str | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict, description="what the parent says of it: its depth in nested messages")


class Done(Value):
    """A finished attempt."""

    result_key: str
    routed: Routed
    items: int = 0
    rows: dict[str, int] = Field(default_factory=dict)
    languages: dict[str, int] = Field(default_factory=dict)
    votes: dict[str, dict[str, float]] = Field(default_factory=dict)
    language: str | None = None
    duration_ms: int = 0
    cost_usd: Decimal = Decimal("0.00")
    kept: tuple[str, ...] = Field(default=(), description="keys of the kept engine outputs this attempt used")
    attachments: tuple[Attachment, ...] = ()


class Failure(Value):
    """A failed attempt, typed."""

    code: str
    message: str
    transient: bool = Field(description="worth another attempt")
    rejected: bool = Field(default=False, description="the sender's fault")
    crashed: bool = Field(default=False, description="the document's own parser child died: counted towards the three that make it dead")
    retry_after_s: float | None = None


class Due(Value):
    """A task to publish."""

    task: TaskId
    queue: CostClass


class Change(Value):
    """A document whose rows in the warehouse are out of date. `load_seq` orders all changes of the ledger."""

    document_id: DocumentId
    load_seq: int
    state: State = Field(description="extracted/loaded: replace its rows; rejected/dead: only its documents row; deleted/erased: remove everything")
    result_key: str | None = None
    run: int
    attempt: int = 0
    source: str
    key: str
    version: str
    kind: Kind | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    language: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    received_at: datetime
    extracted_at: datetime | None = None
    duration_ms: int | None = None
    cost_usd: Decimal = Decimal("0.00")
    pipeline_version: str | None = None
    parent_document_id: DocumentId | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class DocumentStatus(Value):
    """What `tamiz status ID` and `GET /documents/{id}` show: the newest run, and what the rows in force come from."""

    document_id: DocumentId
    source: str
    key: str
    state: State
    run: int
    attempt: int
    version: str
    kind: Kind | None
    media_type: str | None
    size_bytes: int | None
    sha256: str | None
    language: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    next_attempt_at: datetime | None = None
    received_at: datetime
    extracted_at: datetime | None = None
    loaded_at: datetime | None = None
    duration_ms: int | None = None
    cost_usd: Decimal = Decimal("0.00")
    pipeline_version: str | None = None
    result_key: str | None = Field(default=None, description="result in force: of this run, or of an earlier one while this one is worked on")
    loaded: bool = Field(description="the warehouse agrees with the ledger")
    parts_total: int = 0
    parts_done: int = 0
    parent_document_id: DocumentId | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class Transition(Value):
    """One line of the audit: who moved what from where to where, and why. Never holds a document's text."""

    document_id: DocumentId
    run: int
    part: int
    from_state: str
    to_state: str
    at: datetime
    attempt: int | None = None
    actor: str = ""
    reason: str = ""


class Counts(Value):
    """The ledger in numbers."""

    by_state: dict[State, int]
    waiting: int = Field(description="tasks not yet done, failed ones that will be retried included")
    published: dict[CostClass, int] = Field(default_factory=dict)
    pending_load: int = 0
    oldest_waiting_s: float | None = None
    held_deletions: int = Field(default=0, description="objects missing from a listing that a person must confirm")


class Swept(Value):
    """What one sweep did."""

    expired: int = 0
    dead: int = 0
    requeued: int = 0


class KnownObject(Value):
    """What the ledger believes lies in a source, for reconciliation."""

    document_id: DocumentId
    key: str
    version: str


class ApiKey(Value):
    """A stored API key: only its hash."""

    key_id: str
    role: str
    created_at: datetime
    revoked_at: datetime | None = None


def result_key(task: TaskId, attempt: int) -> str:
    """Where an attempt stores its result. The ledger records this key at the claim, so that what a lost attempt left behind is found and removed."""
    return f"results/{task.document_id}/{task.run}-{attempt}.json"
