"""Transactions on an attached DuckDB file: the loader's fence, small documents swapped together, a large one in slices.

Each function is called inside a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from adapters.warehouse.ddl import DUCKDB, quoted
from adapters.warehouse.duckdb_parts import Own, Parts
from adapters.warehouse.staging import keys_table
from schemas.documents import DocumentId
from schemas.errors import LeaseLost
from schemas.tables import TABLES

if TYPE_CHECKING:
    from arro3.core import Table
    from duckdb import DuckDBPyConnection

NEVER: Final = -1
"""Older than every `load_seq`: of documents that the warehouse does not know."""


def one(db: DuckDBPyConnection, sql: str) -> int | None:
    """The only number of an answer; None for no row or NULL."""
    rows = db.execute(sql).fetchall()
    return rows[0][0] if rows else None


def raise_epoch(db: DuckDBPyConnection, epoch: int) -> None:
    """Fence out older loaders, and drop what they left unfinished. Raises `LeaseLost` when a newer one has written."""
    newest_epoch = one(db, "SELECT max(epoch) FROM warehouse._loader")
    if newest_epoch is not None and newest_epoch > epoch:
        raise LeaseLost(f"loader {newest_epoch} has written to the warehouse since loader {epoch} began")
    if newest_epoch != epoch:
        db.execute("DELETE FROM warehouse._loader")
        db.execute("INSERT INTO warehouse._loader VALUES (?)", [epoch])
        Parts.of(db).drop_unfinished()


def stored(db: DuckDBPyConnection, wanted: Mapping[DocumentId, int]) -> dict[DocumentId, int]:
    """The `load_seq` of those of the wanted documents that the warehouse knows, removed ones too."""
    with _registered(db, "wanted", wanted):
        rows = db.execute("SELECT l.document_id, max(l.load_seq) FROM warehouse._loads l JOIN wanted w USING (document_id) GROUP BY 1").fetchall()
    return dict(rows)


def swap(db: DuckDBPyConnection, wanted: Mapping[DocumentId, int], arrived: Iterable[tuple[str, Table]]) -> None:
    """Delete and insert the documents whose stored `load_seq` is older than the wanted one; `arrived` are their rows, by table."""
    known = stored(db, wanted)
    fresh = {key: seq for key, seq in wanted.items() if known.get(key, NEVER) < seq}
    if not fresh:
        return
    parts = Parts.of(db)
    _forget(db, parts, {key: seq for key, seq in fresh.items() if key in known})
    which = "" if fresh.keys() == wanted.keys() else "WHERE document_id IN (SELECT document_id FROM fresh)"
    with _registered(db, "fresh", fresh):
        for table, rows in arrived:
            insert(db, table, parts.room(table), rows, which)
        db.execute("INSERT INTO warehouse._loads SELECT document_id, load_seq FROM fresh")


def add_slice(db: DuckDBPyConnection, own: Own, batches: Iterable[Table]) -> None:
    """Add rows to a large document's own table, which nobody sees yet."""
    Parts.of(db).add(own)
    for batch in batches:
        insert(db, own.table, own.name, batch)


def finish(db: DuckDBPyConnection, document: DocumentId, load_seq: int) -> None:
    """Let a large document's own tables take the place of what there was of it; drop them where something newer came meanwhile."""
    parts, known = Parts.of(db), stored(db, {document: load_seq})
    if known.get(document, NEVER) >= load_seq:
        parts.drop_unfinished(document)
        return
    _forget(db, parts, dict.fromkeys(known, load_seq))
    db.execute("INSERT INTO warehouse._loads VALUES (?, ?)", [document, load_seq])
    for table in sorted({own.table for own in parts.own if own.document == document}):
        parts.show(table)


def insert(db: DuckDBPyConnection, table: str, into: str, rows: Table, which: str = "") -> None:
    """Add an Arrow table of rows of `table`, or `which` of them, to the file's table `into`; columns it lacks are NULL."""
    columns = [column for column in TABLES[table].columns if column.name in rows.column_names]
    names, values = ", ".join(quoted(column.name) for column in columns), ", ".join(DUCKDB.cast(column) for column in columns)
    with _registered(db, "arriving", rows):
        db.execute(f"INSERT INTO warehouse.{quoted(into)} ({names}) SELECT {values} FROM arriving {which}")  # noqa: S608


def _forget(db: DuckDBPyConnection, parts: Parts, known: Mapping[DocumentId, int]) -> None:
    """Delete what there is of known documents, but for the own tables of the `load_seq` that is to come."""
    if not known:
        return
    with _registered(db, "known", known):
        parts.remove("known", known)
        db.execute("DELETE FROM warehouse._loads WHERE document_id IN (SELECT document_id FROM known)")


@contextmanager
def _registered(db: DuckDBPyConnection, name: str, rows: Table | Mapping[DocumentId, int]) -> Iterator[None]:
    db.register(name, keys_table(rows) if isinstance(rows, Mapping) else rows)
    try:
        yield
    finally:
        with suppress(Exception):  # an aborted transaction lets go of nothing; the next of the name takes its place
            db.unregister(name)
