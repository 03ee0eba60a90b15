"""One open transaction, with what every operation of the ledger needs: a clock, the document's lock and the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from adapters.ledger.options import LedgerOptions
from schemas.ledger_tables import documents, result_files, runs, tasks, transitions

MICROSECONDS = 1_000_000

# The statements of every operation are built once: building one takes as long as running it (40 us each).
_DOCUMENT = select(documents).where(documents.c.document_id == bindparam("this")).with_for_update()
_RUN = select(runs).where(runs.c.document_id == bindparam("this"), runs.c.run == bindparam("number"))
_TASK = select(tasks).where(tasks.c.document_id == bindparam("this"), tasks.c.run == bindparam("number"), tasks.c.part == bindparam("part_no"))


class Transaction:
    """Everything done with it commits together or not at all.

    Runs and tasks of a document change only under that document's lock (`lock`), a heartbeat excepted. SQLite locks the whole ledger anyway.
    """

    def __init__(self, connection: Connection, options: LedgerOptions, clock: Callable[[Connection], int]) -> None:
        self.connection = connection
        self.options = options
        self._clock = clock
        self._now: int | None = None

    @property
    def now(self) -> int:
        """Microseconds since 1970, read once: ask for it after taking the lock, so that time spent waiting counts."""
        if self._now is None:
            self._now = self._clock(self.connection)
        return self._now

    def after(self, seconds: float) -> int:
        """The time in `seconds` from now."""
        return self.now + round(seconds * MICROSECONDS)

    def execute(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> CursorResult[Any]:
        """Run a statement, once per row where rows are given."""
        return self.connection.execute(statement, rows)

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows whose primary key or place is not taken."""
        if rows:
            self.execute(_insert_if_new(self.connection.dialect.name, table), rows)

    def insert_one(self, table: Table, row: Mapping[str, Any]) -> Row[Any] | None:
        """Insert the row, all its columns given, and return it as it stands. None when its primary key or place is taken."""
        return self.connection.execute(_insert_and_return(self.connection.dialect.name, table), row).one_or_none()

    def lock(self, document_id: str) -> Row[Any] | None:
        """The document's row, locked until the end of the transaction."""
        return self.connection.execute(_DOCUMENT, {"this": document_id}).one_or_none()

    def run(self, document_id: str, run: int) -> Row[Any]:
        """One run of a document that is known to exist."""
        return self.connection.execute(_RUN, {"this": document_id, "number": run}).one()

    def task(self, document_id: str, run: int, part: int) -> Row[Any] | None:
        """One task."""
        return self.connection.execute(_TASK, {"this": document_id, "number": run, "part_no": part}).one_or_none()

    def audit(self, place: tuple[str, int, int], was: str, becomes: str, *, attempt: int | None = None, actor: str = "", reason: str = "") -> None:
        """One line of the audit for (document, run, part)."""
        document_id, run, part = place
        self.execute(
            insert(transitions),
            [
                {
                    "document_id": document_id,
                    "run": run,
                    "part": part,
                    "from_state": was,
                    "to_state": becomes,
                    "at": self.now,
                    "attempt": attempt,
                    "actor": actor,
                    "reason": reason,
                }
            ],
        )

    def discard_files(self, document_id: str, *conditions: Any) -> None:
        """Result files of a document that nobody needs any more: they become garbage after the grace."""
        self.execute(
            update(result_files)
            .where(result_files.c.document_id == document_id, result_files.c.collect_at.is_(None), *conditions)
            .values(collect_at=self.after(self.options.garbage_grace_s))
        )


@cache
def _insert_if_new(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


@cache
def _insert_and_return(dialect: str, table: Table) -> ReturningInsert[Any]:
    return _insert_if_new(dialect, table).returning(*table.c)
