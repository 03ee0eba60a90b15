"""What this system grants: a short child is confined and then tries what it must not be able to do. For `tamiz doctor` and the SQL gate."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.sandbox.confinement import Applied

if TYPE_CHECKING:
    from adapters.sandbox.host import Host, Operations

_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Granted:
    """The layers a child reported, and what it could still do against them: each True is a hole."""

    applied: Applied
    reads_outside: bool
    writes_outside: bool
    connects: bool
    starts_programs: bool

    @property
    def isolated(self) -> bool:
        """Whether layers and attempts both say that foreign files and the network are out of reach."""
        return self.applied.isolated and not (self.reads_outside or self.writes_outside or self.connects)


def probe() -> Granted:
    """Start, confine and try one child (0.3 s). Raises `TamizError` when not even an unconfined child can be started here."""
    from adapters.sandbox.child import Child
    from adapters.sandbox.spec import ChildSpec

    with tempfile.TemporaryDirectory(prefix="tamiz-probe-") as folder, socket.create_server(("127.0.0.1", 0)) as canary:
        outside, workdir = Path(folder) / "outside", Path(folder) / "work"
        outside.write_text("canary")
        workdir.mkdir(mode=0o700)
        child = Child(ChildSpec(entry=f"{__name__}:entry"), workdir)
        try:
            could = child.call("try_everything", {"outside": str(outside), "port": canary.getsockname()[1]})
            assert child.applied is not None
            return Granted(applied=child.applied, **{name: could[name] is True for name in _ATTEMPTS})
        finally:
            child.close()


def entry(host: Host) -> Operations:
    """The probe's own operations; `host` is not needed."""
    del host
    return {"try_everything": lambda request: {name: _succeeds(attempt, request) for name, attempt in _ATTEMPTS.items()}}


def _succeeds(attempt: Callable[[dict[str, str]], object], request: dict[str, str]) -> bool:
    try:
        attempt(request)
    except OSError:
        return False
    return True


def _read(request: dict[str, str]) -> None:
    Path(request["outside"]).read_text()


def _write(request: dict[str, str]) -> None:
    Path(request["outside"]).with_name("written").touch()


def _connect(request: dict[str, str]) -> None:
    socket.create_connection(("127.0.0.1", int(request["port"])), timeout=_PATIENCE_S).close()


def _start_program(request: dict[str, str]) -> None:
    del request
    os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}), 0)


_ATTEMPTS: dict[str, Callable[[dict[str, str]], object]] = {
    "reads_outside": _read,
    "writes_outside": _write,
    "connects": _connect,
    "starts_programs": _start_program,
}
