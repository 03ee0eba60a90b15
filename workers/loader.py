"""The loader: brings every change of the ledger that the warehouse does not show yet into it, whole documents at a time.

One loader works at a time, under the ledger's singleton lease; its epoch is the fence in the warehouse. The order is: read the results, replace in
one warehouse transaction, then tell the ledger. A crash between any two of them only makes the same replacement happen again.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from adapters.ledger.port import Ledger
from adapters.storage.port import ObjectStore
from adapters.warehouse.port import Warehouse
from schemas.documents import DocumentId
from schemas.errors import LeaseLost, RejectedInput, TamizError, TerminalError, TransientError
from schemas.ledger import Change
from schemas.warehouse import RowGroup
from workers.garbage import collection_put_off
from workers.loading import PartReader, Prepared, Preparer, SourceUri
from workers.results import Results

log = logging.getLogger("tamiz.loader")

LEASE = "loader"


@dataclass(frozen=True, slots=True)
class Pace:
    """How the loader spends its time and memory; seconds and bytes."""

    idle_s: float = 0.05
    """Pause between looks at the ledger while nothing changes: half of it is added to a review's way to SQL."""
    lease_s: float = 15.0
    standby_s: float = 1.0
    """Pause between two tries for the lease while another loader holds it."""
    documents: int = 500
    """Documents of one transaction: 500 reviews of one row take 56 ms in DuckDB, one alone 30."""
    batch_bytes: int = 4 * 1024**2
    """Bytes of result files of one transaction; a larger document goes alone, streamed."""
    backoff_s: float = 0.1
    """First pause after the warehouse or the ledger could not be used; doubles up to `max_backoff_s`."""
    max_backoff_s: float = 5.0
    skip_s: float = 1.0
    """First pause before a document that could not be loaded is tried again; doubles up to `max_skip_s`."""
    max_skip_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Skipped:
    """A document left out for now, and why. It stays pending in the ledger."""

    document_id: DocumentId
    load_seq: int
    code: str
    message: str
    tries: int
    again_at: float
    """Monotonic seconds."""


