"""The feed that is switched off: the default, since folders are watched and storage events are posted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.feed.port import FeedMessage
from schemas.documents import Value


class NoFeed:
    """Delivers nothing, and has nothing to acknowledge."""

    class Options(Value):
        """None."""

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: Options) -> None:
        self.options: BaseModel = options

    def receive(self, batch: int) -> Sequence[FeedMessage]:
        """Nothing, at once."""
        del batch
        return ()

    def acknowledge(self, receipts: Sequence[str]) -> None:
        """Nothing was delivered."""

    def extend(self, receipts: Sequence[str], seconds: float) -> None:
        """Nothing was delivered."""
