"""A real folder, real system events, a real ledger. Every wait is for a state, with a deadline far beyond what is needed."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.ledger.port import Ledger
from adapters.registry import create
from adapters.storage.local import LocalStore
from handlers.watch import FolderWatch, start_watch
from schemas.documents import State, document_id
from schemas.errors import LedgerUnavailable
from schemas.settings import Settings
from workers.intake import Intake

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs inotify, which only Linux has")

DEADLINE_S = 30.0


def eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


class Watched:
    """A watched bucket beside a folder that is not."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "bucket"
        self.outside = tmp_path / "outside"
        self.root.mkdir()
        self.outside.mkdir()
        self.store = LocalStore(LocalStore.Options(), root=self.root, source="bucket")
        self.store.mark()
        self.ledger: Ledger = create("ledger", "none")
        self.ledger.migrate()
        self.intake = Intake(self.ledger, self.store, Settings(data=tmp_path), lambda queue: None)
        self.stop = threading.Event()
        self.watch: FolderWatch | None = None

    def start(self) -> None:
        self.watch = start_watch(self.root, self.intake, self.stop)

    @property
    def known(self) -> set[str]:
        return {item.key for item in self.ledger.known("bucket")}

    def knows(self, *keys: str) -> None:
        eventually(lambda: self.known == set(keys), f"known: {sorted(self.known)}, wanted: {sorted(keys)}")

    def runs(self, key: str) -> int:
        return self.ledger.document(document_id("bucket", key)).run

    def let_unsure_ones_pass(self) -> None:
        """When this returns, everything that merely appeared before was looked at: a hard link appears without being closed."""
        (self.outside / "sentinel").write_bytes(b"x")
        os.link(self.outside / "sentinel", self.root / "sentinel")
        eventually(lambda: "sentinel" in self.known, "the sentinel is not known")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Watched]:
    found = Watched(tmp_path)
    yield found
    found.stop.set()
    if found.watch is not None:
        found.watch.join(DEADLINE_S)
    found.ledger.close()


@pytest.fixture
def watched(place: Watched) -> Watched:
    place.start()
    return place


def test_a_dropped_file_an_overwrite_a_rename_a_removal(watched: Watched) -> None:
    (watched.root / "a.json").write_bytes(b"1")
    watched.knows("a.json")
    (watched.root / "a.json").write_bytes(b"22")
    eventually(lambda: watched.runs("a.json") >= 2, "the overwrite was not seen")
    (watched.root / "a.json").rename(watched.root / "b.json")
    watched.knows("b.json")
    assert watched.ledger.document(document_id("bucket", "a.json")).state is State.DELETED
    (watched.root / "b.json").unlink()
    watched.knows()


def test_a_file_is_taken_when_it_is_closed(watched: Watched) -> None:
    with (watched.root / "slow.json").open("wb") as file:
        for _ in range(3):
            file.write(b"x" * 10_000)
            file.flush()
        watched.let_unsure_ones_pass()
        watched.knows("sentinel")
    watched.knows("sentinel", "slow.json")
    assert watched.runs("slow.json") == 1


def test_an_unfinished_name_is_taken_when_it_is_renamed(watched: Watched) -> None:
    (watched.root / "a.json.part").write_bytes(b"{}")
    (watched.root / ".b.json.x7").write_bytes(b"{}")
    (watched.root / "first.json").write_bytes(b"{}")
    watched.knows("first.json")
    (watched.root / "a.json.part").rename(watched.root / "a.json")
    (watched.root / ".b.json.x7").rename(watched.root / "b.json")
    watched.knows("first.json", "a.json", "b.json")


def test_a_file_moved_in_and_out(watched: Watched) -> None:
    (watched.outside / "a.json").write_bytes(b"{}")
    (watched.outside / "a.json").rename(watched.root / "a.json")
    watched.knows("a.json")
    (watched.root / "a.json").rename(watched.outside / "a.json")
    watched.knows()


def test_a_whole_tree_is_found(watched: Watched) -> None:
    keys = [f"d{one}/e{two}/f{three}.json" for one in range(5) for two in range(5) for three in range(5)]
    for key in keys:
        path = watched.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    watched.knows(*keys)
    shutil.rmtree(watched.root / "d0")
    watched.knows(*(key for key in keys if not key.startswith("d0/")))


def test_a_folder_is_renamed_moved_out_and_in(watched: Watched) -> None:
    (watched.root / "old" / "sub").mkdir(parents=True)
    for name in [*(f"{number}.json" for number in range(20)), "sub/x.json"]:
        (watched.root / "old" / name).write_bytes(b"{}")
    names = {path.relative_to(watched.root / "old").as_posix() for path in (watched.root / "old").rglob("*.json")}
    watched.knows(*(f"old/{name}" for name in names))
    (watched.root / "old").rename(watched.root / "new")
    watched.knows(*(f"new/{name}" for name in names))
    (watched.root / "new" / "late.json").write_bytes(b"{}")
    watched.knows("new/late.json", *(f"new/{name}" for name in names))
    (watched.root / "new").rename(watched.outside / "new")
    watched.knows()
    (watched.outside / "new").rename(watched.root / "back")
    watched.knows("back/late.json", *(f"back/{name}" for name in names))


def test_a_writer_that_died_leaves_a_file_like_any_other(watched: Watched) -> None:
    program = "import sys, time; f = open(sys.argv[1], 'wb'); f.write(b'half'); f.flush(); print('written', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", program, str(watched.root / "half.json")], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        watched.let_unsure_ones_pass()
        assert "half.json" not in watched.known
        writer.send_signal(signal.SIGKILL)
    watched.knows("sentinel", "half.json")
    with (watched.root / "half.json").open("ab") as file:
        file.write(b" and the rest")
    eventually(lambda: watched.runs("half.json") == 2, "the next write was not seen")


