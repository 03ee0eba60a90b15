"""Questions to a DuckDB file: whose turn it is, and a child that can read nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.sandbox.spec import ChildSpec
from adapters.warehouse.query_parent import QueryChildren, child_limits
from adapters.warehouse.turns import Turns
from schemas.errors import ServiceUnavailable, WarehouseBusy
from schemas.warehouse import QueryLimits, QueryResult

FOLDS = 3
"""Times a file left with a write-ahead log is folded before a reader gives up."""
CGROUP_PATHS = (Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))
"""DuckDB looks up its memory there when it opens a file, and aborts the process when it sees them and may not read them (2.0.0)."""


class DuckDbReader:
    """Answers statements about one file."""

    def __init__(self, path: Path, turns: Turns, children: QueryChildren, fold: Callable[[], None], *, allow_unconfined: bool) -> None:
        """`fold` puts the write-ahead log that a killed loader left into the file, which is all that a child can read."""
        self._path = path.absolute()
        self._turns = turns
        self._children = children
        self._fold = fold
        self._allow_unconfined = allow_unconfined

    def answer(self, sql: str, limits: QueryLimits) -> QueryResult:
        """One statement's answer; see the port. Raises `ServiceUnavailable` where there is no file, besides."""
        return self._children.answer(sql, limits, self._spec(limits), self._turn, isolated=not self._allow_unconfined)

    def close(self) -> None:
        """End the children."""
        self._children.close()

    def _spec(self, limits: QueryLimits) -> ChildSpec:
        """The child that may read the file that lies there now: one put in its place is another one to the kernel."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            raise ServiceUnavailable(f"the warehouse {self._path} does not exist yet; `tamiz up` makes it") from None
        return ChildSpec(
            entry="adapters.warehouse.query_child:serve",
            options={"path": str(self._path), "file": f"{status.st_dev}-{status.st_ino}"},
            read_paths=(self._path, *(path for path in CGROUP_PATHS if path.exists())),
            limits=child_limits(limits),
        )

    @contextmanager
    def _turn(self, seconds: float) -> Iterator[None]:
        log = self._path.with_name(self._path.name + ".wal")
        for _ in range(FOLDS):
            with self._turns.reading(seconds):
                if not log.exists():
                    yield
                    return
            self._fold()
        raise WarehouseBusy("loaders keep dying in the middle of their work; see the log", retry_after_s=1.0)
