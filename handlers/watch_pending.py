"""Keys that wait to be looked at, each once however many events named it."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LIMIT = 100_000
"""Waiting keys (about 20 MB) beyond which comparing the whole folder is cheaper than remembering them."""

EVERYTHING = ""
BATCH = 200


@dataclass(frozen=True, slots=True)
class Hint:
    """A key to look at; `sure`: the event said that the writer is done. A key that ends in `/` names a folder, the empty one everything."""

    key: str
    sure: bool

    @property
    def is_folder(self) -> bool:
        """Whether all below the key is meant."""
        return self.key == EVERYTHING or self.key.endswith("/")


class Pending:
    """A queue by due time, safe between threads. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, limit: int = LIMIT) -> None:
        self._clock = clock
        self._limit = limit
        self._due: dict[str, tuple[float, bool]] = {}
        self._heap: list[tuple[float, str]] = []
        self._changed = threading.Condition()

    def add(self, hint: Hint, delay_s: float = 0.0) -> None:
        """Look at the key in `delay_s` seconds. A sure hint is never weakened by an unsure one; an unsure one starts its wait again."""
        due = self._clock() + delay_s
        with self._changed:
            known = self._due.get(hint.key)
            if known is not None and known[1] and (not hint.sure or known[0] <= due):
                return
            if known is None and len(self._due) >= self._limit:
                self._due.clear()
                self._heap.clear()
                hint = Hint(EVERYTHING, True)
            self._due[hint.key] = (due, hint.sure)
            heapq.heappush(self._heap, (due, hint.key))
            self._changed.notify()

    def take(self, timeout_s: float) -> list[Hint]:
        """What is due now, at most a batch; waits up to `timeout_s` for the first."""
        with self._changed:
            wait = min(timeout_s, self._next_in())
            if wait > 0:
                self._changed.wait(wait)
            taken: list[Hint] = []
            while len(taken) < BATCH and self._next_in() <= 0:
                due, key = heapq.heappop(self._heap)
                if self._due.get(key, (None, False))[0] == due:  # else: superseded by a later entry
                    taken.append(Hint(key, self._due.pop(key)[1]))
            return taken

    def _next_in(self) -> float:
        return self._heap[0][0] - self._clock() if self._heap else float("inf")
