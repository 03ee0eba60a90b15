"""Tasks and their leases: who works on what, fenced by the attempt number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update

from adapters.ledger.erasure import stay_away
from adapters.ledger.moves import Along, add_tasks, change, end_run, remove, set_state
from adapters.ledger.transaction import Transaction
from adapters.ledger.values import moment, to_json
from schemas.documents import CostClass, Kind, ObjectRef, Requested, State
from schemas.errors import LeaseLost
from schemas.ledger import ASSEMBLY, WHOLE, Due, Failure, Lease, PartResult, PartSpec, Routed, TaskId, result_key
from schemas.ledger_tables import Rank, TaskState, documents, kept, lanes, result_files, runs, tasks, transitions

MAX_LOST = 10
QUARANTINE_FROM = 3
"""Losses with its worker from which a document is run in a child of its own."""


@dataclass(frozen=True, slots=True)
class Held:
    """The rows a valid lease is about; the document is locked."""

    document: Row[Any]
    run: Row[Any]
    task: Row[Any]


def held(tx: Transaction, lease: Lease) -> Held:
    """The rows of a lease that is still the current one. Raises `LeaseLost`."""
    place = (lease.task.document_id, lease.task.run, lease.task.part)
    document = tx.lock(lease.task.document_id)
    task = tx.task(*place)
    if document is None or task is None or task.state != TaskState.LEASED or task.attempt != lease.attempt:
        raise LeaseLost(f"attempt {lease.attempt} of {lease.task} no longer holds the lease; its writes are refused")
    return Held(document, tx.run(lease.task.document_id, lease.task.run), task)


def openings(tx: Transaction, queues: tuple[CostClass, ...], window: int) -> Sequence[CostClass]:
    """Queues with waiting tasks and at least half a window free, by one statement that takes no lock."""
    found = tx.connection.execute(_openings(queues, window)).one()
    return tuple(queue for queue, waits, outstanding in zip(queues, found[::2], found[1::2], strict=True) if waits and outstanding * 2 <= window)


@cache
def _openings(queues: tuple[CostClass, ...], window: int) -> Select[Any]:
    columns: list[ColumnElement[Any]] = []
    for queue in queues:
        waiting = select(tasks.c.task_no).where(tasks.c.state == TaskState.WAITING, tasks.c.queue == queue)
        outstanding = select(tasks.c.task_no).where(tasks.c.state == TaskState.PUBLISHED, tasks.c.queue == queue).limit(window)
        columns += [waiting.exists(), select(func.count()).select_from(outstanding.subquery()).scalar_subquery()]
    return select(*(column.label(f"c{number}") for number, column in enumerate(columns)))


def publishable(tx: Transaction, queue: CostClass, window: int) -> Sequence[Due]:
    """Fill the window of a queue from its waiting tasks, in their order; found by index, whatever the backlog."""
    tx.execute(select(lanes).where(lanes.c.queue == queue).with_for_update())
    outstanding = select(tasks.c.task_no).where(tasks.c.state == TaskState.PUBLISHED, tasks.c.queue == queue).limit(window)
    free = window - tx.execute(select(func.count()).select_from(outstanding.subquery())).scalar_one()
    if free <= 0:
        return ()
    turn = select(tasks.c.task_no).where(tasks.c.state == TaskState.WAITING, tasks.c.queue == queue)
    head = list(tx.execute(turn.order_by(tasks.c.rank, tasks.c.since, tasks.c.task_no).limit(free)).scalars())
    locked = (
        select(tasks.c.task_no, tasks.c.document_id, tasks.c.run, tasks.c.part, documents.c.state)
        .join(documents, documents.c.document_id == tasks.c.document_id)
        .where(tasks.c.task_no.in_(head))
        .order_by(tasks.c.rank, tasks.c.since, tasks.c.task_no)
        .with_for_update(of=documents, skip_locked=True)  # a document somebody changes right now has its turn next time
    )
    return publish(tx, queue, tx.execute(locked).all()) if head else ()


def publish(tx: Transaction, queue: CostClass, rows: Sequence[Row[Any]]) -> Sequence[Due]:
    """Mark tasks of locked documents as published; those that are waiting still. Rows give the task's place and the document's state."""
    if not rows:
        return ()
    # Asked by number alone: with the state in the condition, SQLite walks the index of all waiting tasks (75 ms for a million).
    numbers = [row.task_no for row in rows]
    now = {row.task_no: row.state for row in tx.execute(select(tasks.c.task_no, tasks.c.state).where(tasks.c.task_no.in_(numbers)))}
    taken = [row for row in rows if now.get(row.task_no) == TaskState.WAITING]
    published = {"state": TaskState.PUBLISHED, "due_at": tx.now}
    tx.execute(update(tasks).where(tasks.c.task_no.in_([row.task_no for row in taken])).values(published))
    whole = [row for row in taken if row.part == WHOLE]
    if whole:
        ids = [row.document_id for row in whole]
        unfinished = runs.c.state.in_((State.RECEIVED, State.FAILED))
        tx.execute(update(runs).where(runs.c.document_id.in_(ids), unfinished).values(state=State.QUEUED))
        tx.execute(update(documents).where(documents.c.document_id.in_(ids)).values(state=State.QUEUED))
        audit = {"part": WHOLE, "to_state": State.QUEUED, "at": tx.now, "actor": "", "reason": ""}
        tx.execute(insert(transitions), [audit | {"document_id": row.document_id, "run": row.run, "from_state": row.state} for row in whole])
    return [Due(task=TaskId(document_id=row.document_id, run=row.run, part=row.part), queue=queue) for row in taken]


def claim(tx: Transaction, task_id: TaskId, worker: str, lease_s: float) -> Lease | None:
    """Take the task when it is there to be taken. The attempt is counted, and the result it may write is known, before anything is parsed."""
    document = tx.lock(task_id.document_id)
    if document is None or document.newest_run != task_id.run or not document.present:
        return None
    task = tx.task(task_id.document_id, task_id.run, task_id.part)
    lost = None if task is None else _losses_if_claimable(tx, document, task)
    if task is None or lost is None:
        return None
    attempt = document.last_attempt + 1
    run = tx.run(task_id.document_id, task_id.run)
    taken = {"state": TaskState.LEASED, "attempt": attempt, "worker": worker, "due_at": tx.after(lease_s)}
    tx.execute(update(tasks).where(tasks.c.task_no == task.task_no).values(taken))
    file = {"key": result_key(task_id, attempt), "document_id": run.document_id, "run": run.run, "attempt": attempt, "collect_at": None}
    tx.execute(insert(result_files), [file])
    along = Along({"attempt": attempt}, {"last_attempt": attempt})
    if task.part > WHOLE:
        change(tx, document, run, along)
        tx.audit((run.document_id, run.run, task.part), task.state, TaskState.LEASED, attempt=attempt, actor=worker)
    else:
        becomes = State.ASSEMBLING if task.part == ASSEMBLY else State.PROCESSING
        set_state(tx, document, run, becomes, along, attempt=attempt, actor=worker)
    return _lease(tx, Held(document, run, task), attempt, worker, quarantine=lost >= QUARANTINE_FROM)


def _losses_if_claimable(tx: Transaction, document: Row[Any], task: Row[Any]) -> int | None:
    """How often the task was lost with its worker, an expired lease included; None when it cannot be claimed."""
    lost = int(task.lost)
    if task.state == TaskState.LEASED:
        return lost + 1 if task.due_at < tx.now and lose(tx, document, task, MAX_LOST) else None
    if task.state == TaskState.DELAYED:
        return lost if task.due_at <= tx.now else None
    return lost if task.state in {TaskState.WAITING, TaskState.PUBLISHED} else None


def _lease(tx: Transaction, rows: Held, attempt: int, worker: str, *, quarantine: bool) -> Lease:
    document, run, task = rows.document, rows.run, rows.task
    parts: tuple[PartResult, ...] = ()
    if task.part == ASSEMBLY:
        done = select(tasks.c.result).where(tasks.c.document_id == run.document_id, tasks.c.run == run.run, tasks.c.part > WHOLE)
        parts = tuple(PartResult.model_validate_json(text) for text in tx.execute(done.order_by(tasks.c.part)).scalars())
    return Lease(
        task=TaskId(document_id=run.document_id, run=run.run, part=task.part),
        attempt=attempt,
        worker=worker,
        ref=ObjectRef(source=document.source, key=document.key, version=run.version),
        size=run.size,
        requested=Requested.model_validate_json(run.requested),
        content_type=run.content_type,
        object_metadata=json.loads(run.object_metadata),
        kind=Kind(run.kind) if run.kind else None,
        media_type=run.media_type,
        sha256=run.sha256,
        pipeline_version=run.pipeline_version if task.part != WHOLE else None,
        metadata=json.loads(run.metadata) if task.part != WHOLE else {},
        part=PartSpec.model_validate_json(task.spec) if task.spec else None,
        parts=parts,
        received_at=moment(run.received_at),
        quarantine=quarantine,
        erased_before=document.erased_versions > 0,
    )


def heartbeat(tx: Transaction, lease: Lease, lease_s: float) -> None:
    """Extend the lease. The one write without the document's lock: it touches nothing but the deadline, and only while the lease is current."""
    task = lease.task
    current = (tasks.c.document_id == task.document_id, tasks.c.run == task.run, tasks.c.part == task.part, tasks.c.attempt == lease.attempt)
    extended = update(tasks).where(*current, tasks.c.state == TaskState.LEASED).values(due_at=tx.after(lease_s))
    if not tx.execute(extended).rowcount:
        raise LeaseLost(f"attempt {lease.attempt} of {task} lost its lease; stop working on it")


