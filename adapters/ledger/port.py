"""Port of the ledger: the record of every document, version, run, task, attempt and lease.

Everything here is one short transaction. Times come from the database's own clock. A write under a lease carries the lease's attempt number; a
write whose attempt is no longer the current one raises `LeaseLost` and changes nothing. When the database cannot be reached or stays locked,
every method raises `LedgerUnavailable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from adapters.capabilities import Adapter
from schemas.documents import CostClass, DocumentId, Kind, ObjectStat, Requested, State
from schemas.ledger import (
    ApiKey,
    Change,
    Counts,
    DocumentStatus,
    Done,
    Due,
    Failure,
    KnownObject,
    Lease,
    Observation,
    PartSpec,
    Routed,
    Swept,
    TaskId,
    Transition,
)

Probe = Callable[[], ObjectStat | None]
"""Looks at what lies at a key now. Called inside the transaction that holds the document, so that the last look is the one recorded."""


class Ledger(Adapter, Protocol):
    """The single record; the broker is only transport."""

    def migrate(self) -> None:
        """Create or extend the schema, additively. Raises `SchemaTooNew` when a newer Tamiz wrote it."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...

    # --- intake ---

    def observe(self, source: str, key: str, probe: Probe, requested: Requested | None = None, queue: CostClass = CostClass.TEXT) -> Observation:
        """Record what lies at (source, key) now, for sources without an order of their own (folders).

        A version token unlike the newest one makes a run and supersedes the work on the older one; nothing there makes the document deleted.
        `requested` None keeps what an earlier observation of the same document stated.
        """
        ...

    def record(self, stat: ObjectStat, requested: Requested | None = None, queue: CostClass = CostClass.TEXT) -> Observation:
        """Record a created version of a source with an order of its own (`stat.order_key`): an older one than the newest known is stale."""
        ...

    def record_deleted(self, source: str, key: str, order_key: str) -> Observation:
        """Record a deletion of a source with an order of its own; the tombstone keeps `order_key`."""
        ...

    def begin_idempotent(self, key: str, fingerprint: str, document: DocumentId) -> DocumentId | None:
        """Remember that Idempotency-Key `key` made `document`; the earlier document when the key is known. Raises `Conflict` for other bytes."""
        ...

    # --- work ---

    def openings(self, queues: Sequence[CostClass], window: int) -> Sequence[CostClass]:
        """Those of `queues` where tasks wait and at least half of the window is free. Only reads, so that it may be asked after every attempt."""
        ...

    def publishable(self, queue: CostClass, window: int) -> Sequence[Due]:
        """Mark as published, and return, as many waiting tasks as keep at most `window` of `queue` published and not yet claimed."""
        ...

    def claim(self, task: TaskId, worker: str, lease_s: float) -> Lease | None:
        """Take the task: counts the attempt first. None when it is done, superseded, not due, or somebody holds a lease that has not run out."""
        ...

    def heartbeat(self, lease: Lease, lease_s: float) -> None:
        """Extend the lease. Raises `LeaseLost`."""
        ...

    def routed(self, lease: Lease, routed: Routed) -> None:
        """Record kind, type and hash. Raises `LeaseLost`."""
        ...

    def admit(self, lease: Lease, sha256: str) -> None:
        """Whether bytes with this hash may be read, asked before they are. Raises `LeaseLost` when they were erased before under another version
        (a backup was restored): the document is deleted then."""
        ...

    def keep(self, lease: Lease, key: str) -> None:
        """Count a kept engine output as this document's, before and after it is stored: the last document erased removes it, however the attempt
        ends. Raises `LeaseLost`."""
        ...

    def requeue(self, lease: Lease, queue: CostClass) -> None:
        """Give the task back uncounted, to another queue (it turned out to be of another cost class). Raises `LeaseLost`."""
        ...

    def release(self, lease: Lease) -> None:
        """Give the task back uncounted (shutdown). A lease already lost is no error."""
        ...

    def split(self, lease: Lease, routed: Routed, parts: Sequence[PartSpec]) -> None:
        """The document is large: its plan is done, `parts` become tasks of the bulk queue, and assembly is due when all are done."""
        ...

    def complete(self, lease: Lease, done: Done) -> Sequence[Due]:
        """The attempt's result is the truth now. Raises `LeaseLost`.

        For the whole document or its assembly: the run is `extracted`, its result is in force, attachments become documents (those of the
        run before that are not among them are deleted), kept outputs are counted. For a part: assembly becomes due with the last one.
        """
        ...

    def fail(self, lease: Lease, failure: Failure, max_attempts: int) -> State:
        """Record the failure and decide: `failed` with `next_attempt_at` (exponential backoff with jitter, or retry_after), `dead`, `rejected`.

        Crashes count on their own: the third makes the document dead. A rejected or dead newer version removes the older version's facts; a
        failed reprocessing leaves the rows as they were. Raises `LeaseLost`.
        """
        ...

    def supersede(self, lease: Lease) -> None:
        """The object changed while it was read: this run is superseded (the caller observes the key again)."""
        ...

    # --- upkeep ---

    def sweep(self, publish_timeout_s: float, max_lost: int = 10) -> Swept:
        """Expire leases (an attempt lost with its worker is redone, dead after `max_lost`), make overdue published tasks publishable again,
        move failed tasks that are due back to waiting, and make assemblies due whose parts are all done."""
        ...

    def free_all(self) -> int:
        """Free every lease without counting: for the exclusive owner of the data directory at its start. Returns how many."""
        ...

    def hold(self, name: str, owner: str, seconds: float) -> int | None:
        """Take or extend the singleton lease `name` (loader, sweeper); its epoch, which rises with every new owner, or None when another holds it."""
        ...

    def drop(self, name: str, owner: str) -> None:
        """Give the singleton lease back."""
        ...

    def known(self, source: str, prefix: str = "") -> Iterator[KnownObject]:
        """Every object of `source` that the ledger believes to be there, streamed in key order."""
        ...

    def hold_deletions(self, source: str, keys: Sequence[str]) -> None:
        """Objects missing from a listing that are too many to be believed: a person confirms or dismisses them. Replaces what was held."""
        ...

    def held_deletions(self, source: str) -> Sequence[str]:
        """Keys that wait for a person."""
        ...

    # --- load ---

    def stamp(self) -> int | None:
        """A number that another one follows whenever anybody has committed anything; None where only looking tells."""
        ...

    def changes(self, limit: int) -> Sequence[Change]:
        """Documents whose warehouse rows are out of date, oldest change first."""
        ...

    def loaded(self, loads: Sequence[tuple[DocumentId, int]]) -> None:
        """The warehouse has committed these (document, load_seq); a document that changed since stays pending."""
        ...

    def reload_all(self) -> int:
        """Mark every document as not loaded, to rebuild the warehouse. Returns how many."""
        ...

    # --- people ---

    def reprocess(self, document: DocumentId, queue: CostClass = CostClass.BULK) -> Observation:
        """A new run of the newest version. Raises `NotFound`."""
        ...

    def redrive(self, document: DocumentId) -> Observation:
        """Try a dead, failed or rejected document again, its counters at zero. Raises `NotFound`, `Conflict` when it is in no such state."""
        ...

    def erase(self, document: DocumentId, actor: str) -> Sequence[str]:
        """Begin erasure: the document is `erased` for the loader, its payload in the ledger is gone, a keyed hash keeps this version away.
        Returns the keys (result files, kept outputs no other document uses) the caller removes before `erased`; repeatable after a crash.
        Attachments are erased with their message: their results are among the keys. Raises `NotFound`."""
        ...

    def erasures(self) -> Sequence[DocumentId]:
        """Erasures begun and not finished."""
        ...

    def erased(self, document: DocumentId) -> None:
        """Everything the ledger named is removed."""
        ...

    def garbage(self, limit: int) -> Sequence[str]:
        """Keys of result files that no run in force names any more (superseded runs, lost attempts recorded at claim); the caller removes them."""
        ...

    def collected(self, keys: Sequence[str]) -> None:
        """These result files are gone."""
        ...

    def document(self, document: DocumentId) -> DocumentStatus:
        """One document. Raises `NotFound`."""
        ...

    def documents(
        self, *, state: State | None = None, kind: Kind | None = None, after: DocumentId | None = None, limit: int = 100
    ) -> Sequence[DocumentStatus]:
        """Documents in id order, a page at a time."""
        ...

    def children(self, document: DocumentId) -> Sequence[DocumentStatus]:
        """The documents of a message's attachments."""
        ...

    def history(self, document: DocumentId) -> Sequence[Transition]:
        """The audit of one document, oldest first."""
        ...

    def counts(self) -> Counts:
        """The ledger in numbers."""
        ...

    # --- API keys ---

    def add_key(self, key_id: str, sha256: str, role: str) -> None:
        """Store a key's hash."""
        ...

    def revoke_key(self, key_id: str) -> None:
        """Raises `NotFound`."""
        ...

    def keys(self) -> Sequence[ApiKey]:
        """All keys, hashes left out."""
        ...

    def role_of(self, sha256: str) -> str | None:
        """The role of the key with this hash; None when there is none or it is revoked."""
        ...
