"""Versions of fitted models on disk, and which of them is in force.

`FOLDER/<task>/<name>/<version>/` holds a model and its report; `FOLDER/<task>/<name>/promoted.json` names the version in force and those before it.
A version appears by one rename and is never changed; the pointer is replaced by one rename. Writers of one name take turns on a lock the kernel
frees with its holder; readers need none.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

from adapters.nlp.learned.archive import CARD, put, read_card
from schemas.errors import Conflict, InvalidRequest, ModelMissing, ServiceUnavailable, StorageFull

Task = Literal["sentiment", "aspects", "classifier"]
TASKS: Final[tuple[Task, ...]] = get_args(Task)
POINTER: Final = "promoted.json"
DEFAULT_NAME: Final = "default"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VERSION: Final = re.compile(r"\d{8}T\d{6}Z(?:-\d{1,4})?")
MOST_REMEMBERED: Final = 50
"""Promotions that can be rolled back one after another."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of one model."""

    task: Task
    name: str
    version: str
    folder: Path
    promoted: bool
    """When this was read."""

    @property
    def title(self) -> str:
        """`task/name/version`, as people are told of it."""
        return f"{self.task}/{self.name}/{self.version}"


class ModelStore:
    """The models in `folder`, which need not exist. A model that is not there is `ModelMissing`, a name that could leave it `InvalidRequest`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self, task: Task) -> tuple[str, ...]:
        """Names of a task's models, sorted."""
        return tuple(name for name in _listed(self.folder / task) if _NAME.fullmatch(name))

    def versions(self, task: Task, name: str) -> tuple[Stored, ...]:
        """All versions of one name, the oldest first; empty for a name nobody trained."""
        home = self._home(task, name)
        present = next(iter(_history(home)), None)
        found = [version for version in _listed(home) if _VERSION.fullmatch(version) and (home / version / CARD).is_file()]
        return tuple(Stored(task, name, version, home / version, version == present) for version in sorted(found, key=_order))

    def all(self) -> tuple[Stored, ...]:
        """Every version of every model."""
        return tuple(stored for task in TASKS for name in self.names(task) for stored in self.versions(task, name))

    def promoted(self, task: Task, name: str = DEFAULT_NAME) -> Stored | None:
        """The version in force; None when none is, or when the one named was taken away."""
        return next((stored for stored in self.versions(task, name) if stored.promoted), None)

    def in_force(self, task: Task) -> tuple[Stored, ...]:
        """The promoted version of every name of a task."""
        return tuple(found for name in self.names(task) if (found := self.promoted(task, name)) is not None)

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """A value that changes whenever another version comes into force, for processes that hold models: pointers with inode and time."""
        found = []
        for path in sorted(self.folder.glob(f"*/*/{POINTER}")):
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            found.append((str(path.relative_to(self.folder)), state.st_ino, state.st_mtime_ns))
        return tuple(found)

    def get(self, task: Task, name: str, version: str | None = None) -> Stored:
        """One version; without `version` the newest."""
        found = self.versions(task, name)
        if not found:
            raise ModelMissing(f"there is no {task} model called {name!r}; `tamiz train` makes one, `tamiz models list` shows those there are")
        if version is None:
            return found[-1]
        for stored in found:
            if stored.version == version:
                return stored
        raise ModelMissing(f"{task}/{name} has no version {version[:40]!r}; it has {', '.join(stored.version for stored in found[-8:])}")

    def add(self, task: Task, name: str, at: datetime, write: Callable[[Path], None]) -> Stored:
        """A new version of the time `at` (UTC), filled by `write(folder)`. Interrupted, or when `write` raises, nothing of it stays.

        `write` must leave a `model.json`. Raises `StorageFull` and what `write` raises.
        """
        home = self._home(task, name)
        with _locked(home):
            _swept(home)
            version = _fresh(home, at)
            hidden = home / f".{version}.new"
            try:
                hidden.mkdir()
                write(hidden)
                read_card(hidden)
                _synced(hidden)
                hidden.rename(home / version)
            finally:
                shutil.rmtree(hidden, ignore_errors=True)
            _synced(home)
        return Stored(task, name, version, home / version, promoted=False)

    def promote(self, stored: Stored) -> Stored:
        """Put a version in force; readers see the one before it or this one, never neither."""
        home = self._home(stored.task, stored.name)
        with _locked(home):
            current = self.get(stored.task, stored.name, stored.version)
            history = _history(home)
            if not current.promoted:
                _point(home, [stored.version, *history])
        return self.get(stored.task, stored.name, stored.version)

    def rollback(self, task: Task, name: str) -> Stored | None:
        """Put back what was in force before; None when that is what ships with Tamiz. Raises `Conflict` when nothing is in force."""
        home = self._home(task, name)
        with _locked(home):
            history = _history(home)
            if not history:
                raise Conflict(f"no version of {task}/{name} is in force; there is nothing to roll back")
            there = {stored.version for stored in self.versions(task, name)}
            _point(home, [version for version in history[1:] if version in there])
        return self.promoted(task, name)

    def remove(self, stored: Stored) -> None:
        """Take a version away for good. Raises `Conflict` for the one in force."""
        home = self._home(stored.task, stored.name)
        with _locked(home):
            current = self.get(stored.task, stored.name, stored.version)
            if current.promoted:
                raise Conflict(f"{stored.title} is in force; promote another version or `tamiz models rollback` first")
            _point(home, [version for version in _history(home) if version != stored.version])
            gone = home / f".{stored.version}.gone"
            current.folder.rename(gone)
            shutil.rmtree(gone)

    def _home(self, task: Task, name: str) -> Path:
        if task not in TASKS:
            raise InvalidRequest(f"{task!r} is no task of models; the tasks are {', '.join(TASKS)}")
        if not _NAME.fullmatch(name):
            raise InvalidRequest(f"{name[:80]!r} is no name for a model; use up to 64 of a-z, 0-9, - and _, a letter or digit first")
        return self.folder / task / name


def _listed(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _order(version: str) -> tuple[str, int]:
    moment, _, again = version.partition("-")
    return moment, int(again or 0)


def _fresh(home: Path, at: datetime) -> str:
    base = at.strftime("%Y%m%dT%H%M%SZ")
    taken = set(_listed(home))
    return next(version for again in range(10_000) if (version := f"{base}-{again}" if again else base) not in taken)


def _history(home: Path) -> list[str]:
    """The version in force, then those before it. A pointer nobody can read puts none in force."""
    try:
        found: Any = json.loads((home / POINTER).read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    versions = found.get("versions") if isinstance(found, dict) else None
    return [version for version in versions if isinstance(version, str) and _VERSION.fullmatch(version)] if isinstance(versions, list) else []


def _point(home: Path, versions: list[str]) -> None:
    put(home / POINTER, json.dumps({"versions": versions[:MOST_REMEMBERED]}).encode())
    _synced(home)


def _swept(home: Path) -> None:
    """Remove what a writer that died left; the lock is ours, so nobody is at work on it."""
    for name in _listed(home):
        if name.startswith(".") and name.endswith((".new", ".gone")):
            shutil.rmtree(home / name, ignore_errors=True)


def _synced(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(home / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        cause = StorageFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else ServiceUnavailable
        raise cause(f"the model folder {home} cannot be written: {error.strerror}; free some space or name another with --data") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
