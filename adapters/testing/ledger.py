"""The contract of every ledger. Subclass `LedgerContract` and give it a `ledger` fixture: migrated, empty, and telling the time by `clock`."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.ledger.port import Ledger
from adapters.testing.ledger_attachments import AttachmentsContract
from adapters.testing.ledger_driver import Driver, ManualClock
from adapters.testing.ledger_intake import LooksContract, OrderContract
from adapters.testing.ledger_people import AgainContract, ErasureContract, ViewContract
from adapters.testing.ledger_upkeep import GarbageContract, LoadContract, PublishContract, SweepContract
from adapters.testing.ledger_work import FailureContract, LeaseContract, PartsContract


class LedgerContract(
    LooksContract,
    OrderContract,
    LeaseContract,
    FailureContract,
    PartsContract,
    AttachmentsContract,
    PublishContract,
    SweepContract,
    LoadContract,
    GarbageContract,
    AgainContract,
    ErasureContract,
    ViewContract,
):
    """What holds for every ledger."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        """The time by which the ledger under test lives."""
        return ManualClock()

    @pytest.fixture
    def drive(self, ledger: Ledger, clock: ManualClock) -> Driver:
        """The hand on the ledger."""
        return Driver(ledger, clock)

    def test_says_what_it_is(self, ledger: Ledger) -> None:
        """Name, version, options and capabilities are data."""
        assert ledger.name
        assert ledger.version
        assert isinstance(ledger.options, BaseModel)
        assert isinstance(ledger.capabilities, Capabilities)
        assert all(field.description for field in type(ledger.options).model_fields.values())

    def test_migrating_again_changes_nothing(self, ledger: Ledger, drive: Driver) -> None:
        """Every start migrates."""
        drive.extract()
        ledger.migrate()
        assert drive.status().result_key is not None
