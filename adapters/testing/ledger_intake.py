"""The contract of every ledger, first part: events and looks become documents and runs."""

from __future__ import annotations

from itertools import permutations

import pytest

from adapters.testing.ledger_driver import SOURCE, Driver, stat
from schemas.documents import CostClass, Kind, Requested, State, document_id
from schemas.errors import Conflict, LeaseLost, NotFound, UnsafeName
from schemas.ledger import Seen


class LooksContract:
    """Sources without an order of their own: what lies there now is the truth."""

    def test_a_new_object_makes_a_run(self, drive: Driver) -> None:
        """The answer names the task to dispatch and its queue."""
        seen = drive.ledger.observe(SOURCE, "a.txt", lambda: stat("a.txt", "1"), queue=CostClass.OCR)
        assert (seen.outcome, seen.run, seen.queue) == (Seen.NEW, 1, CostClass.OCR)
        assert seen.document_id == document_id(SOURCE, "a.txt")
        assert str(seen.task) == f"{seen.document_id}:1:0"
        assert drive.state() is State.RECEIVED

    def test_the_same_event_five_times_is_one_run(self, drive: Driver) -> None:
        """Later ones change nothing, before and after the work."""
        first = drive.put()
        assert [drive.put().outcome for _ in range(2)] == [Seen.DUPLICATE] * 2
        drive.finish(drive.claim(first))
        assert [drive.put().run for _ in range(2)] == [1, 1]
        assert drive.state() is State.EXTRACTED

    def test_nothing_where_nothing_was_leaves_nothing(self, drive: Driver) -> None:
        """Looking at an empty place makes no document."""
        assert drive.vanish().outcome is Seen.UNKNOWN
        with pytest.raises(NotFound):
            drive.status()
        assert drive.put().run == 1

    def test_a_vanished_object_is_deleted_and_may_come_back(self, drive: Driver) -> None:
        """Even the very same bytes: they lie there now."""
        drive.extract()
        assert drive.vanish().outcome is Seen.GONE
        assert (drive.state(), drive.status().result_key) == (State.DELETED, None)
        assert drive.vanish().outcome is Seen.GONE
        back = drive.put()
        assert (back.outcome, back.run, drive.state()) == (Seen.NEW, 2, State.RECEIVED)

    def test_a_newer_version_takes_the_lease_away_at_once(self, drive: Driver) -> None:
        """Facts of a loaded older one stay in force until the new one is extracted."""
        served = drive.extract()
        old = drive.claim(drive.put(version="2"))
        newest = drive.put(version="3")
        with pytest.raises(LeaseLost):
            drive.finish(old)
        assert (drive.status().run, drive.status().version) == (3, "3")
        assert drive.status().result_key == f"results/{served.task.document_id}/1-1.json"
        drive.finish(drive.claim(newest))
        assert drive.status().result_key == f"results/{served.task.document_id}/3-3.json"

    def test_the_probe_looks_inside_the_transaction(self, drive: Driver) -> None:
        """What it raises leaves the ledger as it was."""

        def broken() -> None:
            raise OSError("no such disk")

        with pytest.raises(OSError, match="no such disk"):
            drive.ledger.observe(SOURCE, "a.txt", broken)
        assert drive.vanish().outcome is Seen.UNKNOWN

    def test_a_deleted_object_loses_its_lease(self, drive: Driver) -> None:
        """Nothing late brings it back."""
        lease = drive.claim(drive.put())
        drive.vanish()
        with pytest.raises(LeaseLost):
            drive.finish(lease)
        assert not drive.claimable(lease)
        assert drive.state() is State.DELETED

    def test_what_was_stated_is_kept_and_may_come_late(self, drive: Driver) -> None:
        """A watched upload may be seen before the upload's request is recorded; nothing stated keeps what was."""
        stated = Requested(kind=Kind.REVIEW, metadata={"product": "Jogurt č. 1 \u0000 🥛"}, name="../../x")
        drive.put()
        assert drive.put(requested=stated).outcome is Seen.DUPLICATE
        assert drive.put().outcome is Seen.DUPLICATE
        lease = drive.claim(drive.put(version="2"))
        assert lease.requested == stated
        drive.finish(lease)
        assert drive.put(version="2", requested=stated).outcome is Seen.DUPLICATE

    def test_other_metadata_after_the_work_began_makes_a_run(self, drive: Driver) -> None:
        """The work done without it is not the work asked for."""
        drive.extract()
        seen = drive.put(requested=Requested(kind=Kind.CALL))
        assert (seen.outcome, seen.run) == (Seen.NEW, 2)
        assert drive.claim(seen).requested.kind is Kind.CALL

    def test_names_no_database_could_keep_are_refused(self, drive: Driver) -> None:
        """NUL and broken Unicode."""
        for key in ("a\0b", "a\ud800b"):
            with pytest.raises(UnsafeName):
                drive.ledger.observe(SOURCE, key, lambda: None)

    def test_an_idempotency_key_stands_for_one_document(self, drive: Driver) -> None:
        """The same bytes give the same document, other bytes a conflict."""
        first, second = document_id(SOURCE, "a"), document_id(SOURCE, "b")
        assert drive.ledger.begin_idempotent("k", "f", first) is None
        assert drive.ledger.begin_idempotent("k", "f", second) == first
        with pytest.raises(Conflict):
            drive.ledger.begin_idempotent("k", "g", second)