def routed(tx: Transaction, lease: Lease, found: Routed) -> bool:
    """Record what opening the object told. False when these bytes were erased before: the document is deleted and the lease lost."""
    if not admit(tx, lease, found.sha256):
        return False
    rows = held(tx, lease)
    change(tx, rows.document, rows.run, Along(learned(found)))
    return True


def admit(tx: Transaction, lease: Lease, sha256: str) -> bool:
    """False when these bytes were erased before: the document is deleted and the lease lost."""
    rows = held(tx, lease)
    if stay_away(tx, rows.document, rows.run.version, sha256):
        remove(tx, rows.document, "this version was erased before")
        return False
    return True


def keep(tx: Transaction, lease: Lease, key: str) -> None:
    """Count a kept output as used by the document."""
    tx.insert_new(kept, [{"key": key, "document_id": held(tx, lease).run.document_id}])


def learned(found: Routed) -> dict[str, Any]:
    """Columns of a run that keep what a worker found."""
    return {
        "kind": found.kind,
        "media_type": found.media_type,
        "sha256": found.sha256,
        "queue": found.queue,
        "pipeline_version": found.pipeline_version,
        "metadata": to_json(found.metadata),
    }


def give_back(tx: Transaction, rows: Held, queue: str, *, actor: str, reason: str) -> None:
    """The task waits again, uncounted and in its old place; what the attempt may have written is garbage."""
    task, run = rows.task, rows.run
    waiting = {"state": TaskState.WAITING, "worker": "", "queue": queue, "due_at": tx.now}
    tx.execute(update(tasks).where(tasks.c.task_no == task.task_no).values(waiting))
    tx.discard_files(run.document_id, result_files.c.attempt == task.attempt)
    why = {"attempt": task.attempt, "actor": actor, "reason": reason}
    if task.part > WHOLE:
        tx.audit((run.document_id, run.run, task.part), TaskState.LEASED, TaskState.WAITING, **why)
    else:
        set_state(tx, rows.document, run, State.RECEIVED if task.part == WHOLE else State.PROCESSING, **why)


