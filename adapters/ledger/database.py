"""Connections and transactions: one engine per process, errors translated at this edge, time read from the database's clock."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, exc

from adapters.ledger.options import LedgerOptions
from adapters.ledger.transaction import Transaction
from schemas.errors import LedgerUnavailable, StorageFull

T = TypeVar("T")

Clock = Callable[[], float]
"""Seconds since 1970; tests move it."""

_SQLITE_FULL = 13  # sqlite.org/rescode.html: SQLITE_FULL
_PG_DISK_FULL = "53100"  # PostgreSQL manual, appendix A: disk_full
_PG_TRY_AGAIN = frozenset({"40P01", "40001"})  # the same: deadlock_detected, serialization_failure
_SQLITE_LOCKED = frozenset({5, 6})  # SQLITE_BUSY, SQLITE_LOCKED
_POLL_MS = 20
"""SQLite's own wait for a lock backs off to one look every 100 ms (sqlite3.c, sqliteDefaultBusyCallback); under load that starves whoever has been
waiting longest. Cut off after 20 ms and begun again, it looks every 1, 2, 5 and 10 ms."""

_NOW = {
    "sqlite": "SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000",
    "postgresql": "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
}


class Database:
    """Runs functions inside short transactions of an engine that belongs to this process; a forked child makes its own."""

    def __init__(self, make_engine: Callable[[], Engine], options: LedgerOptions, *, clock: Clock | None = None, one_at_a_time: bool = False) -> None:
        self._make_engine = make_engine
        self._options = options
        self._clock = clock
        self._one_at_a_time = one_at_a_time
        self._engine: Engine | None = None
        self._pid = 0
        self._turn: AbstractContextManager[Any] = nullcontext()
        self._opening = threading.Lock()

    def write(self, work: Callable[[Transaction], T]) -> T:
        """What `work` returns, once committed. It may run again when the database chose it as the victim of a deadlock."""
        return self._run(work, writes=True)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """What `work` returns from one consistent view."""
        return self._run(work, writes=False)

    def outside(self, statement: str) -> None:
        """Run a statement that cannot be part of a transaction. SQLite only."""

        def attempt() -> None:
            with self.engine().connect() as connection:
                connection.connection.driver_connection.execute(statement)  # type: ignore[union-attr]  # a checked-out connection has its driver's

        self._patiently(attempt)

    def close(self) -> None:
        """Give this process's connections back."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose(close=self._pid == os.getpid())
            self._engine = None

    def engine(self) -> Engine:
        """The engine of this process."""
        if self._engine is None or self._pid != os.getpid():
            with self._opening:
                if self._engine is None or self._pid != os.getpid():
                    if self._engine is not None:
                        self._engine.dispose(close=False)  # the parent's connections are not ours to close
                    self._turn = threading.RLock() if self._one_at_a_time else nullcontext()
                    self._engine = self._make_engine()
                    self._pid = os.getpid()
        return self._engine

    def now(self, connection: Connection) -> int:
        """Microseconds since 1970 by the database's clock."""
        if self._clock is not None:
            return round(self._clock() * 1_000_000)
        return int(connection.exec_driver_sql(_NOW[connection.dialect.name]).scalar_one())

    def _run(self, work: Callable[[Transaction], T], *, writes: bool) -> T:
        def attempt() -> T:
            with self.engine().connect().execution_options(ledger_writes=writes) as connection, connection.begin():
                return work(Transaction(connection, self._options, self.now))

        return self._patiently(attempt)

    def _patiently(self, attempt: Callable[[], T]) -> T:
        """Try again while the database is locked or chose us as the victim of a deadlock, for `busy_timeout_s`."""
        deadline = monotonic() + self._options.busy_timeout_s
        self.engine()
        with self._turn, _translated():
            while True:
                try:
                    return attempt()
                except exc.DBAPIError as error:
                    if monotonic() > deadline or not _worth_another_try(error):
                        raise


def prepare_sqlite(engine: Engine) -> Engine:
    """Make every connection of a SQLite engine durable, and begin writing transactions with the write lock.

    A deferred transaction that reads first and writes later fails at once when somebody wrote in between (sqlite.org/lang_transaction.html).
    """

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.execute(f"PRAGMA busy_timeout = {_POLL_MS}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what was erased is overwritten

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("ledger_writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except exc.TimeoutError as error:
        raise LedgerUnavailable("every connection to the ledger is in use; try again shortly") from error
    except (exc.OperationalError, exc.InterfaceError, exc.InternalError) as error:
        raise _typed(error) from error
    except exc.DatabaseError as error:
        if type(error) is exc.DatabaseError:  # SQLite: damaged, or no database at all
            raise LedgerUnavailable(f"the ledger cannot be read ({error.orig}); restore it from a backup") from error
        raise


def _worth_another_try(error: exc.DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return getattr(error.orig, "sqlstate", None) in _PG_TRY_AGAIN or (code is not None and code & 0xFF in _SQLITE_LOCKED)


def _typed(error: exc.DBAPIError) -> LedgerUnavailable | StorageFull:
    cause = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    if (code is not None and code & 0xFF == _SQLITE_FULL) or getattr(cause, "sqlstate", None) == _PG_DISK_FULL:
        return StorageFull("the disk of the ledger is full; free space and the work goes on")
    return LedgerUnavailable(f"the ledger did not answer or stayed locked ({type(cause).__name__}); it is tried again")
