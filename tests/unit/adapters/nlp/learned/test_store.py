"""Versions appear whole, come into force at once, and go back."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from adapters.nlp.learned.archive import write
from adapters.nlp.learned.store import POINTER, ModelStore, Stored
from schemas.errors import Conflict, InvalidRequest, ModelMissing

AT = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


def fill(folder: Path) -> None:
    write(folder, {"a": np.zeros(2)}, {})


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def added(store: ModelStore, number: int = 3) -> list[Stored]:
    return [store.add("sentiment", "reviews", AT, fill) for _ in range(number)]


def test_an_empty_store_has_nothing_and_makes_no_folder(store: ModelStore) -> None:
    assert (store.all(), store.in_force("sentiment"), store.promoted("sentiment"), store.stamp()) == ((), (), None, ())
    assert not store.folder.exists()
    with pytest.raises(ModelMissing):
        store.get("sentiment", "reviews")


def test_versions_of_one_second_are_told_apart_and_the_newest_is_found(store: ModelStore) -> None:
    added(store, 12)
    assert [stored.version for stored in store.versions("sentiment", "reviews")][-2:] == ["20261121T070000Z-10", "20261121T070000Z-11"]
    assert store.get("sentiment", "reviews").version.endswith("-11")
    assert store.promoted("sentiment", "reviews") is None


def test_promote_and_roll_back_to_what_ships(store: ModelStore) -> None:
    first, second, _ = added(store)
    stamps = [store.stamp()]
    for stored in (first, second, second):
        assert store.promote(stored).promoted
        stamps.append(store.stamp())
    assert stamps[0] != stamps[1] != stamps[2] == stamps[3]
    assert store.promoted("sentiment", "reviews") == store.get("sentiment", "reviews", second.version)
    back = store.rollback("sentiment", "reviews")
    assert back is not None
    assert back.version == first.version
    assert store.rollback("sentiment", "reviews") is None
    assert store.in_force("sentiment") == ()
    with pytest.raises(Conflict):
        store.rollback("sentiment", "reviews")


def test_the_version_in_force_cannot_be_removed_and_a_removed_one_is_not_rolled_back_to(store: ModelStore) -> None:
    first, second, third = added(store)
    store.promote(first)
    store.promote(second)
    with pytest.raises(Conflict):
        store.remove(second)
    store.remove(first)
    assert not first.folder.exists()
    store.promote(third)
    back = store.rollback("sentiment", "reviews")
    assert back is not None
    assert back.version == second.version


def test_a_writer_that_fails_or_dies_leaves_nothing(store: ModelStore) -> None:
    def interrupted(folder: Path) -> None:
        fill(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add("sentiment", "reviews", AT, interrupted)
    with pytest.raises(ModelMissing):
        store.add("sentiment", "reviews", AT, lambda _: None)
    home = store.folder / "sentiment" / "reviews"
    left = home / ".20261121T070000Z.new"
    left.mkdir()
    assert store.all() == ()
    added(store, 1)
    assert not left.exists()
    assert len(store.all()) == 1


@pytest.mark.parametrize("pointer", [b"", b"[]", b'{"versions": 3}', b'{"versions": ["../../etc"]}', b"\xff"])
def test_a_pointer_nobody_can_read_puts_nothing_in_force(store: ModelStore, pointer: bytes) -> None:
    (stored,) = added(store, 1)
    store.promote(stored)
    (store.folder / "sentiment" / "reviews" / POINTER).write_bytes(pointer)
    assert store.promoted("sentiment", "reviews") is None


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", ".hidden", "x" * 65])
def test_names_cannot_leave_the_folder(store: ModelStore, name: str) -> None:
    with pytest.raises(InvalidRequest):
        store.add("sentiment", name, AT, fill)


def add_some(folder: Path, number: int) -> None:
    for _ in range(number):
        ModelStore(folder).promote(ModelStore(folder).add("classifier", "intents", AT, fill))


def test_processes_that_write_at_the_same_time_lose_no_version(store: ModelStore) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=add_some, args=(store.folder, 5)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(store.versions("classifier", "intents")) == 15
    assert sum(stored.promoted for stored in store.all()) == 1
    for _ in range(14):
        assert store.rollback("classifier", "intents") is not None
    assert store.rollback("classifier", "intents") is None
