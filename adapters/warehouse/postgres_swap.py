"""Documents replaced in PostgreSQL, behind the loader's fence. Each function is called inside a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.warehouse.ddl import quoted
from adapters.warehouse.postgres_rows import copy_rows
from schemas.documents import DocumentId
from schemas.errors import LeaseLost
from schemas.tables import TABLES
from schemas.warehouse import RowGroup

if TYPE_CHECKING:
    from psycopg import Connection


def one(db: Connection, sql: str) -> int | None:
    """The first value of an answer's first row; None for no row or NULL."""
    row = db.execute(sql.encode()).fetchone()
    return None if row is None else row[0]


def swap(db: Connection, groups: Sequence[RowGroup], epoch: int) -> None:
    """Delete and insert the documents whose stored `load_seq` is older; other loaders wait for the end of the transaction."""
    _fence(db, epoch)
    fresh, known = _fresh(db, groups)
    if known:
        for name in (*TABLES, "_loads"):
            db.execute(f"DELETE FROM {quoted(name)} WHERE document_id = ANY(%s)".encode(), [known])  # noqa: S608
    copy_rows(db, fresh)
    db.cursor().executemany("INSERT INTO _loads VALUES (%s, %s)", [(group.document_id, group.load_seq) for group in fresh])


def swap_large(db: Connection, group: RowGroup, epoch: int) -> None:
    """The same of one document, whose rows come before anything is locked: others are replaced meanwhile, the document's own newer self too.

    What there was of it goes at the end, so that nobody waits for rows that are about to go; `xmin` tells it from what has just come.
    """
    from psycopg import Rollback

    _check_epoch(db, epoch)
    if not _fresh(db, [group])[0]:
        return
    copy_rows(db, [group])
    _fence(db, epoch)
    fresh, known = _fresh(db, [group])
    if not fresh:
        raise Rollback
    if known:
        for name in TABLES:
            statement = f"DELETE FROM {quoted(name)} WHERE document_id = %s AND xmin <> pg_current_xact_id()::xid"  # noqa: S608
            db.execute(statement.encode(), known)
        db.execute("DELETE FROM _loads WHERE document_id = %s", known)
    db.execute("INSERT INTO _loads VALUES (%s, %s)", [group.document_id, group.load_seq])


def _fence(db: Connection, epoch: int) -> None:
    """Fence out older loaders. Raises `LeaseLost` when a newer one has written."""
    db.execute("LOCK TABLE _loader IN EXCLUSIVE MODE")
    if _check_epoch(db, epoch) != epoch:
        db.execute("DELETE FROM _loader")
        db.execute("INSERT INTO _loader VALUES (%s)", [epoch])


def _check_epoch(db: Connection, epoch: int) -> int | None:
    newest = one(db, "SELECT max(epoch) FROM _loader")
    if newest is not None and newest > epoch:
        raise LeaseLost(f"loader {newest} has written to the warehouse since loader {epoch} began")
    return newest


def _fresh(db: Connection, groups: Sequence[RowGroup]) -> tuple[list[RowGroup], list[DocumentId]]:
    """The groups that are newer than what is stored, and those of their documents that are stored."""
    wanted = [group.document_id for group in groups]
    stored: dict[DocumentId, int] = dict(
        db.execute("SELECT document_id, max(load_seq) FROM _loads WHERE document_id = ANY(%s) GROUP BY 1", [wanted]).fetchall()
    )
    fresh = [group for group in groups if stored.get(group.document_id, -1) < group.load_seq]
    return fresh, [group.document_id for group in fresh if group.document_id in stored]
