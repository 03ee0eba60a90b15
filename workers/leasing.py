"""Heartbeats: one thread per worker process extends the leases of all running attempts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adapters.ledger.port import Ledger
from schemas.errors import LeaseLost, LedgerUnavailable
from schemas.ledger import Lease

log = logging.getLogger("tamiz.leasing")

_Fence = tuple[str, int]


def _fence(lease: Lease) -> _Fence:
    return str(lease.task), lease.attempt


class Heartbeats:
    """Extends leases every `every_s`; an attempt whose lease is lost is aborted at once."""

    def __init__(self, ledger: Ledger, lease_s: float, every_s: float) -> None:
        self._ledger = ledger
        self._lease_s = lease_s
        self._every_s = every_s
        self._running: dict[_Fence, tuple[Lease, Callable[[], None]]] = {}
        self._lost: set[_Fence] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def beating(self, lease: Lease, abort: Callable[[], None]) -> Iterator[None]:
        """Keep `lease` alive inside the block; `abort` ends the attempt when it is lost."""
        with self._lock:
            self._running[_fence(lease)] = (lease, abort)
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="heartbeats", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(_fence(lease), None)

    def lost(self, lease: Lease) -> bool:
        """Whether the attempt under `lease` was aborted because its lease was lost."""
        with self._lock:
            return _fence(lease) in self._lost

    def stop(self) -> None:
        """End the thread; leases run out or are released."""
        self._stop.set()

    def _beat(self) -> None:
        while not self._stop.wait(self._every_s):
            with self._lock:
                running = list(self._running.values())
            for lease, abort in running:
                try:
                    self._ledger.heartbeat(lease, self._lease_s)
                except LeaseLost:
                    with self._lock:
                        if _fence(lease) not in self._running:
                            continue
                        self._lost.add(_fence(lease))
                    abort()
                except LedgerUnavailable as error:
                    log.warning("heartbeat of %s missed: %s", lease.task, error.message)
