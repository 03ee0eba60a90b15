"""SQL beside intake: threads of its own, few of them, and "later" instead of a queue without end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from schemas.errors import Overloaded

RUNNING = 4
WAITING = 8

T = TypeVar("T")


class QuerySlots:
    """Runs up to `RUNNING` queries at a time while `WAITING` more wait. Its threads end with the process: a query under way, which may take ten
    seconds, must not keep the service from stopping."""

    def __init__(self) -> None:
        self._turn = threading.BoundedSemaphore(RUNNING)
        self._lock = threading.Lock()
        self._taken = 0

    async def run(self, query: Callable[[], T]) -> T:
        """What `query` returns. Raises `Overloaded` at once when all slots are taken, and what `query` raises."""
        with self._lock:
            if self._taken >= RUNNING + WAITING:
                raise Overloaded("too many queries run already; ask again shortly", retry_after_s=1.0)
            self._taken += 1
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # a caller that goes away frees its slot when the query has ended, not before
        threading.Thread(target=self._work, args=(query, future), name="sql", daemon=True).start()
        return await asyncio.wrap_future(future)

    def _work(self, query: Callable[[], T], future: Future[T]) -> None:
        try:
            with self._turn:
                answer = query()
        except Exception as error:  # whatever it is belongs to the caller
            self._free()
            future.set_exception(error)
        else:
            self._free()
            future.set_result(answer)

    def _free(self) -> None:
        with self._lock:
            self._taken -= 1
