"""Events and looks at a source become documents and runs."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, delete, select, update

from adapters.ledger.erasure import was_erased
from adapters.ledger.moves import NewRun, add_run, change_document, remove, start_run
from adapters.ledger.port import Probe
from adapters.ledger.transaction import Transaction
from adapters.ledger.values import checked_key, requested_json
from schemas.documents import CostClass, DocumentId, ObjectStat, Requested, State, document_id
from schemas.errors import Conflict
from schemas.ledger import WHOLE, Observation, Seen
from schemas.ledger_tables import Rank, TaskState, documents, idempotency, runs
from schemas.ordering import compare_order


def observe(tx: Transaction, place: tuple[str, str], probe: Probe, requested: Requested | None, queue: CostClass) -> Observation:
    """What lies at `place` (source, key) now; the look happens under the document's lock, so the last look is the one recorded."""
    document = lock_or_create(tx, *place)
    stat = probe()
    if stat is not None:
        return there(tx, document, stat, requested, queue)
    if not document.last_run and not document.state:
        tx.execute(delete(documents).where(documents.c.document_id == document.document_id))
        return Observation(document_id=document.document_id, outcome=Seen.UNKNOWN)
    return _gone(tx, document)


def there(tx: Transaction, document: Row[Any], stat: ObjectStat, requested: Requested | None, queue: CostClass) -> Observation:
    """A version was seen to lie there: that is the truth, whatever came before."""
    if was_erased(tx, document, stat.ref.version):
        return Observation(document_id=document.document_id, outcome=Seen.ERASED)
    if document.present and document.version == stat.ref.version:
        return _again(tx, document, stat, requested, queue)
    return _new(tx, document, stat, requested, queue)


def record(tx: Transaction, stat: ObjectStat, requested: Requested | None, queue: CostClass) -> Observation:
    """A created version of a source whose events carry their own order."""
    document = lock_or_create(tx, stat.ref.source, stat.ref.key)
    if stat.order_key is None:
        return there(tx, document, stat, requested, queue)
    if was_erased(tx, document, stat.ref.version):
        return Observation(document_id=document.document_id, outcome=Seen.ERASED)
    order = 1 if document.order_key is None else compare_order(stat.order_key, document.order_key)
    if document.present and document.version == stat.ref.version:
        if order > 0:
            change_document(tx, document, {"order_key": stat.order_key})
        return _again(tx, document, stat, requested, queue)
    if order == 0 and document.present:  # the source gave two versions one key: the token decides, so that every order of arrival ends alike
        order = (stat.ref.version > document.version) - (stat.ref.version < document.version)
    if order > 0:
        return _new(tx, document, stat, requested, queue)
    return _stale(tx, document, stat, requested, queue)


def record_deleted(tx: Transaction, source: str, key: str, order_key: str) -> Observation:
    """A deletion of a source whose events carry their own order. One of an object never heard of leaves its tombstone all the same."""
    document = lock_or_create(tx, source, key)
    if document.order_key is not None and compare_order(order_key, document.order_key) < 0:
        tx.audit((document.document_id, document.newest_run, WHOLE), document.state, document.state, reason="a late deletion changed nothing")
        return Observation(document_id=document.document_id, outcome=Seen.STALE)
    change_document(tx, document, {"order_key": order_key})
    if document.state:
        return _gone(tx, document)
    change_document(tx, document, {"state": State.DELETED})
    tx.audit((document.document_id, 0, WHOLE), "", State.DELETED, reason="deleted before it was known")
    return Observation(document_id=document.document_id, outcome=Seen.UNKNOWN)


def begin_idempotent(tx: Transaction, key: str, fingerprint: str, document: DocumentId) -> DocumentId | None:
    """Remember the first use of a key; the earlier document for a later one. Raises `Conflict`."""
    row = {"key": key, "fingerprint": fingerprint, "document_id": document, "at": tx.now}
    if tx.insert_one(idempotency, row) is not None:
        return None
    known = tx.execute(select(idempotency).where(idempotency.c.key == key)).one()
    if known.fingerprint != fingerprint:
        raise Conflict("this Idempotency-Key was used for other content; use a new key for a new document")
    return str(known.document_id)


