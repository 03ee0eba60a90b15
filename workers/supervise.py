"""Starting and stopping the processes of the embedded run: `tamiz up`.

Children are ordinary `tamiz` commands in our process group. They end when we die (the kernel's parent-death signal where it exists, a closed pipe
elsewhere), come back with backoff when they die, and get SIGTERM and a grace when we stop.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from schemas.errors import Conflict

if TYPE_CHECKING:
    from workers.container import Container

log = logging.getLogger("tamiz.up")

BACKOFF_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before a child that died is started again; a child that lived for `HEALTHY_S` starts from the first again."""

HEALTHY_S = 30.0
LIFELINE = "TAMIZ_LIFELINE_FD"
SAY_AGAIN_S = 5.0


@dataclass
class Role:
    """One process of the run."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


@dataclass
class Supervisor:
    """Keeps `roles` running until `stop` is set."""

    roles: list[Role]
    run_dir: Path
    spools: Path
    """Where every process has a folder of its id: that of one that was killed is removed for it."""
    grace_s: float
    environment: Mapping[str, str]
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._lifeline, self._held = os.pipe()
        os.set_inheritable(self._lifeline, True)

    def start(self) -> None:
        """Start every role."""
        for role in self.roles:
            self._start(role)

    def watch(self) -> None:
        """Restart what dies, until `stop`."""
        while not self.stop.wait(0.05):
            for role in self.roles:
                self._look_after(role)

    def end(self) -> None:
        """SIGTERM to all, `grace_s` for them to give their leases back, then SIGKILL."""
        running = [role.process for role in self.roles if role.process is not None and role.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + self.grace_s
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for role in self.roles:
            (self.run_dir / f"{role.name}.json").unlink(missing_ok=True)

    def kill(self) -> None:
        """SIGKILL to all, at once: the second Ctrl-C."""
        for role in self.roles:
            if role.process is not None:
                role.process.kill()

    def ready(self) -> bool:
        """Whether every role's present process has said that it works."""
        return all(role.process is not None and ready_pid(self.run_dir, role.name) == role.process.pid for role in self.roles)

    def _start(self, role: Role) -> None:
        role.started = time.monotonic()
        role.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            [sys.executable, "-m", "handlers.cli.main", *role.arguments],
            env={**os.environ, **self.environment, "TAMIZ_SUPERVISED": role.name, LIFELINE: str(self._lifeline)},
            stdin=subprocess.DEVNULL,
            pass_fds=(self._lifeline,),
        )

    def _look_after(self, role: Role) -> None:
        process = role.process
        if process is None:
            if time.monotonic() >= role.due:
                self._start(role)
            return
        status = process.poll()
        if status is None:
            return
        lived = time.monotonic() - role.started
        role.failures = 0 if lived >= HEALTHY_S else role.failures + 1
        wait = BACKOFF_S[min(role.failures, len(BACKOFF_S) - 1)]
        log.warning("%s ended (%s) after %.0f s; again in %.1f s", role.name, _how(status), lived, wait)
        shutil.rmtree(self.spools / str(process.pid), ignore_errors=True)
        role.process, role.due = None, time.monotonic() + wait


def _how(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def say_ready(run_dir: Path, **facts: object) -> None:
    """Tell the supervisor, `tamiz status` and the tests that this process works; `facts` (an address) go into its run file."""
    name = os.environ.get("TAMIZ_SUPERVISED")
    if name is None:
        return
    if not _said(run_dir / f"{name}.json", facts):
        threading.Thread(target=_say_later, args=(run_dir / f"{name}.json", facts), name="ready", daemon=True).start()


def _said(path: Path, facts: Mapping[str, object]) -> bool:
    hidden = path.with_suffix(".tmp")
    try:
        hidden.write_text(json.dumps({"pid": os.getpid(), **facts}))
        hidden.rename(path)
    except OSError as error:
        log.warning("%s cannot be written (%s); this process works all the same and tries again", path, error.strerror)
        return False
    return True


def _say_later(path: Path, facts: Mapping[str, object]) -> None:
    """A full disk keeps nobody from answering that it is full."""
    while not _said(path, facts):
        time.sleep(SAY_AGAIN_S)


def run_facts(run_dir: Path, name: str) -> dict[str, Any]:
    """What the process of role `name` said when it began to work: `pid`, and `url` for the API; empty when it has not."""
    try:
        found = json.loads((run_dir / f"{name}.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def ready_pid(run_dir: Path, name: str) -> int | None:
    """The process id in the run file of role `name`; None when it has not said that it works."""
    pid = run_facts(run_dir, name).get("pid")
    return pid if isinstance(pid, int) else None


def renew(container: Container) -> None:
    """No local copies and an empty embedded broker: what a former run had begun and published is in the ledger."""
    shutil.rmtree(container.spools, ignore_errors=True)
    if not container.settings.broker_url:
        from workers import transport

        transport.renew(container.broker_dir)


def roles() -> ModuleType:
    """What each process does, loaded when one is started."""
    from workers import roles as found

    return found


def die_with_supervisor() -> None:
    """In a supervised child: end as soon as the supervisor is gone, however it went."""
    descriptor = os.environ.get(LIFELINE)
    if descriptor is None:
        return
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() == 1:  # it died before the call
            os._exit(1)
    threading.Thread(target=_end_with_lifeline, args=(int(descriptor),), name="lifeline", daemon=True).start()


def _end_with_lifeline(descriptor: int) -> None:
    """The supervisor alone holds the other end and never writes: end of file means that it is gone."""
    while os.read(descriptor, 1):
        pass
    os._exit(1)


class Owner:
    """The exclusive right to a data directory: one `tamiz up` at a time."""

    def __init__(self, run_dir: Path) -> None:
        self._file = (run_dir / "up.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            raise Conflict(f"another `tamiz up` (process {holder}) works on this data directory; stop it, or choose another with --data") from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def give_up(self) -> None:
        """Let another one start."""
        self._file.close()
