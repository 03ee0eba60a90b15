"""Bucket against ledger: what is found, believed, held."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.ledger.port import Ledger
from adapters.registry import create
from adapters.storage import local
from adapters.storage.local import LocalStore
from schemas.documents import State, document_id
from schemas.errors import LedgerUnavailable
from schemas.keys import MARKER
from schemas.ledger import TaskId
from schemas.settings import Settings
from workers import reconcile
from workers.intake import Intake
from workers.reconcile import Reconciler


class Place:
    """A bucket folder, a ledger, and what compares them."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "bucket"
        self.root.mkdir()
        self.store = LocalStore(LocalStore.Options(), root=self.root, source="bucket")
        self.ledger: Ledger = create("ledger", "none")
        self.ledger.migrate()
        self.intake = Intake(self.ledger, self.store, Settings(data=tmp_path), lambda queue: None)
        self.reconciler = Reconciler(self.ledger, self.store, self.intake)
        self.reconciler.mark_when_new()

    def put(self, *keys: str, data: bytes = b"{}") -> None:
        for key in keys:
            self.store.put(key, io.BytesIO(data))

    def delete(self, *keys: str) -> None:
        for key in keys:
            self.store.delete(key)

    @property
    def known(self) -> list[str]:
        return [item.key for item in self.ledger.known("bucket")]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path)
    yield found
    found.ledger.close()


def many(count: int) -> list[str]:
    return [f"reviews/{number}.json" for number in range(count)]


def test_new_and_changed_objects_are_recorded_once(place: Place) -> None:
    place.put("a", "b/c", "b-d")
    found = place.reconciler.compare()
    assert (found.listed, found.recorded, found.gone, found.held, found.complete) == (3, 3, 0, 0, True)
    assert place.reconciler.compare().recorded == 0
    place.put("a", data=b"new")
    assert place.reconciler.compare().recorded == 1
    assert place.ledger.document(document_id("bucket", "a")).run == 2


def test_a_missing_object_is_deleted(place: Place) -> None:
    place.put(*many(10))
    place.reconciler.compare()
    place.delete("reviews/3.json")
    assert place.reconciler.compare().gone == 1
    assert place.ledger.document(document_id("bucket", "reviews/3.json")).state is State.DELETED


@pytest.mark.parametrize("total, missing, believed", [(5, 5, True), (6, 6, False), (20, 6, False), (30, 6, True), (31, 7, False)])
def test_how_many_missing_objects_are_believed(place: Place, total: int, missing: int, believed: bool) -> None:
    place.put(*many(total))
    place.reconciler.compare()
    place.delete(*many(total)[:missing])
    found = place.reconciler.compare()
    assert (found.gone, found.held) == ((missing, 0) if believed else (0, missing))
    assert len(place.known) == total - found.gone


def test_a_person_confirms_what_was_held(place: Place) -> None:
    place.put(*many(10))
    place.reconciler.compare()
    place.delete(*many(10)[:8])
    place.reconciler.compare()
    place.put("reviews/0.json")
    assert place.reconciler.confirm() == 7
    assert place.known == ["reviews/0.json", "reviews/8.json", "reviews/9.json"]
    assert place.ledger.held_deletions("bucket") == []


def test_what_came_back_is_no_longer_held(place: Place, tmp_path: Path) -> None:
    place.put(*many(10))
    place.reconciler.compare()
    (place.root / "reviews").rename(tmp_path / "away")
    assert place.reconciler.compare().held == 10
    (tmp_path / "away").rename(place.root / "reviews")
    place.reconciler.compare()
    assert place.ledger.held_deletions("bucket") == []
    assert len(place.known) == 10


def test_nothing_is_deleted_without_the_marker(place: Place) -> None:
    place.put(*many(3))
    place.reconciler.compare()
    place.delete(MARKER, *many(3))
    found = place.reconciler.compare()
    assert (found.gone, found.held) == (0, 0)
    assert len(place.known) == 3


def test_a_store_that_lost_its_marker_is_not_marked_again(place: Place) -> None:
    place.put("a")
    place.reconciler.compare()
    place.delete(MARKER)
    place.reconciler.mark_when_new()
    assert not place.store.marked()


def test_nothing_is_deleted_after_half_a_listing_but_the_new_is_found(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.put("locked/1", "open/1")
    place.reconciler.compare()
    real = local.folder

    def locked(root: Path, levels: list[str]) -> object:
        if list(levels) == ["locked"]:
            raise PermissionError(13, "Permission denied")
        return real(root, levels)

    place.put("open/2")
    place.delete("open/1")
    monkeypatch.setattr(local, "folder", locked)
    found = place.reconciler.compare()
    assert (found.complete, found.recorded, found.gone) == (False, 1, 0)


def test_a_folder_that_an_event_named_is_believed_to_be_gone(place: Place, tmp_path: Path) -> None:
    place.put(*many(10), "other/1")
    place.reconciler.compare()
    (place.root / "reviews").rename(tmp_path / "away")
    assert place.reconciler.compare("reviews/").gone == 10
    assert place.known == ["other/1"]


def test_a_file_somebody_writes_to_is_left_until_it_is_closed(place: Place) -> None:
    with (place.root / "slow.json").open("wb") as file:
        file.write(b"{")
        file.flush()
        assert place.reconciler.compare().recorded == 0
    assert place.reconciler.compare().recorded == 1


def test_an_upload_is_left_to_the_api_for_a_while(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.put("posts/1/a.json")
    assert place.reconciler.compare().recorded == 0
    monkeypatch.setattr(reconcile, "POST_GRACE", reconcile.timedelta(0))
    assert place.reconciler.compare().recorded == 1


def test_a_sidecar_that_changed_while_nobody_watched_is_found(place: Place) -> None:
    place.put("1.wav")
    place.reconciler.compare()
    document = document_id("bucket", "1.wav")
    assert place.ledger.claim(TaskId(document_id=document, run=1, part=0), "w", 60) is not None
    place.put("1.wav.meta.json")
    place.reconciler.compare()
    assert place.ledger.document(document).run == 2
    assert place.known == ["1.wav"]


def test_old_sidecars_are_looked_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.put("1.wav", "1.wav.meta.json")
    while place.store.stat("1.wav.meta.json").modified_at >= place.store.stat("1.wav").modified_at:  # type: ignore[union-attr,operator]
        place.put("1.wav")  # until the clock of file times has moved on
    place.reconciler.compare()
    looked = []
    real = place.intake.observe_key
    monkeypatch.setattr(place.intake, "observe_key", lambda key: (looked.append(key), real(key))[1])
    place.reconciler.compare()
    assert looked == []


def test_a_name_that_is_no_key_keeps_nobody_from_the_others(place: Place) -> None:
    (place.root / "latin-\udce9.json").write_bytes(b"{}")
    place.put("good.json")
    assert place.reconciler.compare().recorded == 1


def test_one_object_the_store_cannot_read_keeps_nobody_from_the_others(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.put("bad.json", "good.json")
    real = place.store.stat

    def stat(key: str) -> object:
        if key == "bad.json":
            raise reconcile.ServiceUnavailable("I/O error")
        return real(key)

    monkeypatch.setattr(place.store, "stat", stat)
    assert place.reconciler.compare().recorded == 1


def test_the_loop_goes_on_after_a_fault_and_ends_when_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, calls = threading.Event(), []

    def compare() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise LedgerUnavailable("locked")
        stop.set()

    monkeypatch.setattr(place.reconciler, "compare", compare)
    place.reconciler.run(stop, 0.001)
    assert len(calls) == 2
