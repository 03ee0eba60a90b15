"""Publishing: ids of waiting tasks go to the broker, a small window per queue at a time.

Publishing is best effort. What the broker loses, the sweeper publishes again; what is published twice is claimed once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from kombu.exceptions import OperationalError

from adapters.ledger.port import Ledger
from schemas.documents import CostClass
from schemas.errors import LedgerUnavailable
from schemas.ledger import Due

log = logging.getLogger("tamiz.dispatch")


class Dispatcher:
    """Keeps at most `window` tasks per queue published and unclaimed; the rest of the backlog waits in the ledger."""

    def __init__(self, ledger: Ledger, broker_url: str, embedded_folder: Path, window: int) -> None:
        self._ledger = ledger
        self._broker_url = broker_url
        self._folder = embedded_folder
        self._window = window
        self._lock = threading.Lock()

    @cached_property
    def _app(self) -> Any:
        from workers.app import make_app

        return make_app(self._broker_url, self._folder)

    def refill(self, queues: Iterable[CostClass] | CostClass = tuple(CostClass)) -> int:
        """Publish what fits into those windows of `queues` that are half empty; returns how many. Never raises: the next sweep makes up for it.

        Publishing takes the ledger's write lock, so it is done by half windows, and not at all where nothing waits.
        """
        wanted = (queues,) if isinstance(queues, CostClass) else tuple(queues)
        try:
            open_ones = self._ledger.openings(wanted, self._window)
            return sum(self.send(self._ledger.publishable(queue, self._window)) for queue in open_ones)
        except LedgerUnavailable as error:
            log.warning("nothing published: %s", error.message)
            return 0

    def send(self, tasks: Iterable[Due]) -> int:
        """Send tasks that the ledger has marked as published already; returns how many. Never raises: the next sweep makes up for it."""
        sent = 0
        try:
            for due in tasks:
                self._publish(str(due.task), due.queue)
                sent += 1
        except (OperationalError, OSError) as error:
            log.warning("the broker did not take a message (%s); the sweeper will publish it again", type(error).__name__)
        return sent

    def _publish(self, task: str, queue: CostClass) -> None:
        from workers.app import TASK

        with self._lock:  # one producer per process: kombu's virtual channels are not meant for several threads
            self._app.send_task(TASK, args=[task], queue=queue.value)
