"""What the loader hands to a warehouse and what a query brings back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from schemas.documents import DocumentId, Value

if TYPE_CHECKING:
    from arro3.core import Table


@dataclass(frozen=True, slots=True)
class ColumnBatch:
    """Rows of one table by column, `document_id` included; all columns of `schemas.tables.TABLES[table]`, equally long.

    Values are str, int, float, bool, Decimal, aware datetime (UTC), date or None; money, times and dates may be the text they have in JSON
    (`1.20`, ISO 8601); JSON columns hold serialised JSON text.
    """

    table: str
    columns: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class ArrowBatch:
    """Rows of one table as an Arrow table: utf8, int64, float64 and bool; money, times, dates and JSON are text. Columns without any value may be
    left out; the extension name `arrow.json` at a column promises that it holds JSON."""

    table: str
    rows: Table


Batch = ColumnBatch | ArrowBatch


@dataclass(frozen=True, slots=True)
class RowGroup:
    """All rows of one document at one `load_seq`; no batches: the document's rows go away. `batches` is consumed once, lazily."""

    document_id: DocumentId
    load_seq: int
    batches: Iterable[Batch]
    size: int = 0
    """About how many bytes the rows take, 0 where nobody knows: a warehouse may stage what is large elsewhere."""


class QueryLimits(Value):
    """What one query may take."""

    seconds: float = Field(default=10.0, gt=0)
    rows: int = Field(default=100_000, gt=0)
    memory_bytes: int = Field(default=512 * 1024**2, gt=0)


class QueryResult(Value):
    """A query's answer: plain JSON values, money as strings with a decimal point, times as ISO 8601 UTC text."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = Field(default=False, description="there were more rows than the limit")
