"""Where documents stand, as people and programs see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from adapters.ledger.transaction import MICROSECONDS, Transaction
from adapters.ledger.values import moment, moment_or_none
from schemas.documents import CostClass, DocumentId, Kind, State
from schemas.errors import NotFound
from schemas.ledger import Counts, DocumentStatus, Transition
from schemas.ledger_tables import OPEN, TaskState, documents, held_deletions, runs, tasks, transitions

_known = documents.c.newest_run > 0  # a tombstone of an object never seen is nobody's document
_shown = runs.alias("shown")
_RUN_COLUMNS = [column for column in runs.c if column.name not in {"document_id", "state", "order_key", "version", "received_at"}]


def document(tx: Transaction, document_id: DocumentId) -> DocumentStatus:
    """One document. Raises `NotFound`."""
    found = _statuses(tx, _query().where(documents.c.document_id == document_id))
    if not found:
        raise NotFound(f"there is no document {document_id}")
    return found[0]


def page(tx: Transaction, state: State | None, kind: Kind | None, after: DocumentId | None, limit: int) -> Sequence[DocumentStatus]:
    """Documents in id order."""
    query = _query()
    if state is not None:
        query = query.where(documents.c.state == state)
    if kind is not None:
        query = query.where(runs.c.kind == kind)
    if after is not None:
        query = query.where(documents.c.document_id > after)
    return _statuses(tx, query.order_by(documents.c.document_id).limit(limit))


def children(tx: Transaction, document_id: DocumentId) -> Sequence[DocumentStatus]:
    """A message's attachments; deleted ones are left out, erased ones stay until their erasure is finished."""
    query = _query().where(documents.c.parent_document_id == document_id, documents.c.state != State.DELETED)
    return _statuses(tx, query.order_by(documents.c.key))


def history(tx: Transaction, document_id: DocumentId) -> Sequence[Transition]:
    """The audit, oldest first."""
    lines = select(transitions).where(transitions.c.document_id == document_id).order_by(transitions.c.transition_no)
    return [
        Transition(
            document_id=row.document_id,
            run=row.run,
            part=row.part,
            from_state=row.from_state,
            to_state=row.to_state,
            at=moment(row.at),
            attempt=row.attempt,
            actor=row.actor,
            reason=row.reason,
        )
        for row in tx.execute(lines)
    ]


def counts(tx: Transaction) -> Counts:
    """The ledger in numbers. With a million waiting tasks it reads an index for some tens of milliseconds: ask a few times a minute."""
    states = tx.execute(select(documents.c.state, func.count().label("number")).where(_known).group_by(documents.c.state)).all()
    lanes = tx.execute(select(tasks.c.queue, func.count().label("number")).where(tasks.c.state == TaskState.PUBLISHED).group_by(tasks.c.queue)).all()
    oldest = tx.execute(select(func.min(tasks.c.due_at)).where(tasks.c.state == TaskState.WAITING)).scalar()
    return Counts(
        by_state={State(row.state): row.number for row in states},
        waiting=tx.execute(select(func.count()).select_from(tasks).where(tasks.c.state.in_(OPEN))).scalar_one(),
        published={CostClass(row.queue): row.number for row in lanes},
        pending_load=tx.execute(select(func.count()).where(documents.c.load_seq > documents.c.loaded_seq)).scalar_one(),
        oldest_waiting_s=None if oldest is None else max(0, tx.now - oldest) / MICROSECONDS,
        held_deletions=tx.execute(select(func.count()).select_from(held_deletions)).scalar_one(),
    )


def _query() -> Select[Any]:
    newest = and_(runs.c.document_id == documents.c.document_id, runs.c.run == documents.c.newest_run)
    in_force = and_(
        _shown.c.document_id == documents.c.document_id,
        _shown.c.run == documents.c.facts_run,
        documents.c.facts_state == State.EXTRACTED,
    )
    result = _shown.c.result_key.label("result_in_force")
    columns: list[Any] = [documents, *_RUN_COLUMNS, runs.c.received_at.label("run_received_at"), result]
    return select(*columns).outerjoin(runs, newest).outerjoin(_shown, in_force).where(_known)


def _statuses(tx: Transaction, query: Select[Any]) -> list[DocumentStatus]:
    rows = tx.execute(query).all()
    ids = [row.document_id for row in rows if row.state not in {State.EXTRACTED, State.LOADED}]
    delayed = select(tasks.c.document_id, func.min(tasks.c.due_at).label("at")).where(
        tasks.c.document_id.in_(ids), tasks.c.state == TaskState.DELAYED
    )
    retries = {row.document_id: row.at for row in tx.execute(delayed.group_by(tasks.c.document_id))} if ids else {}
    return [_status(row, retries.get(row.document_id)) for row in rows]


def _status(row: Row[Any], next_attempt_at: int | None) -> DocumentStatus:
    erased = row.run is None
    return DocumentStatus(
        document_id=row.document_id,
        source=row.source,
        key=row.key,
        state=State(row.state),
        run=row.newest_run,
        attempt=0 if erased else row.attempt,
        version=row.version,
        kind=row.kind,
        media_type=row.media_type,
        size_bytes=row.size,
        sha256=row.sha256,
        language=row.language,
        error_code=row.error_code,
        error_message=row.error_message,
        next_attempt_at=moment_or_none(next_attempt_at),
        received_at=moment(row.received_at if erased else row.run_received_at),
        extracted_at=moment_or_none(row.extracted_at),
        loaded_at=moment_or_none(row.loaded_at),
        duration_ms=row.duration_ms,
        cost_usd=Decimal(row.cost_usd or "0.00"),
        pipeline_version=row.pipeline_version,
        result_key=row.result_in_force,
        loaded=row.loaded_seq >= row.load_seq > 0,
        parts_total=row.parts_total or 0,
        parts_done=row.parts_done or 0,
        parent_document_id=row.parent_document_id,
        metadata=json.loads(row.metadata or "{}"),
    )