class Loader:
    """Loads until told to stop. One instance per process; not for several threads."""

    def __init__(
        self,
        ledger: Ledger,
        warehouse: Warehouse,
        results: ObjectStore,
        *,
        source_uri: SourceUri | None = None,
        ahead: PartReader | None = None,
        pace: Pace | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`source_uri` gives the address of rejected and dead documents, whose Extraction does not state it; `ahead` reads large ones' parts."""
        self._ledger = ledger
        self._warehouse = warehouse
        self._prepare = Preparer(Results(results), source_uri, self._between, ahead)
        self._pace = pace or Pace()
        self._clock = clock
        self._owner = _owner()
        self._epoch: int | None = None
        self._hold_again = 0.0
        self._skipped: dict[DocumentId, Skipped] = {}
        self._seen: int | None = None
        """The ledger's stamp at the last look that found nothing to do."""
        self._streamed: set[tuple[DocumentId, int]] = set()
        """Large documents that are being loaded, or were met while one was: others may pass them."""
        self._passed: int | None = None
        """The ledger's stamp at the last look for others."""

    @property
    def skipped(self) -> Sequence[Skipped]:
        """Documents that could not be loaded and wait for their next try."""
        return tuple(self._skipped.values())

    def run(self, stop: threading.Event) -> None:
        """Load until `stop` is set, then give the lease back. Outages of ledger and warehouse are waited out."""
        pause = self._pace.backoff_s
        while not stop.is_set():
            try:
                done = self.run_once()
            except TransientError as error:
                log.warning("loading waits: %s (%s)", error.message, error.code)
                stop.wait(pause)
                pause = min(pause * 2, self._pace.max_backoff_s)
                continue
            pause = self._pace.backoff_s
            if not done:
                stop.wait(self._pace.idle_s)
        self.release()

    def run_once(self) -> int:
        """One look at the ledger: load what has changed; the number of documents the ledger was told are loaded.

        0 when there is nothing to do or another loader holds the lease. Raises `TransientError` (`WarehouseBusy`, `ServiceUnavailable`,
        `StorageFull`, `LedgerUnavailable`): nothing is lost, the changes stay in the ledger.
        """
        loaded = 0
        try:
            if not self._hold():
                return 0
            stamp = self._ledger.stamp()
            if stamp is not None and stamp == self._seen:
                return 0
            changes = self._ledger.changes(self._pace.documents + len(self._skipped))
            self._seen = None if changes else stamp
            for batch in self._batches([change for change in changes if self._due(change)]):
                self._keep()
                loaded += self._replace(batch)
        except LeaseLost as error:
            log.warning("this loader gives up its lease: %s", error.message)
            self.release()
            self._owner = _owner()
            self._hold_again = self._clock() + self._pace.standby_s
        return loaded

    def release(self) -> None:
        """Give the lease back, so that the next loader need not wait for it to run out."""
        if self._epoch is None:
            return
        self._epoch = None
        try:
            self._ledger.drop(LEASE, self._owner)
        except TransientError as error:
            log.warning("the loader's lease runs out by itself: %s", error.message)

    def _hold(self) -> bool:
        """Take or extend the lease, at most every third of its length, so that an idle loader only reads."""
        now = self._clock()
        if now < self._hold_again:
            return self._epoch is not None
        self._epoch = self._ledger.hold(LEASE, self._owner, self._pace.lease_s)
        self._hold_again = now + (self._pace.standby_s if self._epoch is None else self._pace.lease_s / 3)
        return self._epoch is not None

    def _keep(self) -> None:
        """Extend the lease in the middle of long work. Raises `LeaseLost`."""
        if not self._hold():
            raise LeaseLost("another loader took the lease")

    def _between(self) -> None:
        """Between the parts of a document: keep the lease; others pass a large one where the warehouse can. Raises `LeaseLost`."""
        self._keep()
        if not self._streamed or "interleaving" not in self._warehouse.capabilities.provides:
            return
        try:
            self._pass_others()
        except TransientError as error:
            log.info("others wait until the large document is loaded: %s (%s)", error.message, error.code)

    def _pass_others(self) -> None:
        stamp = self._ledger.stamp()
        if stamp is not None and stamp == self._passed:
            return
        changes = self._ledger.changes(self._pace.documents + len(self._skipped) + len(self._streamed))
        self._passed = stamp
        others = [change for change in changes if self._due(change) and (change.document_id, change.load_seq) not in self._streamed]
        for batch in self._batches(others):
            if sum(item.size for item in batch) > self._pace.batch_bytes:
                self._streamed.update((item.change.document_id, item.change.load_seq) for item in batch)
            else:
                self._load(batch)

    def _due(self, change: Change) -> bool:
        skip = self._skipped.get(change.document_id)
        return skip is None or skip.load_seq != change.load_seq or self._clock() >= skip.again_at

    def _batches(self, changes: Sequence[Change]) -> Iterator[list[Prepared]]:
        """Bounded groups of documents for one transaction each, in order; documents that cannot be read are skipped.

        Raises the store's `TransientError` when not one of them could be read: the store is down, not a document broken.
        """
        batch: list[Prepared] = []
        size, readable, outage = 0, False, None
        for change in changes:
            try:
                prepared = self._prepare(change)
            except (RejectedInput, TerminalError, TransientError) as error:
                self._skip(change.document_id, change.load_seq, error)
                outage = error if isinstance(error, TransientError) else outage
                continue
            readable = True
            if batch and (size + prepared.size > self._pace.batch_bytes or len(batch) >= self._pace.documents):
                yield batch
                batch, size = [], 0
            batch.append(prepared)
            size += prepared.size
        if batch:
            yield batch
        if outage is not None and not readable:
            raise outage

    def _replace(self, batch: Sequence[Prepared]) -> int:
        """Load; a large document is one that others may pass."""
        if sum(item.size for item in batch) > self._pace.batch_bytes:
            self._streamed.update((item.change.document_id, item.change.load_seq) for item in batch)
        try:
            return self._load(batch)
        finally:
            self._streamed.clear()

    def _load(self, batch: Sequence[Prepared]) -> int:
        """One transaction, then the ledger's note; when a document spoils it, each document by itself."""
        assert self._epoch is not None
        groups = [RowGroup(item.change.document_id, item.change.load_seq, item.rows, item.size) for item in batch]
        try:
            with collection_put_off():
                loads = self._warehouse.replace(groups, self._epoch)
        except (RejectedInput, TerminalError) as error:
            if len(batch) > 1:
                return sum(self._load([item]) for item in batch)
            self._skip(groups[0].document_id, groups[0].load_seq, error)
            return 0
        self._ledger.loaded(loads)
        for document, _ in loads:
            self._skipped.pop(document, None)
        return len(loads)

    def _skip(self, document: DocumentId, load_seq: int, error: TamizError) -> None:
        before = self._skipped.get(document)
        tries = before.tries + 1 if before and before.load_seq == load_seq else 1
        longest = self._pace.max_backoff_s if isinstance(error, TransientError) else self._pace.max_skip_s
        again_at = self._clock() + min(self._pace.skip_s * 2 ** min(tries - 1, 20), longest)
        self._skipped[document] = Skipped(document, load_seq, error.code, error.message, tries, again_at)
        log.warning("document %s is not loaded yet: %s (%s, try %d)", document, error.message, error.code, tries)


def _owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
