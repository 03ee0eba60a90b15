"""What the sweeper, reconciliation and the collector of old results ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from adapters.ledger.outcome import unblock
from adapters.ledger.transaction import MICROSECONDS, Transaction
from adapters.ledger.work import Held, give_back, lose
from schemas.ledger import ASSEMBLY, KnownObject, TaskId
from schemas.ledger_tables import TaskState, documents, held_deletions, result_files, runs, singletons, tasks

BATCH = 1000
"""Rows one transaction of a sweep may move, so that nobody waits long for the write lock."""


def expired(tx: Transaction) -> Sequence[TaskId]:
    """Tasks whose lease has run out."""
    late = select(tasks.c.document_id, tasks.c.run, tasks.c.part).where(tasks.c.state == TaskState.LEASED, tasks.c.due_at < tx.now)
    return [_task_id(row) for row in tx.execute(late.order_by(tasks.c.due_at).limit(BATCH))]


def expire(tx: Transaction, task_id: TaskId, max_lost: int) -> bool | None:
    """Take an expired lease away: True when the task waits again, False when its document is dead, None when the lease was extended meanwhile."""
    document = tx.lock(task_id.document_id)
    task = tx.task(task_id.document_id, task_id.run, task_id.part)
    if document is None or task is None or task.state != TaskState.LEASED or task.due_at >= tx.now:
        return None
    return lose(tx, document, task, max_lost)


def overdue(tx: Transaction, publish_timeout_s: float) -> bool:
    """Whether a published task was not claimed in time, or a failed one is due again."""
    return any(tx.execute(late.limit(1)).first() for late in _late(tx, publish_timeout_s))


def wait_again(tx: Transaction, publish_timeout_s: float) -> int:
    """Make them publishable, a batch at a time. How many were."""
    moved = 0
    for late in _late(tx, publish_timeout_s):
        batch = late.order_by(tasks.c.due_at).limit(BATCH).with_for_update(skip_locked=True)
        numbers = list(tx.execute(batch).scalars())
        waiting = {"state": TaskState.WAITING, "due_at": tx.now}
        moved += tx.execute(update(tasks).where(tasks.c.task_no.in_(numbers)).values(waiting)).rowcount if numbers else 0
    return moved


def _late(tx: Transaction, publish_timeout_s: float) -> tuple[Select[Any], Select[Any]]:
    number = select(tasks.c.task_no)
    return (
        number.where(tasks.c.state == TaskState.PUBLISHED, tasks.c.due_at < tx.after(-publish_timeout_s)),
        number.where(tasks.c.state == TaskState.DELAYED, tasks.c.due_at <= tx.now),
    )


def blocked(tx: Transaction) -> Sequence[TaskId]:
    """Assemblies that are blocked although all parts are done."""
    done = (tasks.c.state == TaskState.BLOCKED, tasks.c.part == ASSEMBLY, runs.c.parts_done >= runs.c.parts_total)
    same = (runs.c.document_id == tasks.c.document_id) & (runs.c.run == tasks.c.run)
    return [_task_id(row) for row in tx.execute(select(tasks.c.document_id, tasks.c.run, tasks.c.part).join(runs, same).where(*done))]


def assemble(tx: Transaction, task_id: TaskId) -> None:
    """Make such an assembly due."""
    if tx.lock(task_id.document_id) is not None:
        unblock(tx, task_id.document_id, task_id.run)


def free_all(tx: Transaction) -> int:
    """Free what a run of the service before this one held: leases, published tasks, singleton leases."""
    leased = tx.execute(select(tasks).where(tasks.c.state == TaskState.LEASED).order_by(tasks.c.document_id)).all()
    for task in leased:
        document = tx.lock(task.document_id)
        if document is not None:
            rows = Held(document, tx.run(task.document_id, task.run), task)
            give_back(tx, rows, task.queue, actor=task.worker, reason="the service was started again")
    waiting = {"state": TaskState.WAITING, "due_at": tx.now}
    tx.execute(update(tasks).where(tasks.c.state == TaskState.PUBLISHED).values(waiting))
    tx.execute(update(singletons).values(owner="", until=0))
    return len(leased)


def hold(tx: Transaction, name: str, owner: str, seconds: float) -> int | None:
    """Take or extend a singleton lease; its epoch."""
    tx.insert_new(singletons, [{"name": name, "owner": "", "until": 0, "epoch": 0}])
    lease = tx.execute(select(singletons).where(singletons.c.name == name).with_for_update()).one()
    if lease.owner not in {"", owner} and lease.until >= tx.now:
        return None
    epoch: int = lease.epoch + int(lease.owner != owner)
    values = {"owner": owner, "until": tx.now + round(seconds * MICROSECONDS), "epoch": epoch}
    tx.execute(update(singletons).where(singletons.c.name == name).values(values))
    return epoch


def drop(tx: Transaction, name: str, owner: str) -> None:
    """Give a singleton lease back, if it is ours."""
    tx.execute(update(singletons).where(singletons.c.name == name, singletons.c.owner == owner).values(owner="", until=0))


def known_page(tx: Transaction, source: str, prefix: str, after: str | None) -> Sequence[KnownObject]:
    """The next objects of a source in key order."""
    query = select(documents.c.document_id, documents.c.key, documents.c.version).where(documents.c.source == source, documents.c.present)
    if prefix:
        query = query.where(documents.c.key >= prefix)
    if after is not None:
        query = query.where(documents.c.key > after)
    page = tx.execute(query.order_by(documents.c.key).limit(BATCH)).all()
    return [KnownObject(document_id=row.document_id, key=row.key, version=row.version) for row in page]


def hold_deletions(tx: Transaction, source: str, keys: Sequence[str]) -> None:
    """Replace what waits for a person."""
    tx.execute(delete(held_deletions).where(held_deletions.c.source == source))
    if keys:
        tx.execute(insert(held_deletions), [{"source": source, "key": key} for key in dict.fromkeys(keys)])


def held_keys(tx: Transaction, source: str) -> Sequence[str]:
    """What waits for a person, in key order."""
    return list(tx.execute(select(held_deletions.c.key).where(held_deletions.c.source == source).order_by(held_deletions.c.key)).scalars())


def garbage(tx: Transaction, limit: int) -> Sequence[str]:
    """Result files past their grace, longest first."""
    old = select(result_files.c.key).where(result_files.c.collect_at <= tx.now)
    return list(tx.execute(old.order_by(result_files.c.collect_at).limit(limit)).scalars())


def collected(tx: Transaction, keys: Sequence[str]) -> None:
    """Forget removed result files; one that is needed stays on record whatever the caller says."""
    for start in range(0, len(keys), BATCH):
        some = result_files.c.key.in_(keys[start : start + BATCH])
        tx.execute(delete(result_files).where(some, result_files.c.collect_at.is_not(None)))


def _task_id(row: Row[Any]) -> TaskId:
    return TaskId(document_id=row.document_id, run=row.run, part=row.part)
