"""How attempts end: with a result, with a failure, or overtaken by a newer version."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from adapters.ledger.intake import lock_or_create, there
from adapters.ledger.moves import Along, change, end_run, end_tasks, error_columns, new_facts, remove_children, set_state
from adapters.ledger.transaction import Transaction
from adapters.ledger.work import Held, held, learned, publish
from schemas.documents import CostClass, DocumentId, Requested, State
from schemas.ledger import ASSEMBLY, WHOLE, Attachment, Done, Due, Failure, Lease, PartResult, TaskId
from schemas.ledger_tables import TaskState, documents, kept, result_files, tasks

MAX_HANDED_ON = 16
"""Follow-up tasks handed to the caller for publishing at once; the others wait for their turn."""

_jitter = random.SystemRandom()


def complete(tx: Transaction, lease: Lease, done: Done) -> Sequence[Due]:
    """The attempt's result counts. What became due because of it is marked as published and returned, a few tasks at most."""
    rows = held(tx, lease)
    _own_file(tx, lease, done.result_key)
    tx.insert_new(kept, [{"key": key, "document_id": rows.run.document_id} for key in dict.fromkeys(done.kept)])
    tx.execute(update(tasks).where(tasks.c.task_no == rows.task.task_no).values(state=TaskState.DONE, worker="", due_at=tx.now))
    if lease.task.part > WHOLE:
        return _complete_part(tx, rows, lease, done)
    return _complete_run(tx, rows, lease, done)


def _complete_part(tx: Transaction, rows: Held, lease: Lease, done: Done) -> Sequence[Due]:
    run, finished = rows.run, rows.run.parts_done + 1
    result = PartResult(
        part_no=lease.task.part,
        result_key=done.result_key,
        items=done.items,
        rows=done.rows,
        languages=done.languages,
        votes=done.votes,
        duration_ms=done.duration_ms,
        cost_usd=done.cost_usd,
    )
    tx.execute(update(tasks).where(tasks.c.task_no == rows.task.task_no).values(result=result.model_dump_json()))
    change(tx, rows.document, run, Along({"parts_done": finished}))
    place = (run.document_id, run.run, lease.task.part)
    tx.audit(place, TaskState.LEASED, TaskState.DONE, attempt=lease.attempt, actor=lease.worker)
    if finished < run.parts_total:
        return ()
    unblock(tx, run.document_id, run.run)
    return _hand_on(tx, [TaskId(document_id=run.document_id, run=run.run, part=ASSEMBLY)])


def unblock(tx: Transaction, document_id: str, run: int) -> None:
    """All parts are done: their assembly is due."""
    blocked = (tasks.c.document_id == document_id, tasks.c.run == run, tasks.c.part == ASSEMBLY, tasks.c.state == TaskState.BLOCKED)
    tx.execute(update(tasks).where(*blocked).values(state=TaskState.WAITING, due_at=tx.now))


def _complete_run(tx: Transaction, rows: Held, lease: Lease, done: Done) -> Sequence[Due]:
    run = rows.run
    columns = {
        **learned(done.routed),
        "result_key": done.result_key,
        "attempt": lease.attempt,
        "items": done.items,
        "language": done.language,
        "duration_ms": done.duration_ms,
        "cost_usd": str(done.cost_usd),
        "error_code": None,
        "error_message": None,
        "extracted_at": tx.now,
    }
    facts = new_facts(tx, rows.document, State.EXTRACTED, run.run)
    set_state(tx, rows.document, run, State.EXTRACTED, Along(columns, facts), attempt=lease.attempt, actor=lease.worker)
    return _hand_on(tx, _adopt(tx, run.document_id, done.attachments))


