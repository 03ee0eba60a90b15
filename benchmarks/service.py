"""A `tamiz up` of our own on a data directory of its own: started, looked into, killed and stopped by process id."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

ROLES = ("api", "keeper", "loader", "worker", "worker-small")
WORKERS = ("worker", "worker-small")
_CHILD = "adapters.sandbox.main"
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class NotReady(RuntimeError):
    """The service did not start in time; the end of its log is the message."""


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """One embedded deployment under `data`; its environment holds nothing of ours but what is named, so that no setting leaks in."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.bucket = data / "bucket"
        self.port = free_port()
        self.log = data.parent / f"{data.name}.log"
        self.settings = {"TAMIZ_DATA": str(data), "TAMIZ_PORT": str(self.port), **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the deployment gets."""
        return {**{name: os.environ[name] for name in _INHERITED if name in os.environ}, **self.settings}

    @property
    def url(self) -> str:
        """Address of the API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The supervisor, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, timeout_s: float = 60.0) -> float:
        """Start everything and wait until every role works; returns the seconds it took. Raises `NotReady`."""
        started = time.monotonic()
        self.data.mkdir(parents=True, exist_ok=True)
        for name in ROLES:  # a run that was killed leaves its files
            (self.data / "run" / f"{name}.json").unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "handlers.cli.main", "up"],
                cwd=self.data.parent,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.monotonic() - started < timeout_s:
            if self._process.poll() is not None:
                break
            if all(self.pid_of(role) for role in ROLES):
                return time.monotonic() - started
            time.sleep(0.01)
        self.kill()
        raise NotReady(f"not ready after {time.monotonic() - started:.0f} s:\n{self.log_tail()}")

    def stop(self, timeout_s: float = 15.0) -> float:
        """SIGTERM to the supervisor, as Ctrl-C does; returns the seconds until nothing was left. What stays is killed."""
        started = time.monotonic()
        if self._process is None:
            return 0.0
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_s)
        took = time.monotonic() - started
        self.kill()
        return took

    def kill(self) -> None:
        """SIGKILL to the whole process group, supervisor included: a power cut without the disk."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def facts_of(self, role: str) -> dict[str, Any]:
        """What the role said when it began to work."""
        with contextlib.suppress(OSError, ValueError):
            found = json.loads((self.data / "run" / f"{role}.json").read_text())
            return found if isinstance(found, dict) else {}
        return {}

    def pid_of(self, role: str) -> int | None:
        """Process id of a role that works now."""
        pid = self.facts_of(role).get("pid")
        return pid if isinstance(pid, int) and psutil.pid_exists(pid) else None

    def parser_children(self) -> list[tuple[int, int]]:
        """(worker, child) of every parser child that runs now."""
        found = []
        for role in WORKERS:
            worker = self.pid_of(role)
            if worker is None:
                continue
            with contextlib.suppress(psutil.Error):
                found += [(worker, child.pid) for child in psutil.Process(worker).children() if _CHILD in child.cmdline()]
        return found

    def processes(self) -> list[psutil.Process]:
        """Everything that runs, the supervisor first."""
        pid = self.pid
        with contextlib.suppress(psutil.Error):
            if pid is not None:
                top = psutil.Process(pid)
                return [top, *top.children(recursive=True)]
        return []

    def log_tail(self, lines: int = 30) -> str:
        """The end of what the processes wrote to standard error."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])
        return ""


def end_on_sigterm() -> None:
    """SIGTERM unwinds like Ctrl-C, so that what was started is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def commit() -> str:
    """The checkout's commit, with a `+` when files differ from it."""
    root = Path(__file__).resolve().parents[1]

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False).stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "unknown") + ("+" if git("status", "--porcelain", "-uno") else "")
