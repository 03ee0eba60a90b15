"""The real pipeline over many files: confined parser children, as many at a time as asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from adapters.storage.port import ObjectStore
from schemas.documents import Kind
from workers.container import Container
from workers.oneshot import LINE, OneShot

Told = Callable[[int, int, int], None]
"""Called as each file is done, with how many are, of how many, and how many of them could not be read."""


@dataclass(frozen=True, slots=True)
class Run:
    """One file's line, as `tamiz extract` prints it, and the seconds it took, waiting for a child excluded."""

    line: LINE
    seconds: float

    @property
    def unread(self) -> bool:
        """Whether the line says why there is no Extraction."""
        return "error" in self.line


def run_all(container: Container, files: Sequence[Path], kind: Kind, *, jobs: int, kept: ObjectStore | None, told: Told) -> list[Run]:
    """Extract every file as `kind`, `jobs` at a time; in the order of `files`. Interrupted, it kills its children and raises."""
    with OneShot(container, children=jobs, kept=kept) as shot, ThreadPoolExecutor(jobs, thread_name_prefix="eval") as threads:
        futures = [threads.submit(_timed, shot, path, kind) for path in files]
        try:
            _wait(futures, told)
        except BaseException:
            shot.abort()
            threads.shutdown(wait=True, cancel_futures=True)
            raise
        return [future.result() for future in futures]


def _timed(shot: OneShot, path: Path, kind: Kind) -> Run:
    started = monotonic()
    line = shot.extract(path, kind)
    return Run(line, monotonic() - started)


def _wait(futures: Sequence[Future[Run]], told: Told) -> None:
    unread = 0
    for number, future in enumerate(as_completed(futures), 1):
        unread += future.result().unread
        told(number, len(futures), unread)
