"""Turns at one warehouse file: readers share it, the loader has it alone, and a loader that waits goes before readers that come later.

Two files in the run directory, held with `flock`, which the kernel releases with the process that held it. Whoever wants in takes the door
first; a loader keeps the door while it waits for the readers inside to leave.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from schemas.errors import WarehouseBusy

POLL_S = 0.002
"""Pause between two tries: a waiting loader gets in this long after the last reader left, at 0.1% of a core."""


class Turns:
    """The two lock files of one warehouse, made on first use."""

    def __init__(self, directory: Path, name: str = "warehouse") -> None:
        self._directory = directory
        self._door = directory / f"{name}.door.lock"
        self._room = directory / f"{name}.room.lock"

    @contextmanager
    def reading(self, seconds: float) -> Iterator[None]:
        """Hold the file beside other readers. Raises `WarehouseBusy` when no turn came within `seconds`."""
        with self._turn(fcntl.LOCK_SH, seconds):
            yield

    @contextmanager
    def writing(self, seconds: float) -> Iterator[None]:
        """Hold the file alone. Raises `WarehouseBusy` when no turn came within `seconds`."""
        with self._turn(fcntl.LOCK_EX, seconds):
            yield

    @contextmanager
    def _turn(self, kind: int, seconds: float) -> Iterator[None]:
        deadline = monotonic() + seconds
        self._directory.mkdir(parents=True, exist_ok=True)
        room = os.open(self._room, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            door = os.open(self._door, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                _lock(door, fcntl.LOCK_EX, deadline)
                _lock(room, kind, deadline)
            finally:
                os.close(door)
            yield
        finally:
            os.close(room)


def _lock(descriptor: int, kind: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() >= deadline:
                raise WarehouseBusy("the warehouse is in use by other readers or the loader; try again shortly", retry_after_s=1.0) from None
            sleep(POLL_S)
        else:
            return
