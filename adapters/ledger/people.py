"""What people ask to be done again."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update

from adapters.ledger.intake import stated
from adapters.ledger.moves import NewRun, set_state, start_run
from adapters.ledger.transaction import Transaction
from adapters.ledger.values import moment_or_none
from schemas.documents import CostClass, DocumentId, ObjectRef, ObjectStat, State
from schemas.errors import Conflict, NotFound
from schemas.ledger import ASSEMBLY, WHOLE, Observation, Seen, TaskId
from schemas.ledger_tables import Rank, TaskState, runs, tasks


def reprocess(tx: Transaction, document_id: DocumentId, queue: CostClass) -> Observation:
    """Once more from the same bytes."""
    document = _present(tx, document_id)
    run = tx.run(document_id, document.newest_run)
    stat = ObjectStat(
        ref=ObjectRef(source=document.source, key=document.key, version=document.version),
        size=run.size,
        modified_at=moment_or_none(run.modified_at),
        content_type=run.content_type,
        metadata=json.loads(run.object_metadata),
        order_key=run.order_key,
    )
    return start_run(tx, document, NewRun(stat, stated(tx, document), queue, Rank.BACKFILL, "reprocess"))


def redrive(tx: Transaction, document_id: DocumentId) -> Observation:
    """Try the newest run again with its counters at zero: where it stands when it failed, from its beginning when it is dead or rejected."""
    document = _present(tx, document_id)
    if document.state not in {State.DEAD, State.FAILED, State.REJECTED}:
        raise Conflict(f"document {document_id} is {document.state}; only dead, failed and rejected ones are redriven")
    run = tx.run(document_id, document.newest_run)
    mine = (tasks.c.document_id == document_id, tasks.c.run == run.run)
    if document.state == State.FAILED:
        again: ColumnElement[bool] = tasks.c.state.in_((TaskState.DELAYED, TaskState.WAITING))
    else:
        again = tasks.c.part == WHOLE
        tx.execute(delete(tasks).where(*mine, tasks.c.part != WHOLE))
        tx.execute(update(runs).where(runs.c.document_id == document_id, runs.c.run == run.run).values(parts_total=0, parts_done=0))
    values = {"state": TaskState.WAITING, "worker": "", "due_at": tx.now, "crashes": 0, "lost": 0, "retries": 0}
    tx.execute(update(tasks).where(*mine, again).values(values))
    set_state(tx, document, run, State.RECEIVED, reason="redrive")
    waiting = select(tasks).where(*mine, tasks.c.part.in_((WHOLE, ASSEMBLY)), tasks.c.state == TaskState.WAITING)
    task = tx.execute(waiting).one_or_none()
    if task is None:
        raise Conflict(f"document {document_id} is being tried again just now")
    place = TaskId(document_id=document_id, run=run.run, part=task.part)
    return Observation(document_id=document_id, outcome=Seen.NEW, run=run.run, task=place, queue=CostClass(task.queue))


def _present(tx: Transaction, document_id: DocumentId) -> Row[Any]:
    document = tx.lock(document_id)
    if document is None or not document.present:
        raise NotFound(f"there is no document {document_id}, or its object was deleted")
    return document
