"""What the loader owes the warehouse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, and_, case, insert, select, update

from adapters.ledger.transaction import Transaction
from adapters.ledger.values import moment, moment_or_none
from schemas.documents import DocumentId, State
from schemas.ledger import WHOLE, Change
from schemas.ledger_tables import documents, runs, transitions

_pending = documents.c.load_seq > documents.c.loaded_seq
_RUN_COLUMNS = [column for column in runs.c if column.name not in {"document_id", "state", "order_key", "received_at", "version"}]


def changes(tx: Transaction, limit: int) -> Sequence[Change]:
    """Documents whose rows are out of date, oldest change first."""
    shown = and_(runs.c.document_id == documents.c.document_id, runs.c.run == documents.c.facts_run)
    columns: list[Any] = [documents, *_RUN_COLUMNS, runs.c.version.label("run_version"), runs.c.received_at.label("run_received_at")]
    query = select(*columns).outerjoin(runs, shown).where(_pending).order_by(documents.c.load_seq, documents.c.document_id)
    return [_change(row) for row in tx.execute(query.limit(limit))]


def _change(row: Row[Any]) -> Change:
    common: dict[str, Any] = {
        "document_id": row.document_id,
        "load_seq": row.load_seq,
        "state": State(row.facts_state),
        "source": row.source,
        "key": row.key,
        "parent_document_id": row.parent_document_id,
    }
    if row.run is None:  # its payload was erased
        return Change(**common, run=row.newest_run, version="", received_at=moment(row.received_at))
    return Change(
        **common,
        result_key=row.result_key if row.facts_state == State.EXTRACTED else None,
        run=row.run,
        attempt=row.attempt,
        version=row.run_version,
        kind=row.kind,
        media_type=row.media_type,
        size_bytes=row.size,
        sha256=row.sha256,
        language=row.language,
        error_code=row.error_code,
        error_message=row.error_message,
        received_at=moment(row.run_received_at),
        extracted_at=moment_or_none(row.extracted_at),
        duration_ms=row.duration_ms,
        cost_usd=Decimal(row.cost_usd),
        pipeline_version=row.pipeline_version,
        metadata=json.loads(row.metadata),
    )


def loaded(tx: Transaction, loads: Sequence[tuple[DocumentId, int]]) -> None:
    """Note what the warehouse has committed. Only a document whose newest change that was becomes `loaded`."""
    for document_id, load_seq in sorted(loads):
        document = tx.lock(document_id)
        if document is None or load_seq <= document.loaded_seq:
            continue
        reached = min(load_seq, document.load_seq)
        tx.execute(update(documents).where(documents.c.document_id == document_id).values(loaded_seq=reached, loaded_at=tx.now))
        if reached == document.load_seq and document.facts_state == State.EXTRACTED:
            _move(tx, document, State.EXTRACTED, State.LOADED)


def _move(tx: Transaction, document: Row[Any], was: State, becomes: State) -> None:
    shown = (runs.c.document_id == document.document_id, runs.c.run == document.facts_run, runs.c.state == was)
    if not tx.execute(update(runs).where(*shown).values(state=becomes)).rowcount:
        return
    if document.newest_run == document.facts_run:
        tx.execute(update(documents).where(documents.c.document_id == document.document_id).values(state=becomes))
    tx.audit((document.document_id, document.facts_run, WHOLE), was, becomes)


def reload_all(tx: Transaction) -> int:
    """Everything the warehouse should show is pending again, under a newer `load_seq` than any it was loaded with."""
    shown = documents.c.facts_state != ""
    fresh = (documents.c.document_id == runs.c.document_id) & (documents.c.facts_run == runs.c.run)
    moved = select(runs.c.document_id, runs.c.run).join(documents, fresh).where(runs.c.state == State.LOADED)
    line = {"part": WHOLE, "from_state": State.LOADED, "to_state": State.EXTRACTED, "at": tx.now, "actor": "", "reason": "reload"}
    audit = [line | {"document_id": row.document_id, "run": row.run} for row in tx.execute(moved)]
    if audit:
        tx.execute(insert(transitions), audit)
    tx.execute(update(runs).where(runs.c.state == State.LOADED).values(state=State.EXTRACTED))
    tx.execute(update(documents).where(documents.c.state == State.LOADED).values(state=State.EXTRACTED))
    next_seq = case((documents.c.load_seq >= tx.now, documents.c.load_seq + 1), else_=tx.now)
    return tx.execute(update(documents).where(shown).values(load_seq=next_seq, loaded_seq=0)).rowcount
