"""A worker process: a Celery consumer whose threads each drive one parser child."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable

from pydantic import JsonValue

from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildLimits, ChildSpec
from schemas.documents import CostClass
from schemas.errors import LedgerUnavailable, TamizError
from schemas.settings import Crops, Settings
from workers.app import make_app
from workers.attempt import Attempts, clear_spool
from workers.container import Container
from workers.tasks import register

log = logging.getLogger("tamiz.worker")

DEAF_AFTER_S = 60.0
"""A worker that claimed nothing for this long while messages wait in its queues has lost its broker connection without noticing (kombu's own
check of a half-open Redis connection takes about 50 s): it ends, and its supervisor starts it again."""


def parser_spec(container: Container, crops: Crops | None = None) -> ChildSpec:
    """What a parser child of this deployment is; `crops` instead of the settings' for who keeps none."""
    settings = container.settings
    options: dict[str, JsonValue] = {**settings.engines.model_dump(mode="json"), "crops": crops or settings.crops}
    program = any(getattr(container.engines, family).capabilities.needs_program for family in ("ocr", "stt"))
    return ChildSpec(
        entry="workers.parser:serve",
        options=options,
        read_paths=(settings.models, *settings.engines.model_folders),
        limits=child_limits(settings, max(getattr(container.engines, family).capabilities.resident_bytes for family in PARSING)),
        confine=not program,
    )


PARSING = ("ocr", "vision", "stt", "diarisation", "nlp", "tts")
"""Families whose engines work in parser children."""


def child_limits(settings: Settings, models_bytes: int = 0) -> ChildLimits:
    """Room for one unpacked file of reviews beside what a child may write anyway, and for the largest models that are in force."""
    plain, unpacked = ChildLimits(), settings.limits.unpacked_bytes + (16 << 20)
    return ChildLimits(
        resident_bytes=settings.child_memory_bytes + models_bytes,
        recycle_above_bytes=plain.recycle_above_bytes + models_bytes,
        deadline_s=settings.document_timeout_s,
        file_bytes=max(plain.file_bytes, unpacked),
        disk_bytes=plain.disk_bytes + 2 * unpacked,
    )


def run_worker(container: Container, queues: tuple[CostClass, ...], slots: int, ready: Callable[[], None]) -> None:
    """Consume `queues` with `slots` threads until SIGTERM or SIGINT; then give every lease back and return."""
    warnings.filterwarnings("ignore", message=".*superuser privileges.*")  # only JSON is accepted, so a message cannot run code as root
    clear_spool(container.spool_dir)
    container.settings.models.mkdir(parents=True, exist_ok=True)  # a child that starts before there is a folder could never read what comes into it
    pool = ChildPool(parser_spec(container), container.spool_dir / "children", slots)
    attempts = Attempts(container, pool, queues)
    app = make_app(container.settings.broker_url, container.broker_dir)
    register(app, attempts)
    worker = app.Worker(
        pool="threads",
        concurrency=slots,
        queues=[queue.value for queue in queues],
        hostname=f"tamiz-{queues[0].value}-{os.getpid()}@%h",
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
        loglevel="WARNING",
        quiet=True,
    )
    stopping = threading.Event()
    _stop_on_signal(attempts, stopping, container.settings.grace_s)
    watch = threading.Thread(target=_end_when_deaf, args=(container, attempts, queues, stopping), name="deafness", daemon=True)
    watch.start()
    ready()
    if queues == (CostClass.TEXT,):
        threading.Thread(target=_warm, args=(pool,), name="warm", daemon=True).start()
    try:
        worker.start()
    finally:
        stopping.set()
        attempts.stop()
        clear_spool(container.spool_dir)


def _warm(pool: ChildPool) -> None:
    """The first small document should not wait for a child to start."""
    try:
        with pool.lease() as child:
            child.call("warm", {}, deadline_s=60)
    except TamizError as error:
        log.warning("the parser child could not be warmed up: %s", error.message)


def _stop_on_signal(attempts: Attempts, stopping: threading.Event, grace_s: float) -> None:
    """SIGTERM: abort the children (their leases are given back), then let the consumer end; one that hangs is ended after `grace_s`."""

    def end() -> None:
        attempts.stop()
        time.sleep(grace_s)
        os._exit(0)

    def stop(*_: object) -> None:
        if not stopping.is_set():
            stopping.set()
            threading.Thread(target=end, name="stop", daemon=True).start()
            raise SystemExit(0)

    def install(**_: object) -> None:
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN if os.environ.get("TAMIZ_SUPERVISED") else stop)

    from celery.signals import worker_ready

    worker_ready.connect(install, weak=False)
    install()


def _end_when_deaf(container: Container, attempts: Attempts, queues: tuple[CostClass, ...], stopping: threading.Event) -> None:
    while not stopping.wait(DEAF_AFTER_S / 6):
        if attempts.idle_s() < DEAF_AFTER_S:
            continue
        try:
            published = container.ledger.counts().published
        except LedgerUnavailable:
            continue
        if any(published.get(queue, 0) for queue in queues) and attempts.idle_s() >= DEAF_AFTER_S:
            log.error("no task claimed for %.0f s although messages wait: ending, to be started again with a new connection", attempts.idle_s())
            os._exit(1)