def test_links_lead_nowhere(watched: Watched) -> None:
    (watched.outside / "secret.json").write_bytes(b"{}")
    (watched.root / "file.json").symlink_to(watched.outside / "secret.json")
    (watched.root / "folder").symlink_to(watched.outside)
    (watched.outside / "secret.json").write_bytes(b"{ }")
    watched.let_unsure_ones_pass()
    watched.knows("sentinel")


def test_names_that_are_no_keys_keep_nobody_from_the_others(watched: Watched) -> None:
    for name in (b"latin-\xe9.json", b"back\\slash.json", b"new\nline.json", b"x" * 255):
        Path(os.fsdecode(os.path.join(os.fsencode(watched.root), name))).write_bytes(b"{}")  # noqa: PTH118 - bytes
    (watched.root / "good.json").write_bytes(b"{}")
    watched.knows("good.json", "new\nline.json", "x" * 255)


def test_a_sidecar_belongs_to_its_document(watched: Watched) -> None:
    (watched.root / "1.wav").write_bytes(b"RIFF")
    (watched.root / "1.wav.meta.json").write_bytes(b"{}")
    watched.let_unsure_ones_pass()
    watched.knows("1.wav", "sentinel")


def test_what_came_before_the_watch_is_found_when_events_were_lost(place: Watched) -> None:
    (place.root / "early.json").write_bytes(b"{}")
    place.start()
    assert place.watch is not None
    assert place.known == set()
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent

    reader = place.watch._events._reader  # type: ignore[union-attr]
    reader.handle_event(InotifyEvent(-1, InotifyConstants.IN_Q_OVERFLOW, 0, b""))
    place.knows("early.json")


def test_a_folder_that_was_replaced_is_watched_again(watched: Watched) -> None:
    (watched.root / "a.json").write_bytes(b"{}")
    watched.knows("a.json")
    watched.root.rename(watched.outside / "old-bucket")
    watched.root.mkdir()
    watched.store.mark()
    (watched.root / "b.json").write_bytes(b"{}")
    watched.knows("b.json")
    (watched.root / "c.json").write_bytes(b"{}")
    watched.knows("b.json", "c.json")


def test_a_folder_that_comes_later_is_watched_then(place: Watched) -> None:
    place.root.rename(place.outside / "unmounted")
    place.start()
    (place.outside / "unmounted").rename(place.root)
    (place.root / "a.json").write_bytes(b"{}")
    place.knows("a.json")


def test_nothing_is_lost_while_the_ledger_is_away(place: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []
    real = place.intake.observe_key

    def away(key: str) -> object:
        tries.append(key)
        if len(tries) <= 2:
            raise LedgerUnavailable("locked")
        return real(key)

    monkeypatch.setattr(place.intake, "observe_key", away)
    place.start()
    for name in ("a.json", "b.json", "c.json"):
        (place.root / name).write_bytes(b"{}")
    place.knows("a.json", "b.json", "c.json")


@pytest.mark.parametrize("seed", [11, 18, 31])
def test_whatever_happens_in_the_folder_the_ledger_ends_with_its_truth(watched: Watched, seed: int) -> None:
    """Two hundred changes of files and folders, moves out of the folder and back in among them; no reconciliation helps. The seeds are ones that
    once ended watchdog's thread or left it with wrong names."""
    change = Changes(random.Random(seed), watched.root, watched.outside)
    for _ in range(200):
        with contextlib.suppress(OSError):  # a folder moved into itself, onto a full one
            change()

    def truth() -> dict[str, str]:
        return {stat.ref.key: stat.ref.version for stat in watched.store.list()}

    def known() -> dict[str, str]:
        held = set(watched.ledger.held_deletions("bucket"))  # a comparison while much was moving asks a person
        return {item.key: item.version for item in watched.ledger.known("bucket") if item.key not in held}

    eventually(lambda: truth() == known(), f"seed {seed}")


class Changes:
    """Random changes below a folder."""

    def __init__(self, choose: random.Random, root: Path, outside: Path) -> None:
        self._choose = choose
        self._root = root
        self._outside = outside
        self._number = 0

    def __call__(self) -> None:
        self._number += 1
        self._choose.choice([self._write] * 5 + [self._tree, self._overwrite, self._rename, self._remove, self._move, self._out, self._in])()

    @property
    def _folders(self) -> list[Path]:
        return [self._root, *sorted(path for path in self._root.rglob("*") if path.is_dir())]

    def _somewhere(self, name: str) -> Path:
        return self._choose.choice(self._folders) / name

    def _a_file(self) -> Path:
        return self._choose.choice([*sorted(self._root.rglob("*.json")), self._root / "none"])

    def _a_folder(self) -> Path:
        return self._choose.choice([*self._folders[1:], self._root / "none"])

    def _write(self) -> None:
        self._somewhere(f"f{self._number}.json").write_bytes(b"{}")

    def _tree(self) -> None:
        deep = self._somewhere(f"d{self._number}") / "e"
        deep.mkdir(parents=True)
        (deep / "x.json").write_bytes(b"{}")

    def _overwrite(self) -> None:
        with self._a_file().open("r+b") as file:
            file.write(b"[]")

    def _rename(self) -> None:
        self._a_file().rename(self._somewhere(f"r{self._number}.json"))

    def _remove(self) -> None:
        self._a_file().unlink()

    def _move(self) -> None:
        self._a_folder().rename(self._somewhere(f"n{self._number % 5}"))

    def _out(self) -> None:
        self._a_folder().rename(self._outside / f"o{self._number}")

    def _in(self) -> None:
        self._choose.choice([*sorted(self._outside.iterdir()), self._outside / "none"]).rename(self._somewhere(f"n{self._number % 5}"))
