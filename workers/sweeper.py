"""The sweeper: finds what fell through, independent of the broker, and keeps the windows full.

Any number may run; a singleton lease lets one work at a time, and two at once would do no harm.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from time import monotonic

from schemas.documents import CostClass
from schemas.errors import NotFound, TamizError
from workers.container import Container
from workers.crops import discard_result
from workers.erasure import finish_erasure

log = logging.getLogger("tamiz.sweeper")

PUBLISH_TIMEOUT_S = 10.0
"""A published task nobody claimed for this long is published again: the window is small, so a slot had time for it, and a second message of a
task that is being worked on is dropped at the claim."""

UPKEEP_S = 30.0
"""Seconds between removals of result files no run names any more."""


class Sweeper:
    """One tick expires leases, requeues what is overdue and refills the queues."""

    def __init__(self, container: Container) -> None:
        self._box = container
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._last_upkeep = monotonic()

    def run(self, stop: threading.Event) -> None:
        """Tick until `stop`."""
        while not stop.wait(self._box.settings.sweep_s):
            try:
                self.tick()
            except TamizError as error:
                log.warning("sweep put off: %s", error.message)
        try:
            self._box.ledger.drop("sweeper", self._owner)
        except TamizError as error:
            log.warning("the sweeper's lease runs out by itself: %s", error.message)

    def tick(self) -> None:
        """One sweep."""
        if self._box.ledger.hold("sweeper", self._owner, max(5.0, 5 * self._box.settings.sweep_s)) is None:
            return
        swept = self._box.ledger.sweep(PUBLISH_TIMEOUT_S)
        if swept.expired or swept.dead or swept.requeued:
            log.info("swept: %d leases ran out, %d tasks dead, %d published again", swept.expired, swept.dead, swept.requeued)
        self._box.dispatcher.refill(tuple(CostClass))
        for document in self._box.ledger.erasures():
            try:
                finish_erasure(self._box, document)
            except NotFound:
                continue
        if monotonic() - self._last_upkeep >= UPKEEP_S:
            self._last_upkeep = monotonic()
            self._collect_garbage()

    def _collect_garbage(self) -> None:
        keys = self._box.ledger.garbage(1000)
        for key in keys:
            discard_result(self._box.lake, key)
        if keys:
            self._box.ledger.collected(keys)
