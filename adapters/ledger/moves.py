"""How documents and runs move, whoever moves them. Everything here happens under the document's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from adapters.ledger.transaction import Transaction
from adapters.ledger.values import plain, requested_json, stat_columns
from schemas.documents import CostClass, ObjectStat, Requested, State
from schemas.ledger import WHOLE, Failure, Observation, Seen, TaskId
from schemas.ledger_tables import OPEN, TaskState, documents, result_files, runs, tasks
from schemas.ordering import compare_order

UNFINISHED = (State.RECEIVED, State.QUEUED, State.PROCESSING, State.ASSEMBLING, State.FAILED)
"""States of a run that is still worked on."""


@dataclass(frozen=True, slots=True)
class Along:
    """Columns of a run and of its document that change together with its state: one statement per table instead of two."""

    run: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)


_ALONE = Along()
_UPDATE_RUN = update(runs).where(runs.c.document_id == bindparam("this"), runs.c.run == bindparam("number"))
_UPDATE_DOCUMENT = update(documents).where(documents.c.document_id == bindparam("this"))


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a run is to be made of."""

    stat: ObjectStat
    requested: Requested
    queue: CostClass
    rank: int
    reason: str


def in_force(document: Row[Any], run: int) -> bool:
    """Whether the document's rows in the warehouse come (or will come) from this run."""
    return bool(document.facts_state == State.EXTRACTED and document.facts_run == run)


def set_state(tx: Transaction, document: Row[Any], run: Row[Any], becomes: State, along: Along = _ALONE, **why: Any) -> None:
    """Move a run, and with it its document when it is the newest."""
    newest = {"state": becomes} if document.newest_run == run.run else {}
    change(tx, document, run, Along({"state": becomes, **along.run}, {**newest, **along.document}))
    tx.audit((run.document_id, run.run, WHOLE), run.state, becomes, **why)


def change(tx: Transaction, document: Row[Any], run: Row[Any], along: Along) -> None:
    """Change columns of a run and of its document."""
    if along.run:
        tx.connection.execute(_UPDATE_RUN, {"this": run.document_id, "number": run.run, **along.run})
    if along.document:
        change_document(tx, document, along.document)


def change_document(tx: Transaction, document: Row[Any], columns: Mapping[str, Any]) -> None:
    """Change columns of a document."""
    tx.connection.execute(_UPDATE_DOCUMENT, {"this": document.document_id, **columns})


def end_tasks(tx: Transaction, document_id: str, run: int) -> None:
    """The run's unfinished tasks are over: leases on them are lost."""
    tx.execute(
        update(tasks)
        .where(tasks.c.document_id == document_id, tasks.c.run == run, tasks.c.state.in_(OPEN))
        .values(state=TaskState.ENDED, worker="", due_at=0)
    )


def add_tasks(tx: Transaction, run: TaskId, rows: list[dict[str, Any]]) -> None:
    """Insert tasks of a run; each row says part, queue and rank, and may say more."""
    common = {
        "document_id": run.document_id,
        "run": run.run,
        "state": TaskState.WAITING,
        "since": tx.now,
        "due_at": tx.now,
        "attempt": 0,
        "worker": "",
        "crashes": 0,
        "lost": 0,
        "retries": 0,
        "spec": None,
        "result": None,
    }
    tx.execute(insert(tasks), [common | row for row in rows])


def start_run(tx: Transaction, document: Row[Any], new: NewRun) -> Observation:
    """A new run of the document: work on the older one is superseded at once, its facts stay in force until this one ends."""
    if document.newest_run:
        supersede_newest(tx, document, new.reason)
    run = add_run(tx, document, new, State.RECEIVED)
    columns = {
        "key": new.stat.ref.key,
        "parent_document_id": new.requested.parent_document_id or document.parent_document_id,
        "state": State.RECEIVED,
        "present": True,
        "version": new.stat.ref.version,
        "order_key": _newest_order(document.order_key, new.stat.order_key),
        "newest_run": run,
        "last_run": run,
    }
    change_document(tx, document, columns)
    task = TaskId(document_id=document.document_id, run=run, part=WHOLE)
    add_tasks(tx, task, [{"part": WHOLE, "queue": new.queue, "rank": new.rank}])
    return Observation(document_id=document.document_id, outcome=Seen.NEW, run=run, task=task, queue=new.queue)


