"""Listings of any length in flat memory: sorted (key, version) streams, and their difference to what the ledger knows."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile, TemporaryFile
from types import TracebackType
from typing import IO, Any

RUN_ENTRIES = 50_000
"""Entries sorted in memory at a time: about 15 MB of strings. A million objects make 20 runs to merge."""

SPOOL_BYTES = 1024**2

Entry = tuple[str, str]
"""Key and version."""


class SortedEntries:
    """Takes entries in any order and gives them back by key, in code point order, spilling sorted runs to temporary files."""

    def __init__(self, run_entries: int = RUN_ENTRIES) -> None:
        self._limit = run_entries
        self._fresh: list[Entry] = []
        self._runs: list[IO[str]] = []
        self._files = ExitStack()

    def __enter__(self) -> SortedEntries:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._files.close()

    def add(self, key: str, version: str) -> None:
        """One more entry."""
        self._fresh.append((key, version))
        if len(self._fresh) >= self._limit:
            self._spill()

    def __iter__(self) -> Iterator[Entry]:
        self._fresh.sort()
        return heapq.merge(*(_entries(run) for run in self._runs), self._fresh)

    def _spill(self) -> None:
        self._fresh.sort()
        run: IO[str] = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by __exit__
        self._files.callback(run.close)
        run.writelines(json.dumps(entry) + "\n" for entry in self._fresh)
        self._runs.append(run)
        self._fresh = []


def _entries(run: IO[str]) -> Iterator[Entry]:
    run.seek(0)
    for line in run:
        key, version = json.loads(line)
        yield key, version


class Keys:
    """Keys to be looked at later, kept on disk when they are many."""

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[str] = SpooledTemporaryFile(SPOOL_BYTES, "w+", encoding="utf-8")  # noqa: SIM115 - closed by __exit__
        self._count = 0

    def __enter__(self) -> Keys:
        return self

    def __exit__(self, *_: Any) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def add(self, key: str) -> None:
        """One more key."""
        self._file.write(json.dumps(key) + "\n")
        self._count += 1

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)


def differences(listed: Iterable[Entry], known: Iterable[Entry]) -> Iterator[tuple[str, str | None, str | None]]:
    """(key, listed version, known version) of every key whose versions differ, from two streams sorted by key; None where a side has none."""
    left, right = iter(listed), iter(known)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a[0] < b[0]):
            assert a is not None
            yield a[0], a[1], None
            a = next(left, None)
        elif a is None or b[0] < a[0]:
            yield b[0], None, b[1]
            b = next(right, None)
        else:
            if a[1] != b[1]:
                yield a[0], a[1], b[1]
            a, b = next(left, None), next(right, None)