def requeue(tx: Transaction, lease: Lease, queue: CostClass) -> None:
    """Hand the task to another queue."""
    give_back(tx, held(tx, lease), queue, actor=lease.worker, reason=f"it belongs to the queue {queue}")


def release(tx: Transaction, lease: Lease) -> None:
    """Hand the task back to its queue."""
    rows = held(tx, lease)
    give_back(tx, rows, rows.task.queue, actor=lease.worker, reason="released")


def split(tx: Transaction, lease: Lease, found: Routed, parts: Sequence[PartSpec]) -> None:
    """Parts become tasks of the bulk queue; their assembly is blocked until the last one is done."""
    rows = held(tx, lease)
    change(tx, rows.document, rows.run, Along({**learned(found), "parts_total": len(parts), "parts_done": 0}))
    tx.execute(update(tasks).where(tasks.c.task_no == rows.task.task_no).values(state=TaskState.DONE, worker=""))
    tx.discard_files(rows.run.document_id, result_files.c.attempt == lease.attempt)  # a plan writes no result
    bulk = {"queue": CostClass.BULK, "rank": Rank.PART, "state": TaskState.WAITING}
    assembly = bulk | {"part": ASSEMBLY, "rank": Rank.FRESH, "state": TaskState.BLOCKED, "spec": None}
    add_tasks(tx, lease.task, [bulk | {"part": part.part_no, "spec": part.model_dump_json()} for part in parts] + [assembly])
    tx.audit(
        (rows.run.document_id, rows.run.run, WHOLE),
        State.PROCESSING,
        State.PROCESSING,
        attempt=lease.attempt,
        actor=lease.worker,
        reason=f"split into {len(parts)} parts",
    )


def lose(tx: Transaction, document: Row[Any], task: Row[Any], max_lost: int) -> bool:
    """An attempt was lost with its worker: it is redone up to `max_lost` times. False when the document is dead now."""
    run = tx.run(task.document_id, task.run)
    why = {"attempt": task.attempt, "actor": task.worker, "reason": "worker_lost"}
    if task.lost >= max_lost:
        message = f"the worker vanished {task.lost + 1} times while it worked on this document; look at the host's memory, then redrive it"
        end_run(tx, document, run, State.DEAD, Failure(code="worker_lost", message=message, transient=True), **why)
        return False
    tx.execute(update(tasks).where(tasks.c.task_no == task.task_no).values(lost=task.lost + 1))
    give_back(tx, Held(document, run, task), task.queue, actor=task.worker, reason="worker_lost")
    return True
