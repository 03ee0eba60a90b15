"""`extractions` in DuckDB: tables of about 16 MB each behind one view.

DuckDB writes the last row group of a table (up to 122,880 rows) anew at every checkpoint, long texts and all, and holds all of them in memory for it:
in one table the fiftieth load of a payload of 4 MB took seconds, and none went through once the payloads outgrew the memory limit (DuckDB 2.0). A
table that is full is not added to again, so nothing of it is written again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.warehouse.ddl import DUCKDB, create_table, quoted
from schemas.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAME: Final = "extractions"
_PREFIX: Final = "_extractions_"
FULL_BYTES: Final = 16 * 1024**2
"""A load writes at most about this much again; a gigabyte of payloads makes sixty tables."""
_COLUMNS: Final = ", ".join(quoted(column) for column in TABLES[NAME].column_names)


def prepare(db: DuckDBPyConnection) -> None:
    """Make the first table and the view, in the database in use; a table `extractions` of an earlier version becomes the first."""
    tables = _tables(db)
    if not tables:
        first = f"{_PREFIX}000001"
        kind = db.execute("SELECT table_type FROM information_schema.tables WHERE table_catalog = 'warehouse' AND table_name = ?", [NAME]).fetchall()
        if kind and kind[0][0] == "BASE TABLE":
            db.execute(f"ALTER TABLE {quoted(NAME)} RENAME TO {quoted(first)}")
        else:
            _create(db, first)
        tables = [first]
    _show(db, tables)


def remove(db: DuckDBPyConnection, documents: str) -> None:
    """Delete the payloads of the documents whose ids are in the table `documents`."""
    for name in _tables(db):
        db.execute(f"DELETE FROM warehouse.{quoted(name)} WHERE document_id IN (SELECT document_id FROM {documents})")  # noqa: S608


def take(db: DuckDBPyConnection, source: str, documents: str) -> None:
    """Insert the rows of `source` that belong to `documents`, into a table with room."""
    tables = _tables(db)
    last = tables[-1]
    held = db.execute(f"SELECT coalesce(sum(strlen(payload)), 0) FROM warehouse.{quoted(last)}").fetchall()[0][0]  # noqa: S608
    if held >= FULL_BYTES:
        last = f"{_PREFIX}{int(last.removeprefix(_PREFIX)) + 1:06d}"
        db.execute("USE warehouse")
        _create(db, last)
        _show(db, [*tables, last])
        db.execute("USE memory")
    db.execute(
        f"INSERT INTO warehouse.{quoted(last)} ({_COLUMNS}) SELECT {_COLUMNS} FROM {source}"  # noqa: S608
        f" WHERE document_id IN (SELECT document_id FROM {documents})"
    )


def _tables(db: DuckDBPyConnection) -> list[str]:
    """In the order they were made."""
    rows = db.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse' AND starts_with(table_name, ?)", [_PREFIX]).fetchall()
    return sorted(name for (name,) in rows)


def _create(db: DuckDBPyConnection, name: str) -> None:
    db.execute(create_table(TABLES[NAME], DUCKDB).replace(quoted(NAME), quoted(name), 1))


def _show(db: DuckDBPyConnection, tables: list[str]) -> None:
    every = " UNION ALL ".join(f"SELECT {_COLUMNS} FROM {quoted(name)}" for name in tables)  # noqa: S608
    db.execute(f"CREATE OR REPLACE VIEW {quoted(NAME)} AS {every}")
