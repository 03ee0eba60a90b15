"""One SQL statement against PostgreSQL inside a child: read-only transaction, statement timeout, a connection per statement."""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from adapters.warehouse.query_rows import send
from adapters.warehouse.texts import decimal_text, utc_iso
from schemas.errors import ConfinementUnavailable, QueryLimit, QueryRefused, ServiceUnavailable

if TYPE_CHECKING:
    from psycopg import Connection

    from adapters.sandbox.host import Host, Operations

QUERIES = frozenset({"select", "with", "values", "table", "explain", "show"})
_SKIPPED = re.compile(r"\s+|--[^\n]*(?:\n|$)|\(")
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_DANGEROUS = (
    "SELECT rolsuper OR EXISTS (SELECT FROM pg_roles g WHERE g.rolname IN ('pg_read_server_files', 'pg_write_server_files',"
    " 'pg_execute_server_program') AND pg_has_role(r.oid, g.oid, 'member')) FROM pg_roles r WHERE r.rolname = current_user"
)


def serve(host: Host) -> Operations:
    """The entry. Options: `url`, `connect_s`, `allow_unconfined`. Request: `sql`, `rows`, `bytes`, `seconds`."""
    import psycopg

    def query(request: dict[str, Any]) -> Mapping[str, Any]:
        sql = str(request["sql"])
        check_query(sql)
        try:
            db = _connect(host, float(request["seconds"]))
        except psycopg.Error as error:
            raise ServiceUnavailable(f"the warehouse could not be reached: {str(error).strip().splitlines()[0]}") from error
        try:
            with db:
                _check_role(host, db)
                return _answer(host, db, sql, request)
        except (psycopg.errors.QueryCanceled, psycopg.errors.OutOfMemory) as error:
            raise QueryLimit("the query took longer, or more memory, than it may; narrow it down or aggregate earlier") from error
        except psycopg.Error as error:
            raise QueryRefused(str(error).strip()) from error

    return {"query": query}


def check_query(sql: str) -> None:
    """Raises `QueryRefused` when the statement's first word, comments and brackets skipped, is not that of a query."""
    place = 0
    while place < len(sql):
        if sql.startswith("/*", place):
            place = _after_comment(sql, place)
        elif found := _SKIPPED.match(sql, place):
            place = found.end()
        else:
            break
    word = _WORD.match(sql, place)
    if word is None or word.group().lower() not in QUERIES:
        raise QueryRefused("only one query at a time is answered (SELECT, WITH, VALUES, TABLE, EXPLAIN, SHOW)")


def _after_comment(sql: str, place: int) -> int:
    """Behind a `/* */` comment; PostgreSQL nests them."""
    depth = 0
    for mark in re.finditer(r"/\*|\*/", sql[place:]):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return place + mark.end()
    return len(sql)


def _connect(host: Host, seconds: float) -> Connection:
    import psycopg

    options = f"-c default_transaction_read_only=on -c statement_timeout={max(1, round(seconds * 1000))} -c timezone=UTC -c client_encoding=UTF8"
    db = psycopg.connect(str(host.options["url"]), connect_timeout=int(str(host.options["connect_s"])), options=options, application_name="tamiz sql")
    db.read_only = True
    return db


def _check_role(host: Host, db: Connection) -> None:
    if host.options["allow_unconfined"]:
        return
    row = db.execute(_DANGEROUS).fetchone()
    if row is None or row[0]:
        raise ConfinementUnavailable(
            "the warehouse's role is a superuser or may read the server's files; set the option `query_url` to a role that may only SELECT,"
            " or `allow_unconfined` if all who may ask are trusted"
        )


def _answer(host: Host, db: Connection, sql: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
    columns = _described(db, sql)
    rows = cast("Generator[tuple[Any, ...], None, None]", db.cursor().stream(sql.encode()))  # the extended protocol again; rows come one by one
    with closing(rows):  # cancels what is left
        truncated = send(host, rows, [json_value] * len(columns), int(request["rows"]), int(request["bytes"]))
    return {"columns": [name for name, _ in columns], "types": [kind for _, kind in columns], "truncated": truncated}


def _described(db: Connection, sql: str) -> list[tuple[str, str]]:
    """Name and type of each column. Preparing is the extended protocol, which takes one statement only. Raises `QueryRefused`."""
    from psycopg.pq import ExecStatus

    for result in (db.pgconn.prepare(b"", sql.encode()), db.pgconn.describe_prepared(b"")):
        if result.status != ExecStatus.COMMAND_OK:
            raise QueryRefused(result.get_error_message().strip())
    if not result.nfields:
        raise QueryRefused("the statement gives no rows")
    return [((result.fname(place) or b"").decode("utf-8", "replace"), _type_name(db, result.ftype(place))) for place in range(result.nfields)]


def _type_name(db: Connection, oid: int) -> str:
    known = db.adapters.types.get(oid)
    if known is None:
        return f"type {oid}"
    return f"{known.name}[]" if known.array_oid == oid else known.name


def json_value(value: Any) -> Any:
    """What psycopg read as plain JSON: decimals and times as text, arrays and JSON as they are, anything else as its text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return decimal_text(format(value, "f")) if value.is_finite() else None
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        text = moment.isoformat(sep=" ")
        return utc_iso(text.rstrip("0") if "." in text else text)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    return str(value)
