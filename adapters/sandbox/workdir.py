"""The folder of a child: made private, measured and emptied by a parent that trusts nothing it finds there.

Links are never followed, and depth costs no recursion: a folder inside is emptied by moving its subfolders up, one level at a time.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from adapters.processes import runs

_MOST_ENTRIES = 100_000
"""More than this in one folder is an attack, and a living child might refill it as fast as it is emptied."""

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_OpenFolder = Callable[[int, str], int]


def make_workdir(root: Path) -> Path:
    """A new folder of mode 0700 under `root`, named after this process so that `remove_stale` knows whose it was."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))


def log_of(workdir: Path) -> Path:
    """Where the standard error of the child of `workdir` goes."""
    return workdir.with_name(workdir.name + ".log")


def remove_stale(root: Path) -> None:
    """Remove the folders and logs under `root` whose process is gone, as after a kill -9."""
    for path in root.glob("*-*"):
        owner = path.name.split("-", 1)[0]
        if owner.isdigit() and not runs(int(owner)):
            remove(path)


def remove(path: Path) -> None:
    """Remove a folder nobody runs in any more, or a log; one that is gone already is no error."""
    with contextlib.suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            empty_abandoned(path)
            path.rmdir()
        else:
            path.unlink()


def empty(workdir: Path) -> None:
    """Remove everything in `workdir`, which a child may still hold. Raises `OSError` when it does not get empty."""
    _empty(workdir, _open_folder, _MOST_ENTRIES)


def empty_abandoned(workdir: Path) -> None:
    """Remove everything in `workdir` after its child is gone, folders without permissions too. Raises `OSError`."""
    _empty(workdir, _open_locked_folder, None)


def holds_more_than(workdir: Path, most: int) -> bool:
    """Whether the files in `workdir` take more than `most` bytes on disk, each entry counted as at least 4 KiB.

    A folder that cannot be looked into (locked, or deeper than a path can be long) counts as more: no honest parser makes one.
    """
    total = 0
    waiting = [str(workdir)]
    while waiting and total <= most:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    total += 4096 + status.st_blocks * 512
                    if stat.S_ISDIR(status.st_mode):
                        waiting.append(entry.path)
        except FileNotFoundError:
            continue
        except OSError:
            return True
    return total > most


def _empty(workdir: Path, open_folder: _OpenFolder, most: int | None) -> None:
    top = os.open(workdir, _OPEN_FOLDER)
    try:
        removed = 0
        while names := os.listdir(top):  # noqa: PTH208 - a descriptor, not a path
            for name in names:
                _remove_or_flatten(top, name, open_folder)
            removed += len(names)
            if most is not None and removed > most:
                raise OSError(errno.ENOTEMPTY, "the folder does not get empty", str(workdir))
    finally:
        os.close(top)


def _remove_or_flatten(top: int, name: str, open_folder: _OpenFolder) -> None:
    if not stat.S_ISDIR(os.stat(name, dir_fd=top, follow_symlinks=False).st_mode):
        os.unlink(name, dir_fd=top)
        return
    folder = open_folder(top, name)
    try:
        for inner in os.listdir(folder):  # noqa: PTH208 - a descriptor, not a path
            if stat.S_ISDIR(os.stat(inner, dir_fd=folder, follow_symlinks=False).st_mode):
                os.rename(inner, uuid4().hex, src_dir_fd=folder, dst_dir_fd=top)
            else:
                os.unlink(inner, dir_fd=folder)
    finally:
        os.close(folder)
    os.rmdir(name, dir_fd=top)


def _open_folder(top: int, name: str) -> int:
    return os.open(name, _OPEN_FOLDER, dir_fd=top)


def _open_locked_folder(top: int, name: str) -> int:
    os.chmod(name, 0o700, dir_fd=top)
    return _open_folder(top, name)
