"""One transaction on an attached DuckDB file: the loader's fence, and whole documents swapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from adapters.warehouse import duckdb_payloads
from adapters.warehouse.ddl import quoted
from adapters.warehouse.staging import keys_table
from schemas.documents import DocumentId
from schemas.errors import LeaseLost
from schemas.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

UNFINISHED = -1
"""`load_seq` of a document whose rows are not all there yet."""


def one(db: DuckDBPyConnection, sql: str) -> int | None:
    """The only number of an answer; None for no row or NULL."""
    rows = db.execute(sql).fetchall()
    return rows[0][0] if rows else None


def raise_epoch(db: DuckDBPyConnection, epoch: int) -> None:
    """Fence out older loaders. Raises `LeaseLost` when a newer one has written."""
    newest_epoch = one(db, "SELECT max(epoch) FROM warehouse._loader")
    if newest_epoch is not None and newest_epoch > epoch:
        raise LeaseLost(f"loader {newest_epoch} has written to the warehouse since loader {epoch} began")
    if newest_epoch != epoch:
        db.execute("DELETE FROM warehouse._loader")
        db.execute("INSERT INTO warehouse._loader VALUES (?)", [epoch])


def swap(
    db: DuckDBPyConnection, wanted: Mapping[DocumentId, int], staged: Sequence[str], place: str, *, unfinished: bool = False
) -> Mapping[DocumentId, int]:
    """Delete and insert the documents whose stored `load_seq` is older than the wanted one, and return those; their rows lie in tables of `place`.

    `unfinished`: more of them follows, so that their stored `load_seq` stays older than any until `finish`.
    """
    with _registered(db, "wanted", wanted):
        rows = db.execute("SELECT l.document_id, max(l.load_seq) FROM warehouse._loads l JOIN wanted w USING (document_id) GROUP BY 1").fetchall()
    stored: dict[str, int] = dict(rows)
    fresh = {key: seq for key, seq in wanted.items() if stored.get(key, UNFINISHED) < seq}
    known = {key: seq for key, seq in fresh.items() if key in stored}
    if not fresh:
        return fresh
    if known:
        with _registered(db, "known", known):
            for name in (*(name for name in TABLES if name != duckdb_payloads.NAME), "_loads"):
                db.execute(f"DELETE FROM warehouse.{quoted(name)} WHERE document_id IN (SELECT document_id FROM known)")  # noqa: S608
            duckdb_payloads.remove(db, "known")
    with _registered(db, "fresh", fresh):
        for name in staged:
            if name == duckdb_payloads.NAME:
                duckdb_payloads.take(db, f"{place}.{quoted(name)}", "fresh")
                continue
            columns = ", ".join(quoted(column) for column in TABLES[name].column_names)
            db.execute(
                f"INSERT INTO warehouse.{quoted(name)} ({columns}) SELECT {columns} FROM {place}.{quoted(name)}"  # noqa: S608
                " WHERE document_id IN (SELECT document_id FROM fresh)"
            )
        db.execute(f"INSERT INTO warehouse._loads SELECT document_id, {UNFINISHED if unfinished else 'load_seq'} FROM fresh")  # noqa: S608
    return fresh


def take_payloads(db: DuckDBPyConnection, fresh: Mapping[DocumentId, int], source: str) -> None:
    """Insert the payloads of the table `source` that belong to `fresh`."""
    with _registered(db, "fresh", fresh):
        duckdb_payloads.take(db, source, "fresh")


def finish(db: DuckDBPyConnection, fresh: Mapping[DocumentId, int]) -> None:
    """Say that documents are loaded, of which all has come."""
    with _registered(db, "fresh", fresh):
        db.execute("DELETE FROM warehouse._loads WHERE document_id IN (SELECT document_id FROM fresh)")
        db.execute("INSERT INTO warehouse._loads SELECT document_id, load_seq FROM fresh")


@contextmanager
def _registered(db: DuckDBPyConnection, name: str, keys: Mapping[DocumentId, int]) -> Iterator[None]:
    db.register(name, keys_table(keys))
    try:
        yield
    finally:
        with suppress(Exception):
            db.unregister(name)
