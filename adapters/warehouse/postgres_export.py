"""Every table of a PostgreSQL warehouse as Parquet, written by DuckDB, which reads no foreign bytes here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.warehouse.ddl import DUCKDB, TRAVELS_AS_TEXT, create_table, quoted
from adapters.warehouse.duckdb_errors import translated
from adapters.warehouse.staging import GATHER_ROWS, arrow_table
from schemas.tables import TABLES, Column, SqlType, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from psycopg import Connection


def export(source: Connection, directory: Path) -> Mapping[str, int]:
    """Write `<table>.parquet` of every table, each by rename; rows per table. Raises `StorageFull`, `ServiceUnavailable`, psycopg's errors."""
    import duckdb

    directory.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    with translated(), duckdb.connect(":memory:", config={"threads": 1, "temp_directory": str(directory / ".spill")}) as db:
        for name, table in TABLES.items():
            db.execute(create_table(table, DUCKDB)).fetchall()
            counts[name] = _fill(source, db, table)
            part = directory / f".{name}.parquet.part"
            target = str(part).replace("'", "''")
            db.execute(f"COPY {quoted(name)} TO '{target}' (FORMAT parquet, COMPRESSION zstd)").fetchall()
            part.replace(directory / f"{name}.parquet")
            db.execute(f"DROP TABLE {quoted(name)}").fetchall()
    return counts


def _fill(source: Connection, db: DuckDBPyConnection, table: Table) -> int:
    selected = ", ".join(map(_selected, table.columns))
    count = 0
    with source.cursor("export") as rows:
        rows.itersize = GATHER_ROWS
        rows.execute(f"SELECT {selected} FROM {quoted(table.name)}".encode())  # noqa: S608
        while batch := rows.fetchmany(GATHER_ROWS):
            count += len(batch)
            columns: dict[str, list[Any]] = {
                column.name: list(values) for column, values in zip(table.columns, zip(*batch, strict=True), strict=True)
            }
            db.register("arriving", arrow_table(table.name, columns))
            values = ", ".join(DUCKDB.cast(column) for column in table.columns)
            db.execute(f"INSERT INTO {quoted(table.name)} SELECT {values} FROM arriving").fetchall()  # noqa: S608
            db.unregister("arriving")
    return count


def _selected(column: Column) -> str:
    name = quoted(column.name)
    if column.type is SqlType.TIMESTAMP:
        return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    return f"{name}::text" if column.type in TRAVELS_AS_TEXT else name