def _adopt(tx: Transaction, parent: DocumentId, attachments: Sequence[Attachment]) -> list[TaskId]:
    """Attachments become documents; documents of attachments that the message no longer has are deleted."""
    due: list[TaskId] = []
    adopted: set[str] = set()
    for attachment in attachments:
        stat = attachment.stat
        if stat.content_type is None:
            stat = stat.model_copy(update={"content_type": attachment.content_type})
        document = lock_or_create(tx, stat.ref.source, stat.ref.key)
        requested = Requested(parent_document_id=parent, name=attachment.name, metadata=attachment.metadata)
        seen = there(tx, document, stat, requested, CostClass.TEXT)
        adopted.add(seen.document_id)
        due += [seen.task] if seen.task else []
    remove_children(tx, parent, keep=frozenset(adopted), reason="its message no longer has it")
    return due


def _hand_on(tx: Transaction, due: Sequence[TaskId]) -> Sequence[Due]:
    handed: list[Due] = []
    for task in due[:MAX_HANDED_ON]:
        row = tx.execute(
            select(tasks.c.task_no, tasks.c.document_id, tasks.c.run, tasks.c.part, tasks.c.queue, documents.c.state)
            .join(documents, documents.c.document_id == tasks.c.document_id)
            .where(tasks.c.document_id == task.document_id, tasks.c.run == task.run, tasks.c.part == task.part)
        ).one()
        handed += publish(tx, CostClass(row.queue), [row])
    return handed


def _own_file(tx: Transaction, lease: Lease, key: str) -> None:
    """The result's key belongs to this attempt, whatever the worker called it."""
    task = lease.task
    row = {"key": key, "document_id": task.document_id, "run": task.run, "attempt": lease.attempt, "collect_at": None}
    tx.insert_new(result_files, [row])


def fail(tx: Transaction, lease: Lease, failure: Failure, max_attempts: int) -> State:
    """Decide what a failure means and record it."""
    rows = held(tx, lease)
    task = rows.task
    crashes, retries = task.crashes + failure.crashed, task.retries + (not failure.crashed)
    why: dict[str, Any] = {"attempt": lease.attempt, "actor": lease.worker, "reason": failure.code}
    if failure.rejected:
        end_run(tx, rows.document, rows.run, State.REJECTED, failure, **why)
        return State.REJECTED
    again = crashes < tx.options.max_crashes if failure.crashed else failure.transient and retries < max_attempts
    if not again:
        end_run(tx, rows.document, rows.run, State.DEAD, failure, **why)
        return State.DEAD
    due_at = tx.after(_wait_s(tx, failure, crashes + retries))
    delayed = {"state": TaskState.DELAYED, "worker": "", "crashes": crashes, "retries": retries, "due_at": due_at}
    tx.execute(update(tasks).where(tasks.c.task_no == task.task_no).values(delayed))
    tx.discard_files(rows.run.document_id, result_files.c.attempt == lease.attempt)
    noted = Along(error_columns(failure))
    if task.part > WHOLE:  # the other parts go on: the document as a whole is still worked on
        change(tx, rows.document, rows.run, noted)
        tx.audit((rows.run.document_id, rows.run.run, task.part), TaskState.LEASED, State.FAILED, **why)
    else:
        set_state(tx, rows.document, rows.run, State.FAILED, noted, **why)
    return State.FAILED


def _wait_s(tx: Transaction, failure: Failure, failures: int) -> float:
    """Exponential backoff with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015), or what the service asked for."""
    if failure.retry_after_s is not None:
        return failure.retry_after_s
    ceiling = min(tx.options.backoff_cap_s, tx.options.backoff_base_s * 2 ** min(failures - 1, 32))
    return _jitter.uniform(0, ceiling)


def supersede(tx: Transaction, lease: Lease) -> None:
    """The object changed while it was read; its facts stay until the key is observed again."""
    rows = held(tx, lease)
    end_tasks(tx, rows.run.document_id, rows.run.run)
    tx.discard_files(rows.run.document_id, result_files.c.run == rows.run.run)
    why: dict[str, Any] = {"attempt": lease.attempt, "actor": lease.worker, "reason": "the object changed while it was read"}
    set_state(tx, rows.document, rows.run, State.SUPERSEDED, **why)
