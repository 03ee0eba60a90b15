"""Rows on their way: column batches of many documents gathered per table, put into the form databases take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schemas.documents import DocumentId
from schemas.errors import EngineOutputInvalid
from schemas.tables import TABLES, Column, SqlType
from schemas.warehouse import ArrowBatch, Batch, ColumnBatch, RowGroup

if TYPE_CHECKING:
    from arro3.core import Array, Table

Columns = dict[str, list[Any]]
"""Rows of one table by column, all lists equally long."""

GATHER_ROWS = 50_000
"""Rows of one table that travel together: 43 ms to load, and a few tens of megabytes as Python objects."""

ROW_CHARS = 1_000
"""Characters of stored Extraction JSON that weigh as much as one row: 50 MB of them are a batch."""


_IS_JSON = {"ARROW:extension:name": "arrow.json", "ARROW:extension:metadata": ""}
"""DuckDB takes such a column as JSON without reading it again: a fifth of the time of long payloads."""


def newest(groups: Sequence[RowGroup]) -> dict[DocumentId, RowGroup]:
    """One group per document: the one with the highest `load_seq`."""
    found: dict[DocumentId, RowGroup] = {}
    for group in groups:
        known = found.get(group.document_id)
        if known is None or known.load_seq < group.load_seq:
            found[group.document_id] = group
    return found


def gather(groups: Iterable[RowGroup], rows: int = GATHER_ROWS) -> Iterator[tuple[str, Columns]]:
    """Columns of at most about `rows` rows by table name, small batches of many documents put together; columns without any value left out.

    Text, integers, floats and booleans are as they came; money, times and dates are text. Holds no more than `rows` rows of all tables together
    plus one batch, where `ROW_CHARS` of stored JSON weigh as much as a row. Raises `EngineOutputInvalid`, and whatever a group's batches raise.
    """
    for table, found in _gathered((batch for group in groups for batch in group.batches), rows):
        yield table, (found if isinstance(found, dict) else {name: list(found[name].to_pylist()) for name in found.column_names})


def arrow_tables(groups: Iterable[RowGroup], *, checked: bool = False) -> Iterator[tuple[str, Table]]:
    """As `gather`, as Arrow; what came as Arrow is passed on as it is. `checked`: that all JSON is JSON is known, and need not be looked at again."""
    for table, found in _gathered((batch for group in groups for batch in group.batches), GATHER_ROWS):
        yield table, (arrow_table(table, found, checked=checked) if isinstance(found, dict) else found)


def _gathered(batches: Iterable[Batch], rows: int) -> Iterator[tuple[str, Columns | Table]]:
    waiting: dict[str, dict[str, list[Any]]] = {}
    count = 0
    for batch in batches:
        if isinstance(batch, ArrowBatch):
            yield batch.table, batch.rows
            continue
        count += _append(waiting, batch)
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


def _drain(waiting: dict[str, dict[str, list[Any]]]) -> Iterator[tuple[str, Columns]]:
    while waiting:
        name, columns = waiting.popitem()
        if columns["document_id"]:
            yield name, _encoded(name, columns)


def _encoded(table: str, columns: Mapping[str, list[Any]]) -> Columns:
    found: Columns = {}
    for column in TABLES[table].columns:
        values = columns[column.name]
        if values.count(None) == len(values):
            continue
        try:
            found[column.name] = _texts(column.type, values)
        except (AttributeError, TypeError, ValueError, OverflowError) as error:
            raise misfit(table, column) from error
    return found


def _texts(kind: SqlType, values: list[Any]) -> list[Any]:
    if kind is SqlType.TIMESTAMP:
        return [None if v is None else utc_text(v) for v in values]
    if kind is SqlType.DATE:
        return [v if v is None or isinstance(v, str) else date.isoformat(v) for v in values]
    if kind is SqlType.MONEY:
        return [v if v is None or isinstance(v, str) else money_text(v) for v in values]
    return values


def misfit(table: str, column: Column) -> EngineOutputInvalid:
    """The error for a value that has no place in its column; never says the value."""
    return EngineOutputInvalid(f"a value of {table}.{column.name} does not fit a column of type {column.type}")


def arrow_table(table: str, columns: Columns, *, checked: bool = False) -> Table:
    """Gathered columns as the table of an `ArrowBatch`. Raises `EngineOutputInvalid` naming table and column of a value that does not fit."""
    from arro3.core import Field, Schema, Table

    present = [column for column in TABLES[table].columns if column.name in columns]
    arrays = [_array(table, column, columns[column.name]) for column in present]
    fields = [
        Field(column.name, array.type, metadata=_IS_JSON if checked and column.type is SqlType.JSON else None)
        for column, array in zip(present, arrays, strict=True)
    ]
    return Table.from_arrays(arrays, schema=Schema(fields))


def _array(table: str, column: Column, values: list[Any]) -> Array:
    from arro3.core import Array, DataType

    kinds = {SqlType.INTEGER: DataType.int64, SqlType.FLOAT: DataType.float64, SqlType.BOOLEAN: DataType.bool}
    kind = kinds.get(column.type, DataType.utf8)()
    try:
        return Array(values, type=kind)
    except UnicodeEncodeError:
        return Array([None if value is None else storable(value) for value in values], type=kind)
    except (TypeError, ValueError, OverflowError) as error:
        raise misfit(table, column) from error


def storable(text: str) -> str:
    """The text as UTF-8 can hold it: lone surrogates, as in file names of another encoding, become `?`."""
    return text.encode("utf-8", "replace").decode()


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
