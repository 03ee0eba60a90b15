"""What a folder does beyond the contract of stores: links, odd files, changes under the reader, full disks."""

from __future__ import annotations

import io
import os
import resource
import socket
import threading
from pathlib import Path

import pytest

from adapters.storage import local
from adapters.storage.local import LocalStore
from adapters.testing.storage import put, read
from schemas.documents import ObjectRef
from schemas.errors import ServiceUnavailable, StorageFull, Superseded, UnsafeName


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "bucket").mkdir()
    return tmp_path / "bucket"


@pytest.fixture
def store(root: Path) -> LocalStore:
    return LocalStore(LocalStore.Options(), root=root, source="bucket")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file outside the root."""
    (tmp_path / "outside").mkdir()
    path = tmp_path / "outside" / "secret.txt"
    path.write_text("secret")
    return path


def keys(store: LocalStore, prefix: str = "") -> list[str]:
    return sorted(stat.ref.key for stat in store.list(prefix))


def version_of(path: Path) -> str:
    found = path.stat()
    return f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


class TestLinks:
    def test_a_link_to_a_file_is_nothing(self, store: LocalStore, root: Path, secret: Path) -> None:
        (root / "link.txt").symlink_to(secret)
        assert store.stat("link.txt") is None
        assert keys(store) == []
        with pytest.raises(Superseded):
            store.open(ObjectRef(source="bucket", key="link.txt", version=version_of(secret)))
        store.delete("link.txt")
        assert secret.read_text() == "secret"

    def test_a_link_to_a_folder_is_nothing(self, store: LocalStore, root: Path, secret: Path) -> None:
        (root / "link").symlink_to(secret.parent)
        assert store.stat("link/secret.txt") is None
        assert keys(store) == []
        assert keys(store, "link/") == []
        with pytest.raises(Superseded):
            store.open(ObjectRef(source="bucket", key="link/secret.txt", version=version_of(secret)))
        with pytest.raises(UnsafeName):
            put(store, "link/planted.txt")
        store.delete("link/secret.txt")
        assert [path.name for path in secret.parent.iterdir()] == ["secret.txt"]

    def test_a_put_replaces_a_link_and_not_what_it_names(self, store: LocalStore, root: Path, secret: Path) -> None:
        (root / "k").symlink_to(secret)
        assert read(store, put(store, "k", b"ours").ref) == b"ours"
        assert secret.read_text() == "secret"

    def test_a_folder_swapped_for_a_link_while_listing(self, store: LocalStore, root: Path, secret: Path) -> None:
        put(store, "first")
        put(store, "folder/x")
        listing = store.list()
        seen = [next(listing).ref.key]
        (root / "folder" / "x").unlink()
        (root / "folder").rmdir()
        (root / "folder").symlink_to(secret.parent)
        seen += [stat.ref.key for stat in listing]
        assert seen == ["first"]

    def test_the_root_itself_may_be_a_link(self, tmp_path: Path, root: Path) -> None:
        (tmp_path / "alias").symlink_to(root)
        store = LocalStore(LocalStore.Options(), root=tmp_path / "alias", source="bucket")
        put(store, "k")
        assert keys(store) == ["k"]


class TestOddFiles:
    def test_only_regular_files_count(self, store: LocalStore, root: Path) -> None:
        os.mkfifo(root / "fifo")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(root / "socket"))
            (root / "folder").mkdir()
            for key in ("fifo", "socket", "folder"):
                assert store.stat(key) is None
                with pytest.raises(Superseded):
                    store.open(ObjectRef(source="bucket", key=key, version=version_of(root / key)))
                store.delete(key)
                assert (root / key).exists()
            assert keys(store) == []

    def test_names_that_are_no_keys_are_counted_and_left_out(self, store: LocalStore, root: Path) -> None:
        put(store, "good.txt")
        (root / os.fsdecode(b"latin-\xe9.txt")).write_bytes(b"x")
        (root / "back\\slash").write_bytes(b"x")
        deep = root.joinpath(*["d" * 200] * 5)
        deep.mkdir(parents=True)
        (deep / "too-long-a-key-for-1024-bytes").write_bytes(b"x")
        assert keys(store) == ["good.txt"]
        assert store.unreadable == 3

    def test_a_deep_tree_costs_no_open_files(self, store: LocalStore, root: Path) -> None:
        put(store, "/".join(["d"] * 500) + "/x")
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 8, hard))
        try:
            assert len(keys(store)) == 1
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_what_vanishes_while_listing_is_left_out(self, store: LocalStore, root: Path) -> None:
        for number in range(50):
            put(store, f"{number % 5}/{number}")
        listing = store.list()
        next(listing)
        for path in root.rglob("*"):
            path.unlink() if path.is_file() else None
        assert len(list(listing)) <= 10  # what was read of the open folder before

    def test_a_listing_that_could_not_see_all_ends_with_an_error(self, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
        put(store, "a/1")
        put(store, "b/2")
        real = local.folder

        def locked(root: Path, levels: list[str]) -> object:
            if list(levels) == ["a"]:
                raise PermissionError(13, "Permission denied")
            return real(root, levels)

        monkeypatch.setattr(local, "folder", locked)
        seen = []
        with pytest.raises(ServiceUnavailable, match="'a': Permission denied"):
            for stat in store.list():
                seen.append(stat.ref.key)
        assert seen == ["b/2"]


class TestVersions:
    def test_a_rewrite_of_equal_size_with_restored_times_is_another_version(self, store: LocalStore, root: Path) -> None:
        old = put(store, "k", b"old").ref
        times = (root / "k").stat()
        with (root / "k").open("r+b") as file:
            file.write(b"new")
        os.utime(root / "k", ns=(times.st_atime_ns, times.st_mtime_ns))
        new = store.stat("k")
        assert new is not None
        assert new.ref.version != old.version
        with pytest.raises(Superseded):
            store.open(old)

    def test_a_file_written_to_while_it_is_copied_is_superseded(self, store: LocalStore, root: Path, tmp_path: Path) -> None:
        ref = put(store, "k", b"x" * 4_000_000).ref
        os.mkfifo(tmp_path / "pipe")

        def write_then_drain() -> None:
            with (tmp_path / "pipe").open("rb") as pipe:
                pipe.read(1)  # the copy has begun
                with (root / "k").open("r+b") as file:
                    file.write(b"y")
                while pipe.read(1_000_000):
                    pass

        reader = threading.Thread(target=write_then_drain)
        reader.start()
        with pytest.raises(Superseded):
            store.fetch(ref, tmp_path / "pipe", 10_000_000)
        reader.join()
        assert not (tmp_path / "pipe").exists()

    def test_a_file_replaced_while_it_is_copied_is_superseded(self, store: LocalStore, root: Path, tmp_path: Path) -> None:
        ref = put(store, "k", b"x" * 4_000_000).ref
        os.mkfifo(tmp_path / "pipe")

        def replace_then_drain() -> None:
            with (tmp_path / "pipe").open("rb") as pipe:
                pipe.read(1)
                put(store, "k", b"whole new")
                while pipe.read(1_000_000):
                    pass

        reader = threading.Thread(target=replace_then_drain)
        reader.start()
        with pytest.raises(Superseded):
            store.fetch(ref, tmp_path / "pipe", 10_000_000)
        reader.join()

    def test_put_tells_the_version_it_wrote_whoever_replaced_it(self, store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = os.rename

        def overtaken(*paths: str, **folders: int) -> None:
            real(*paths, **folders)
            (root / "next").write_bytes(b"another's")
            (root / "next").replace(root / "k")

        monkeypatch.setattr(os, "rename", overtaken)
        ours = put(store, "k", b"ours")
        monkeypatch.undo()
        assert ours.size == 4
        assert ours.ref != store.stat("k").ref  # type: ignore[union-attr]


class TestFullDisk:
    def test_while_copying(self, store: LocalStore, tmp_path: Path) -> None:
        ref = put(store, "k").ref
        (tmp_path / "copy").symlink_to("/dev/full")
        with pytest.raises(StorageFull):
            store.fetch(ref, tmp_path / "copy", 100)
        assert not (tmp_path / "copy").is_symlink()

    def test_while_storing(self, store: LocalStore, root: Path) -> None:
        old = put(store, "k", b"old").ref
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        try:
            with pytest.raises(StorageFull):
                put(store, "k", b"x" * 10_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert read(store, old) == b"old"
        assert [path.name for path in root.iterdir()] == ["k"]


class TestPut:
    @pytest.mark.parametrize("key", ["folder", "file/x", "x" * 256])
    def test_what_cannot_be_a_file_here_is_refused(self, store: LocalStore, root: Path, key: str) -> None:
        (root / "folder").mkdir()
        put(store, "file")
        with pytest.raises(UnsafeName):
            put(store, key)
        assert sorted(path.name for path in root.iterdir()) == ["file", "folder"]

    def test_a_folder_that_a_delete_takes_away_is_made_again(self, store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = []
        real = local.made_folder

        def pruned_once(folder: Path, levels: list[str]) -> object:
            context = real(folder, levels)
            if not taken:
                taken.append(context.__enter__())
                (root / "a").rmdir()
                context.__exit__(None, None, None)
                raise FileNotFoundError
            return context

        monkeypatch.setattr(local, "made_folder", pruned_once)
        put(store, "a/k")
        assert keys(store) == ["a/k"]

    def test_what_a_put_that_died_left_behind_goes_after_a_day(self, store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in (".tamiz-put-1.part", ".another's"):
            (root / name).write_bytes(b"x")
        assert keys(store) == []
        assert len(list(root.iterdir())) == 2
        later = local.time.time() + 90_000
        monkeypatch.setattr(local.time, "time", lambda: later)
        assert keys(store) == []
        assert [path.name for path in root.iterdir()] == [".another's"]


class TestDelete:
    def test_empty_folders_go_with_their_last_file(self, store: LocalStore, root: Path) -> None:
        for key in ("other/deep/x", "reviews/2024/x", "posts/1/x", "kept/x", "kept/y"):
            put(store, key)
        for key in ("other/deep/x", "reviews/2024/x", "posts/1/x", "kept/x"):
            store.delete(key)
        assert sorted(str(path.relative_to(root)) for path in root.rglob("*")) == ["kept", "kept/y", "posts", "reviews"]

    def test_a_store_that_refuses_says_so(self, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
        put(store, "k")

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "unlink", refuse)
        with pytest.raises(ServiceUnavailable, match="removing 'k'"):
            store.delete("k")


class TestSettled:
    def test_a_file_somebody_writes_to_is_not(self, store: LocalStore, root: Path) -> None:
        with (root / "k").open("wb") as file:
            file.write(b"half")
            file.flush()
            assert not store.settled("k")
        assert store.settled("k")

    def test_a_file_somebody_reads_is(self, store: LocalStore, root: Path) -> None:
        put(store, "k")
        with (root / "k").open("rb"):
            assert store.settled("k")

    @pytest.mark.parametrize("age_s, settled", [(0.5, False), (1.5, True), (-60.0, True)])
    def test_where_the_system_cannot_say_a_second_without_change_decides(
        self, store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch, age_s: float, settled: bool
    ) -> None:
        put(store, "k")
        monkeypatch.setattr(local, "has_writer", lambda fd: None)
        monkeypatch.setattr(local.time, "time", lambda: (root / "k").stat().st_ctime + age_s)
        assert store.settled("k") is settled

    def test_what_may_not_be_read_is_settled_so_that_its_reader_says_why(self, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
        put(store, "k")

        def refuse(*_: object, **__: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
        assert store.settled("k")

    def test_nothing_is_settled(self, store: LocalStore) -> None:
        assert store.settled("nothing")


def test_the_address_is_a_uri(store: LocalStore, root: Path) -> None:
    assert store.url("a b/é.pdf") == f"file://{root}/a%20b/%C3%A9.pdf"


def test_the_marker_is_a_file_a_person_understands(store: LocalStore, root: Path) -> None:
    store.mark()
    assert "Tamiz" in (root / ".tamiz-store").read_text()


def test_a_stream_is_stored_in_pieces(root: Path) -> None:
    store = LocalStore(LocalStore.Options(chunk_bytes=4096), root=root, source="bucket")
    assert store.put("k", io.BytesIO(b"x" * 10_000)).size == 10_000
