"""What breaks under a ledger: locks, full disks, damaged files, servers that are gone, newer schemas, erased bytes on disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Engine, event

from adapters.ledger.sql import PostgresLedger, SqliteLedger
from adapters.testing.ledger_driver import ROUTED, Driver, ManualClock, stat
from schemas.documents import Requested, State
from schemas.errors import LedgerUnavailable, SchemaTooNew, StorageFull
from schemas.ledger import Failure, Seen

IMPATIENT = SqliteLedger.Options(busy_timeout_s=0.2)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path):
    ledger = SqliteLedger(IMPATIENT, path=path)
    ledger.migrate()
    yield ledger
    ledger.close()


def look(ledger, version="1"):
    return ledger.observe("bucket", "a", lambda: stat("a", version)).outcome


def test_a_lock_that_stays_is_reported_and_nothing_is_accepted(ledger, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnavailable) as caught:
            look(ledger)
        assert isinstance(caught.value.__cause__.orig, sqlite3.OperationalError)
        assert ledger.counts().by_state == {}
        other.execute("ROLLBACK")
    assert look(ledger) is Seen.NEW


def test_a_full_disk_is_reported_and_the_work_goes_on_once_there_is_room(path):
    full = []

    def connected(connection, _record):
        if full:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", connected)
    try:
        ledger = SqliteLedger(IMPATIENT, path=path)
        ledger.migrate()
        ledger.close()
        full.append(True)
        metadata = Requested(metadata={"note": "x" * 100_000})
        with pytest.raises(StorageFull):
            ledger.observe("bucket", "a", lambda: stat("a", "1"), metadata)
        assert ledger.counts().by_state == {}
        ledger.close()
        full.clear()
        assert ledger.observe("bucket", "a", lambda: stat("a", "1"), metadata).outcome is Seen.NEW
        ledger.close()
    finally:
        event.remove(Engine, "connect", connected)


def test_a_damaged_file_is_reported(path):
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(LedgerUnavailable):
        SqliteLedger(IMPATIENT, path=path).migrate()


def test_a_folder_that_is_not_there_is_reported(tmp_path):
    with pytest.raises(LedgerUnavailable):
        SqliteLedger(IMPATIENT, path=tmp_path / "missing" / "ledger.db").migrate()


def test_a_newer_schema_is_refused_and_left_alone(ledger, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE ledger_meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(SchemaTooNew):
        ledger.migrate()


def test_the_file_is_durable(ledger, path):
    look(ledger)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_nothing_of_an_erased_document_stays_in_the_files(path, tmp_path):
    drive = Driver(SqliteLedger(IMPATIENT, path=path), ManualClock())
    drive.ledger.migrate()
    seen = drive.put("PLANTED-name.txt", "PLANTED-version", Requested(metadata={"who": "PLANTED-metadata"}))
    lease = drive.claim(seen)
    drive.ledger.routed(lease, ROUTED.model_copy(update={"metadata": {"more": "PLANTED-more"}}))
    drive.fail(lease, Failure(code="malformed", message="PLANTED-message", transient=False, rejected=True))
    for number in range(50):
        drive.put(f"other-{number}")
    assert b"PLANTED" in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    drive.ledger.erase(seen.document_id, "admin")
    drive.ledger.erased(seen.document_id)
    assert b"PLANTED" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    drive.ledger.close()


def test_the_databases_clock_rules(ledger, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 0.0)
    look(ledger)
    status = ledger.documents()[0]
    assert (status.state, status.received_at.year > 2020) == (State.RECEIVED, True)


def test_a_postgres_that_is_locked_or_gone_is_reported(postgres_database):
    ledger = PostgresLedger(PostgresLedger.Options(busy_timeout_s=0.2), url=postgres_database)
    ledger.migrate()
    with psycopg.connect(postgres_database) as other:
        other.execute("LOCK TABLE ledger_documents IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(LedgerUnavailable):
            look(ledger)
    assert look(ledger) is Seen.NEW
    with psycopg.connect(postgres_database, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    assert look(ledger, "2") is Seen.NEW
    assert ledger.documents()[0].received_at.year > 2020
    ledger.close()
    gone = PostgresLedger(PostgresLedger.Options(), url="postgresql://postgres@127.0.0.1:1/nothing")
    with pytest.raises(LedgerUnavailable):
        gone.migrate()
