"""The real pipeline over many files: confined parser children, as many at a time as asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from time import monotonic

from pydantic import JsonValue

from adapters.storage.port import ObjectStore
from schemas.documents import Kind
from workers.container import Container
from workers.oneshot import LINE, OneShot

Told = Callable[[int, int, int], None]
"""Called as each file is done, with how many are, of how many, and how many of them could not be read."""


@dataclass(frozen=True, slots=True)
class How:
    """Files at a time, where engine outputs are kept between runs, who is told of progress, and what is said about each file, if anything."""

    jobs: int
    kept: ObjectStore | None
    told: Told
    metadata: Sequence[Mapping[str, JsonValue]] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One file's line, as `tamiz extract` prints it, and the seconds it took, waiting for a child excluded."""

    line: LINE
    seconds: float

    @property
    def unread(self) -> bool:
        """Whether the line says why there is no Extraction."""
        return "error" in self.line


def run_all(container: Container, files: Sequence[Path], kind: Kind, how: How) -> list[Run]:
    """Extract every file as `kind`; in the order of `files`. Interrupted, it kills its children and raises."""
    about: Iterable[Mapping[str, JsonValue]] = repeat({}, len(files)) if how.metadata is None else how.metadata
    with OneShot(container, children=how.jobs, kept=how.kept) as shot, ThreadPoolExecutor(how.jobs, thread_name_prefix="eval") as threads:
        futures = [threads.submit(_timed, shot, path, kind, one) for path, one in zip(files, about, strict=True)]
        try:
            _wait(futures, how.told)
        except BaseException:
            shot.abort()
            threads.shutdown(wait=True, cancel_futures=True)
            raise
        return [future.result() for future in futures]


def _timed(shot: OneShot, path: Path, kind: Kind, metadata: Mapping[str, JsonValue]) -> Run:
    started = monotonic()
    line = shot.extract(path, kind, metadata)
    return Run(line, monotonic() - started)


def _wait(futures: Sequence[Future[Run]], told: Told) -> None:
    unread = 0
    for number, future in enumerate(as_completed(futures), 1):
        unread += future.result().unread
        told(number, len(futures), unread)
