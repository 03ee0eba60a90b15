"""The contract of every ledger, second part: tasks, leases and how attempts end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from adapters.testing.ledger_driver import CRASHED, LEASE_S, REJECTED, ROUTED, TERMINAL, TRANSIENT, Driver
from schemas.documents import CostClass, Kind, Requested, State, document_id
from schemas.errors import LeaseLost
from schemas.ledger import ASSEMBLY, Failure, Lease, PartSpec, Seen, TaskId

FENCED: dict[str, Callable[[Driver, Lease], object]] = {
    "heartbeat": lambda drive, lease: drive.ledger.heartbeat(lease, LEASE_S),
    "routed": lambda drive, lease: drive.ledger.routed(lease, ROUTED),
    "admit": lambda drive, lease: drive.ledger.admit(lease, ROUTED.sha256),
    "keep": lambda drive, lease: drive.ledger.keep(lease, "ocr/1"),
    "requeue": lambda drive, lease: drive.ledger.requeue(lease, CostClass.OCR),
    "split": lambda drive, lease: drive.ledger.split(lease, ROUTED, [PartSpec(part_no=1)]),
    "complete": lambda drive, lease: drive.finish(lease),
    "fail": lambda drive, lease: drive.fail(lease, TRANSIENT),
    "supersede": lambda drive, lease: drive.ledger.supersede(lease),
}


class LeaseContract:
    """One worker at a time, and late ones change nothing."""

    def test_a_lease_says_all_a_worker_needs(self, drive: Driver) -> None:
        """Where the bytes are, what was stated, what is known."""
        seen = drive.put("folder/a.txt", "7", Requested(kind=Kind.CALL))
        lease = drive.claim(seen)
        assert (lease.task, lease.attempt, lease.worker) == (seen.task, 1, "worker-1")
        assert (lease.ref.source, lease.ref.key, lease.ref.version, lease.size) == ("bucket", "folder/a.txt", "7", 3)
        assert (lease.requested.kind, lease.content_type, lease.kind, lease.part) == (Kind.CALL, "text/plain", None, None)
        assert lease.received_at == datetime.fromtimestamp(drive.clock(), UTC)
        assert not lease.quarantine

    def test_one_worker_at_a_time(self, drive: Driver) -> None:
        """A second copy of the message finds the task taken, and done once it is done."""
        lease = drive.claim(drive.put())
        assert not drive.claimable(lease)
        drive.finish(lease)
        assert not drive.claimable(lease)

    def test_tasks_nobody_knows_are_not_claimed(self, drive: Driver) -> None:
        """Messages may be older than the ledger, or made up."""
        seen = drive.put()
        for unknown in (
            TaskId(document_id=document_id("x", "y"), run=1, part=0),
            TaskId(document_id=seen.document_id, run=2, part=0),
            TaskId(document_id=seen.document_id, run=1, part=1),
        ):
            assert not drive.claimable(unknown)

    def test_heartbeats_extend_the_lease(self, drive: Driver) -> None:
        """A worker that lives keeps its task for as long as it takes."""
        lease = drive.claim(drive.put())
        for _ in range(5):
            drive.clock.advance(LEASE_S - 1)
            drive.ledger.heartbeat(lease, LEASE_S)
        drive.clock.advance(LEASE_S - 1)
        assert not drive.claimable(lease)
        drive.finish(lease)

    def test_an_expired_lease_may_be_taken_and_counts(self, drive: Driver) -> None:
        """Attempt numbers rise per document."""
        old = drive.claim(drive.put())
        drive.clock.advance(LEASE_S + 1)
        new = drive.claim(old, "worker-2")
        assert new.attempt == old.attempt + 1

    @pytest.mark.parametrize("verb", FENCED)
    def test_a_late_worker_changes_nothing(self, drive: Driver, verb: str) -> None:
        """Its attempt is not the current one any more."""
        old = drive.claim(drive.put())
        drive.clock.advance(LEASE_S + 1)
        new = drive.claim(old, "worker-2")
        before = (drive.status(), drive.ledger.counts(), drive.ledger.history(old.task.document_id))
        with pytest.raises(LeaseLost):
            FENCED[verb](drive, old)
        assert (drive.status(), drive.ledger.counts(), drive.ledger.history(old.task.document_id)) == before
        drive.finish(new)
        with pytest.raises(LeaseLost):
            FENCED[verb](drive, old)
        assert drive.state() is State.EXTRACTED

    def test_a_slow_worker_nobody_replaced_may_still_finish(self, drive: Driver) -> None:
        """The fence is the attempt, not the clock."""
        lease = drive.claim(drive.put())
        drive.clock.advance(LEASE_S * 10)
        drive.finish(lease)
        assert drive.state() is State.EXTRACTED

    def test_giving_back_is_not_counted(self, drive: Driver) -> None:
        """Released tasks wait again; releasing a lost lease is no error."""
        lease = drive.claim(drive.put())
        drive.ledger.release(lease)
        drive.ledger.release(lease)
        assert drive.state() is State.RECEIVED
        again = drive.claim(lease)
        drive.ledger.requeue(again, CostClass.AUDIO)
        assert [due.queue for due in drive.ledger.publishable(CostClass.AUDIO, 1)] == [CostClass.AUDIO]
        third = drive.claim(lease)
        assert (third.attempt, third.quarantine) == (3, False)
        assert drive.fail(third, TRANSIENT, max_attempts=2) is State.FAILED

    def test_what_was_learned_goes_to_the_next_attempt(self, drive: Driver) -> None:
        """Kind, type and hash."""
        lease = drive.claim(drive.put())
        drive.ledger.routed(lease, ROUTED)
        drive.ledger.release(lease)
        again = drive.claim(lease)
        assert (again.kind, again.media_type, again.sha256) == (ROUTED.kind, ROUTED.media_type, ROUTED.sha256)
        assert drive.status().metadata == {"store": "Nord"}


class FailureContract:
    """What a failure means depends on its kind; counters stand per task."""

    def test_transient_failures_wait_longer_each_time(self, drive: Driver) -> None:
        """Full jitter below 2, 4, 8, ... seconds, at most 300; then the document is dead."""
        lease = drive.claim(drive.put())
        for failure_no in range(1, 10):
            assert drive.fail(lease, TRANSIENT, max_attempts=10) is State.FAILED
            status = drive.status()
            assert (status.state, status.error_code) == (State.FAILED, "unavailable")
            assert status.next_attempt_at is not None
            wait_s = status.next_attempt_at.timestamp() - drive.clock()
            assert 0 <= wait_s <= min(300, 2**failure_no)
            drive.clock.advance(wait_s + 1)
            lease = drive.claim(lease)
        assert drive.fail(lease, TRANSIENT, max_attempts=10) is State.DEAD
        assert drive.state() is State.DEAD

    def test_the_service_may_say_how_long(self, drive: Driver) -> None:
        """Nobody gets the task before; the sweeper makes it publishable when it is due."""
        lease = drive.claim(drive.put())
        drive.fail(lease, TRANSIENT.model_copy(update={"retry_after_s": 120.0}))
        drive.clock.advance(119)
        assert not drive.claimable(lease)
        assert drive.ledger.sweep(30).requeued == 0
        drive.clock.advance(2)
        assert drive.ledger.sweep(30).requeued == 1
        assert [due.task for due in drive.ledger.publishable(CostClass.TEXT, 5)] == [lease.task]
        assert (drive.state(), drive.status().next_attempt_at) == (State.QUEUED, None)

    def test_terminal_failures_are_dead_at_once(self, drive: Driver) -> None:
        """Nobody gets the task again by itself."""
        lease = drive.claim(drive.put())
        assert drive.fail(lease, TERMINAL) is State.DEAD
        assert not drive.claimable(lease)
        assert (drive.status().error_code, drive.status().error_message) == ("credentials", "set the key")

    def test_rejected_input_is_reported_back(self, drive: Driver) -> None:
        """Text is kept even when it holds what no database stores."""
        lease = drive.claim(drive.put())
        odd = Failure(code="malformed", message="bad \0 byte", transient=False, rejected=True)
        assert drive.fail(lease, odd) is State.REJECTED
        assert (drive.state(), drive.status().error_message) == (State.REJECTED, "bad \N{REPLACEMENT CHARACTER} byte")

    def test_the_third_crash_is_the_last(self, drive: Driver) -> None:
        """Transient failures in between do not count as crashes."""
        lease = drive.claim(drive.put())
        for failure, state in ((CRASHED, State.FAILED), (TRANSIENT, State.FAILED), (CRASHED, State.FAILED), (CRASHED, State.DEAD)):
            assert drive.fail(lease, failure) is state
            drive.clock.advance(301)
            if state is State.FAILED:
                lease = drive.claim(lease)
        assert drive.status().error_code == "parser_crashed"

    @pytest.mark.parametrize("failure", [TERMINAL, REJECTED])
    def test_a_newer_version_that_ends_badly_removes_the_older_facts(self, drive: Driver, failure: Failure) -> None:
        """They are not true any more."""
        drive.extract()
        drive.load()
        state = drive.fail(drive.claim(drive.put(version="2")), failure)
        [change] = drive.load()
        assert (change.state, change.run, change.result_key, change.error_code) == (state, 2, None, failure.code)
        assert drive.status().result_key is None

    def test_a_failed_reprocessing_leaves_the_rows(self, drive: Driver) -> None:
        """The bytes are the same: what was read from them still holds."""
        first = drive.extract()
        drive.load()
        drive.fail(drive.claim(drive.ledger.reprocess(first.task.document_id)), TERMINAL)
        assert drive.load() == []
        status = drive.status()
        assert (status.state, status.run, status.loaded) == (State.DEAD, 2, True)
        assert status.result_key == f"results/{first.task.document_id}/1-1.json"

    def test_an_object_that_changed_while_it_was_read_is_looked_at_again(self, drive: Driver) -> None:
        """Whether the look finds other bytes or the same."""
        served = drive.extract()
        lease = drive.claim(drive.put(version="2"))
        drive.ledger.supersede(lease)
        assert (drive.state(), drive.claimable(lease)) == (State.SUPERSEDED, False)
        assert drive.status().result_key == f"results/{served.task.document_id}/1-1.json"
        again = drive.put(version="2")
        assert (again.outcome, again.run) == (Seen.NEW, 3)


class PartsContract:
    """Large documents: parts with leases of their own, then an assembly."""

    def test_the_last_part_makes_assembly_due(self, drive: Driver) -> None:
        """The assembler gets every part's result in order, whatever order they ended in."""
        parts = drive.split(drive.claim(drive.put()), 3)
        assert [due.task for due in drive.ledger.publishable(CostClass.BULK, 10)] == parts
        for part in (parts[2], parts[0]):
            assert drive.finish(drive.claim(part), items=part.part, rows={"reviews": part.part}) == ()
        assembly = parts[0].model_copy(update={"part": ASSEMBLY})
        assert not drive.claimable(assembly)
        assert (drive.status().parts_done, drive.status().parts_total, drive.state()) == (2, 3, State.PROCESSING)
        [due] = drive.finish(drive.claim(parts[1]), items=2)
        assert (due.task, due.queue) == (assembly, CostClass.BULK)
        lease = drive.claim(due)
        assert drive.state() is State.ASSEMBLING
        assert [(part.part_no, part.items) for part in lease.parts] == [(1, 1), (2, 2), (3, 3)]
        assert lease.parts[2].rows == {"reviews": 3}
        drive.finish(lease, items=6)
        assert (drive.state(), drive.status().attempt) == (State.EXTRACTED, 5)

    def test_a_part_knows_what_it_is_about(self, drive: Driver) -> None:
        """Its spec and what the plan recorded travel with the lease, to the assembly too; the whole document is routed anew."""
        plan = drive.claim(drive.put())
        assert (plan.pipeline_version, plan.metadata) == (None, {})
        [part] = drive.split(plan, 1)
        lease = drive.claim(part)
        assert lease.part == PartSpec(part_no=1, spec={"page": 1})
        assembly = drive.claim(drive.finish(lease)[0])
        for later in (lease, assembly):
            assert (later.kind, later.pipeline_version, later.metadata) == (Kind.REVIEW, "1", {"store": "Nord"})

    def test_a_part_is_retried_alone_and_its_death_is_the_documents(self, drive: Driver) -> None:
        """The other parts go on until then."""
        parts = drive.split(drive.claim(drive.put()), 2)
        lease = drive.claim(parts[0])
        assert drive.fail(lease, TRANSIENT) is State.FAILED
        assert drive.state() is State.PROCESSING
        other = drive.claim(parts[1])
        drive.clock.advance(301)
        assert drive.fail(drive.claim(parts[0]), TERMINAL) is State.DEAD
        with pytest.raises(LeaseLost):
            drive.finish(other)
        assert drive.state() is State.DEAD

    def test_an_overwrite_ends_all_parts(self, drive: Driver) -> None:
        """None of them is worked on for nothing."""
        parts = drive.split(drive.claim(drive.put()), 3)
        lease = drive.claim(parts[0])
        drive.put(version="2")
        assert [drive.claimable(part) for part in parts] == [False] * 3
        with pytest.raises(LeaseLost):
            drive.finish(lease)
