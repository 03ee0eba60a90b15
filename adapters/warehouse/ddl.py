"""DDL of the warehouse, derived from `schemas.tables.TABLES`: the same tables in every dialect, migrated additively.

Fact tables carry no primary or foreign keys: documents are replaced by delete and insert in one transaction, uniqueness is the ledger's and the
loader's business, and key indexes would only make DuckDB refuse such a swap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

from schemas.errors import SchemaTooNew
from schemas.tables import WAREHOUSE_SCHEMA, Column, SqlType, Table

TRAVELS_AS_TEXT = frozenset({SqlType.MONEY, SqlType.TIMESTAMP, SqlType.DATE, SqlType.JSON})
"""Types that travel as text in Arrow and are cast by the database, which keeps decimals exact and needs no pyarrow."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database spells the logical types."""

    name: str
    types: Mapping[SqlType, str]
    at_utc: str
    """What stands behind a timestamp to read its digits in UTC, whatever the session's zone."""
    each: str
    """The elements of a JSON list `{0}` as rows, in a select list: an index into it for each would read all of it again, and a join beside it
    holds the whole list once for each in DuckDB (10,000 words of a turn took 200 MB)."""
    places: str
    """Their numbers, from 1."""

    def column(self, column: Column) -> str:
        """A column's definition."""
        return f"{quoted(column.name)} {self.types[column.type]}"

    def cast(self, column: Column) -> str:
        """The expression that turns a staged value into the column's type."""
        name = quoted(column.name)
        return f"CAST({name} AS {self.types[column.type]})" if column.type in TRAVELS_AS_TEXT else name


DUCKDB = Dialect(
    "duckdb",
    {
        SqlType.TEXT: "VARCHAR",
        SqlType.INTEGER: "BIGINT",
        SqlType.FLOAT: "DOUBLE",
        SqlType.BOOLEAN: "BOOLEAN",
        SqlType.MONEY: "DECIMAL(18,4)",
        SqlType.TIMESTAMP: "TIMESTAMP",
        SqlType.DATE: "DATE",
        SqlType.JSON: "JSON",
    },
    at_utc="",
    each="unnest(CAST({0} AS JSON[]))",
    places="generate_subscripts(CAST({0} AS JSON[]), 1)",
)
POSTGRES = Dialect(
    "postgres",
    {
        SqlType.TEXT: "TEXT",
        SqlType.INTEGER: "BIGINT",
        SqlType.FLOAT: "DOUBLE PRECISION",
        SqlType.BOOLEAN: "BOOLEAN",
        SqlType.MONEY: "DECIMAL(18,4)",
        SqlType.TIMESTAMP: "TIMESTAMPTZ",
        SqlType.DATE: "DATE",
        SqlType.JSON: "JSONB",
    },
    at_utc="AT TIME ZONE 'UTC'",
    each="jsonb_array_elements({0})",
    places="generate_series(1, jsonb_array_length({0}))",
)

JOINED_BY = {"reviews": ("review_no",)}
"""Columns, besides the document, by which other rows name a row of the table."""

VIEW_FILES = ("offers", "reviews", "calls")
"""Templates under `views/`, in the order they build on each other; the dialects spell `$at_utc`, `$each(...)` and `$places(...)` differently."""
_LISTED = re.compile(r"\$(each|places)\(([^)]+)\)")


BOOKKEEPING = (
    "CREATE TABLE IF NOT EXISTS _schema (number BIGINT)",
    "CREATE TABLE IF NOT EXISTS _loader (epoch BIGINT)",
    "CREATE TABLE IF NOT EXISTS _loads (document_id {text}, load_seq BIGINT)",
)
"""`_schema`: who wrote this; `_loader`: the newest loader that wrote; `_loads`: the newest change applied per document, removed ones too."""


def quoted(identifier: str) -> str:
    """An identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def create_table(table: Table, dialect: Dialect) -> str:
    """`CREATE TABLE IF NOT EXISTS` of one table."""
    columns = ", ".join(dialect.column(column) for column in table.columns)
    return f"CREATE TABLE IF NOT EXISTS {quoted(table.name)} ({columns})"


def bookkeeping(dialect: Dialect) -> tuple[str, ...]:
    """DDL of the tables the loader keeps for itself."""
    return tuple(statement.format(text=dialect.types[SqlType.TEXT]) for statement in BOOKKEEPING)


def document_index(table: str) -> str:
    """The index a row store needs to find a document's rows; not unique. Where views join on a row's number too, it is part of it: a file of a
    million reviews is one document, and PostgreSQL would look through all of it for each row."""
    columns = ("document_id", *JOINED_BY.get(table, ()))
    return f"CREATE INDEX IF NOT EXISTS {quoted('_'.join((table, *columns)))} ON {quoted(table)} ({', '.join(columns)})"


def missing_columns(table: Table, existing: Iterable[str], dialect: Dialect, name: str | None = None) -> list[str]:
    """`ALTER TABLE` statements that bring a table of an older schema, with the columns `existing`, up to this one; `name` where it has another."""
    known = set(existing)
    return [f"ALTER TABLE {quoted(name or table.name)} ADD COLUMN {dialect.column(column)}" for column in table.columns if column.name not in known]


def view_statements(dialect: Dialect) -> Mapping[str, str]:
    """`CREATE OR REPLACE VIEW` of every view by name, each after those it reads."""
    found = {}
    for file in VIEW_FILES:
        text = resources.files("adapters.warehouse").joinpath(f"views/{file}.sql").read_text(encoding="utf-8")
        text = _LISTED.sub(lambda found: getattr(dialect, found[1]).format(found[2]), text)
        for statement in text.replace("$at_utc", dialect.at_utc).split(";\n"):
            if statement.strip():
                found[statement.partition(" VIEW ")[2].split()[0]] = statement.strip()
    return found


def check_number(stored: int | None) -> None:
    """Raises `SchemaTooNew` when `stored` is newer than what this code knows."""
    if stored is not None and stored > WAREHOUSE_SCHEMA:
        raise SchemaTooNew(
            f"the warehouse has schema {stored}, this Tamiz knows {WAREHOUSE_SCHEMA}; start the newer Tamiz, or rebuild the warehouse with this one"
        )
