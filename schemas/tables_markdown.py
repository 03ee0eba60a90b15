"""`docs/tables.md`, written from the models: `python -m schemas.tables_markdown > docs/tables.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from schemas.rows.evidence import TAIL
from schemas.tables import ITEM_NUMBERS, TABLES, WAREHOUSE_SCHEMA, Column, SqlType, Table

SPELLINGS = {
    SqlType.TEXT: ("VARCHAR", "TEXT"),
    SqlType.INTEGER: ("BIGINT", "BIGINT"),
    SqlType.FLOAT: ("DOUBLE", "DOUBLE PRECISION"),
    SqlType.BOOLEAN: ("BOOLEAN", "BOOLEAN"),
    SqlType.MONEY: ("DECIMAL(18,4)", "DECIMAL(18,4)"),
    SqlType.TIMESTAMP: ("TIMESTAMP, UTC", "TIMESTAMPTZ"),
    SqlType.DATE: ("DATE", "DATE"),
    SqlType.JSON: ("JSON", "JSONB"),
}
"""Logical type to its spelling in DuckDB and in PostgreSQL."""

VIEWS = {
    "offer_history": "One row per offer with a price, of a product over documents and days: `product_key` (normalised name and package; where there"
    " is none, the name in lower case), `day` (`valid_from`, else the day it came), `price`. At the same retailer `previous_price`, `previous_day`,"
    " `change_pct` since then, `is_latest`. Anywhere, in the same currency: `lowest_price` with `lowest_day`, `lowest_retailer`, `lowest_region` and"
    " `lowest_store`, `is_lowest`, `first_seen`, `last_seen`. Member prices (`loyalty`) and multi-buys (`multibuy`) count like others.",
    "review_daily": "Reviews per product, store and day: `reviews`, `mean_rating`, `mean_score`,"
    " `share_negative` (0 to 1, of those with a sentiment).",
    "call_daily": "Calls per day, agent and queue: `calls`, durations, `non_talk_s`, `hold_s`, `interruptions`, `mean_csat`.",
}

_INTRODUCTION = f"""# Tables

Written from the models by `python -m schemas.tables_markdown`; a test fails when this file is not current. Warehouse schema {WAREHOUSE_SCHEMA}.

Every table begins with `document_id`. Every fact table ends with how sure a row is (`confidence`), how it came about (`method`), what produced it
(`adapter`), which sanity checks it failed (`flags`), and where in the source it stands. Times are UTC; money is exact and its ISO 4217 `currency`
stands beside it. Columns marked *never null* always hold a value. The warehouse keeps three tables for itself: `_schema`, `_loader` and `_loads`.
"""


def markdown() -> str:
    """The whole file."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield "| type | DuckDB | PostgreSQL |\n|---|---|---|"
    for kind, (duckdb, postgres) in SPELLINGS.items():
        yield f"| {kind} | {duckdb} | {postgres} |"
    yield ""
    for table in TABLES.values():
        yield from _table(table)
    yield "## Views\n"
    for name, text in VIEWS.items():
        yield f"- `{name}`: {text}"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n\n{table.description}\n\n| column | type | |\n|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {column.type} | {_note(table, column)} |"
    yield ""


def _note(table: Table, column: Column) -> str:
    notes = [] if column.description in {"", "JSON"} else [column.description.replace("|", "\\|")]
    if column.name in ITEM_NUMBERS.get(table.name, ()):
        notes.append("place in the source, from 1")
    elif column.name in TAIL and not notes and not column.nullable:
        notes.append("see above")
    if not column.nullable:
        notes.append("*never null*")
    return "; ".join(notes)


if __name__ == "__main__":
    sys.stdout.write(markdown())
