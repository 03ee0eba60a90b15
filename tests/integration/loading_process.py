"""One loader process on a real ledger, results store and warehouse below a folder: `python -m tests.integration.loading_process FOLDER`.

Runs until its input ends.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from adapters.ledger.sql import SqliteLedger
from adapters.storage.local import LocalStore
from adapters.warehouse.duckdb import DuckDbWarehouse
from workers.loader import Loader, Pace


def world(folder):
    """The same three adapters for every process of one test."""
    ledger = SqliteLedger(SqliteLedger.Options(), path=folder / "ledger.db")
    results = LocalStore(LocalStore.Options(), root=folder / "results", source="results")
    warehouse = DuckDbWarehouse(DuckDbWarehouse.Options(), path=folder / "warehouse" / "w.duckdb", run_dir=folder / "run")
    return ledger, results, warehouse


def main(folder):
    stop = threading.Event()
    loader = Loader(*(world(folder)[index] for index in (0, 2, 1)), pace=Pace(lease_s=0.6, standby_s=0.1, documents=5, backoff_s=0.05))
    thread = threading.Thread(target=loader.run, args=(stop,))
    thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    stop.set()
    thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
