"""Rows in one canonical form, whether an Extraction's JSON or a warehouse says them, so that both can be compared as they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from schemas.tables import TABLES, Column, SqlType, row_models

Row = tuple[str | None, ...]
"""Canonical values of a fact table's columns in order, `document_id` left out."""

Facts = dict[str, Counter[Row]]
"""Rows of one document by table, with how often each is there."""

FACT_TABLES = tuple(row_models())
_ABOUT = ("status", "error_code", "kind", "media_type", "language", "size_bytes", "sha256", "parent_document_id")


class Warehouse:
    """Reads whole tables of a warehouse nobody writes to any more."""

    def __init__(self, place: str) -> None:
        self._postgres = place.startswith("postgres")
        if self._postgres:
            import psycopg

            self._connection: Any = psycopg.connect(place)
        else:
            import duckdb

            self._connection = duckdb.connect(place, read_only=True)

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def documents(self) -> list[dict[str, Any]]:
        """The rows of `documents`, those columns that an oracle can know."""
        names = ("document_id", "source_uri", "version", "pipeline_version", *_ABOUT)
        return [dict(zip(names, row, strict=True)) for row in self._select("documents", names)]

    def parts(self) -> Counter[tuple[str, int]]:
        """How often each (document, part) is in `extractions`."""
        return Counter(self._select("extractions", ("document_id", "part_no")))

    def facts(self) -> dict[str, Facts]:
        """All fact rows by document."""
        found: dict[str, Facts] = {}
        for table in FACT_TABLES:
            columns = TABLES[table].columns[1:]
            for document, *values in self._select(table, TABLES[table].column_names):
                row = tuple(self._canonical(column, value) for column, value in zip(columns, values, strict=True))
                found.setdefault(document, {}).setdefault(table, Counter())[row] += 1
        return found

    def _select(self, table: str, names: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        quoted = ", ".join(f'"{name}"' for name in names)
        yield from self._connection.execute(f"select {quoted} from {table}").fetchall()

    def _canonical(self, column: Column, value: Any) -> str | None:
        if column.type is SqlType.JSON and isinstance(value, str) and not self._postgres:
            value = json.loads(value)
        return canonical(column.type, value)


def facts_of(extraction: Mapping[str, Any]) -> Facts:
    """The rows of one Extraction as `tamiz extract` prints it."""
    found: Facts = {}
    for table in FACT_TABLES:
        rows = extraction.get(table) or ()
        columns = TABLES[table].columns[1:]
        if rows:
            found[table] = Counter(tuple(canonical(column.type, row.get(column.name)) for column in columns) for row in rows)
    return found


def canonical(kind: SqlType, value: Any) -> str | None:
    """One value as text that is equal exactly when the values are."""
    if value is None:
        return None
    if kind is SqlType.JSON:
        return json.dumps(_without_ids(value), sort_keys=True)
    if kind is SqlType.MONEY:
        return str(Decimal(str(value)).normalize())
    if kind is SqlType.TIMESTAMP:
        return _moment(value).isoformat()
    if kind is SqlType.DATE:
        return value.isoformat() if isinstance(value, date) else str(value)
    if kind is SqlType.FLOAT:
        return repr(float(value))
    return str(value)


def _moment(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _without_ids(value: Any) -> Any:
    """Ids of attachments follow from the id of their message, which is another one in the oracle."""
    if isinstance(value, list):
        return [_without_ids(one) for one in value]
    if isinstance(value, dict):
        return {name: _without_ids(one) for name, one in value.items() if name != "document_id"}
    return value
