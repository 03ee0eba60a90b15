"""A real `tamiz up` on a data directory of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

START_S = 60.0
TEST_S = 300


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A whole service reading a page and a call takes a minute on a busy machine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(TEST_S))


ROLES = ("api", "keeper", "loader", "worker", "worker-small")


@dataclass
class Service:
    """One running `tamiz up`, and the commands a person would type beside it."""

    data: Path
    process: subprocess.Popen[bytes]

    @property
    def bucket(self) -> Path:
        return self.data / "bucket"

    @property
    def url(self) -> str:
        return str(json.loads((self.data / "run" / "api.json").read_text())["url"])

    def pid(self, role: str) -> int:
        return int(json.loads((self.data / "run" / f"{role}.json").read_text())["pid"])

    def tamiz(self, *arguments: str, check: bool = True) -> str:
        return run_tamiz(self.data, *arguments, check=check)

    def sql(self, query: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.tamiz("sql", "--format", "json", query))
        return rows

    def drop(self, key: str, content: bytes) -> None:
        path = self.bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def wait_for_rows(self, query: str, expected: object, seconds: float = 60.0) -> None:
        """Until `query` answers `expected` (rows as lists of values), or fail showing what it answers."""
        wait_until(lambda: [list(row.values()) for row in self.sql(query)] == expected, seconds, lambda: self.sql(query))

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def interrupt(self) -> float:
        """Ctrl-C: SIGINT to the whole process group, as a terminal sends it; returns the seconds until all is gone."""
        family = [psutil.Process(self.process.pid), *self.children()]
        started = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(30)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []
        return time.monotonic() - started

    def kill_everything(self) -> None:
        """kill -9 of the supervisor: everything else must go by itself."""
        family = self.children()
        self.process.kill()
        self.process.wait()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []


def run_tamiz(data: Path, *arguments: str, check: bool = True) -> str:
    """One command of the command line; its standard output."""
    command, *rest = arguments
    done = subprocess.run(
        [sys.executable, "-m", "handlers.cli.main", command, "--data", str(data), *rest], capture_output=True, text=True, check=False, timeout=90
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stdout


def wait_until(condition: Callable[[], object], seconds: float, otherwise: Callable[[], object] = lambda: "") -> None:
    """Poll until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s: {otherwise()}")
        time.sleep(0.1)


@contextmanager
def running(data: Path, *options: str, **environment: str) -> Iterator[Service]:
    """`tamiz up` on `data` until the block ends."""
    log = (data.parent / f"{data.name}.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "handlers.cli.main", "up", "--data", str(data), "--port", "0", *options],
        start_new_session=True,
        stdout=log,
        stderr=log,
        env={**os.environ, **environment},
    )
    service = Service(data, process)
    try:
        wait_until(
            lambda: process.poll() is not None or all((data / "run" / f"{role}.json").exists() for role in ROLES),
            START_S,
            lambda: Path(log.name).read_text()[-3000:],
        )
        assert process.poll() is None, Path(log.name).read_text()[-3000:]
        yield service
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        log.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A fresh `tamiz up`."""
    with running(tmp_path / "var") as service:
        yield service
