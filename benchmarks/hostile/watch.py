"""What is looked at while hostile files are read: memory, processes, and whether anything was written where nothing may be."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from benchmarks.service import ROLES, Service

_PAGE = os.sysconf("SC_PAGE_SIZE")
_LOOK_S = 0.02
_LIST_EVERY = 10


class MemoryWatch:
    """Reads the resident memory of every parser child 50 times a second, from /proc."""

    def __init__(self, service: Service) -> None:
        self.peak_bytes = 0
        """The largest a parser child ever was."""
        self.worker_peak_bytes = 0
        self._service = service
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        children: list[tuple[int, int]] = []
        turn = 0
        while not self._stop.wait(_LOOK_S):
            if turn % _LIST_EVERY == 0:
                children = self._service.parser_children()
                self.worker_peak_bytes = max([self.worker_peak_bytes, *(_resident(worker) for worker, _ in children)])
            turn += 1
            self.peak_bytes = max([self.peak_bytes, *(_resident(child) for _, child in children)])


def _resident(pid: int) -> int:
    try:
        with Path(f"/proc/{pid}/statm").open("rb") as statm:
            return int(statm.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def pids(service: Service) -> dict[str, int | None]:
    """The process of every role now."""
    return {role: service.pid_of(role) for role in ROLES}


class Fence:
    """A folder tree in which only `allowed` may change: its home, its temporary folder and its canary must stay as they are."""

    def __init__(self, root: Path, allowed: tuple[Path, ...]) -> None:
        self._root = root
        self._allowed = allowed
        self.canary = root / "canary"
        for name in ("home", "tmp", "canary", "work"):
            (root / name).mkdir(parents=True)
        (self.canary / "untouched").write_text("This file stays as it is.\n")
        time.sleep(0.02)  # file times stand still for up to 10 ms
        self._before = self._state()

    @property
    def environment(self) -> dict[str, str]:
        """Where processes think their home and temporary folder are."""
        return {"HOME": str(self._root / "home"), "TMPDIR": str(self._root / "tmp")}

    def broken(self) -> list[str]:
        """What was written, changed or removed outside the allowed places."""
        after = self._state()
        return sorted(str(path.relative_to(self._root)) for path, _ in after.items() ^ self._before.items())

    def _state(self) -> dict[Path, tuple[int, int]]:
        found: dict[Path, tuple[int, int]] = {}
        for folder, folders, files in os.walk(self._root):
            here = Path(folder)
            folders[:] = [name for name in folders if here / name not in self._allowed]
            for path in (here / name for name in (*folders, *files)):
                if path not in self._allowed:
                    known = path.lstat()
                    found[path] = (known.st_size, known.st_mtime_ns)
        return found
