"""A clock that stands still until it is moved, and a hand that drives a ledger the way handlers, workers and the loader do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.ledger.port import Ledger
from schemas.documents import CostClass, DocumentId, Kind, ObjectRef, ObjectStat, Requested, State, document_id
from schemas.ledger import Attachment, Change, DocumentStatus, Done, Due, Failure, Lease, Observation, PartSpec, Routed, TaskId, result_key

LEASE_S = 15.0
SOURCE = "bucket"
ROUTED = Routed(kind=Kind.REVIEW, media_type="text/plain", sha256="ab", queue=CostClass.TEXT, pipeline_version="1", metadata={"store": "Nord"})
TRANSIENT = Failure(code="unavailable", message="the engine did not answer", transient=True)
TERMINAL = Failure(code="credentials", message="set the key", transient=False)
REJECTED = Failure(code="encrypted", message="the file needs a password", transient=False, rejected=True)
CRASHED = Failure(code="parser_crashed", message="the parser died", transient=False, crashed=True)


class ManualClock:
    """Seconds since 1970 that pass only when `advance` says so."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self.seconds = start

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


def stat(key: str, version: str, *, order: str | None = None, source: str = SOURCE, size: int = 3) -> ObjectStat:
    """What a store would say about a version."""
    return ObjectStat(ref=ObjectRef(source=source, key=key, version=version), size=size, content_type="text/plain", order_key=order)


def attachment(parent: DocumentId, number: int, version: str) -> Attachment:
    """An attachment of a message, as a pipeline reports it."""
    found = stat(f"{parent}/{number}", version, source="attachments")
    return Attachment(stat=found, name=f"file-{number}.txt", content_type="text/csv", metadata={"depth": 1})


class Driver:
    """Short words for what the other parts of Tamiz do with a ledger. `warehouse` holds what `load` has projected, by document."""

    def __init__(self, ledger: Ledger, clock: ManualClock) -> None:
        self.ledger = ledger
        self.clock = clock
        self.warehouse: dict[DocumentId, Change] = {}

    # --- sources ---

    def put(self, key: str = "a.txt", version: str = "1", requested: Requested | None = None, queue: CostClass = CostClass.TEXT) -> Observation:
        """A version lies at `key`, and somebody looks."""
        return self.ledger.observe(SOURCE, key, lambda: stat(key, version), requested, queue)

    def vanish(self, key: str = "a.txt") -> Observation:
        """Nothing lies at `key`, and somebody looks."""
        return self.ledger.observe(SOURCE, key, lambda: None)

    def created(self, version: str, order: str, key: str = "a.txt") -> Observation:
        """An ordered source tells of a version."""
        return self.ledger.record(stat(key, version, order=order))

    def deleted(self, order: str, key: str = "a.txt") -> Observation:
        """An ordered source tells of a deletion."""
        return self.ledger.record_deleted(SOURCE, key, order)

    # --- workers ---

    def claim(self, seen: Observation | TaskId | Due | Lease, worker: str = "worker-1") -> Lease:
        """Claim a task that is there to be claimed."""
        lease = self.ledger.claim(task_of(seen), worker, LEASE_S)
        assert lease is not None, f"{task_of(seen)} could not be claimed"
        return lease

    def claimable(self, seen: Observation | TaskId | Due | Lease) -> bool:
        """Whether somebody else would get the task now; they then have it."""
        return self.ledger.claim(task_of(seen), "worker-2", LEASE_S) is not None

    def finish(self, lease: Lease, **facts: Any) -> Sequence[Due]:
        """Complete an attempt."""
        return self.ledger.complete(lease, Done(result_key=result_key(lease.task, lease.attempt), routed=ROUTED, **facts))

    def extract(self, key: str = "a.txt", version: str = "1", **facts: Any) -> Lease:
        """A version comes and is worked off."""
        lease = self.claim(self.put(key, version))
        self.finish(lease, **facts)
        return lease

    def fail(self, lease: Lease, failure: Failure, max_attempts: int = 8) -> State:
        """Fail an attempt."""
        return self.ledger.fail(lease, failure, max_attempts)

    def split(self, lease: Lease, parts: int) -> list[TaskId]:
        """Split a document; the tasks of its parts."""
        self.ledger.split(lease, ROUTED, [PartSpec(part_no=number, spec={"page": number}) for number in range(1, parts + 1)])
        return [lease.task.model_copy(update={"part": number}) for number in range(1, parts + 1)]

    # --- loader and people ---

    def load(self) -> list[Change]:
        """Project every change, as the loader does, and say so."""
        loaded: list[Change] = []
        while changes := self.ledger.changes(100):
            for change in changes:
                self.warehouse[change.document_id] = change
            self.ledger.loaded([(change.document_id, change.load_seq) for change in changes])
            loaded += changes
        return loaded

    def status(self, key: str = "a.txt") -> DocumentStatus:
        """Where the document of `key` stands."""
        return self.ledger.document(document_id(SOURCE, key))

    def state(self, key: str = "a.txt") -> State:
        """Its state alone."""
        return self.status(key).state


def task_of(seen: Observation | TaskId | Due | Lease) -> TaskId:
    """The task an answer of the ledger is about."""
    task = seen if isinstance(seen, TaskId) else seen.task
    assert task is not None, f"{seen} made no task"
    return task
