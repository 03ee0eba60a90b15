"""Rows on their way: column batches of many documents gathered per table and turned into Arrow tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schemas.documents import DocumentId
from schemas.errors import EngineOutputInvalid
from schemas.tables import TABLES, Column, SqlType
from schemas.warehouse import ColumnBatch, RowGroup

if TYPE_CHECKING:
    from arro3.core import Array, Table

GATHER_ROWS = 50_000
"""Rows of one table that become one Arrow table: 43 ms to load, and a few tens of megabytes as Python objects."""

ROW_CHARS = 1_000
"""Characters of stored Extraction JSON that weigh as much as one row: 50 MB of them are a batch."""


def newest(groups: Sequence[RowGroup]) -> dict[DocumentId, RowGroup]:
    """One group per document: the one with the highest `load_seq`."""
    found: dict[DocumentId, RowGroup] = {}
    for group in groups:
        known = found.get(group.document_id)
        if known is None or known.load_seq < group.load_seq:
            found[group.document_id] = group
    return found


def gather(groups: Iterable[RowGroup], rows: int = GATHER_ROWS) -> Iterator[tuple[str, Table]]:
    """Arrow tables of at most about `rows` rows by table name, small batches of many documents put together.

    Holds no more than `rows` rows of all tables together plus one batch, where `ROW_CHARS` of stored JSON weigh as much as a row. Raises
    `EngineOutputInvalid`, and whatever a group's batches raise.
    """
    waiting: dict[str, dict[str, list[Any]]] = {}
    count = 0
    for group in groups:
        for batch in group.batches:
            size = _append(waiting, batch)
            count += size
            if count >= rows:
                yield from _drain(waiting)
                count = 0
    yield from _drain(waiting)


def _append(waiting: dict[str, dict[str, list[Any]]], batch: ColumnBatch) -> int:
    columns = waiting.setdefault(batch.table, {name: [] for name in TABLES[batch.table].column_names})
    for name, values in columns.items():
        values.extend(batch.columns[name])
    stored = sum(map(len, batch.columns["payload"])) if batch.table == "extractions" else 0
    return len(batch.columns["document_id"]) + stored // ROW_CHARS


def _drain(waiting: dict[str, dict[str, list[Any]]]) -> Iterator[tuple[str, Table]]:
    while waiting:
        name, columns = waiting.popitem()
        if columns["document_id"]:
            yield name, arrow_table(name, columns)


def arrow_table(table: str, columns: Mapping[str, Sequence[Any]]) -> Table:
    """The rows as Arrow: text, int64, float64 and bool; money, times, dates and JSON as text. Columns without any value are left out.

    Raises `EngineOutputInvalid` naming table and column when a value has no place in its column (an integer beyond 64 bits).
    """
    from arro3.core import Table

    arrays: dict[str, Any] = {
        column.name: _array(table, column, columns[column.name])
        for column in TABLES[table].columns
        if not (column.nullable and _all_none(columns[column.name]))
    }
    return Table.from_pydict(arrays)


def _all_none(values: Sequence[Any]) -> bool:
    return values.count(None) == len(values)


def _array(table: str, column: Column, values: Sequence[Any]) -> Array:
    from arro3.core import Array, DataType

    kinds = {SqlType.INTEGER: DataType.int64, SqlType.FLOAT: DataType.float64, SqlType.BOOLEAN: DataType.bool}
    kind = kinds.get(column.type, DataType.utf8)()
    try:
        return Array(_encoded(column.type, values), type=kind)
    except UnicodeEncodeError:
        return Array([None if v is None else v.encode("utf-8", "replace").decode() for v in _encoded(column.type, values)], type=kind)
    except (TypeError, ValueError, OverflowError) as error:
        raise EngineOutputInvalid(f"a value of {table}.{column.name} does not fit a column of type {column.type}") from error


def _encoded(kind: SqlType, values: Sequence[Any]) -> Sequence[Any]:
    if kind is SqlType.TIMESTAMP:
        return [None if v is None else utc_text(v) for v in values]
    if kind is SqlType.DATE:
        return [v if v is None or isinstance(v, str) else date.isoformat(v) for v in values]
    if kind is SqlType.MONEY:
        return [v if v is None or isinstance(v, str) else money_text(v) for v in values]
    return values if isinstance(values, list) else list(values)


def utc_text(moment: datetime | str) -> str:
    """ISO 8601 in UTC; a time without a zone is UTC. DuckDB's cast reads the digits and ignores an offset, so none but UTC may stay."""
    if isinstance(moment, str):
        if moment.endswith("Z"):
            return moment
        moment = datetime.fromisoformat(moment)
    return (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def money_text(amount: Decimal) -> str:
    """A decimal in plain digits, never with an exponent."""
    return format(amount, "f")


def keys_table(keys: Mapping[DocumentId, int]) -> Table:
    """Documents and their `load_seq` as an Arrow table."""
    from arro3.core import Array, DataType, Table

    return Table.from_pydict({"document_id": Array(list(keys), type=DataType.utf8()), "load_seq": Array(list(keys.values()), type=DataType.int64())})
