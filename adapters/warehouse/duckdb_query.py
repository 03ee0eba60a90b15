"""The parent's side of a DuckDB query: the turn, the warm confined child, the limits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import JsonValue, ValidationError
from pydantic_core import from_json

from adapters.sandbox.child import Child
from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildLimits, ChildSpec
from adapters.warehouse.turns import Turns
from schemas.errors import (
    ConfinementUnavailable,
    InvalidRequest,
    MemoryLimit,
    ParserCrashed,
    QueryLimit,
    QueryRefused,
    ServiceUnavailable,
    TimedOut,
    TooLarge,
    WarehouseBusy,
)
from schemas.warehouse import QueryLimits, QueryResult

RESULT_BYTES = 32 * 1024**2
"""Bytes of rows as JSON in one answer; the rest is cut off and said to be. The parent holds about ten times as much while it reads them."""
STATEMENT_CHARS = 1_000_000
BASE_BYTES = 320 * 1024**2
"""What the child may hold beside DuckDB's own memory limit: interpreter and library (about 90 MB), and one chunk of rows on its way."""
SETTLINGS = 3


class ConfinedReader:
    """Answers statements from up to `readers` warm children; threads may share it."""

    def __init__(self, path: Path, turns: Turns, folder: Path, readers: int, *, allow_unconfined: bool) -> None:
        """`folder` is where the children's own folders go; `allow_unconfined` answers although the system grants no isolation."""
        self._path = path.absolute()
        self._turns = turns
        self._folder = folder
        self._readers = readers
        self._allow_unconfined = allow_unconfined
        self._free = threading.BoundedSemaphore(readers)
        self._mutex = threading.Lock()
        self._pool: ChildPool | None = None
        self._made_for: tuple[int, ...] = ()

    def answer(self, sql: str, limits: QueryLimits, settle: Callable[[], None]) -> QueryResult:
        """One statement's answer. `settle` folds a write-ahead log that a killed loader left into the file.

        Raises `QueryRefused`, `QueryLimit`, `WarehouseBusy`, `ServiceUnavailable`, `ConfinementUnavailable`.
        """
        if len(sql) > STATEMENT_CHARS:
            raise QueryRefused(f"the statement is longer than {STATEMENT_CHARS} characters")
        deadline = monotonic() + limits.seconds
        if not self._free.acquire(timeout=limits.seconds):
            raise WarehouseBusy(f"{self._readers} queries run already; ask again shortly", retry_after_s=1.0)
        try:
            with self._pool_for(limits).lease() as child:
                self._confined(child)
                with self._settled_turn(deadline, settle):
                    return self._ask(child, sql, limits)
        finally:
            self._free.release()

    def close(self) -> None:
        """End the children."""
        with self._mutex:
            if self._pool is not None:
                self._pool.close()
                self._pool = None

    def _pool_for(self, limits: QueryLimits) -> ChildPool:
        """The children that may read the file that lies there now: a file put in its place is another one to the kernel."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            raise ServiceUnavailable(f"the warehouse {self._path} does not exist yet; `tamiz up` makes it") from None
        wanted = (status.st_dev, status.st_ino, limits.memory_bytes)
        with self._mutex:
            if self._pool is None or self._made_for != wanted:
                if self._pool is not None:
                    self._pool.close()
                self._pool, self._made_for = ChildPool(self._spec(limits), self._folder, self._readers), wanted
            return self._pool

    def _spec(self, limits: QueryLimits) -> ChildSpec:
        return ChildSpec(
            entry="adapters.warehouse.query_child:serve",
            options={"path": str(self._path)},
            read_paths=(self._path,),
            limits=ChildLimits(
                resident_bytes=limits.memory_bytes + BASE_BYTES,
                recycle_above_bytes=BASE_BYTES,
                file_bytes=1024**2,
                disk_bytes=4 * 1024**2,
                open_files=64,
                recycle_after=1000,
                blob_bytes=2 * RESULT_BYTES,
            ),
        )

    def _confined(self, child: Child) -> None:
        child.start()
        if self._allow_unconfined or (child.applied is not None and child.applied.isolated):
            return
        refused = "; ".join(child.applied.refused) if child.applied else "nothing was applied"
        raise ConfinementUnavailable(
            f"this system does not confine SQL ({refused}); allow Landlock with seccomp or network namespaces, or set the warehouse's"
            " `allow_unconfined` if all who may ask are trusted"
        )

    @contextmanager
    def _settled_turn(self, deadline: float, settle: Callable[[], None]) -> Iterator[None]:
        """A reader's turn at a file without a write-ahead log, which the child could not read."""
        log = self._path.with_name(self._path.name + ".wal")
        for _ in range(SETTLINGS):
            with self._turns.reading(max(0.0, deadline - monotonic())):
                if not log.exists():
                    yield
                    return
            settle()
        raise WarehouseBusy("loaders keep dying in the middle of their work; see the log", retry_after_s=1.0)

    def _ask(self, child: Child, sql: str, limits: QueryLimits) -> QueryResult:
        rows: list[list[Any]] = []

        def take(_: dict[str, JsonValue], blob: bytes) -> tuple[Mapping[str, JsonValue], bytes]:
            rows.extend(from_json(blob))
            return {}, b""

        request: dict[str, JsonValue] = {"sql": sql, "rows": limits.rows, "bytes": RESULT_BYTES, "memory_bytes": limits.memory_bytes}
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
