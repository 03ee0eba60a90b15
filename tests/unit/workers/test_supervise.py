"""What a start and a death leave of local copies, and what a process says of itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from schemas.settings import Settings
from workers.container import Container
from workers.supervise import Role, Supervisor, ready_pid, renew, say_ready


def copied(spools: Path, pid: int) -> Path:
    """A copy of an object that the process `pid` works on."""
    found = spools / str(pid) / "objects" / "copy"
    found.parent.mkdir(parents=True)
    found.write_bytes(b"somebody's letter")
    return found


def test_a_start_removes_the_copies_of_the_run_before(tmp_path: Path) -> None:
    box = Container(Settings(data=tmp_path))
    left = copied(box.spools, 4)
    renew(box)
    assert not left.exists()


def test_the_copies_of_a_process_that_died_are_removed(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    supervisor = Supervisor([Role("worker", (), process)], tmp_path / "run", tmp_path / "spool", 0.0, {})
    mine, others = copied(tmp_path / "spool", process.pid), copied(tmp_path / "spool", process.pid + 1)
    supervisor._look_after(supervisor.roles[0])
    assert (mine.exists(), others.exists()) == (False, True)


def test_a_process_that_cannot_say_so_works_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a full disk: it must be there to answer that the disk is full, and says it once there is room."""
    monkeypatch.setenv("TAMIZ_SUPERVISED", "api")
    monkeypatch.setattr("workers.supervise.SAY_AGAIN_S", 0.01)
    run_dir = tmp_path / "run"
    say_ready(run_dir)
    assert ready_pid(run_dir, "api") is None
    run_dir.mkdir()
    for thread in threading.enumerate():
        if thread.name == "ready":
            thread.join(10)
    assert ready_pid(run_dir, "api") == os.getpid()
