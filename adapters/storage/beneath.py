"""Folders below a root, reached so that no symbolic link, planted at any time, can lead outside.

Every level is opened relative to the one above (`openat`) with O_NOFOLLOW; no path is ever resolved by name twice. Only the root itself, which the
owner configured, may be a link.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import ServiceUnavailable, StorageFull, TamizError, UnsafeName

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def absent(error: OSError) -> bool:
    """Whether the error means that no regular file or folder of that name is there: missing, a link, a file as a level, a name too long."""
    return error.errno in _ABSENT


def as_typed(error: OSError, what: str) -> TamizError:
    """The typed error for a failed file operation; `what` names it for a person."""
    if error.errno in _FULL:
        return StorageFull(f"{what}: the disk or quota is full; free some space")
    return ServiceUnavailable(f"{what}: {error.strerror or type(error).__name__}")


@contextmanager
def folder(root: Path, levels: Sequence[str]) -> Iterator[int]:
    """File descriptor of an existing folder. Raises `OSError` (see `absent`) when it is not there, `ServiceUnavailable` when the root is not."""
    fd = _root(root)
    try:
        for level in levels:
            fd = _entered(fd, level)
        yield fd
    finally:
        os.close(fd)


@contextmanager
def made_folder(root: Path, levels: Sequence[str]) -> Iterator[int]:
    """File descriptor of a folder that is made where it is missing. Raises `UnsafeName` when a file or link stands in the way."""
    fd = _root(root)
    try:
        for level in levels:
            try:
                fd = _entered(fd, level)
            except FileNotFoundError:
                _make(fd, level)
                fd = _entered(fd, level)
            except OSError as error:
                if not absent(error):
                    raise
                raise UnsafeName(f"the level {level[:80]!a} of the name cannot be a folder: {error.strerror}") from error
        yield fd
    finally:
        os.close(fd)


def enter(fd: int, level: str) -> int:
    """File descriptor of the folder `level` inside `fd`, which stays open. Raises `OSError`."""
    return os.open(level, _FOLDER | os.O_NOFOLLOW, dir_fd=fd)


def _root(root: Path) -> int:
    try:
        return os.open(root, _FOLDER)
    except OSError as error:
        raise ServiceUnavailable(f"the folder {root} cannot be opened ({error.strerror}); mount or create it") from error


def _entered(fd: int, level: str) -> int:
    """Step down, giving the descriptor above back only when the step succeeded."""
    inner = enter(fd, level)
    os.close(fd)
    return inner


def _make(fd: int, level: str) -> None:
    try:
        os.mkdir(level, 0o750, dir_fd=fd)
    except FileExistsError:
        return  # somebody else was faster
    os.fsync(fd)
