"""The contract of object stores. Subclass it in a test module and give it a `store` fixture that makes an empty store for each test."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from adapters.storage.port import ObjectStore
from schemas.documents import ObjectRef, ObjectStat
from schemas.errors import Superseded, TooLarge, UnsafeName
from schemas.keys import MARKER

UNSAFE = ("", "/etc/passwd", "../x", "a/../x", "a/./x", "a//x", "a/", "..", "a\\..\\x", "a\0x", "x" * 1025, "ä" * 513, "\udcff.txt")
UNUSUAL = ("a b.txt", "ünï/cødé 日本.txt", "per%20cent", "plus+sign", "q?x#y", "a*b[1]{2}", "'quoted\"", "~x", "\u202eright", "x" * 200)


class Broken(io.RawIOBase):
    """A sender who goes away after `size` bytes."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        """Bytes until they run out; then the connection breaks."""
        if not self._left:
            raise ConnectionResetError("the sender went away")
        size = min(size, self._left)
        self._left -= size
        return b"x" * size


def put(store: ObjectStore, key: str, data: bytes = b"some bytes") -> ObjectStat:
    """Store a few bytes."""
    return store.put(key, io.BytesIO(data))


def read(store: ObjectStore, ref: ObjectRef) -> bytes:
    """All bytes of one version."""
    with store.open(ref) as stream:
        return stream.read()


class StorageContract:
    """What every store promises."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> ObjectStore:
        """An empty store."""
        raise NotImplementedError

    def test_what_was_put_is_read_back(self, store: ObjectStore, tmp_path: Path) -> None:
        stored = put(store, "reviews/a.json", b"{}")
        found = store.stat("reviews/a.json")
        assert found is not None
        assert (found.ref, found.size) == (stored.ref, 2)
        assert found.ref.source == store.source
        with store.open(found.ref) as stream:
            assert stream.read() == b"{}"
        assert store.fetch(found.ref, tmp_path / "copy", 2) == hashlib.sha256(b"{}").hexdigest()
        assert (tmp_path / "copy").read_bytes() == b"{}"

    def test_nothing_is_none(self, store: ObjectStore) -> None:
        put(store, "a/b")
        assert store.stat("nothing") is None
        assert store.stat("a/b/c") is None
        assert store.stat("a") is None

    def test_another_version_is_superseded(self, store: ObjectStore, tmp_path: Path) -> None:
        old = put(store, "k", b"old").ref
        new = put(store, "k", b"new").ref
        assert old.version != new.version
        with pytest.raises(Superseded):
            store.open(old)
        with pytest.raises(Superseded):
            store.fetch(old, tmp_path / "copy", 100)
        assert not (tmp_path / "copy").exists()
        assert read(store, new) == b"new"

    def test_a_vanished_object_is_superseded(self, store: ObjectStore, tmp_path: Path) -> None:
        ref = put(store, "k").ref
        store.delete("k")
        assert store.stat("k") is None
        with pytest.raises(Superseded):
            store.open(ref)
        with pytest.raises(Superseded):
            store.fetch(ref, tmp_path / "copy", 100)

    def test_a_version_that_never_was_is_superseded(self, store: ObjectStore) -> None:
        put(store, "k")
        with pytest.raises(Superseded):
            store.open(ObjectRef(source=store.source, key="k", version="etag:0:0"))

    def test_too_large_leaves_nothing(self, store: ObjectStore, tmp_path: Path) -> None:
        ref = put(store, "k", b"12345").ref
        with pytest.raises(TooLarge):
            store.fetch(ref, tmp_path / "copy", 4)
        assert not (tmp_path / "copy").exists()

    def test_deleting_nothing_is_no_error(self, store: ObjectStore) -> None:
        store.delete("nothing/here")

    @pytest.mark.parametrize("size", [0, 1, 5 * 1024**2, 5 * 1024**2 + 1], ids=["empty", "one", "part", "parts"])
    def test_sizes(self, store: ObjectStore, tmp_path: Path, size: int) -> None:
        data = bytes(i % 251 for i in range(1000)) * (size // 1000 + 1)
        stored = put(store, "k", data[:size])
        assert stored.size == size
        assert store.fetch(stored.ref, tmp_path / "copy", size) == hashlib.sha256(data[:size]).hexdigest()

    def test_a_broken_put_changes_nothing(self, store: ObjectStore) -> None:
        old = put(store, "k", b"old").ref
        with pytest.raises(Exception, match=r"went away|storing"):
            store.put("k", Broken(7 * 1024**2))  # type: ignore[arg-type]
        assert read(store, old) == b"old"
        assert [stat.ref.key for stat in store.list()] == ["k"]

    def test_a_listing_is_complete_and_by_prefix(self, store: ObjectStore) -> None:
        stats = {key: put(store, key) for key in ("c", "ab", "a.d/x", "a/x", "a/y/z", "b/x")}
        listed = {stat.ref.key: stat for stat in store.list()}
        assert {key: stat.size for key, stat in listed.items()} == {key: stat.size for key, stat in stats.items()}
        assert {stat.ref.key for stat in store.list("a/")} == {"a/x", "a/y/z"}
        assert {stat.ref.key for stat in store.list("a/y")} == {"a/y/z"}
        assert list(store.list("nothing/")) == []

    def test_a_listing_leaves_hidden_and_unfinished_names_out(self, store: ObjectStore) -> None:
        for key in (".hidden", "a.part", "a.tmp", "a~", ".git/config", "up.tmp/x", "seen"):
            put(store, key)
        assert [stat.ref.key for stat in store.list()] == ["seen"]

    @pytest.mark.parametrize("key", UNSAFE, ids=ascii)
    def test_unsafe_keys_are_refused(self, store: ObjectStore, key: str) -> None:
        with pytest.raises(UnsafeName):
            store.stat(key)
        with pytest.raises(UnsafeName):
            put(store, key)
        with pytest.raises(UnsafeName):
            store.delete(key)

    @pytest.mark.parametrize("prefix", ["/", "../", "a/../", "\0"], ids=ascii)
    def test_unsafe_prefixes_are_refused(self, store: ObjectStore, prefix: str) -> None:
        with pytest.raises(UnsafeName):
            list(store.list(prefix))

    @pytest.mark.parametrize("key", UNUSUAL, ids=ascii)
    def test_unusual_keys_are_data(self, store: ObjectStore, key: str) -> None:
        stored = put(store, key)
        assert read(store, stored.ref) == b"some bytes"
        assert [stat.ref.key for stat in store.list()] == ([key] if not key.startswith(".") else [])
        store.delete(key)
        assert store.stat(key) is None

    def test_the_marker(self, store: ObjectStore) -> None:
        assert not store.marked()
        store.mark()
        first = store.stat(MARKER)
        store.mark()
        assert store.marked()
        assert store.stat(MARKER) == first
        assert list(store.list()) == []

    def test_what_was_put_is_settled(self, store: ObjectStore) -> None:
        put(store, "k")
        assert store.settled("k")

    def test_an_address_for_people(self, store: ObjectStore) -> None:
        scheme, separator, rest = store.url("reviews/a.json").partition("://")
        assert scheme
        assert separator
        assert rest.endswith("/reviews/a.json")
        with pytest.raises(UnsafeName):
            store.url("../a")
