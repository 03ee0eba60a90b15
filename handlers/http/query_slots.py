"""SQL beside intake: threads of its own, few of them, and "later" instead of a queue without end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from schemas.errors import Overloaded

RUNNING = 4
WAITING = 8

T = TypeVar("T")


class QuerySlots:
    """Runs up to `RUNNING` queries at a time while `WAITING` more wait."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(RUNNING, thread_name_prefix="sql")
        self._taken = 0

    async def run(self, query: Callable[[], T]) -> T:
        """What `query` returns. Raises `Overloaded` at once when all slots are taken."""
        if self._taken >= RUNNING + WAITING:
            raise Overloaded("too many queries run already; ask again shortly", retry_after_s=1.0)
        self._taken += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, query)
        future.add_done_callback(self._freed)
        return await asyncio.shield(future)  # a caller that went away frees its slot when the query has ended, not before

    def _freed(self, _: asyncio.Future[T]) -> None:
        self._taken -= 1

    def close(self) -> None:
        """Take no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
