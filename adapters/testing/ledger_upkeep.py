"""The contract of every ledger, third part: publishing, sweeping, loading and old results."""

from __future__ import annotations

import pytest

from adapters.testing.ledger_driver import LEASE_S, SOURCE, TERMINAL, TRANSIENT, Driver, stat
from schemas.documents import CostClass, Kind, State, document_id
from schemas.errors import LeaseLost, NotFound
from schemas.ledger import KnownObject

GRACE_S = 60


class PublishContract:
    """The backlog stays in the ledger; the broker sees a window of it."""

    def test_the_window_is_kept_full_and_no_fuller(self, drive: Driver) -> None:
        """Claimed tasks make room."""
        first = [drive.put(f"{number}").task for number in range(5)]
        assert [due.task for due in drive.ledger.publishable(CostClass.TEXT, 2)] == first[:2]
        assert drive.ledger.publishable(CostClass.TEXT, 2) == ()
        assert drive.ledger.counts().published == {CostClass.TEXT: 2}
        assert first[0] is not None
        drive.claim(first[0])
        assert [due.task for due in drive.ledger.publishable(CostClass.TEXT, 2)] == first[2:3]
        assert drive.ledger.publishable(CostClass.OCR, 2) == ()
        assert drive.state("0") is State.PROCESSING
        assert drive.state("1") is State.QUEUED

    def test_a_window_is_open_when_half_of_it_is_free_and_something_waits(self, drive: Driver) -> None:
        """Each queue by itself."""
        queues = (CostClass.OCR, CostClass.TEXT)
        assert drive.ledger.openings(queues, 2) == ()
        tasks = [drive.put(f"{number}").task for number in range(3)]
        assert drive.ledger.openings(queues, 2) == (CostClass.TEXT,)
        drive.ledger.publishable(CostClass.TEXT, 2)
        assert drive.ledger.openings(queues, 2) == ()
        assert drive.ledger.openings(queues, 4) == (CostClass.TEXT,)
        assert tasks[0] is not None
        drive.claim(tasks[0])
        assert drive.ledger.openings(queues, 2) == (CostClass.TEXT,)
        drive.ledger.publishable(CostClass.TEXT, 2)
        assert drive.ledger.openings(queues, 9) == ()

    def test_fresh_documents_overtake_backfills(self, drive: Driver) -> None:
        """Within a queue; among their like, first come first served."""
        done = [drive.extract(f"old-{number}").task.document_id for number in range(2)]
        backfill = [drive.ledger.reprocess(document, CostClass.TEXT).task for document in done]
        drive.clock.advance(60)
        fresh = [drive.put(f"new-{number}").task for number in range(2)]
        assert [due.task for due in drive.ledger.publishable(CostClass.TEXT, 10)] == fresh + backfill

    def test_a_message_the_broker_lost_is_published_again(self, drive: Driver) -> None:
        """After the time a claim should take."""
        seen = drive.put()
        drive.ledger.publishable(CostClass.TEXT, 1)
        drive.clock.advance(29)
        assert drive.ledger.sweep(30).requeued == 0
        drive.clock.advance(2)
        assert drive.ledger.sweep(30).requeued == 1
        assert [due.task for due in drive.ledger.publishable(CostClass.TEXT, 1)] == [seen.task]


