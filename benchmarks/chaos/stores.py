"""Where broker, ledger and warehouse live: embedded, or in a Redis and a PostgreSQL that somebody started for the run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chaos.rows import Warehouse


@dataclass(frozen=True)
class Stores:
    """URLs; empty: embedded. The Redis is flushed, and the PostgreSQL database must be empty: it holds ledger and warehouse."""

    redis: str = ""
    postgres: str = ""

    def settings(self) -> dict[str, str]:
        """What is not embedded, by the name of its setting."""
        urls = {"broker_url": self.redis, "ledger_url": self.postgres, "warehouse_url": self.postgres}
        return {name: url for name, url in urls.items() if url}

    def environment(self) -> dict[str, str]:
        """The same for processes."""
        return {f"TAMIZ_{name.upper()}": url for name, url in self.settings().items()}

    def wipe_broker(self, data: Path) -> None:
        """All messages are gone, those on their way too."""
        if self.redis:
            import redis

            redis.Redis.from_url(self.redis).flushdb()
            return
        for queue in (data / "broker").iterdir():
            shutil.rmtree(queue, ignore_errors=True)

    def warehouse(self, data: Path) -> Warehouse:
        """To be read when nobody writes any more."""
        return Warehouse(self.postgres or str(data / "warehouse" / "warehouse.duckdb"))