def add_run(tx: Transaction, document: Row[Any], new: NewRun, state: State) -> int:
    """Insert the run's row alone; its number, which the caller notes as the document's last."""
    run = int(document.last_run) + 1
    row = {
        "document_id": document.document_id,
        "run": run,
        "state": state,
        **stat_columns(new.stat),
        "requested": requested_json(new.requested),
        "queue": new.queue,
        "metadata": "{}",
        "attempt": 0,
        "parts_total": 0,
        "parts_done": 0,
        "items": 0,
        "cost_usd": "0.00",
        "received_at": tx.now,
    }
    tx.execute(insert(runs), [row])
    tx.audit((document.document_id, run, WHOLE), "", state, reason=new.reason)
    return run


def supersede_newest(tx: Transaction, document: Row[Any], reason: str) -> None:
    """Stop the work on the newest run. One whose facts are in force keeps them, and its state, until another run's facts replace it."""
    run = tx.execute(select(runs).where(runs.c.document_id == document.document_id, runs.c.run == document.newest_run)).one_or_none()
    if run is None or in_force(document, run.run):  # None: its payload was erased
        return
    end_tasks(tx, document.document_id, run.run)
    tx.discard_files(document.document_id, result_files.c.run == run.run)
    if run.state in {*UNFINISHED, State.DEAD, State.REJECTED}:
        set_state(tx, document, run, State.SUPERSEDED, reason=reason)


def new_facts(tx: Transaction, document: Row[Any], state: State, run: int) -> dict[str, Any]:
    """Columns of the document that say what the warehouse should show from now on.

    `load_seq` rises per document and follows the clock across documents. It needs no counter: the loader looks for documents whose `load_seq`
    is above their `loaded_seq`, so none that commits late is passed by.
    """
    if document.facts_state == State.EXTRACTED and document.facts_run != run:
        old = tx.run(document.document_id, document.facts_run)
        tx.discard_files(document.document_id, result_files.c.run == old.run)
        if old.run != document.newest_run:
            set_state(tx, document, old, State.SUPERSEDED, reason="another run's outcome replaced it")
    return {"facts_state": state, "facts_run": run, "load_seq": max(document.load_seq + 1, tx.now)}


def remove(tx: Transaction, document: Row[Any], reason: str) -> None:
    """The object is gone: so are the document's facts, its work and the documents of its attachments."""
    run = tx.run(document.document_id, document.newest_run)
    end_tasks(tx, document.document_id, run.run)
    facts = new_facts(tx, document, State.DELETED, run.run) if document.load_seq else {}
    tx.discard_files(document.document_id)
    set_state(tx, document, run, State.DELETED, Along(document={"present": False, **facts}), reason=reason)
    remove_children(tx, document.document_id, keep=frozenset(), reason="its message was deleted")


def remove_children(tx: Transaction, document_id: str, *, keep: frozenset[str], reason: str) -> None:
    """Delete the documents of a message's attachments, those in `keep` excepted."""
    present = select(documents.c.document_id).where(documents.c.parent_document_id == document_id, documents.c.present)
    for child_id in tx.execute(present.order_by(documents.c.document_id)).scalars().all():
        if child_id not in keep:
            child = tx.lock(child_id)
            if child is not None and child.present:
                remove(tx, child, reason)


def end_run(tx: Transaction, document: Row[Any], run: Row[Any], state: State, failure: Failure, **why: Any) -> None:
    """The run ended without a result, as `dead` or `rejected`.

    The version's own older facts stay (a reprocessing that fails leaves the rows as they were); those of an older version go.
    """
    end_tasks(tx, run.document_id, run.run)
    tx.discard_files(run.document_id, result_files.c.run == run.run)
    if document.facts_state == State.EXTRACTED and tx.run(run.document_id, document.facts_run).version == run.version:
        set_state(tx, document, run, state, Along(run=error_columns(failure)), **why)
        return
    set_state(tx, document, run, state, Along(error_columns(failure), new_facts(tx, document, state, run.run)), **why)
    remove_children(tx, run.document_id, keep=frozenset(), reason="its message has no result any more")


def error_columns(failure: Failure) -> dict[str, str]:
    """Columns of a run that keep a failure's code and message."""
    return {"error_code": failure.code, "error_message": plain(failure.message)}


def _newest_order(known: str | None, seen: str | None) -> str | None:
    if known is None or seen is None:
        return known or seen
    return seen if compare_order(seen, known) > 0 else known