class SweepContract:
    """What workers, sweepers and whole services leave behind is found."""

    def test_an_attempt_lost_with_its_worker_is_redone(self, drive: Driver) -> None:
        """Ten times, from the third loss in quarantine; then a person is needed."""
        lease = drive.claim(drive.put())
        for lost in range(1, 11):
            drive.clock.advance(LEASE_S + 1)
            swept = drive.ledger.sweep(30)
            assert (swept.expired, swept.dead) == (1, 0)
            lease = drive.claim(lease)
            assert lease.quarantine is (lost >= 3)
        drive.clock.advance(LEASE_S + 1)
        swept = drive.ledger.sweep(30)
        assert (swept.expired, swept.dead) == (1, 1)
        assert (drive.state(), drive.status().error_code) == (State.DEAD, "worker_lost")

    def test_a_living_lease_is_left_alone(self, drive: Driver) -> None:
        """And sweeping twice is sweeping once."""
        lease = drive.claim(drive.put())
        drive.clock.advance(LEASE_S - 1)
        assert drive.ledger.sweep(30).expired == 0
        drive.clock.advance(2)
        assert [drive.ledger.sweep(30).expired for _ in range(2)] == [1, 0]
        with pytest.raises(LeaseLost):
            drive.finish(lease)

    def test_a_new_start_frees_everything_without_counting(self, drive: Driver) -> None:
        """Leases, messages of a broker that is made anew, singletons."""
        lease = drive.claim(drive.put("a"))
        waiting = drive.put("b")
        drive.ledger.publishable(CostClass.TEXT, 5)
        drive.ledger.hold("loader", "old", 1000)
        assert drive.ledger.free_all() == 1
        assert drive.ledger.hold("loader", "new", 15) is not None
        assert {due.task for due in drive.ledger.publishable(CostClass.TEXT, 5)} == {lease.task, waiting.task}
        assert not drive.claim(lease).quarantine

    def test_a_singleton_has_one_owner_and_its_epoch_rises(self, drive: Driver) -> None:
        """Extending keeps the epoch; expiry and giving back let others in."""
        first = drive.ledger.hold("loader", "a", 15)
        assert first is not None
        assert drive.ledger.hold("loader", "a", 15) == first
        assert drive.ledger.hold("loader", "b", 15) is None
        assert drive.ledger.hold("sweeper", "b", 15) is not None
        drive.clock.advance(16)
        second = drive.ledger.hold("loader", "b", 15)
        assert second is not None
        assert second > first
        drive.ledger.drop("loader", "a")
        assert drive.ledger.hold("loader", "a", 15) is None
        drive.ledger.drop("loader", "b")
        third = drive.ledger.hold("loader", "b", 15)
        assert third is not None
        assert third > second

    def test_known_objects_stream_in_key_order(self, drive: Driver) -> None:
        """What is believed to lie in a source, by code point, deleted ones left out."""
        for key in ("b/2", "a", "b/10", "Z", "b/ž", "b-"):
            drive.put(key, f"v-{key}")
        drive.put("gone")
        drive.vanish("gone")
        drive.ledger.observe("other", "a", lambda: stat("a", "1", source="other"))
        assert [item.key for item in drive.ledger.known(SOURCE)] == ["Z", "a", "b-", "b/10", "b/2", "b/ž"]
        assert list(drive.ledger.known(SOURCE, "b/1")) == [KnownObject(document_id=document_id(SOURCE, "b/10"), key="b/10", version="v-b/10")]

    def test_deletions_wait_for_a_person(self, drive: Driver) -> None:
        """Each listing replaces what the last one held back."""
        drive.ledger.hold_deletions(SOURCE, ["b", "a", "b"])
        assert list(drive.ledger.held_deletions(SOURCE)) == ["a", "b"]
        assert drive.ledger.counts().held_deletions == 2
        drive.ledger.hold_deletions(SOURCE, [])
        assert list(drive.ledger.held_deletions(SOURCE)) == []


