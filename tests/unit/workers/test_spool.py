"""Copies of objects: fetched once for all parts, and what was unpacked of one taken instead."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.documents import ObjectRef, ObjectStat, Requested
from schemas.errors import EngineOutputInvalid, Superseded
from schemas.ledger import Lease, PartSpec, TaskId
from workers.spool import KEEP_UNPACKED, Provided, Spool


class Store:
    """Hands out its bytes and counts how often."""

    def __init__(self) -> None:
        self.fetched = 0
        self.version = "1"

    def fetch(self, ref: ObjectRef, into: Path, most: int) -> str:
        self.fetched += 1
        into.write_bytes(b"packed"[:most])
        return "digest"

    def stat(self, key: str) -> ObjectStat:
        return ObjectStat(ref=ObjectRef(source="bucket", key=key, version=self.version), size=6)


def lease(part: int | None, document: str = "a" * 26) -> Lease:
    return Lease(
        task=TaskId(document_id=document, run=1, part=part or 0),
        attempt=1,
        worker="w",
        ref=ObjectRef(source="bucket", key="k", version="1"),
        size=6,
        requested=Requested(),
        part=PartSpec(part_no=part) if part else None,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def test_parts_share_one_copy(spool, tmp_path):
    store = Store()
    for part in (1, 2):
        assert spool.provide(store, lease(part), tmp_path / f"in{part}", 100) == Provided("digest")
    assert store.fetched == 1
    assert (tmp_path / "in2").read_bytes() == b"packed"


def test_parts_take_what_was_unpacked(spool, tmp_path):
    store, left = Store(), tmp_path / "left"
    left.write_bytes(b"plain")
    spool.keep_unpacked(lease(None), "digest", left)
    assert spool.provide(store, lease(1), tmp_path / "in", 100) == Provided("digest", unpacked=True)
    assert (tmp_path / "in").read_bytes() == b"plain"
    assert store.fetched == 0
    assert spool.provide(store, lease(None), tmp_path / "whole", 100) == Provided("digest")
    store.version = "2"
    with pytest.raises(Superseded):
        spool.provide(store, lease(2), tmp_path / "late", 100)


def test_nothing_is_kept_where_nothing_was_unpacked_or_what_lies_there_is_no_file(spool, tmp_path):
    spool.keep_unpacked(lease(None), "digest", tmp_path / "missing")
    assert not spool.provide(Store(), lease(1), tmp_path / "in", 100).unpacked
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(EngineOutputInvalid):
        spool.keep_unpacked(lease(None, "b" * 26), "digest", tmp_path / "link")
    assert not spool.provide(Store(), lease(1, "b" * 26), tmp_path / "in2", 100).unpacked


def test_the_oldest_unpacked_form_goes_first(spool, tmp_path):
    left = tmp_path / "left"
    left.write_bytes(b"plain")
    documents = [letter * 26 for letter in "abcdef"[: KEEP_UNPACKED + 1]]
    for document in documents:
        spool.keep_unpacked(lease(None, document), "digest", left)
    kept = [spool.provide(Store(), lease(1, document), tmp_path / f"in-{document[0]}", 100).unpacked for document in documents]
    assert kept == [False] + [True] * KEEP_UNPACKED
