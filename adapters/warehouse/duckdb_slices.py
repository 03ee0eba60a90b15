"""A large document's rows in slices, each for one table and one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from adapters.warehouse.duckdb_parts import FULL_BYTES, PAYLOADS, Own
from adapters.warehouse.staging import arrow_tables
from schemas.warehouse import RowGroup

if TYPE_CHECKING:
    from arro3.core import Table

SLICE_ROWS = 122_880
"""A row group of DuckDB: slices of so many are written once, smaller ones again with the next."""
SLICE_BYTES = 32 * 1024**2
"""Bytes of Arrow from which a slice of long rows is written although it is short: 0.4 s, and the memory of one. It gets a table of its own: the rows
of the next would have it written again, in up to two seconds where the texts no longer fit the memory limit."""


def slices(group: RowGroup) -> Iterator[tuple[Own, list[Table]]]:
    """The table each slice belongs in, and its rows as Arrow."""
    waiting: dict[str, list[Table]] = {}
    full: Counter[str] = Counter()
    for name, rows in arrow_tables([group]):
        waiting.setdefault(name, []).append(rows)
        is_long = sum(table.nbytes for table in waiting[name]) >= (FULL_BYTES if name == PAYLOADS else SLICE_BYTES)
        if is_long or sum(table.num_rows for table in waiting[name]) >= SLICE_ROWS:
            yield Own(name, group.document_id, group.load_seq, full[name]), waiting.pop(name)
            full[name] += is_long
    for name, batches in waiting.items():
        yield Own(name, group.document_id, group.load_seq, full[name]), batches
