"""What each process of a deployment does until it is told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from schemas.documents import CostClass
from schemas.errors import TransientError
from workers.container import Container

log = logging.getLogger("tamiz.roles")

MIGRATE_RETRY_S = 1.0

Ready = Callable[[], None]
"""Called once the process works."""


def work(container: Container, queues: tuple[CostClass, ...], slots: int, ready: Ready) -> None:
    """Consume `queues` with `slots` threads; returns on SIGTERM."""
    from workers.consumer import run_worker

    run_worker(container, queues, slots, ready)


def load(container: Container, stop: threading.Event, ready: Ready) -> None:
    """Project the ledger's changes into the warehouse."""
    from workers.loader import Loader
    from workers.partreading import ChildReader
    from workers.results import Results

    def source_uri(source: str, key: str) -> str:
        return container.store(source).url(key)

    ahead = ChildReader(Results(container.lake), container.spool_dir / "loading")
    loader = Loader(container.ledger, container.warehouse, container.lake, source_uri=source_uri, ahead=ahead)
    ready()
    while not stop.is_set():
        try:
            container.warehouse.migrate()
            break
        except TransientError as error:
            log.warning("the warehouse cannot be opened yet: %s", error.message)
            stop.wait(MIGRATE_RETRY_S)
    loader.run(stop)


def sweep(container: Container, stop: threading.Event) -> None:
    """Requeue what is overdue."""
    from workers.sweeper import Sweeper

    Sweeper(container).run(stop)


def reconcile(container: Container, stop: threading.Event) -> None:
    """Compare bucket and ledger, at once and again and again."""
    from workers.reconcile import Reconciler

    Reconciler(container.ledger, container.bucket, container.intake).run(stop, container.settings.reconcile_s)
