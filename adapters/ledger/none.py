"""A ledger that forgets with its process: for tests, and for `tamiz extract`, which leaves nothing behind."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Engine, StaticPool, create_engine

from adapters.capabilities import Capabilities
from adapters.ledger.database import Clock, Database, prepare_sqlite
from adapters.ledger.options import LedgerOptions
from adapters.ledger.sql import SqlLedger


class ForgetfulLedger(SqlLedger):
    """SQLite in memory, one transaction at a time; a forked child begins with an empty one and migrates it itself."""

    name: ClassVar[str] = "none"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: LedgerOptions, *, clock: Clock | None = None) -> None:
        super().__init__(options, Database(self._engine, options, clock=clock, one_at_a_time=True))

    def _engine(self) -> Engine:
        engine = create_engine("sqlite+pysqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        return prepare_sqlite(engine)
