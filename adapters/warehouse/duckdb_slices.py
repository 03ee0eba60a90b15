"""A large document's rows in slices, each for one table and one transaction."""

from __future__ import annotations

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
"""Bytes of Arrow from which a slice of long rows is written although it is short: half a second, and the memory of one."""


def slices(group: RowGroup) -> Iterator[tuple[Own, list[Table]]]:
    """The table each slice belongs in, and its rows as Arrow. Payloads, which are long, get a new table with every slice."""
    waiting: dict[str, list[Table]] = {}
    payload_tables = 0
    for name, rows in arrow_tables([group]):
        waiting.setdefault(name, []).append(rows)
        size = sum(table.nbytes for table in waiting[name])
        if size >= (FULL_BYTES if name == PAYLOADS else SLICE_BYTES) or sum(table.num_rows for table in waiting[name]) >= SLICE_ROWS:
            yield Own(name, group.document_id, group.load_seq, payload_tables if name == PAYLOADS else 0), waiting.pop(name)
            payload_tables += name == PAYLOADS
    for name, batches in waiting.items():
        yield Own(name, group.document_id, group.load_seq, payload_tables if name == PAYLOADS else 0), batches
