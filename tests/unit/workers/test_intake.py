"""The one door: what is recorded, left alone, believed."""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.ledger.port import Ledger
from adapters.registry import create
from adapters.storage.local import LocalStore
from schemas.documents import CostClass, Kind, ObjectStat, Requested, State, document_id
from schemas.errors import ServiceUnavailable, UnsafeName
from schemas.keys import MARKER
from schemas.ledger import Lease, Observation, Seen, TaskId
from schemas.settings import Settings
from workers.intake import Intake, own_prefix


class Dispatched:
    """Remembers the queues it was told of."""

    def __init__(self) -> None:
        self.queues: list[CostClass] = []

    def __call__(self, queue: CostClass) -> None:
        self.queues.append(queue)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    found: Ledger = create("ledger", "none")
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "bucket").mkdir()
    return tmp_path / "bucket"


@pytest.fixture
def store(root: Path) -> LocalStore:
    found = LocalStore(LocalStore.Options(), root=root, source="bucket")
    found.mark()
    return found


@pytest.fixture
def dispatched() -> Dispatched:
    return Dispatched()


@pytest.fixture
def intake(ledger: Ledger, store: LocalStore, dispatched: Dispatched, tmp_path: Path) -> Intake:
    return Intake(ledger, store, Settings(data=tmp_path), dispatched)


def put(store: LocalStore, key: str, data: bytes = b"{}") -> None:
    store.put(key, io.BytesIO(data))


def claimed(ledger: Ledger, observation: Observation) -> Lease:
    assert observation.task is not None
    lease = ledger.claim(observation.task, "worker", 60)
    assert lease is not None
    return lease


def _until_the_clock_moves_on(store: LocalStore, key: str) -> None:
    """A claim within 10 ms of a change cannot be told from one before it."""
    found = store.stat(key)
    assert found is not None
    assert found.modified_at is not None
    while datetime.now(UTC) < found.modified_at + timedelta(milliseconds=11):
        time.sleep(0.001)


def test_a_new_object_is_recorded_and_its_queue_refilled(intake: Intake, store: LocalStore, dispatched: Dispatched) -> None:
    put(store, "calls/1.wav")
    seen = intake.observe_key("calls/1.wav")
    assert seen.outcome is Seen.NEW
    assert seen.task == TaskId(document_id=document_id("bucket", "calls/1.wav"), run=1, part=0)
    assert dispatched.queues == [CostClass.AUDIO]


def test_the_same_version_again_is_nothing_new(intake: Intake, store: LocalStore, dispatched: Dispatched) -> None:
    put(store, "a.json")
    intake.observe_key("a.json")
    assert intake.observe_key("a.json").outcome is Seen.DUPLICATE
    assert dispatched.queues == [CostClass.TEXT]


def test_an_overwrite_and_a_removal(intake: Intake, store: LocalStore) -> None:
    put(store, "a.json", b"1")
    intake.observe_key("a.json")
    put(store, "a.json", b"2")
    assert intake.observe_key("a.json").run == 2
    store.delete("a.json")
    assert intake.observe_key("a.json").outcome is Seen.GONE
    assert intake.observe_key("never.json").outcome is Seen.UNKNOWN


def test_what_the_sender_stated_is_kept(intake: Intake, ledger: Ledger, store: LocalStore) -> None:
    put(store, "posts/1/x")
    seen = intake.observe_key("posts/1/x", Requested(kind=Kind.REVIEW, metadata={"product": "Kefir"}))
    assert claimed(ledger, seen).requested.metadata == {"product": "Kefir"}


@pytest.mark.parametrize("key", [".hidden", "a.part", "a.tmp", "a~", ".git/config", MARKER, ".meta.json"])
def test_what_is_left_alone(intake: Intake, root: Path, dispatched: Dispatched, key: str) -> None:
    (root / key).parent.mkdir(exist_ok=True)
    (root / key).write_bytes(b"x")
    assert intake.observe_key(key).outcome is Seen.UNKNOWN
    assert dispatched.queues == []


def test_an_unsafe_key_is_refused(intake: Intake) -> None:
    with pytest.raises(UnsafeName):
        intake.observe_key("../outside")


def test_results_that_links_bring_into_the_bucket_are_left_alone(tmp_path: Path, ledger: Ledger, store: LocalStore, dispatched: Dispatched) -> None:
    (tmp_path / "alias").symlink_to(store.url("x").removeprefix("file://").removesuffix("/x"))
    settings = Settings(data=tmp_path, results=f"{tmp_path}/alias/lake")
    put(store, "lake/results/1.json")
    assert Intake(ledger, store, settings, dispatched).observe_key("lake/results/1.json").outcome is Seen.UNKNOWN


