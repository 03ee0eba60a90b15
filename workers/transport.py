"""The embedded broker: a kombu transport over folders, for one machine and no server.

Celery's own filesystem transport pops half-written messages, lists all files on every get and moves messages to the system's temporary folder.
This one keeps a folder per queue inside the data directory, writes a message under a hidden name and renames it into place, hands a message to
exactly one consumer (whoever unlinks it), and sets unreadable ones aside. Nothing here must survive: the ledger is the record, the folder is made
anew at each start, and a lost message is found by the sweeper.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

URL = "tamizfs://localhost//"
_UNREADABLE = ".unreadable"
_SETTLED_NS = 50_000_000
"""A folder's time is as coarse as the kernel's tick (4 or 10 ms): one that changed just now may change again without showing it."""


class FolderChannel(virtual.Channel):  # type: ignore[misc]  # kombu publishes no types
    """A channel whose queues are folders below the transport option `folder`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(self.connection.client.transport_options["folder"])
        self._counter = itertools.count()
        self._listed: dict[str, deque[str]] = {}
        self._empty_since: dict[str, int] = {}
        """A queue's folder was empty when it was last listed, and it was of this age then."""

    def _queue_folder(self, queue: str) -> Path:
        folder = self.folder / queue.replace("/", "_")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _new_queue(self, queue: str, **_: Any) -> None:
        self._queue_folder(queue)

    def _has_queue(self, queue: str, **_: Any) -> bool:
        return (self.folder / queue).is_dir()

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        """Write under a hidden name, then rename: a reader never sees half a message."""
        folder = self._queue_folder(queue)
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self._counter)}"
        hidden = folder / f".{name}"
        hidden.write_bytes(dumps(message).encode())
        hidden.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002 - kombu's signature
        """The oldest message, removed. Raises `Empty`."""
        folder = self.folder / queue.replace("/", "_")
        for name in self._waiting(queue, folder):
            path = folder / name
            try:
                raw = path.read_bytes()
                path.unlink()
            except FileNotFoundError:
                continue  # another consumer was faster
            try:
                message: dict[str, Any] = loads(raw.decode())
            except ValueError:
                self._set_aside(name, raw)
                continue
            return message
        raise Empty

    def _waiting(self, queue: str, folder: Path) -> Iterator[str]:
        """Names in order of publication; a listing is used up before the folder is listed again."""
        listed = self._listed.setdefault(queue, deque())
        if not listed:
            changed = _changed(folder)
            if changed == self._empty_since.get(queue):
                return
            listed.extend(_messages(folder))
            if not listed and time.time_ns() - changed > _SETTLED_NS:
                self._empty_since[queue] = changed
        while listed:
            yield listed.popleft()

    def _set_aside(self, name: str, raw: bytes) -> None:
        folder = self.folder / _UNREADABLE
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / name).write_bytes(raw)

    def _size(self, queue: str) -> int:
        return len(_messages(self._queue_folder(queue)))

    def _purge(self, queue: str) -> int:
        folder = self._queue_folder(queue)
        names = _messages(folder)
        for name in names:
            (folder / name).unlink(missing_ok=True)
        return len(names)

    def _delete(self, queue: str, *_: Any, **__: Any) -> None:
        shutil.rmtree(self.folder / queue, ignore_errors=True)


class FolderTransport(virtual.Transport):  # type: ignore[misc]  # kombu publishes no types
    """Registered with kombu as the URL scheme `tamizfs`."""

    Channel = FolderChannel
    driver_type = "tamizfs"
    driver_name = "tamizfs"
    polling_interval = 0.02  # seconds between looks at empty queues; a look is one `stat` a queue
    implements = virtual.Transport.implements.extend(asynchronous=False, exchange_type=frozenset(["direct"]))


def _changed(folder: Path) -> int:
    """When an entry of the folder last came or went, in ns; 0 for a folder that is not there, which holds nothing."""
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _messages(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith("."))
    except FileNotFoundError:  # the folder was wiped under us
        return []


def register() -> None:
    """Make `tamizfs://` known to kombu."""
    from kombu.transport import TRANSPORT_ALIASES

    TRANSPORT_ALIASES["tamizfs"] = "workers.transport:FolderTransport"


def renew(folder: Path) -> None:
    """An empty broker folder: whatever a former run left is in the ledger."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
