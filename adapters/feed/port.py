"""Port of the event feeds: queues of storage events to pull from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field

from adapters.capabilities import Adapter
from schemas.documents import Value


class FeedMessage(Value):
    """One message of a feed: headers and bytes as they came, and the receipt that acknowledges it."""

    receipt: str
    headers: dict[str, str] = Field(default_factory=dict)
    body: bytes


class EventFeed(Adapter, Protocol):
    """Delivers events at least once. A message is acknowledged only after the ledger has committed it."""

    def receive(self, batch: int) -> Sequence[FeedMessage]:
        """Up to `batch` messages, waiting a while for the first; empty when none came."""
        ...

    def acknowledge(self, receipts: Sequence[str]) -> None:
        """These are recorded; do not deliver them again."""
        ...

    def extend(self, receipts: Sequence[str], seconds: float) -> None:
        """Keep these hidden from other readers for `seconds` more."""
        ...