def test_places_that_do_not_overlap_have_no_own_prefix(tmp_path: Path) -> None:
    assert own_prefix(Settings(data=tmp_path)) is None
    assert own_prefix(Settings(data=tmp_path, bucket="s3://b/landing")) is None


def test_a_removal_is_not_believed_without_the_marker(intake: Intake, ledger: Ledger, store: LocalStore) -> None:
    put(store, "a.json")
    document = intake.observe_key("a.json").document_id
    store.delete("a.json")
    store.delete(MARKER)
    with pytest.raises(ServiceUnavailable, match=MARKER):
        intake.observe_key("a.json")
    assert ledger.document(document).state is State.RECEIVED


class TestSidecar:
    def test_one_without_a_document_waits_for_it(self, intake: Intake, store: LocalStore, dispatched: Dispatched) -> None:
        put(store, "calls/1.wav.meta.json")
        seen = intake.observe_key("calls/1.wav.meta.json")
        assert (seen.outcome, seen.document_id) == (Seen.UNKNOWN, document_id("bucket", "calls/1.wav"))
        assert dispatched.queues == []

    def test_one_that_comes_with_its_document_makes_one_run(self, intake: Intake, store: LocalStore) -> None:
        put(store, "1.wav")
        put(store, "1.wav.meta.json")
        assert intake.observe_key("1.wav.meta.json").run == 1
        assert intake.observe_key("1.wav").outcome is Seen.DUPLICATE
        assert intake.observe_key("1.wav.meta.json").outcome is Seen.DUPLICATE

    def test_one_that_comes_after_the_work_began_makes_a_run(self, intake: Intake, ledger: Ledger, store: LocalStore, dispatched: Dispatched) -> None:
        put(store, "1.wav")
        claimed(ledger, intake.observe_key("1.wav"))
        put(store, "1.wav.meta.json")
        seen = intake.observe_key("1.wav.meta.json")
        assert (seen.outcome, seen.run) == (Seen.NEW, 2)
        assert dispatched.queues == [CostClass.AUDIO, CostClass.AUDIO]

    def test_one_that_was_read_makes_no_run_however_often_it_is_seen(self, intake: Intake, ledger: Ledger, store: LocalStore) -> None:
        put(store, "1.wav")
        claimed(ledger, intake.observe_key("1.wav"))
        put(store, "1.wav.meta.json")
        seen = intake.observe_key("1.wav.meta.json")
        _until_the_clock_moves_on(store, "1.wav.meta.json")
        claimed(ledger, seen)
        for _ in range(3):
            assert intake.observe_key("1.wav.meta.json").outcome is Seen.DUPLICATE

    def test_one_that_changes_or_goes_makes_a_run(self, intake: Intake, ledger: Ledger, store: LocalStore) -> None:
        put(store, "1.wav")
        put(store, "1.wav.meta.json", b'{"agent_id": "1"}')
        claimed(ledger, intake.observe_key("1.wav"))
        put(store, "1.wav.meta.json", b'{"agent_id": "2"}')
        claimed(ledger, intake.observe_key("1.wav.meta.json"))
        store.delete("1.wav.meta.json")
        assert intake.observe_key("1.wav.meta.json").run == 3

    def test_one_whose_document_is_gone_deletes_it(self, intake: Intake, store: LocalStore) -> None:
        put(store, "1.wav")
        put(store, "1.wav.meta.json")
        intake.observe_key("1.wav")
        store.delete("1.wav")
        assert intake.observe_key("1.wav.meta.json").outcome is Seen.GONE


class Ordered(LocalStore):
    """A folder that gives an order of its own, as GCS does."""

    def stat(self, key: str) -> ObjectStat | None:
        found = super().stat(key)
        return found and found.model_copy(update={"order_key": f"{next(self.numbers):020d}"})

    numbers = itertools.count(1)


def test_a_store_with_an_order_of_its_own_is_recorded_by_it(ledger: Ledger, root: Path, dispatched: Dispatched, tmp_path: Path) -> None:
    store = Ordered(LocalStore.Options(), root=root, source="bucket")
    store.mark()
    intake = Intake(ledger, store, Settings(data=tmp_path), dispatched)
    put(store, "a.json")
    late = ObjectStat(ref=store.stat("a.json").ref.model_copy(update={"version": "older"}), size=1, order_key=f"{0:020d}")  # type: ignore[union-attr]
    assert intake.observe_key("a.json").outcome is Seen.NEW
    assert ledger.record(late).outcome is Seen.STALE
