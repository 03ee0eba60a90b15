"""Labelled sets as JSON lines: every row is taken, counted as one that states no label, or listed as broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from adapters.storage.beneath import as_typed
from schemas.documents import Value
from schemas.errors import NotFound

T = TypeVar("T")
Take = Callable[[dict[str, Any], str, int], T | None]
"""Makes a label of a row, its file's name and its line; None for a row that states none. Raises `ValueError` saying what is wrong."""
SUFFIXES: Final = (".jsonl", ".ndjson")
"""Of the files of a folder that are read."""


class FileCount(Value):
    """What a file held."""

    file: str
    rows: int
    measured: int
    unlabelled: int
    """Rows that state no label that is measured: no figure counts them."""
    other_split: int
    bad: int


class BadRow(Value):
    """A row that is none of the set."""

    file: str
    line_no: int
    why: str


@dataclass(frozen=True, slots=True)
class Labelled(Generic[T]):
    """What was taken of all files, what each file held, and what could not be taken."""

    items: tuple[T, ...]
    files: tuple[FileCount, ...]
    bad: tuple[BadRow, ...]


def read_labelled(place: Path, take: Take[T], split: str | None = None, first: int | None = None) -> Labelled[T]:
    """The rows of a file, or of the files of a folder by name; of each file at most the `first` that are taken, and only those of `split`.

    Raises `NotFound` where there is no file.
    """
    items, counts, bad = list[T](), list[FileCount](), list[BadRow]()
    for path in _files(place):
        found = _File(path.name, take, split, first)
        try:
            with path.open("rb") as lines:
                found.read(lines)
        except OSError as error:
            raise as_typed(error, f"reading {path.name}") from error
        items += found.items
        bad += found.bad
        counts.append(found.count())
    return Labelled(tuple(items), tuple(counts), tuple(bad))


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    try:
        found = [path for path in place.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()] if place.is_dir() else []
    except OSError as error:
        raise as_typed(error, f"listing {place}") from error
    if not found:
        raise NotFound(f"there is no labelled file at {place}; name a JSON lines file, or a folder with *{' or *'.join(SUFFIXES)} files")
    return sorted(found)


class _File(Generic[T]):
    """One file, row by row."""

    def __init__(self, name: str, take: Take[T], split: str | None, first: int | None) -> None:
        self.name = name
        self.items: list[T] = []
        self.bad: list[BadRow] = []
        self._take = take
        self._split = split
        self._first = first
        self._rows = self._unlabelled = self._elsewhere = 0

    def read(self, lines: Iterator[bytes]) -> None:
        """All rows, until there are enough."""
        for line_no, line in enumerate(lines, 1):
            if len(self.items) == self._first:
                return
            if line.strip():
                self._rows += 1
                self._row(line, line_no)

    def _row(self, line: bytes, line_no: int) -> None:
        try:
            row = _object(line)
            if self._split is not None and row.get("split") != self._split:
                self._elsewhere += 1
                return
            item = self._take(row, self.name, line_no)
        except ValueError as error:
            self.bad.append(BadRow(file=self.name, line_no=line_no, why=str(error)))
            return
        if item is None:
            self._unlabelled += 1
        else:
            self.items.append(item)

    def count(self) -> FileCount:
        """What was found in it."""
        return FileCount(
            file=self.name,
            rows=self._rows,
            measured=len(self.items),
            unlabelled=self._unlabelled,
            other_split=self._elsewhere,
            bad=len(self.bad),
        )


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError("is no JSON in UTF-8") from error
    if not isinstance(found, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004 - one kind of error per row, caught above
    return found


def text_or_none(cell: Any) -> str | None:
    """The text of a cell, trimmed; numbers are written out; None for nothing."""
    return cell.strip() or None if isinstance(cell, str) else str(cell) if isinstance(cell, int) else None


def grouped(items: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Items by key, the keys in order."""
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return dict(sorted(groups.items()))
