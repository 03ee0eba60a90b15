"""The one door for "something lies, or lay, at this key": watch, reconciliation, uploads and the CLI all come through here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from adapters.ledger.port import Ledger
from adapters.storage.port import ObjectStore
from schemas.documents import CostClass, DocumentId, ObjectStat, Requested, State, document_id
from schemas.errors import ServiceUnavailable
from schemas.keys import MARKER, check_key, described_by, ignored, is_sidecar, shown
from schemas.ledger import WHOLE, Observation, Seen
from schemas.settings import Settings
from workers.routing import guess_queue

Dispatch = Callable[[CostClass], object]
"""Publish what waits in a queue; best effort, never raises."""


class Intake:
    """Looks at keys of one store and records what lies there."""

    def __init__(self, ledger: Ledger, store: ObjectStore, settings: Settings, dispatch: Dispatch) -> None:
        self.store = store
        self._ledger = ledger
        self._dispatch = dispatch
        self._own = own_prefix(settings)

    def observe_key(self, key: str, requested: Requested | None = None) -> Observation:
        """Record what lies at `key` now, and publish its task when that is new.

        A key that is left alone (hidden, unfinished, a result of ours) is UNKNOWN. A sidecar re-derives the document it describes. Raises
        `UnsafeName`; `ServiceUnavailable` when nothing is there but the store's marker is missing too; `LedgerUnavailable`.
        """
        check_key(key)
        if self.leaves_alone(key):
            return Observation(document_id=document_id(self.store.source, key), outcome=Seen.UNKNOWN)
        if is_sidecar(key):
            return self._observe_described(key)
        return self._observe(key, requested)

    def observe_below(self, prefix: str) -> None:
        """Compare all that lies below `prefix` (a folder's key with its final `/`; empty: the whole store) with the ledger. Raises as above."""
        from workers.reconcile import Reconciler

        Reconciler(self._ledger, self.store, self).compare(prefix)

    def leaves_alone(self, key: str) -> bool:
        """Whether what lies at `key` is never looked at."""
        return ignored(key) or (self._own is not None and key.startswith(self._own))

    def _observe(self, key: str, requested: Requested | None) -> Observation:
        now = self.store.stat(key)
        queue = guess_queue(key, now.size if now else 0)
        if now is not None and now.order_key is not None:
            observation = self._ledger.record(now, requested, queue)
        else:
            observation = self._ledger.observe(self.store.source, key, lambda: self._look(key), requested, queue)
        return self._published(observation)

    def _look(self, key: str) -> ObjectStat | None:
        found = self.store.stat(key)
        if found is None and not self.store.marked():
            raise ServiceUnavailable(
                f"{shown(key)} is gone, and so is {MARKER} beside it: this is not taken for a deletion. Mount the right store, "
                f"or put an empty file {MARKER} into it"
            )
        return found

    def _observe_described(self, sidecar: str) -> Observation:
        key = described_by(sidecar)
        if key is None or self.leaves_alone(key):
            return Observation(document_id=document_id(self.store.source, sidecar), outcome=Seen.UNKNOWN)
        observation = self._observe(key, None)
        if observation.outcome is not Seen.DUPLICATE:
            return observation  # a run that is new reads the sidecar by itself
        found = self.store.stat(sidecar)
        if not self._was_read_before(observation.document_id, found.modified_at if found else None):
            return observation
        again = self._ledger.reprocess(observation.document_id, guess_queue(key, found.size if found else 0))
        return self._published(again)

    def _was_read_before(self, document: DocumentId, changed_at: datetime | None) -> bool:
        """Whether the newest run was claimed, and so read its sidecar, before `changed_at`; None: the sidecar is gone."""
        run = self._ledger.document(document).run
        claims = [step.at for step in self._ledger.history(document) if step.run == run and step.part == WHOLE and step.to_state == State.PROCESSING]
        return bool(claims) and (changed_at is None or claims[-1] < changed_at + _coarseness(changed_at))

    def _published(self, observation: Observation) -> Observation:
        if observation.queue is not None:
            self._dispatch(observation.queue)
        return observation


def _coarseness(changed_at: datetime) -> timedelta:
    """How much later than it says a change may have been: S3 cuts to whole seconds, file times stand still for up to 10 ms (CONFIG_HZ=100).
    Doubt makes one run too many, never one too few."""
    return timedelta(milliseconds=10) if changed_at.microsecond else timedelta(seconds=1)


def own_prefix(settings: Settings) -> str | None:
    """Keys of the bucket below which our own results lie, where links make the two folders overlap; None where they do not."""
    bucket, results = settings.bucket or settings.data / "bucket", settings.results or settings.data / "lake"
    if "://" in f"{bucket}{results}".replace("file://", ""):
        return None  # buckets have no links; the settings are checked at start
    outer, inner = (Path(urlsplit(str(place)).path).expanduser().resolve() for place in (bucket, results))
    return f"{inner.relative_to(outer).as_posix()}/" if inner.is_relative_to(outer) and inner != outer else None
