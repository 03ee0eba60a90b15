"""Whether the service can take work in and answer questions."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING

from handlers.http.pressure import free_bytes
from schemas.errors import TamizError

if TYPE_CHECKING:
    from handlers.http.pressure import Pressure
    from workers.container import Container

FINE = "ok"
BELIEVED_S = 1.0
"""Seconds for which an answer is believed: anybody may ask, and looking opens the warehouse."""


class Readiness:
    """Looks at ledger, warehouse and disks; threads may share it."""

    def __init__(self, container: Container, pressure: Pressure) -> None:
        self._container = container
        self._pressure = pressure
        self._lock = threading.Lock()
        self._checks: dict[str, str] = {}
        self._believed_until = float("-inf")

    def checks(self) -> dict[str, str]:
        """`ok`, or what is wrong in one sentence, by part."""
        with self._lock:
            if monotonic() >= self._believed_until:
                self._checks = {"ledger": self._ledger(), "warehouse": self._warehouse(), "disk": self._disk()}
                self._believed_until = monotonic() + BELIEVED_S
            return self._checks

    def _ledger(self) -> str:
        try:
            self._container.ledger.documents(limit=1)
        except TamizError as error:
            return error.message
        return FINE

    def _warehouse(self) -> str:
        try:
            return self._container.warehouse.health() or FINE
        except TamizError as error:
            return error.message

    def _disk(self) -> str:
        floor = self._container.settings.free_disk_bytes
        if all(free_bytes(folder) >= floor for folder in self._pressure.folders()):
            return FINE
        return f"less than {floor} bytes are free; nothing is taken in until there are more"
