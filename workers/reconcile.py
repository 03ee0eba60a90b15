"""Comparing a bucket with the ledger, so that a lost event is found.

New and changed objects are observed at once. Missing ones count as deleted only when the listing was complete and the store's marker is there; more
than a fifth of all missing (and more than a handful) is more likely a wrong mount than a clean-up: then a person is asked.
"""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.ledger.port import Ledger
from adapters.storage.port import ObjectStore
from schemas.errors import LedgerUnavailable, RejectedInput, ServiceUnavailable, TamizError
from schemas.keys import POSTS, is_sidecar, shown
from schemas.ledger import Seen
from workers.intake import Intake
from workers.listing import Keys, SortedEntries, differences

log = logging.getLogger("tamiz.reconcile")

BELIEVED_SHARE = 0.2
BELIEVED_COUNT = 5
"""So many missing objects are believed whatever their share."""

POST_GRACE = timedelta(seconds=10)
"""An upload this young is still being recorded by the API, with what its sender stated."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one comparison found."""

    listed: int
    complete: bool
    """The listing saw everything."""
    recorded: int
    """New and changed objects the ledger did not know."""
    gone: int
    """Documents deleted because their object is missing."""
    held: int
    """Missing objects that wait for a person."""


@dataclass
class _Findings:
    entries: SortedEntries
    changed: Keys
    missing: Keys
    sidecars: Keys
    listed: int = 0
    known: int = 0
    complete: bool = True


class Reconciler:
    """Compares one store with the ledger."""

    def __init__(self, ledger: Ledger, store: ObjectStore, intake: Intake) -> None:
        self._ledger = ledger
        self._store = store
        self._intake = intake
        self._lock = threading.Lock()
        self._seen_until: datetime | None = None
        """Newest change of the last complete comparison: sidecars older than that were looked at."""

    def run(self, stop: threading.Event, every_s: float) -> None:
        """Compare now and every `every_s` seconds, until `stop`. A store or ledger that cannot be reached is tried again next time."""
        while not stop.is_set():
            try:
                self.mark_when_new()
                self.compare()
            except TamizError as error:
                log.warning("reconciliation of %s: %s", self._store.source, error.message)
            stop.wait(every_s)

    def mark_when_new(self) -> None:
        """Mark a store the ledger knows nothing of. One it does know and that lost its marker may be a wrong mount: a person decides."""
        if not self._store.marked() and next(iter(self._ledger.known(self._store.source)), None) is None:
            self._store.mark()

    def compare(self, prefix: str = "") -> Reconciled:
        """Compare everything, or what lies below a folder that an event said has moved or gone: then what is missing is believed."""
        with self._lock, ExitStack() as files:
            changed, missing, sidecars = (files.enter_context(Keys()) for _ in range(3))
            found = _Findings(files.enter_context(SortedEntries()), changed, missing, sidecars)
            newest = self._list(prefix, found)
            with SortedEntries() as known:
                for item in self._ledger.known(self._store.source, prefix):
                    known.add(item.key, item.version)
                    found.known += 1
                for key, listed, _ in differences(found.entries, known):
                    (found.missing if listed is None else found.changed).add(key)
            recorded = sum(self._take(key) is Seen.NEW for key in found.changed)
            for key in found.sidecars:
                self._take(key)
            gone, held = self._judge_missing(prefix, found)
            if found.complete and not prefix:
                self._seen_until = newest
            return Reconciled(found.listed, found.complete, recorded, gone, held)

    def confirm(self) -> int:
        """A person confirms: what was held and is still missing is deleted. Returns how many."""
        with self._lock:
            gone = sum(self._observe(key) is Seen.GONE for key in self._ledger.held_deletions(self._store.source))
            self._ledger.hold_deletions(self._store.source, ())
            return gone

    def _list(self, prefix: str, found: _Findings) -> datetime | None:
        newest = self._seen_until
        try:
            for stat in self._store.list(prefix):
                if self._intake.leaves_alone(stat.ref.key):
                    continue
                found.listed += 1
                if stat.modified_at is not None and (newest is None or stat.modified_at > newest):
                    newest = stat.modified_at
                if not is_sidecar(stat.ref.key):
                    found.entries.add(stat.ref.key, stat.ref.version)
                elif prefix or self._seen_until is None or stat.modified_at is None or stat.modified_at >= self._seen_until:
                    found.sidecars.add(stat.ref.key)
        except (ServiceUnavailable, RejectedInput) as error:
            log.warning("the listing of %s is not complete, so nothing is taken for deleted: %s", self._store.source, error.message)
            found.complete = False
        return newest

    def _is_ready(self, key: str) -> bool:
        """Whether a new or changed object may be taken: nobody writes to it any more, and an upload's sender was heard."""
        try:
            if not self._store.settled(key):
                return False
            stat = self._store.stat(key) if key.startswith(POSTS) else None
        except (RejectedInput, ServiceUnavailable):
            return True  # observing it says what is wrong
        return stat is None or stat.modified_at is None or datetime.now(UTC) - stat.modified_at >= POST_GRACE

    def _judge_missing(self, prefix: str, found: _Findings) -> tuple[int, int]:
        missing = len(found.missing)
        if not found.complete or (missing and not self._store.marked()):
            return 0, 0
        if not prefix and missing > max(BELIEVED_COUNT, BELIEVED_SHARE * found.known):
            log.warning("%d of %d objects of %s are missing: `tamiz status` shows them, a person decides", missing, found.known, self._store.source)
            self._ledger.hold_deletions(self._store.source, list(found.missing))
            return 0, missing
        gone = sum(self._observe(key) is Seen.GONE for key in found.missing)
        if not prefix and self._ledger.held_deletions(self._store.source):
            self._ledger.hold_deletions(self._store.source, ())
        return gone, 0

    def _take(self, key: str) -> Seen | None:
        return self._observe(key) if self._is_ready(key) else None

    def _observe(self, key: str) -> Seen | None:
        """Record one key; a fault of one object keeps nobody from the others."""
        try:
            return self._intake.observe_key(key).outcome
        except LedgerUnavailable:
            raise
        except (RejectedInput, ServiceUnavailable) as error:
            log.warning("%s of %s was left out: %s", shown(key), self._store.source, error.message)
            return None
