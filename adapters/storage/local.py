"""A folder as an object store: atomic puts, exact versions by file identity and times, links never followed."""

from __future__ import annotations

import errno
import hashlib
import io
import logging
import os
import secrets
import stat as modes
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, ClassVar

from pydantic import BaseModel, Field

from adapters.capabilities import Capabilities
from adapters.storage.beneath import absent, as_typed, folder, made_folder
from adapters.storage.writers import has_writer
from schemas.documents import ObjectRef, ObjectStat, Value
from schemas.errors import ServiceUnavailable, Superseded, TamizError, TooLarge, UnsafeName
from schemas.keys import KIND_FOLDERS, MARKER, check_key, check_prefix, hidden, is_key, shown

log = logging.getLogger("tamiz.storage")

TICK_NS = 10_000_000
"""Coarsest step of file times on Linux (CONFIG_HZ=100; 4 ms usually, finer since 6.13): two writes within it can carry the same times."""

SETTLED_S = 1.0
"""Seconds without a change after which a file counts as complete where the system cannot say who has it open."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # NONBLOCK: opening a FIFO must not wait for a writer
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PUT_TRIES = 5
_TEMPORARY = ".tamiz-put-"
_LEFTOVER_S = 86_400.0


class LocalStore:
    """Objects are regular files below `root`. The version token is `inode-size-mtime_ns-ctime_ns`.

    The token holds the change time, which no program can set, so that a rewrite of the same length with restored times is still a new version.
    `modified_at` is that change time too: when this version came to lie here, as object stores say it.
    """

    class Options(Value):
        """How files are copied."""

        chunk_bytes: int = Field(default=1024**2, ge=4096, description="bytes read at a time; more is faster on spinning disks and takes more memory")

    name: ClassVar[str] = "local"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: Options, *, root: Path, source: str) -> None:
        self.options: BaseModel = options
        self.source = source
        self._chunk = options.chunk_bytes
        self._root = root.absolute()
        self.unreadable = 0
        """Names the newest complete listing left out because they are no keys: not UTF-8, a backslash, over 1,024 bytes."""

    def stat(self, key: str) -> ObjectStat | None:
        """What lies there now; None for nothing, a link, a folder, a FIFO. Raises `ServiceUnavailable` when the root is not there."""
        levels, name = _split(key)
        try:
            with folder(self._root, levels) as fd:
                found = os.stat(name, dir_fd=fd, follow_symlinks=False)
        except OSError as error:
            if absent(error):
                return None
            raise as_typed(error, f"looking at {shown(key)}") from error
        return self._stat(key, found) if modes.S_ISREG(found.st_mode) else None

    def open(self, ref: ObjectRef) -> BinaryIO:
        """The file of exactly this version. A writer may still change it in place while it is read: `fetch` tells, this does not."""
        fd = self._open(ref.key)
        if _version(os.fstat(fd)) != ref.version:
            os.close(fd)
            raise _superseded(ref.key)
        return os.fdopen(fd, "rb")

    def fetch(self, ref: ObjectRef, into: Path, max_bytes: int) -> str:
        """Copy and hash, then look again: file and path must still be this version."""
        with self.open(ref) as source:
            found = os.fstat(source.fileno())
            _let_tick_pass(found.st_ctime_ns)
            size = found.st_size
            if size > max_bytes:
                raise TooLarge(f"{shown(ref.key)} has {size} bytes; at most {max_bytes} are read")
            try:
                digest = self._copy(source, into, size)
                if _version(os.fstat(source.fileno())) != ref.version or not self._is_still(ref):
                    raise _superseded(ref.key)
            except OSError as error:
                into.unlink(missing_ok=True)
                raise as_typed(error, f"copying {shown(ref.key)}") from error
            except TamizError:
                into.unlink(missing_ok=True)
                raise
        return digest

    def put(self, key: str, data: BinaryIO) -> ObjectStat:
        """Write beside the final name, sync, rename into place, sync the folder."""
        levels, name = _split(key)
        temporary = f"{_TEMPORARY}{secrets.token_hex(8)}.part"
        for _ in range(_PUT_TRIES):
            try:
                with made_folder(self._root, levels) as folder_fd:
                    fd = os.open(temporary, _CREATE, 0o640, dir_fd=folder_fd)
                    return self._stat(key, self._filled(fd, data, folder_fd, temporary, name))
            except FileNotFoundError:
                continue  # a delete removed the empty folder before our file was in it
            except OSError as error:
                raise as_typed(error, f"storing {shown(key)}") from error
        raise ServiceUnavailable(f"storing {shown(key)}: its folder vanished {_PUT_TRIES} times")

    def delete(self, key: str) -> None:
        """Remove the file and the folders above it that are empty now, except the root's own kind folders."""
        levels, name = _split(key)
        try:
            with folder(self._root, levels) as fd:
                if modes.S_ISREG(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode):
                    os.unlink(name, dir_fd=fd)
            self._prune(levels)
        except OSError as error:
            if not absent(error):
                raise as_typed(error, f"removing {shown(key)}") from error

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """Regular files whose key starts with `prefix`, one folder at a time; hidden and unfinished names, links and FIFOs are left out.

        What vanishes meanwhile is left out; a day-old temporary file of a put that died is removed. A folder that cannot be read makes the listing
        end with `ServiceUnavailable`, after everything else.
        """
        start, _, first = check_prefix(prefix).rpartition("/")
        unreadable, faults = 0, []
        pending = [(start, first)]
        while pending:
            path, first = pending.pop()
            try:
                with folder(self._root, path.split("/") if path else ()) as fd, os.scandir(fd) as entries:
                    for entry in entries:
                        if hidden(entry.name):
                            _remove_leftover(fd, entry)
                            continue
                        if not entry.name.startswith(first):
                            continue
                        key = f"{path}/{entry.name}" if path else entry.name
                        if not is_key(key):
                            unreadable += 1
                        elif entry.is_dir(follow_symlinks=False):
                            pending.append((key, ""))
                        elif (found := _regular(entry)) is not None:
                            yield self._stat(key, found)
            except OSError as error:
                if not absent(error):
                    faults.append(f"{shown(path)}: {error.strerror}")
        if faults:
            raise ServiceUnavailable(f"{len(faults)} folders of {self._root} cannot be read: {'; '.join(faults[:3])}")
        if not prefix:
            self._report(unreadable)

    def settled(self, key: str) -> bool:
        """Whether nobody has the file open for writing; where the system cannot say, whether it did not change for a second."""
        try:
            fd = self._open(key)
        except (Superseded, ServiceUnavailable):
            return True  # who reads it will say what is wrong
        try:
            writing = has_writer(fd)
            return abs(time.time() - os.fstat(fd).st_ctime) >= SETTLED_S if writing is None else not writing
        finally:
            os.close(fd)

    def url(self, key: str) -> str:
        """`file:///absolute/path`, percent-encoded."""
        return (self._root / check_key(key)).as_uri()

    def marked(self) -> bool:
        """Whether `.tamiz-store` lies in the root."""
        return self.stat(MARKER) is not None

    def mark(self) -> None:
        """Put `.tamiz-store`, once."""
        if not self.marked():
            self.put(MARKER, io.BytesIO(b"This folder is a store of Tamiz. Without this file, missing objects are not taken for deleted ones.\n"))

    # --- parts ---

    def _open(self, key: str) -> int:
        levels, name = _split(key)
        try:
            with folder(self._root, levels) as parent:
                fd = os.open(name, _READ, dir_fd=parent)
        except OSError as error:
            if absent(error) or error.errno == errno.ENXIO:  # a socket
                raise _superseded(key) from error
            raise as_typed(error, f"opening {shown(key)}") from error
        if not modes.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise _superseded(key)
        return fd

    def _copy(self, source: BinaryIO, into: Path, size: int) -> str:
        digest, copied = hashlib.sha256(), 0
        with open(into, "wb", buffering=0) as target:  # noqa: PTH123 - unbuffered, so that a full disk shows where it is handled
            while copied <= size and (chunk := source.read(self._chunk)):
                digest.update(chunk)
                copied += len(chunk)
                view = memoryview(chunk)
                while view:
                    view = view[target.write(view) :]
        return digest.hexdigest()

    def _filled(self, fd: int, data: BinaryIO, folder_fd: int, temporary: str, name: str) -> os.stat_result:
        try:
            while chunk := data.read(self._chunk):
                view = memoryview(chunk)
                while view:
                    view = view[os.write(fd, view) :]
            os.fsync(fd)
            os.rename(temporary, name, src_dir_fd=folder_fd, dst_dir_fd=folder_fd)
            os.fsync(folder_fd)
            return os.fstat(fd)  # of what we wrote, whoever replaced it since
        except OSError as error:
            if isinstance(error, IsADirectoryError) or error.errno == errno.ENAMETOOLONG:
                raise UnsafeName(f"{shown(name)} cannot be a file here: {error.strerror}") from error
            raise as_typed(error, f"storing {shown(name)}") from error
        finally:
            os.close(fd)
            with suppress(FileNotFoundError):  # it was renamed
                os.unlink(temporary, dir_fd=folder_fd)

    def _prune(self, levels: Sequence[str]) -> None:
        while levels and not (len(levels) == 1 and levels[0] in KIND_FOLDERS):
            *levels, name = levels
            try:
                with folder(self._root, levels) as fd:
                    os.rmdir(name, dir_fd=fd)
            except OSError:
                return  # not empty, or not ours to remove: a folder left behind harms nobody

    def _is_still(self, ref: ObjectRef) -> bool:
        now = self.stat(ref.key)
        return now is not None and now.ref.version == ref.version

    def _stat(self, key: str, found: os.stat_result) -> ObjectStat:
        return ObjectStat(
            ref=ObjectRef(source=self.source, key=key, version=_version(found)),
            size=found.st_size,
            modified_at=datetime.fromtimestamp(found.st_ctime, UTC),
        )

    def _report(self, unreadable: int) -> None:
        if unreadable != self.unreadable and unreadable:
            log.warning("%d names in %s are no keys (not UTF-8, a backslash, over 1,024 bytes) and are left out; rename them", unreadable, self._root)
        self.unreadable = unreadable


def _split(key: str) -> tuple[list[str], str]:
    *levels, name = check_key(key).split("/")
    return levels, name


def _version(found: os.stat_result) -> str:
    return f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


def _superseded(key: str) -> Superseded:
    return Superseded(f"{shown(key)} changed or vanished; its newest version is taken instead")


def _let_tick_pass(changed_ns: int) -> None:
    """Wait until a further write must get another time than this, so that what is read is what the version token says for good."""
    age = time.time_ns() - changed_ns
    if 0 <= age < TICK_NS:
        time.sleep((TICK_NS - age) / 1e9)


def _regular(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return found if modes.S_ISREG(found.st_mode) else None


def _remove_leftover(fd: int, entry: os.DirEntry[str]) -> None:
    if entry.name.startswith(_TEMPORARY):
        with suppress(OSError):  # gone meanwhile, or not ours to remove
            if time.time() - entry.stat(follow_symlinks=False).st_ctime > _LEFTOVER_S:
                os.unlink(entry.name, dir_fd=fd)
