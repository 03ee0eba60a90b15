"""The Celery app: transport of ids, nothing else. No results, no chords, no countdowns; the ledger keeps all state.

The settings and their reasons: acks late with one message reserved per slot, so that a killed worker's messages come back by themselves where
the broker can; never `reject_on_worker_lost` (a poison file would loop); JSON only (a message must not be able to run code); reconnect forever.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery import Celery
from kombu import Exchange, Queue

from schemas.documents import CostClass
from workers import transport

TASK = "tamiz.work"
VISIBILITY_TIMEOUT_S = 3600
"""Redis: three times a generous attempt. Recovery is the lease's and the sweeper's; this only bounds what the broker itself keeps."""

_DEFAULT_EXCHANGE = Exchange("", type="direct")


def queues(names: tuple[CostClass, ...] = tuple(CostClass)) -> tuple[Queue, ...]:
    """One queue per cost class on the default exchange, so that routing needs no bindings a wiped broker could lose."""
    return tuple(Queue(name.value, exchange=_DEFAULT_EXCHANGE, routing_key=name.value) for name in names)


def make_app(broker_url: str, embedded_folder: Path) -> Celery:
    """A Celery app on `broker_url`, or on the embedded broker below `embedded_folder` when it is empty."""
    transport.register()
    app = Celery("tamiz", broker=broker_url or transport.URL, set_as_current=False)
    app.conf.update(
        task_queues=queues(),
        task_default_queue=CostClass.TEXT.value,
        task_create_missing_queues=False,
        task_acks_late=True,
        task_reject_on_worker_lost=False,
        task_acks_on_failure_or_timeout=True,
        task_ignore_result=True,
        result_backend=None,
        task_store_errors_even_if_ignored=False,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_serializer="json",
        result_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_heartbeat=0,
        task_publish_retry_policy={"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5},
        visibility_timeout=VISIBILITY_TIMEOUT_S,
        broker_transport_options=_transport_options(broker_url, embedded_folder),
    )
    return app


def _transport_options(broker_url: str, embedded_folder: Path) -> dict[str, Any]:
    if not broker_url:
        return {"folder": str(embedded_folder)}
    if broker_url.startswith(("redis://", "rediss://")):
        return {
            "visibility_timeout": VISIBILITY_TIMEOUT_S,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
        }
    return {}
