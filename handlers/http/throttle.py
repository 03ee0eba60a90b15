"""Wrong API keys: so many a minute from one address, then 429. A right key always passes, whoever else tries."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from schemas.errors import RateLimited

TRIES = 10
REFILL_S = 6.0
"""Seconds that earn one more try: ten a minute."""
ADDRESSES = 10_000
"""Addresses remembered; the one that was quiet for longest is forgotten first."""


class BadKeys:
    """A token bucket per address."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def count(self, address: str) -> None:
        """One more wrong key. Raises `RateLimited` when there were too many."""
        now = self._clock()
        left, at = self._seen.pop(address, (float(TRIES), now))
        left = min(float(TRIES), left + (now - at) / REFILL_S)
        self._seen[address] = (max(0.0, left - 1), now)
        if len(self._seen) > ADDRESSES:
            self._seen.popitem(last=False)
        if left < 1:
            raise RateLimited("too many wrong API keys from this address", retry_after_s=(1 - left) * REFILL_S)
