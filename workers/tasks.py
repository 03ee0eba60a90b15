"""The one Celery task: an id in, the work delegated, nothing returned."""

from __future__ import annotations

import logging
from typing import Any

from schemas.ledger import TaskId
from workers.app import TASK
from workers.attempt import Attempts

log = logging.getLogger("tamiz.tasks")


def register(app: Any, attempts: Attempts) -> Any:
    """Register the task on `app`; returns it."""

    @app.task(name=TASK)  # type: ignore[untyped-decorator]  # celery publishes no types
    def work(task: str) -> None:
        try:
            parsed = TaskId.parse(task)
        except ValueError:
            log.warning("a message that names no task was dropped")
            return
        attempts.run(parsed)

    return work
