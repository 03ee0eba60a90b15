"""One record's bytes to its cells: CSV rows, JSON objects, nested keys. Nothing here raises for broken bytes; they are None."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from typing import Any

from workers.reviews.spans import Dialect

_STAND_IN = "\x1f"
"""Takes the place of a delimiter of several signs, which the csv module does not know."""


_LENIENT = json.JSONDecoder(strict=False)
"""`json.loads` with an argument makes a decoder for each text, which takes as long as a short text itself."""


_AROUND = "\ufeff\0 \t\r\n"


_JSON_KINDS = ((list, "array"), (bool, "boolean"), ((int, float), "number"), (str, "string"), (type(None), "null"), (dict, "object"))


def decode(data: bytes) -> str:
    """UTF-8, or Windows-1252 where it is not (WHATWG's reading of Latin-1, the usual export of a spreadsheet)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def cells_of(data: bytes, dialect: Dialect) -> list[str] | None:
    """A row's cells; None for what the csv reader refuses."""
    line = decode(data).rstrip("\r\n")
    delimiter, quote, escape = dialect
    if quote not in line:
        return line.split(delimiter)
    several = len(delimiter) > 1
    if several:
        line = line.replace(delimiter, _STAND_IN)
    try:
        cells = next(
            csv.reader([line], delimiter=_STAND_IN if several else delimiter, quotechar=quote, escapechar="\\" if escape else None),
            [],
        )
    except (csv.Error, ValueError):
        return None
    return [cell.replace(_STAND_IN, delimiter) for cell in cells] if several else cells


def table_row(data: bytes, header: tuple[str, ...], dialect: Dialect) -> dict[str, str] | None:
    """A row by column; None for one the csv reader refuses or that has more cells than the header."""
    cells = cells_of(data, dialect)
    if cells is None or (len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :])):
        return None
    return dict(zip(header, cells, strict=False))


def array_cells(data: bytes) -> list[Any] | None:
    """The cells of a JSON array."""
    found = _loaded(data)
    return found if isinstance(found, list) else None


def array_row(data: bytes, header: tuple[str, ...]) -> dict[str, Any] | None:
    """An array's cells by column; None for one that is none or has more cells than the header."""
    cells = array_cells(data)
    if cells is None or (len(cells) > len(header) and any(cell is not None for cell in cells[len(header) :])):
        return None
    return dict(zip(header, cells, strict=False))


def json_record(data: bytes) -> dict[str, Any] | None:
    """An object of a list or line; a string is a review that says nothing but its text."""
    found = _loaded(data)
    if isinstance(found, str):
        return {"text": found}
    return found if isinstance(found, dict) else None


def is_object(line: bytes) -> bool:
    """Whether a line is one JSON object."""
    return line.strip().startswith(b"{") and isinstance(_loaded(line), dict)


def _loaded(data: bytes) -> Any:
    """Parsed JSON; None for what is none. Control characters in strings, and marks and NULs around the value, are let pass."""
    text = decode(data)
    try:
        return _LENIENT.decode(text)
    except RecursionError:
        return None
    except ValueError:
        bare = text.strip(_AROUND)
        if bare == text.strip():
            return None
    try:
        return _LENIENT.decode(bare)
    except (ValueError, RecursionError):
        return None


def flat(record: Mapping[str, Any], depth: int = 3) -> dict[str, Any]:
    """Nested objects as dotted keys, `depth` levels down."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth > 1:
            found |= {f"{key}.{inner}": cell for inner, cell in flat(value, depth - 1).items()}
        else:
            found[key] = value
    return found


def fault_of_row(data: bytes, width: int, dialect: Dialect | None) -> str:
    """Why `table_row` or `array_row` had no row: for people, and without the row's words."""
    cells = cells_of(data, dialect) if dialect is not None else array_cells(data)
    if cells is None:
        return "the row's quotes do not close where its cells end" if dialect is not None else "the row is no list of cells"
    return f"the row has {len(cells)} cells where the header has {width}: a cell holds the delimiter and is not quoted, perhaps"


def fault_of_json(data: bytes) -> str:
    """Why `json_record` had no record."""
    try:
        found = json.loads(decode(data).strip(_AROUND), strict=False)
    except json.JSONDecodeError as error:
        return f"the record is no valid JSON: {error.msg.lower()} at its character {error.pos + 1}"
    except (ValueError, RecursionError):
        return "the record is no valid JSON: it nests too deep, or a number in it has thousands of digits"
    kind = next(name for types, name in _JSON_KINDS if isinstance(found, types))
    return f"the record is a JSON {kind}, not an object"
