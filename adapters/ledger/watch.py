"""Whether anybody has written to a SQLite file, told without a transaction: 5 us, where a look into the tables takes 1 ms."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path


class CommitWatch:
    """A connection of its own that only asks `PRAGMA data_version` (sqlite.org/pragma.html): the number moves when another connection commits.

    One per process: a forked child opens its own. Safe to share between threads.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._pid = 0

    def stamp(self) -> int | None:
        """The number; None when the file cannot be asked, which whoever looks into it will say better."""
        with self._mutex:
            try:
                return int(self._open().execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error:
                self._drop()
                return None

    def close(self) -> None:
        """Give the connection back; the next question opens it again."""
        with self._mutex:
            self._drop()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._pid != os.getpid():
            place = f"{self._path.absolute().as_uri()}?mode=rw"  # never makes the file
            self._connection = sqlite3.connect(place, uri=True, check_same_thread=False, isolation_level=None, timeout=1)
            self._pid = os.getpid()
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None and self._pid == os.getpid():
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None