class LoadContract:
    """The warehouse is told every change once it is behind, and never an outdated one."""

    def test_a_change_describes_the_result(self, drive: Driver) -> None:
        """All the columns of `documents` come from it."""
        drive.claim(drive.put("other"))
        lease = drive.claim(drive.put())
        drive.clock.advance(2)
        drive.finish(lease, language="es", duration_ms=12, items=3)
        [change] = drive.ledger.changes(10)
        assert (change.state, change.run, change.attempt, change.key, change.version) == (State.EXTRACTED, 1, 1, "a.txt", "1")
        assert change.result_key == f"results/{lease.task.document_id}/1-1.json"
        assert (change.kind, change.language, change.sha256, change.size_bytes) == (Kind.REVIEW, "es", "ab", 3)
        assert change.extracted_at is not None
        assert (change.extracted_at - change.received_at).total_seconds() == 2
        drive.ledger.loaded([(change.document_id, change.load_seq)])
        assert drive.ledger.changes(10) == []
        assert (drive.state(), drive.status().loaded, drive.ledger.counts().pending_load) == (State.LOADED, True, 0)

    def test_a_stamp_moves_with_every_commit_and_with_nothing_else(self, drive: Driver) -> None:
        """Where a ledger has one."""
        first = drive.ledger.stamp()
        drive.put()
        second = drive.ledger.stamp()
        drive.status()
        assert drive.ledger.changes(10) == []
        assert (second is None) == (first is None)
        assert second is None or first != second == drive.ledger.stamp()

    def test_oldest_changes_come_first(self, drive: Driver) -> None:
        """A page at a time."""
        keys = ["c", "a", "b"]
        for key in keys:
            drive.extract(key)
            drive.clock.advance(1)
        assert [change.key for change in drive.ledger.changes(2)] == keys[:2]

    def test_a_document_that_changed_while_it_was_loaded_stays_pending(self, drive: Driver) -> None:
        """Within the same tick of the clock too."""
        drive.extract()
        [old] = drive.ledger.changes(10)
        drive.extract(version="2")
        drive.ledger.loaded([(old.document_id, old.load_seq)])
        [new] = drive.ledger.changes(10)
        assert (new.run, new.load_seq > old.load_seq, drive.status().loaded) == (2, True, False)
        drive.load()
        drive.ledger.loaded([(old.document_id, old.load_seq)])
        assert drive.ledger.changes(10) == []

    def test_deletions_and_rejections_are_changes(self, drive: Driver) -> None:
        """A document nothing was ever loaded of has nothing to take away."""
        drive.extract("deleted")
        drive.load()
        drive.vanish("deleted")
        drive.fail(drive.claim(drive.put("dead")), TERMINAL)
        drive.put("early")
        drive.vanish("early")
        assert {(change.key, change.state) for change in drive.load()} == {("deleted", State.DELETED), ("dead", State.DEAD)}
        assert drive.state("deleted") is State.DELETED

    def test_the_warehouse_can_be_rebuilt(self, drive: Driver) -> None:
        """Everything in force again, under newer numbers, with the older result while a reprocessing runs."""
        lease = drive.extract("a")
        drive.fail(drive.claim(drive.put("b")), TERMINAL)
        drive.put("c")
        before = {change.document_id: change.load_seq for change in drive.load()}
        drive.claim(drive.ledger.reprocess(lease.task.document_id))
        assert drive.ledger.reload_all() == 2
        again = drive.ledger.changes(10)
        assert {(change.key, change.state, change.run) for change in again} == {("a", State.EXTRACTED, 1), ("b", State.DEAD, 1)}
        assert all(change.load_seq > before[change.document_id] for change in again)
        drive.load()
        assert drive.state("a") is State.PROCESSING
        assert drive.ledger.reload_all() == 2

    def test_unknown_documents_are_not_loaded(self, drive: Driver) -> None:
        """A loader may be late with a document that is gone."""
        drive.ledger.loaded([(document_id("x", "y"), 1)])
        with pytest.raises(NotFound):
            drive.ledger.document(document_id("x", "y"))


class GarbageContract:
    """Result files nobody needs any more are named until they are removed."""

    def collect(self, drive: Driver) -> list[str]:
        """What a collector would find after the grace, short."""
        drive.clock.advance(GRACE_S + 1)
        return sorted("/".join(key.split("/")[2:]) for key in drive.ledger.garbage(100))

    def test_what_lost_attempts_may_have_written(self, drive: Driver) -> None:
        """Recorded at the claim, so that even a killed worker's file is found."""
        lease = drive.claim(drive.put())
        drive.clock.advance(LEASE_S + 1)
        drive.ledger.sweep(30)
        assert drive.ledger.garbage(10) == []
        assert self.collect(drive) == ["1-1.json"]
        drive.finish(drive.claim(lease))
        drive.ledger.collected(drive.ledger.garbage(10))
        assert self.collect(drive) == []

    def test_failed_released_and_superseded_attempts(self, drive: Driver) -> None:
        """Only the result in force stays."""
        lease = drive.claim(drive.put())
        drive.fail(lease, TRANSIENT)
        drive.clock.advance(301)
        drive.ledger.release(drive.claim(lease))
        drive.finish(drive.claim(lease))
        assert self.collect(drive) == ["1-1.json", "1-2.json"]
        drive.extract(version="2")
        assert self.collect(drive) == ["1-1.json", "1-2.json", "1-3.json"]

    def test_a_result_in_force_is_never_garbage(self, drive: Driver) -> None:
        """Parts included; not while a reprocessing runs, nor when it fails, nor when a collector errs."""
        parts = drive.split(drive.claim(drive.put()), 2)
        due = [due for part in parts for due in drive.finish(drive.claim(part))]
        drive.finish(drive.claim(due[0]))
        keep = drive.status().result_key
        assert keep is not None
        drive.fail(drive.claim(drive.ledger.reprocess(parts[0].document_id)), TERMINAL)
        assert self.collect(drive) == ["1-1.json", "2-5.json"]
        drive.ledger.collected([keep])
        drive.vanish()
        assert self.collect(drive) == ["1-1.json", "1-2.json", "1-3.json", "1-4.json", "2-5.json"]
