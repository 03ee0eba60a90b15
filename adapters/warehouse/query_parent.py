"""The parent's side of a query: a warm child of its own, the limits, and what its death means."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import JsonValue, ValidationError
from pydantic_core import from_json

from adapters.sandbox.child import Child
from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildLimits, ChildSpec
from schemas.errors import (
    ConfinementUnavailable,
    InvalidRequest,
    MemoryLimit,
    ParserCrashed,
    QueryLimit,
    QueryRefused,
    TimedOut,
    TooLarge,
    WarehouseBusy,
)
from schemas.warehouse import QueryLimits, QueryResult

RESULT_BYTES = 32 * 1024**2
"""Bytes of rows as JSON in one answer; the rest is cut off and said to be. The parent holds about ten times as much while it reads them."""
STATEMENT_CHARS = 1_000_000
BASE_BYTES = 320 * 1024**2
"""What a child may hold beside the query's own memory: interpreter and library (about 90 MB), and rows on their way."""

Turn = Callable[[float], AbstractContextManager[None]]
"""Entered around the query with the seconds that are left, after the child has started."""


def child_limits(limits: QueryLimits) -> ChildLimits:
    """Caps of a query's child: it needs memory, and no disk."""
    return ChildLimits(
        resident_bytes=limits.memory_bytes + BASE_BYTES,
        recycle_above_bytes=BASE_BYTES,
        file_bytes=1024**2,
        disk_bytes=4 * 1024**2,
        open_files=64,
        recycle_after=1000,
        blob_bytes=2 * RESULT_BYTES,
    )


class QueryChildren:
    """Answers statements from up to `readers` warm children; threads may share it."""

    def __init__(self, folder: Path, readers: int) -> None:
        """`folder` is where the children's own folders go."""
        self._folder = folder
        self._readers = readers
        self._free = threading.BoundedSemaphore(readers)
        self._mutex = threading.Lock()
        self._pool: ChildPool | None = None
        self._spec: ChildSpec | None = None

    def answer(self, sql: str, limits: QueryLimits, spec: ChildSpec, turn: Turn, *, isolated: bool) -> QueryResult:
        """One statement's answer from a child of `spec`; `isolated` children must be out of reach of files and network.

        Raises `QueryRefused`, `QueryLimit`, `WarehouseBusy`, `ConfinementUnavailable`, and what `turn` and the child raise.
        """
        if len(sql) > STATEMENT_CHARS:
            raise QueryRefused(f"the statement is longer than {STATEMENT_CHARS} characters")
        deadline = monotonic() + limits.seconds
        if not self._free.acquire(timeout=limits.seconds):
            raise WarehouseBusy(f"{self._readers} queries run already; ask again shortly", retry_after_s=1.0)
        try:
            with self._pool_for(spec).lease() as child:
                child.start()
                if isolated:
                    _check_isolated(child)
                with turn(max(0.0, deadline - monotonic())):
                    return _ask(child, sql, limits)
        finally:
            self._free.release()

    def close(self) -> None:
        """End the children."""
        with self._mutex:
            if self._pool is not None:
                self._pool.close()
                self._pool = None

    def _pool_for(self, spec: ChildSpec) -> ChildPool:
        with self._mutex:
            if self._pool is None or self._spec != spec:
                if self._pool is not None:
                    self._pool.close()
                self._pool, self._spec = ChildPool(spec, self._folder, self._readers), spec
            return self._pool


def _check_isolated(child: Child) -> None:
    if child.applied is not None and child.applied.isolated:
        return
    refused = "; ".join(child.applied.refused) if child.applied else "nothing was applied"
    raise ConfinementUnavailable(
        f"this system does not confine SQL ({refused}); allow Landlock with seccomp or network namespaces, or set the warehouse's"
        " `allow_unconfined` if all who may ask are trusted"
    )


def _ask(child: Child, sql: str, limits: QueryLimits) -> QueryResult:
    rows: list[list[Any]] = []

    def take(_: dict[str, JsonValue], blob: bytes) -> tuple[Mapping[str, JsonValue], bytes]:
        rows.extend(from_json(blob))
        return {}, b""

    request: dict[str, JsonValue] = {
        "sql": sql,
        "rows": limits.rows,
        "bytes": RESULT_BYTES,
        "memory_bytes": limits.memory_bytes,
        "seconds": limits.seconds,
    }
    try:
        header = child.call("query", request, deadline_s=limits.seconds, callbacks={"rows": take})
        return QueryResult.model_validate({**header, "rows": rows})
    except TimedOut as error:
        raise QueryLimit(f"the query took longer than {limits.seconds:g} s; narrow it down or aggregate earlier") from error
    except MemoryLimit as error:
        raise QueryLimit("the query needed more memory than it may; narrow it down or aggregate earlier") from error
    except TooLarge as error:
        raise QueryLimit("a value of the answer is too large; select fewer or shorter columns") from error
    except ParserCrashed as error:
        raise QueryLimit(f"the query ended its process; narrow it down ({error.message})") from error
    except InvalidRequest as error:
        raise QueryRefused("the statement is too long") from error
    except (ValidationError, ValueError, TypeError) as error:
        raise QueryLimit("the query's process gave no readable answer") from error
