"""One record's bytes to its cells: CSV rows, JSON objects, nested keys. Nothing here raises for broken bytes; they are None."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from typing import Any


def decode(data: bytes) -> str:
    """UTF-8, or Windows-1252 where it is not (WHATWG's reading of Latin-1, the usual export of a spreadsheet)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def cells_of(data: bytes, delimiter: str) -> list[str] | None:
    """A row's cells; None for what the csv reader refuses."""
    line = decode(data).rstrip("\r\n")
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return None


def table_row(data: bytes, header: tuple[str, ...], delimiter: str) -> dict[str, str] | None:
    """A row by column; None for one the csv reader refuses or that has more cells than the header."""
    cells = cells_of(data, delimiter)
    if cells is None or any(cell.strip() for cell in cells[len(header) :]):
        return None
    return dict(zip(header, cells, strict=False))


def json_record(data: bytes) -> dict[str, Any] | None:
    """An object of a list or line; a string is a review that says nothing but its text."""
    try:
        found = json.loads(decode(data))
    except (ValueError, RecursionError):
        return None
    if isinstance(found, str):
        return {"text": found}
    return found if isinstance(found, dict) else None


def is_object(line: bytes) -> bool:
    """Whether a line is one JSON object."""
    if not line.strip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(decode(line)), dict)
    except (ValueError, RecursionError):
        return False


def flat(record: Mapping[str, Any], depth: int = 3) -> dict[str, Any]:
    """Nested objects as dotted keys, `depth` levels down."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth > 1:
            found |= {f"{key}.{inner}": cell for inner, cell in flat(value, depth - 1).items()}
        else:
            found[key] = value
    return found
