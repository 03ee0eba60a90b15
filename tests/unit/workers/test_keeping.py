"""Kept engine outputs are counted before and after they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.storage.local import LocalStore
from schemas.errors import LeaseLost
from workers.keeping import KeptCallbacks, kept_key

DIGEST = "ab" * 32


@pytest.fixture
def lake(tmp_path: Path) -> LocalStore:
    return LocalStore(LocalStore.Options(), root=tmp_path, source="lake")


class Counting:
    """Counts keys, until the lease is lost after `good` times."""

    def __init__(self, good: int) -> None:
        self.keys: list[str] = []
        self._good = good

    def __call__(self, key: str) -> None:
        if len(self.keys) == self._good:
            raise LeaseLost("the document was erased")
        self.keys.append(key)


def test_an_output_is_counted_before_it_lies_there(lake: LocalStore) -> None:
    with pytest.raises(LeaseLost):
        KeptCallbacks(lake, Counting(0)).callbacks()["kept_put"]({"key": DIGEST}, b"text of the page")
    assert list(lake.list()) == []


def test_an_output_written_while_its_document_was_erased_is_removed(lake: LocalStore) -> None:
    with pytest.raises(LeaseLost):
        KeptCallbacks(lake, Counting(1)).callbacks()["kept_put"]({"key": DIGEST}, b"text of the page")
    assert list(lake.list()) == []


def test_a_kept_output_is_given_back(lake: LocalStore) -> None:
    counting = Counting(2)
    callbacks = KeptCallbacks(lake, counting).callbacks()
    callbacks["kept_put"]({"key": DIGEST}, b"text of the page")
    assert callbacks["kept_get"]({"key": DIGEST}, b"") == ({"found": True}, b"text of the page")
    assert set(counting.keys) == {kept_key(DIGEST)}
