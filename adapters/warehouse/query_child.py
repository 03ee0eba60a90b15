"""One SQL statement against a DuckDB file, inside a confined child: read-only, no files, no extensions, no settings.

The file is opened for one query and closed after it, so that the loader gets its turn; only the library stays warm. Rows go to the parent in
chunks of JSON through its callback `rows`; the operation's answer is the header.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from adapters.warehouse.query_rows import Convert, send
from adapters.warehouse.texts import decimal_text, utc_iso
from schemas.errors import QueryLimit, QueryRefused, ServiceUnavailable, WarehouseBusy

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from adapters.sandbox.host import Host, Operations

FETCH_ROWS = 256
"""Rows taken from DuckDB at a time."""

_PLAIN = re.compile(r"(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|VARCHAR)$")
_NESTED = re.compile(r"(STRUCT|MAP|UNION|VARIANT)\b|.*\]$", re.DOTALL)


def serve(host: Host) -> Operations:
    """The entry: loads DuckDB before the confinement closes, then answers `query`.

    Options: `path` of the file. Request: `sql`, `rows` (most rows), `bytes` (most bytes of rows as JSON), `memory_bytes`.
    """
    import duckdb

    duckdb.connect(":memory:").close()
    path = str(host.options["path"])

    def query(request: dict[str, Any]) -> Mapping[str, Any]:
        with _typed(duckdb), _Opened(path, int(request["memory_bytes"])) as db:
            relation = _relation(db, str(request["sql"]))
            return _send(host, db, relation, int(request["rows"]), int(request["bytes"]))

    return {"query": query}


class _Opened:
    """The file, open read-only with everything else shut; closed at the end whatever happened."""

    def __init__(self, path: str, memory_bytes: int) -> None:
        self._path = path
        self._memory = f"{memory_bytes // 1024**2}MiB"
        self._db: DuckDBPyConnection | None = None

    def __enter__(self) -> DuckDBPyConnection:
        import duckdb

        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": self._memory,
            "temp_directory": "",
            "max_temp_directory_size": "0B",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_unsigned_extensions": False,
            "allow_persistent_secrets": False,
            "python_enable_replacements": False,
            "python_scan_all_frames": False,
        }
        try:
            db = self._db = duckdb.connect(self._path, read_only=True, config=config)
        except duckdb.IOException as error:
            if "lock" in str(error):
                raise WarehouseBusy("another program holds the warehouse file; close it, or ask again shortly", retry_after_s=1.0) from error
            raise ServiceUnavailable(f"the warehouse could not be opened: {error}") from error
        for setting in (
            "TimeZone = 'UTC'",
            "enable_external_access = false",
            "disabled_filesystems = 'LocalFileSystem'",
            "lock_configuration = true",
        ):
            db.execute(f"SET {setting}").fetchall()
        return db

    def __exit__(self, *_: object) -> None:
        if self._db is not None:
            with suppress(Exception):
                self._db.abort()
            self._db.close()


class _typed:  # noqa: N801 - reads as the statement it is
    """DuckDB's errors as ours: a person who wrote the statement needs its message."""

    def __init__(self, duckdb: Any) -> None:
        self._duckdb = duckdb

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, self._duckdb.OutOfMemoryException):
            raise QueryLimit("the query needed more memory than it may; narrow it down or aggregate earlier") from error
        if isinstance(error, self._duckdb.Error):
            raise QueryRefused(str(error)) from error
        if isinstance(error, RecursionError):
            raise QueryRefused("the statement is nested too deeply") from error


def _relation(db: DuckDBPyConnection, sql: str) -> DuckDBPyRelation:
    """The statement, bound. Raises `QueryRefused` for more than one, or for another kind than a query."""
    from duckdb import StatementType

    statements = db.extract_statements(sql)
    if len(statements) != 1:
        raise QueryRefused(f"one statement at a time: there are {len(statements)}")
    try:
        kind = statements[0].type
    except ValueError as error:  # a kind that DuckDB's Python knows no name for, such as UPDATE EXTENSIONS (2.0.0)
        raise QueryRefused("only queries are answered") from error
    if kind not in {StatementType.SELECT, StatementType.EXPLAIN}:
        raise QueryRefused(f"only queries are answered (SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN), not {kind.name}")
    return db.sql(sql)


def _send(host: Host, db: DuckDBPyConnection, relation: DuckDBPyRelation, rows: int, most: int) -> Mapping[str, Any]:
    """Stream up to `rows` rows and about `most` bytes to the parent; the header."""
    types = [str(kind) for kind in relation.types]
    selected = relation.project(", ".join(_expression(place, kind) for place, kind in enumerate(types, 1))).limit(rows + 1)
    truncated = send(host, _fetched(db.execute(selected.sql_query())), [_convert(kind) for kind in types], rows, most)
    return {"columns": list(relation.columns), "types": types, "truncated": truncated}


def _fetched(result: DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    while rows := result.fetchmany(FETCH_ROWS):
        yield from rows


def _expression(place: int, kind: str) -> str:
    """What to select for a column so that Python needs no further library to read it."""
    if _PLAIN.match(kind) or kind in {"FLOAT", "DOUBLE", "JSON"}:
        return f"#{place}"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"CAST(timezone('UTC', #{place}) AS VARCHAR)"
    if _NESTED.match(kind):
        return f"CAST(to_json(#{place}) AS VARCHAR)"
    return f"CAST(#{place} AS VARCHAR)"


def _convert(kind: str) -> Convert:
    if kind in {"FLOAT", "DOUBLE"}:
        return _finite
    if kind.startswith("DECIMAL"):
        return _or_none(decimal_text)
    if kind.startswith("TIMESTAMP"):
        return _or_none(utc_iso)
    if kind == "JSON" or _NESTED.match(kind):
        return _or_none(_parsed)
    return lambda value: value


def _or_none(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _parsed(text: str) -> Any:
    """The JSON as values; as text where it holds what JSON may not, or is nested too deeply."""
    from pydantic_core import from_json

    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        return text