class OrderContract:
    """Sources that order their events: arrival does not matter."""

    def test_an_older_event_is_recorded_as_superseded(self, drive: Driver) -> None:
        """Once, however often it comes."""
        drive.created("2", "20")
        late = drive.created("1", "10")
        assert (late.outcome, late.task) == (Seen.STALE, None)
        assert drive.created("1", "10").outcome is Seen.DUPLICATE
        assert (drive.status().version, drive.state()) == ("2", State.RECEIVED)
        assert "superseded" in [line.to_state for line in drive.ledger.history(late.document_id) if line.run == late.run]

    def test_sequencers_of_other_length_are_padded_on_the_right(self, drive: Driver) -> None:
        """0055AED6DCD9 is newer than 0055AED6DCD90281E4, padded, only by its digits."""
        drive.created("1", "0055AED6DCD90281E4")
        assert drive.created("0", "0055AED6DCD9").outcome is Seen.STALE
        assert drive.created("2", "0055AED6DCDA").outcome is Seen.NEW

    def test_a_tombstone_keeps_late_events_out(self, drive: Driver) -> None:
        """Whether the object was known before or not."""
        drive.created("1", "10")
        assert drive.deleted("30").outcome is Seen.GONE
        assert drive.created("2", "20").outcome is Seen.STALE
        assert drive.state() is State.DELETED
        assert drive.deleted("30", key="new").outcome is Seen.UNKNOWN
        assert drive.created("1", "10", key="new").outcome is Seen.STALE
        assert drive.state("new") is State.DELETED
        assert drive.created("3", "40", key="new").outcome is Seen.NEW

    def test_a_late_deletion_changes_nothing(self, drive: Driver) -> None:
        """The object was written again since."""
        drive.created("1", "10")
        drive.created("3", "30")
        assert drive.deleted("20").outcome is Seen.STALE
        assert (drive.state(), drive.status().version) == (State.RECEIVED, "3")

    def test_the_same_bytes_written_again_are_no_new_run(self, drive: Driver) -> None:
        """But they move the object's place in its order."""
        drive.created("1", "10")
        assert drive.created("1", "30").outcome is Seen.DUPLICATE
        assert drive.created("2", "20").outcome is Seen.STALE

    def test_a_look_and_events_agree(self, drive: Driver) -> None:
        """Reconciliation sees a version whose event comes later."""
        drive.put(version="1")
        assert drive.created("1", "10").outcome is Seen.DUPLICATE
        assert drive.created("0", "05").outcome is Seen.STALE

    @pytest.mark.parametrize(
        ("events", "outcome"),
        [
            pytest.param((("1", "10"), ("2", "20"), ("3", "30"), ("2", "20")), ("received", "3"), id="overwrites and a duplicate"),
            pytest.param((("1", "10"), (None, "20"), ("3", "30")), ("received", "3"), id="deleted and written again"),
            pytest.param((("1", "10"), ("2", "20"), (None, "30"), (None, "30")), ("deleted", None), id="deleted twice"),
            pytest.param((("1", "10"), ("2", "20"), ("1", "30")), ("received", "1"), id="the first bytes come back"),
            pytest.param((("7", "07"), (None, "07")), ("deleted", None), id="a deletion named after what it deletes"),
            pytest.param((("1", "10"), ("2", "10")), ("received", "2"), id="two versions under one order key"),
        ],
    )
    def test_every_order_of_arrival_ends_alike(
        self, drive: Driver, events: tuple[tuple[str | None, str], ...], outcome: tuple[str, str | None]
    ) -> None:
        """All permutations, each on an object of its own."""
        for number, order in enumerate(permutations(events)):
            key = f"object-{number}"
            for version, order_key in order:
                if version is None:
                    drive.deleted(order_key, key)
                else:
                    drive.created(version, order_key, key)
            status = drive.status(key)
            assert (status.state.value, None if outcome[1] is None else status.version) == outcome, order
