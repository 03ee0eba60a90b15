"""A loader that kills itself with SIGKILL before a given statement: `python -m tests.integration.dying_loader WAREHOUSE RUN STATEMENT`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from adapters.testing.warehouse_rows import A, B, group
from adapters.warehouse.duckdb import DuckDbWarehouse


class Dying:
    """A connection that dies before the first statement that begins with `before`."""

    def __init__(self, connection, before):
        self._connection = connection
        self._before = before

    def execute(self, sql, *arguments):
        if sql.startswith(self._before):
            os.kill(os.getpid(), signal.SIGKILL)
        return self._connection.execute(sql, *arguments)

    def __getattr__(self, name):
        return getattr(self._connection, name)


def main(path, run_dir, before):
    warehouse = DuckDbWarehouse(path=Path(path), run_dir=Path(run_dir))
    warehouse._memory = Dying(warehouse._connection(), before)
    warehouse.replace([group(A, 5, ["new"] * 1000), group(B, 6, ["new"])], 2)


if __name__ == "__main__":
    main(*sys.argv[1:])
