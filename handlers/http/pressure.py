"""When to say "later": a backlog, a full disk, too many uploads at a time."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from schemas.errors import Overloaded, StorageFull

if TYPE_CHECKING:
    from schemas.ledger import Counts
    from workers.container import Container

COUNTS_S = 1.0
"""Seconds for which the ledger's numbers are believed."""
PATIENCE = 50
"""Times as long as counting took: with a million waiting tasks counting takes some tens of milliseconds, and must not become the load."""
UPLOADS = 256
"""Requests with a body at a time: each holds up to 128 KiB a file."""
BACKLOG_RETRY_S = 30.0
DISK_RETRY_S = 60.0


class Pressure:
    """Looks at backlog and disks before anything is taken in."""

    def __init__(self, container: Container, clock: Callable[[], float] = monotonic) -> None:
        self._container = container
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counts | None = None
        self._believed_until = float("-inf")
        self._uploads = 0

    def counts(self) -> Counts:
        """The ledger's numbers, about a second old at most. Raises `LedgerUnavailable`."""
        counts = self._counts
        if counts is not None and self._clock() < self._believed_until:
            return counts
        with self._lock:
            started = self._clock()
            if self._counts is None or started >= self._believed_until:
                self._counts = self._container.ledger.counts()
                ended = self._clock()
                self._believed_until = ended + max(COUNTS_S, PATIENCE * (ended - started))
            return self._counts

    def check(self, expected_bytes: int) -> None:
        """Raises `Overloaded` when the backlog is at its limit, `StorageFull` when `expected_bytes` more would leave less than the floor."""
        settings = self._container.settings
        if self.counts().waiting >= settings.max_backlog:
            raise Overloaded("too many documents wait already; come back later", retry_after_s=BACKLOG_RETRY_S)
        for folder in self.folders():
            if free_bytes(folder) - expected_bytes < settings.free_disk_bytes:
                raise StorageFull(
                    "the data disk is nearly full; nothing was taken in (TAMIZ_FREE_DISK_BYTES is the floor)", retry_after_s=DISK_RETRY_S
                )

    def folders(self) -> Iterator[Path]:
        """Folders whose disks take uploads."""
        yield self._container.settings.data
        if self._container.bucket_folder is not None:
            yield self._container.bucket_folder

    @contextmanager
    def upload(self) -> Iterator[None]:
        """One more upload under way. Raises `Overloaded` when there are too many."""
        if self._uploads >= UPLOADS:
            raise Overloaded(f"{UPLOADS} uploads are under way; come back shortly", retry_after_s=1.0)
        self._uploads += 1
        try:
            yield
        finally:
            self._uploads -= 1


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk of `folder`, or of its nearest parent that exists."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
