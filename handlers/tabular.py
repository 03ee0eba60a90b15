"""A query's answer as text: CSV that a spreadsheet cannot run, JSON objects, an aligned table. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.warehouse import QueryResult

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet run a cell (OWASP, CSV Injection)."""

_QUOTED = frozenset(',"\n\r')
_WIDE = 60
_NUMBERS = ("DECIMAL", "NUMERIC")


def csv_text(result: QueryResult, *, raw: bool = False) -> str:
    """All rows as CSV: one header line, `\\n` line ends, quotes only where needed, numbers and money bare, NULL empty, an empty text `""`.

    Text that begins like a formula gets a leading `'`, unless `raw`.
    """
    return "".join(csv_lines(result, raw=raw))


def csv_lines(result: QueryResult, *, raw: bool = False) -> Iterator[str]:
    """The same, line by line."""
    money = [_is_number(name) for name in result.types]
    yield ",".join(_quoted(_harmless(name, raw)) for name in result.columns) + "\n"
    for row in result.rows:
        line = ",".join(_csv_cell(value, is_money, raw) for value, is_money in zip(row, money, strict=True))
        yield (line or '""') + "\n"  # a NULL alone must not be an empty line, which readers skip


def objects(result: QueryResult) -> Iterator[dict[str, Any]]:
    """Rows as objects by column name; a name that comes twice keeps its first value and numbers the others (`name`, `name_2`)."""
    names = list(distinct(result.columns))
    for row in result.rows:
        yield dict(zip(names, row, strict=True))


def distinct(columns: Iterable[str]) -> Iterator[str]:
    """Column names, the repeated ones numbered."""
    seen: set[str] = set()
    for name in columns:
        unlike, number = name, 1
        while unlike in seen:
            number += 1
            unlike = f"{name}_{number}"
        seen.add(unlike)
        yield unlike


def json_text(result: QueryResult) -> str:
    """A JSON list, one object a line."""
    rows = [json.dumps(row, ensure_ascii=False) for row in objects(result)]
    return "[" + ",\n ".join(rows) + "]\n"


def table_text(result: QueryResult) -> str:
    """Aligned columns for a person; long cells are cut, control characters are shown as dots."""
    cells = [[_shown(value) for value in row] for row in (result.columns, *result.rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(result.columns))]
    lines = [_aligned(row, widths) for row in cells]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _shown(value: object) -> str:
    text = "" if value is None else _plain(value)
    text = "".join(letter if letter.isprintable() else " " if letter in "\n\t" else "\N{MIDDLE DOT}" for letter in text)
    return text if len(text) <= _WIDE else text[: _WIDE - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _csv_cell(value: object, is_money: bool, raw: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and not is_money:
        return '""' if value == "" else _quoted(_harmless(value, raw))
    return _quoted(_plain(value))


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _harmless(text: str, raw: bool) -> str:
    return text if raw or not text.startswith(FORMULA) else "'" + text


def _quoted(text: str) -> str:
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def _is_number(type_name: str) -> bool:
    return type_name.upper().startswith(_NUMBERS)