def lock_or_create(tx: Transaction, source: str, key: str) -> Row[Any]:
    """The document of a place, locked; a row without a state when it was not known."""
    identity = document_id(source, checked_key(key))
    document = tx.lock(identity)
    if document is not None:
        return document
    fresh = {
        "document_id": identity,
        "source": source,
        "key": key,
        "parent_document_id": None,
        "state": "",
        "present": False,
        "version": "",
        "order_key": None,
        "newest_run": 0,
        "last_run": 0,
        "last_attempt": 0,
        "erased_versions": 0,
        "facts_state": "",
        "facts_run": None,
        "load_seq": 0,
        "loaded_seq": 0,
        "loaded_at": None,
        "received_at": tx.now,
    }
    inserted = tx.insert_one(documents, fresh)
    if inserted is None:  # somebody else did in the meantime
        inserted = tx.lock(identity)
    assert inserted is not None
    return inserted


def stated(tx: Transaction, document: Row[Any]) -> Requested:
    """What was requested with the newest run; nothing for a document without one."""
    if not document.newest_run:
        return Requested()
    text = tx.execute(
        select(runs.c.requested).where(runs.c.document_id == document.document_id, runs.c.run == document.newest_run)
    ).scalar_one_or_none()
    return Requested.model_validate(json.loads(text)) if text else Requested()


def _new(tx: Transaction, document: Row[Any], stat: ObjectStat, requested: Requested | None, queue: CostClass) -> Observation:
    wanted = requested if requested is not None else stated(tx, document)
    return start_run(tx, document, NewRun(stat, wanted, queue, Rank.FRESH, "a new version"))


def _again(tx: Transaction, document: Row[Any], stat: ObjectStat, requested: Requested | None, queue: CostClass) -> Observation:
    """The newest version once more. It makes a run only where the last one gave up on it, or was begun without what is stated now."""
    duplicate = Observation(document_id=document.document_id, outcome=Seen.DUPLICATE, run=document.newest_run)
    if document.state == State.SUPERSEDED:
        return _new(tx, document, stat, requested, queue)
    if requested is None or requested_json(requested) == requested_json(stated(tx, document)):
        return duplicate
    task = tx.task(document.document_id, document.newest_run, WHOLE)
    if task is not None and task.attempt == 0 and task.state in {TaskState.WAITING, TaskState.PUBLISHED}:
        newest = (runs.c.document_id == document.document_id, runs.c.run == document.newest_run)
        tx.execute(update(runs).where(*newest).values(requested=requested_json(requested)))
        if requested.parent_document_id is not None:
            change_document(tx, document, {"parent_document_id": requested.parent_document_id})
        return duplicate
    return start_run(tx, document, NewRun(stat, requested, queue, Rank.FRESH, "other metadata was stated"))


def _stale(tx: Transaction, document: Row[Any], stat: ObjectStat, requested: Requested | None, queue: CostClass) -> Observation:
    known = tx.execute(
        select(runs.c.run).where(runs.c.document_id == document.document_id, runs.c.version == stat.ref.version, runs.c.order_key == stat.order_key)
    ).scalar()
    if known is not None:
        return Observation(document_id=document.document_id, outcome=Seen.DUPLICATE, run=known)
    late = NewRun(stat, requested or stated(tx, document), queue, Rank.FRESH, "a late event")
    run = add_run(tx, document, late, State.SUPERSEDED)
    shown = {} if document.newest_run else {"newest_run": run, "version": stat.ref.version}  # only a tombstone was known: now there is more
    change_document(tx, document, {"last_run": run, **shown})
    return Observation(document_id=document.document_id, outcome=Seen.STALE, run=run)


def _gone(tx: Transaction, document: Row[Any]) -> Observation:
    if document.present:
        remove(tx, document, "nothing lies there any more")
    return Observation(document_id=document.document_id, outcome=Seen.GONE)
