"""The program a child runs: `python -P -m adapters.sandbox.main READ_FD WRITE_FD LIFELINE_FD`.

Imports only what it needs: a child starts in a few hundredths of a second, and every module here is code that foreign bytes can reach.
"""

from __future__ import annotations

import faulthandler
import fcntl
import importlib
import os
import select
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapters.sandbox import kernel
from adapters.sandbox.confinement import Confinement, Layers
from adapters.sandbox.host import Host, Operations, log_crash, serve
from adapters.sandbox.wire import BlockingWire, Caps
from schemas.errors import TamizError

_SETTINGS_CAPS = Caps(message_bytes=16 << 20, blob_bytes=0)
"""For the first frame, which comes from the parent and sets the caps of the others."""


def main(read_fd: int, write_fd: int, lifeline_fd: int) -> int:
    """Live as long as the parent: confine, load, serve. Returns the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # meant for the parent, which ends its children itself
        signal.signal(number, signal.SIG_IGN)
    _die_with_parent(lifeline_fd)
    faulthandler.enable(sys.stderr)
    wire = BlockingWire(read_fd, write_fd, _SETTINGS_CAPS)
    settings = wire.read()
    if settings is None:
        return 0
    first: dict[str, Any] = settings.body
    wire.caps = Caps(**first["caps"])
    layers = Layers(Confinement.from_json(first["confinement"]))
    layers.before_entry()
    if first["parent_is_main_thread"] and kernel.SUPPORTED:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # follows the thread that started us, so only asked for of a main thread
    host = Host(wire, Path(first["workdir"]), first["options"])
    operations = _load(first["entry"], host)
    if operations is None:
        return 1
    wire.write("ready", {"operations": list(operations), "applied": asdict(layers.after_entry())})
    serve(wire, host, operations)
    return 0


def _load(entry: str, host: Host) -> Operations | None:
    """The entry's operations; None once its failure is reported. No foreign byte was read yet, so that the text may cross."""
    module, _, function = entry.partition(":")
    try:
        operations: Operations = getattr(importlib.import_module(module), function)(host)
    except TamizError as error:
        host._wire.write("error", {"code": error.code, "message": error.message})
    except Exception as error:
        log_crash(error)
        host._wire.write("unloadable", {"type": type(error).__name__, "text": str(error)[:500]})
    else:
        return operations
    return None


def _die_with_parent(lifeline_fd: int) -> None:
    """End this process when the parent's end of the lifeline closes, however the parent ended and whatever our threads do."""
    if kernel.SUPPORTED:  # the kernel itself sends the signal: no thread, no interpreter lock
        fcntl.fcntl(lifeline_fd, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline_fd, kernel.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline_fd, fcntl.F_SETFL, fcntl.fcntl(lifeline_fd, fcntl.F_GETFL) | os.O_ASYNC)
        if select.select([lifeline_fd], [], [], 0)[0]:  # it closed before we listened
            os._exit(0)
    else:
        threading.Thread(target=_watch, args=(lifeline_fd,), daemon=True).start()


def _watch(lifeline_fd: int) -> None:
    os.read(lifeline_fd, 1)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
