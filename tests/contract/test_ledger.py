"""Every ledger against the family's suite."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from adapters.ledger.none import ForgetfulLedger
from adapters.ledger.sql import PostgresLedger, SqliteLedger
from adapters.testing.ledger import LedgerContract
from schemas.ledger_tables import lanes, meta, metadata


class TestForgetful(LedgerContract):
    @pytest.fixture
    def ledger(self, clock):
        ledger = ForgetfulLedger(ForgetfulLedger.Options(), clock=clock)
        ledger.migrate()
        yield ledger
        ledger.close()


class TestSqlite(LedgerContract):
    @pytest.fixture
    def ledger(self, clock, tmp_path):
        ledger = SqliteLedger(SqliteLedger.Options(), path=tmp_path / "ledger.db", clock=clock)
        ledger.migrate()
        yield ledger
        ledger.close()


class TestPostgres(LedgerContract):
    @pytest.fixture
    def ledger(self, clock, postgres_url):
        ledger = PostgresLedger(PostgresLedger.Options(), url=postgres_url, clock=clock)
        ledger.migrate()
        yield ledger
        ledger.close()
        empty(postgres_url)


def empty(url):
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    names = ", ".join(table.name for table in metadata.sorted_tables if table not in (lanes, meta))
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names}"))
    engine.dispose()
