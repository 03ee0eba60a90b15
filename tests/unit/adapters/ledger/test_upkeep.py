"""What a sweep found may have changed before it acts on it."""

from __future__ import annotations

from adapters.ledger import upkeep
from adapters.ledger.database import Database
from adapters.ledger.none import ForgetfulLedger
from adapters.testing.ledger_driver import LEASE_S, Driver, ManualClock


class Racing(ForgetfulLedger):
    """Lets something happen between the look for expired leases and the taking of them."""

    def between(self) -> None:
        raise NotImplementedError

    def _read(self, work, /, *args, **kwargs):
        found = super()._read(work, *args, **kwargs)
        if work is upkeep.expired:
            self.between()
        return found


def test_a_heartbeat_in_the_last_moment_keeps_the_lease() -> None:
    clock = ManualClock()
    ledger = Racing(ForgetfulLedger.Options(), clock=clock)
    ledger.migrate()
    drive = Driver(ledger, clock)
    lease = drive.claim(drive.put())
    clock.advance(LEASE_S + 1)
    ledger.between = lambda: ledger.heartbeat(lease, LEASE_S)
    assert ledger.sweep(30).expired == 0
    drive.finish(lease)
    ledger.close()


def test_a_child_process_begins_with_an_engine_of_its_own(monkeypatch) -> None:
    ledger = ForgetfulLedger(ForgetfulLedger.Options(), clock=ManualClock())
    database: Database = ledger._database
    parent = database.engine()
    assert database.engine() is parent
    monkeypatch.setattr("os.getpid", lambda: -1)
    child = database.engine()
    assert child is not parent
    child.dispose()
    parent.dispose()
