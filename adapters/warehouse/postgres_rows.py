"""Rows into PostgreSQL by COPY."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adapters.warehouse.ddl import quoted
from adapters.warehouse.staging import Columns, gather, storable
from schemas.tables import TABLES, SqlType
from schemas.warehouse import RowGroup

if TYPE_CHECKING:
    from psycopg import Connection

_ESCAPED_NUL = re.compile(r"((?:^|[^\\])(?:\\\\)*)\\u0000")
_TEXTS = frozenset({SqlType.TEXT, SqlType.JSON})


def copy_rows(db: Connection, groups: Sequence[RowGroup]) -> None:
    """Append the rows of `groups`. Raises psycopg's errors and what the groups raise."""
    for table, columns in gather(groups):
        _clean(table, columns)
        names = ", ".join(map(quoted, columns))
        with db.cursor().copy(f"COPY {quoted(table)} ({names}) FROM STDIN".encode()) as copy:
            for row in zip(*columns.values(), strict=True):
                copy.write_row(row)


def _clean(table: str, columns: Columns) -> None:
    """PostgreSQL's text holds neither NUL nor lone surrogates, its JSONB no `\\u0000`: they become U+FFFD and `?`."""
    for column in TABLES[table].columns:
        values = columns.get(column.name)
        if values is None:
            continue
        if column.type in _TEXTS:
            columns[column.name] = [value if value is None else _text(value) for value in values]
        if column.type is SqlType.JSON:
            columns[column.name] = [value if value is None or "\\u0000" not in value else json_without_nul(value) for value in columns[column.name]]


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return text if text.isascii() else storable(text)


def json_without_nul(text: str) -> str:
    """JSON whose escaped NULs are escaped U+FFFDs; an escaped backslash before `u0000` is left alone."""
    previous = None
    while previous != text:
        previous, text = text, _ESCAPED_NUL.sub(r"\1\\ufffd", text)
    return text
