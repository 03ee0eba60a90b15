"""One running child process: started, looked at, killed. What it says is the business of `Child`."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from adapters.sandbox.channel import Channel
from adapters.sandbox.wire import Caps

_INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")
"""All a child gets of our environment: it may hold keys and passwords, and `/proc/self/environ` shows it whole."""

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Two children of one thread beat one of two (DESIGN 4), and a thread made at import is one that Landlock before ABI 8 does not hold."""

_LOG_BYTES = 1 << 20
_REAP_S = 5.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


class ChildProcess:
    """A child from its start to its end. `kill` may be called from any thread."""

    def __init__(self, workdir: Path, log: Path, environment: dict[str, str], caps: Caps) -> None:
        self._lock = threading.Lock()
        child_reads, parent_writes = os.pipe()
        parent_reads, child_writes = os.pipe()
        lifeline_reads, self._lifeline = os.pipe()
        theirs = (child_reads, child_writes, lifeline_reads)
        try:
            self._popen = _start(theirs, workdir, log, environment)
        except BaseException:
            for fd in (parent_writes, parent_reads, self._lifeline):
                os.close(fd)
            raise
        finally:
            for fd in theirs:
                os.close(fd)
        self.channel = Channel(parent_reads, parent_writes, caps)

    @property
    def pid(self) -> int:
        """The process id; ours to signal until `end` returned."""
        return self._popen.pid

    def resident_bytes(self) -> int:
        """Resident memory now; 0 once it is dead, or where the system has no `/proc`."""
        try:
            with open(f"/proc/{self.pid}/statm", "rb") as statm:  # noqa: PTH123 - read 20 times a second: keep it plain
                return int(statm.read().split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

    def runs(self) -> bool:
        """Whether it is still alive."""
        with self._lock:
            return self._popen.poll() is None

    def kill(self) -> None:
        """Send SIGKILL, unless it already ended."""
        with self._lock:
            self._popen.kill()

    def wait(self, seconds: float) -> int | None:
        """The exit status once it has ended by itself, negative for a signal; None when it still runs after `seconds`."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._popen.wait(seconds)
        return None

    def end(self) -> None:
        """Kill, reap and let go of everything."""
        self.kill()
        self.wait(_REAP_S)
        self.channel.close()
        os.close(self._lifeline)


def describe(status: int) -> str:
    """An exit status as a person reads it: `SIGSEGV`, or `exit status 3`."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


def _start(fds: tuple[int, int, int], workdir: Path, log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    ours = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "HOME": str(workdir), "TMPDIR": str(workdir)}
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    log_fd = os.open(log, flags, 0o600)
    try:
        if os.fstat(log_fd).st_size > _LOG_BYTES:
            os.ftruncate(log_fd, 0)
        return subprocess.Popen(  # noqa: S603 - our own module, run by our own interpreter
            [sys.executable, "-P", "-m", "adapters.sandbox.main", *map(str, fds)],
            stdin=subprocess.DEVNULL,
            stdout=log_fd,
            stderr=log_fd,
            pass_fds=fds,
            cwd=workdir,
            env={**inherited, **_ONE_THREAD, **ours, **environment},
        )
    finally:
        os.close(log_fd)
