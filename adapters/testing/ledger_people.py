"""The contract of every ledger, fourth part: what people ask for, erasure, and API keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.testing.ledger_driver import REJECTED, ROUTED, TERMINAL, TRANSIENT, Driver, attachment, stat
from schemas.documents import CostClass, Kind, State, document_id
from schemas.errors import Conflict, LeaseLost, NotFound
from schemas.ledger import ASSEMBLY, Lease, Seen


class AgainContract:
    """Reprocessing and redriving."""

    def test_reprocessing_raises_the_run_and_keeps_the_result_until_then(self, drive: Driver) -> None:
        """A reprocessing in flight is superseded by the next."""
        first = drive.extract()
        document = first.task.document_id
        second = drive.ledger.reprocess(document)
        assert (second.outcome, second.run, second.queue) == (Seen.NEW, 2, CostClass.BULK)
        lease = drive.claim(second)
        third = drive.ledger.reprocess(document)
        with pytest.raises(LeaseLost):
            drive.finish(lease)
        assert drive.status().result_key == f"results/{document}/1-1.json"
        drive.finish(drive.claim(third))
        assert drive.status().result_key == f"results/{document}/3-3.json"

    def test_only_what_is_there_is_reprocessed(self, drive: Driver) -> None:
        """Neither the unknown nor the deleted."""
        drive.put()
        drive.vanish()
        for document in (document_id("x", "y"), document_id("bucket", "a.txt")):
            for verb in (drive.ledger.reprocess, drive.ledger.redrive):
                with pytest.raises(NotFound):
                    verb(document)

    @pytest.mark.parametrize("failure", [TERMINAL, REJECTED])
    def test_the_dead_and_rejected_are_redriven_from_the_beginning(self, drive: Driver, failure: object) -> None:
        """Parts are planned anew; the run stays, attempts go on rising."""
        parts = drive.split(drive.claim(drive.put()), 2)
        drive.finish(drive.claim(parts[0]))
        drive.fail(drive.claim(parts[1]), TERMINAL if failure is TERMINAL else REJECTED)
        again = drive.ledger.redrive(parts[0].document_id)
        assert (again.run, again.task) == (1, parts[0].model_copy(update={"part": 0}))
        lease = drive.claim(again)
        assert lease.attempt == 4
        parts = drive.split(lease, 1)
        drive.finish(drive.claim(drive.finish(drive.claim(parts[0]))[0]))
        [change] = drive.load()
        assert (change.state, change.error_code) == (State.EXTRACTED, None)

    def test_the_failed_are_redriven_where_they_stand(self, drive: Driver) -> None:
        """At once, with counters at zero."""
        [part] = drive.split(drive.claim(drive.put()), 1)
        [due] = drive.finish(drive.claim(part))
        lease = drive.claim(due)
        assert drive.fail(lease, TRANSIENT.model_copy(update={"retry_after_s": 100.0}), max_attempts=2) is State.FAILED
        again = drive.ledger.redrive(part.document_id)
        assert again.task is not None
        assert again.task.part == ASSEMBLY
        assert drive.fail(drive.claim(again), TRANSIENT, max_attempts=2) is State.FAILED

    def test_what_is_on_its_way_again_is_not_redriven(self, drive: Driver) -> None:
        """A failed assembly whose message is out has no task left to send."""
        [part] = drive.split(drive.claim(drive.put()), 1)
        [due] = drive.finish(drive.claim(part))
        drive.fail(drive.claim(due), TRANSIENT.model_copy(update={"retry_after_s": 1.0}))
        drive.clock.advance(2)
        drive.ledger.sweep(10.0)
        assert [again.task for again in drive.ledger.publishable(CostClass.BULK, 4)] == [due.task]
        with pytest.raises(Conflict):
            drive.ledger.redrive(part.document_id)

    def test_others_are_not_redriven(self, drive: Driver) -> None:
        """There is nothing to redrive about a document that is on its way or done."""
        lease = drive.claim(drive.put())
        with pytest.raises(Conflict):
            drive.ledger.redrive(lease.task.document_id)
        drive.finish(lease)
        with pytest.raises(Conflict):
            drive.ledger.redrive(lease.task.document_id)


class ErasureContract:
    """Erased means gone everywhere, and it stays gone."""

    def test_erasure_names_what_lies_elsewhere_until_it_is_removed(self, drive: Driver) -> None:
        """Repeatable after a crash; kept outputs another document uses stay."""
        document = drive.extract("secret-name.txt", kept=("ocr/1", "ocr/2")).task.document_id
        drive.extract("b", kept=("ocr/2",))
        keys = drive.ledger.erase(document, "admin")
        assert list(keys) == [f"results/{document}/1-1.json", "ocr/1"]
        assert list(drive.ledger.erasures()) == [document]
        assert list(drive.ledger.erase(document, "admin")) == list(keys)
        assert drive.ledger.document(document).key == "secret-name.txt"
        drive.ledger.erased(document)
        # A late writer may bring the file back: its key is told until it is collected.
        assert list(drive.ledger.erase(document, "admin")) == [f"results/{document}/1-1.json"]
        assert list(drive.ledger.erasures()) == []
        status = drive.ledger.document(document)
        assert (status.state, status.result_key, status.sha256, status.metadata) == (State.ERASED, None, None, {})
        assert "secret" not in repr(status) + repr(drive.ledger.history(document)) + repr(drive.ledger.changes(10))
        assert [line.actor for line in drive.ledger.history(document)][-1] == "admin"

    def test_the_last_user_of_a_kept_output_takes_it_along(self, drive: Driver) -> None:
        """Counted per document, not per run."""
        documents = [drive.extract(key, kept=("ocr/1",)).task.document_id for key in "ab"]
        drive.finish(drive.claim(drive.ledger.reprocess(documents[0])), kept=("ocr/1",))
        assert "ocr/1" not in drive.ledger.erase(documents[0], "admin")
        assert "ocr/1" in drive.ledger.erase(documents[1], "admin")

    def test_what_a_failed_attempt_kept_goes_with_its_document(self, drive: Driver) -> None:
        """Counted when it is kept, however the attempt ends."""
        lease = drive.claim(drive.put())
        drive.ledger.keep(lease, "ocr/1")
        drive.ledger.keep(lease, "ocr/1")
        drive.fail(lease, TERMINAL)
        assert "ocr/1" in drive.ledger.erase(lease.task.document_id, "admin")

    def test_an_erased_version_stays_away(self, drive: Driver) -> None:
        """By look and by event; a newer version is welcome, and the old one still is not afterwards."""
        drive.created("1", "10")
        drive.created("2", "20")
        document = document_id("bucket", "a.txt")
        drive.ledger.erase(document, "admin")
        drive.ledger.erased(document)
        assert [drive.created(version, order).outcome for version, order in (("1", "10"), ("2", "20"), ("2", "30"))] == [Seen.ERASED] * 3
        assert drive.put(version="2").outcome is Seen.ERASED
        assert drive.state() is State.ERASED
        assert drive.created("3", "40").outcome is Seen.NEW
        assert drive.status().key == "a.txt"
        assert drive.put(version="1").outcome is Seen.ERASED

    def test_erased_bytes_under_a_new_token_stay_away(self, drive: Driver) -> None:
        """As when a backup was restored: known by their hash once the worker has read them."""
        document = drive.extract().task.document_id
        drive.ledger.erase(document, "admin")
        drive.ledger.erased(document)
        asking: tuple[Callable[[Lease], None], ...] = (
            lambda lease: drive.ledger.routed(lease, ROUTED),
            lambda lease: drive.ledger.admit(lease, ROUTED.sha256),
        )
        for number, ask in enumerate(asking):
            restored = drive.claim(drive.put(version=f"restored-{number}"))
            assert restored.erased_before
            with pytest.raises(LeaseLost):
                ask(restored)
            assert drive.state() is State.DELETED
            assert drive.put(version=f"restored-{number}").outcome is Seen.ERASED
        other = drive.claim(drive.put(version="other"))
        drive.ledger.admit(other, "cd")
        drive.ledger.routed(other, ROUTED.model_copy(update={"sha256": "cd"}))

    def test_work_in_flight_and_loads_end_with_it(self, drive: Driver) -> None:
        """A worker cannot write any more; the loader removes everything."""
        lease = drive.claim(drive.put())
        drive.ledger.erase(lease.task.document_id, "admin")
        with pytest.raises(LeaseLost):
            drive.finish(lease)
        [change] = drive.load()
        assert (change.state, change.result_key, change.version) == (State.ERASED, None, "")
        assert drive.ledger.counts().waiting == 0

    def test_attachments_are_erased_with_their_message(self, drive: Driver) -> None:
        """Deeply; their objects can still be found until the erasure is finished."""
        lease = drive.claim(drive.put("m.eml"))
        message = lease.task.document_id
        [due] = drive.finish(lease, attachments=(attachment(message, 1, "x"),))
        child = drive.claim(due)
        drive.finish(child, kept=("ocr/9",))
        keys = drive.ledger.erase(message, "admin")
        assert set(keys) == {f"results/{message}/1-1.json", f"results/{child.task.document_id}/1-1.json", "ocr/9"}
        assert [found.key for found in drive.ledger.children(message)] == [f"{message}/1"]
        drive.ledger.erased(message)
        assert drive.ledger.children(message) == []
        assert drive.ledger.document(child.task.document_id).state is State.ERASED

    def test_a_version_that_comes_during_an_erasure_is_not_erased_with_it(self, drive: Driver) -> None:
        """Resuming removes what was named before, and nothing else."""
        document = drive.extract().task.document_id
        drive.ledger.erase(document, "admin")
        lease = drive.claim(drive.put(version="2"))
        drive.ledger.erase(document, "admin")
        drive.finish(lease)
        drive.ledger.erased(document)
        assert (drive.state(), drive.status().key) == (State.EXTRACTED, "a.txt")

    def test_what_never_was_cannot_be_erased(self, drive: Driver) -> None:
        """Neither the unknown nor a tombstone of the never seen."""
        drive.deleted("10", key="never")
        verbs: tuple[Callable[[], object], ...] = (
            lambda: drive.ledger.erase(document_id("x", "y"), "admin"),
            lambda: drive.ledger.erase(document_id("bucket", "never"), "admin"),
            lambda: drive.ledger.erased(document_id("x", "y")),
        )
        for verb in verbs:
            with pytest.raises(NotFound):
                verb()


class ViewContract:
    """Where things stand."""

    def test_documents_come_a_page_at_a_time(self, drive: Driver) -> None:
        """In id order, by state and kind."""
        ids = sorted(drive.put(f"{number}").document_id for number in range(5))
        drive.extract("done")
        received = drive.ledger.documents(state=State.RECEIVED, limit=3)
        assert [status.document_id for status in received] == ids[:3]
        rest = drive.ledger.documents(state=State.RECEIVED, after=ids[2])
        assert [status.document_id for status in rest] == ids[3:]
        assert [status.key for status in drive.ledger.documents(kind=Kind.REVIEW)] == ["done"]
        drive.deleted("10", key="never seen")
        assert len(drive.ledger.documents()) == 6

    def test_the_audit_tells_the_way(self, drive: Driver) -> None:
        """From where to where, who and in which attempt."""
        lease = drive.extract()
        drive.load()
        lines = drive.ledger.history(lease.task.document_id)
        assert [line.to_state for line in lines] == ["received", "processing", "extracted", "loaded"]
        assert (lines[1].actor, lines[1].attempt, lines[1].from_state) == ("worker-1", 1, "received")

    def test_counts(self, drive: Driver) -> None:
        """By state, and how long the oldest has been waiting."""
        drive.put("a")
        drive.clock.advance(30)
        drive.put("b")
        drive.extract("c")
        counts = drive.ledger.counts()
        assert counts.by_state == {State.RECEIVED: 2, State.EXTRACTED: 1}
        assert (counts.waiting, counts.pending_load, counts.oldest_waiting_s) == (2, 1, 30.0)

    def test_a_store_may_name_its_own_source(self, drive: Driver) -> None:
        """The same key in another source is another document."""
        one, other = drive.put("a"), drive.ledger.observe("other", "a", lambda: stat("a", "1", source="other"))
        assert one.document_id != other.document_id

    def test_api_keys(self, drive: Driver) -> None:
        """Only hashes are known; a revoked key opens nothing."""
        drive.ledger.add_key("ci", "aa" * 32, "ingest")
        assert drive.ledger.role_of("aa" * 32) == "ingest"
        assert drive.ledger.role_of("bb" * 32) is None
        with pytest.raises(Conflict):
            drive.ledger.add_key("ci", "cc" * 32, "admin")
        drive.ledger.revoke_key("ci")
        assert drive.ledger.role_of("aa" * 32) is None
        [key] = drive.ledger.keys()
        assert (key.key_id, key.role, key.revoked_at is not None) == ("ci", "ingest", True)
        with pytest.raises(NotFound):
            drive.ledger.revoke_key("nobody")
