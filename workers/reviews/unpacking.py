"""Compressed files, archives, spreadsheets and Parquet to plain pieces that can be read from any offset; text of other encodings to UTF-8.

Done once for a file, into one file: parts of a large document then begin where they begin, without unpacking what stands before. An archive inside
an archive is refused; a spreadsheet or Parquet file in one is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO

from adapters.decoding.parquet import parquet_lines
from schemas.errors import Empty, RejectedInput, TooLarge, UnsupportedType
from schemas.extractions import Problem
from schemas.settings import Limits
from workers.reviews.archives import CHUNK, Archive, gunzipped
from workers.reviews.encodings import as_utf8, encoding_of
from workers.reviews.pieces import ARRAYS, Piece, Unpacked, seal
from workers.reviews.workbooks import WORKBOOK, Workbook
from workers.sniffing import EMPTY, sniff

GZIP, ZIP, PARQUET = "application/gzip", "application/zip", "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PACKED = frozenset({GZIP, ZIP, PARQUET, XLSX})
"""Sniffed types that are unpacked before they are read."""
PLAIN = frozenset({"application/json", "application/x-ndjson", "text/csv", "text/tab-separated-values", "text/plain"})
HEAD_BYTES = 1 << 18
LOOK_BYTES = 2 * 1024**2
"""What is unpacked to tell whether a file holds reviews at all."""
_NO_MEMBERS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class _Enough(Exception):
    """The look is over."""


@dataclass
class _Target:
    """The file that pieces are written to, behind one another."""

    file: IO[bytes]
    path: Path
    most: int
    look: bool
    """Stop at `most` bytes without an error."""
    at: int = 0

    def write(self, data: bytes) -> None:
        """Raises `TooLarge`, or `_Enough` when only a look is taken."""
        if self.at + len(data) > self.most:
            if self.look:
                self.file.write(data[: self.most - self.at])
                self.at = self.most
                raise _Enough
            raise TooLarge(f"the file unpacks to more than {self.most} bytes (TAMIZ_LIMITS__UNPACKED_BYTES); split it")
        self.file.write(data)
        self.at += len(data)


def must_unpack(path: Path, media_type: str, encoding: str | None) -> bool:
    """Whether a file cannot be read as it lies: packed, or no UTF-8. `encoding` is what its sender states."""
    return media_type in PACKED or _encoding(_head(path), encoding, path.stat().st_size <= HEAD_BYTES) is not None


def unpack(path: Path, name: str, media_type: str, into: Path, limits: Limits, encoding: str | None = None) -> Unpacked:
    """The pieces of the file at `path`, written to `into` with their index. `encoding` overrides what the bytes of text say.

    Raises `TooLarge`, `Malformed`, `Truncated`, `Encrypted`, `Empty`, `UnsupportedType`, `UnsafeName` when nothing of it can be read; what
    only a member fails of is a problem of the result.
    """
    try:
        with into.open("wb") as file:
            found = _Unpacking(_Target(file, into, limits.unpacked_bytes, look=False), limits, encoding).run(path, name, media_type)
            seal(file, found)
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    return found


def unpack_head(path: Path, name: str, media_type: str, into: Path, limits: Limits) -> Unpacked:
    """The first `LOOK_BYTES` of what `unpack` would give. Raises what it does."""
    with into.open("wb") as file:
        return _Unpacking(_Target(file, into, LOOK_BYTES, look=True), limits, None).run(path, name, media_type)


class _Unpacking:
    """One file on its way into one target."""

    def __init__(self, target: _Target, limits: Limits, encoding: str | None) -> None:
        self._target = target
        self._limits = limits
        self._stated = encoding
        self._pieces: list[Piece] = []
        self._problems: list[Problem] = []
        self._errors: list[RejectedInput] = []

    def run(self, path: Path, name: str, media_type: str) -> Unpacked:
        """Unpack, and say what was left out. Raises the first error when nothing could be read."""
        try:
            if media_type == GZIP:
                self._stream(gunzipped(path, self._limits.unpacked_bytes), _inner_name(name), None)
            elif media_type in (ZIP, XLSX):
                self._archive(path)
            elif media_type == PARQUET:
                self._parquet(path, None)
            else:
                self._text(_chunks(path), media_type, None)
        except _Enough:
            pass
        if not self._pieces:
            raise self._errors[0] if self._errors else Empty("there is nothing in the file")
        return Unpacked(tuple(self._pieces), tuple(self._problems))

    def _piece(self, lines: Iterable[bytes], media_type: str, name: str | None) -> None:
        start = self._target.at
        try:
            for line in lines:
                self._target.write(line)
        finally:
            if self._target.at > start:
                self._pieces.append(Piece(self._target.path, start, self._target.at, media_type, name))

    def _text(self, chunks: Iterator[bytes], media_type: str, name: str | None) -> None:
        head, chunks, whole = _peeked(chunks)
        self._piece(as_utf8(chunks, _encoding(head, self._stated, whole)), media_type, name)

    def _stream(self, chunks: Iterator[bytes], inner: str, name: str | None) -> None:
        """One unpacked file of whatever type. Raises `UnsupportedType` for one that is no file of records, `Empty`."""
        head, chunks, whole = _peeked(chunks)
        media_type = sniff(head, len(head) if whole else len(head) + 1, inner)
        if media_type in PLAIN:
            self._piece(as_utf8(chunks, _encoding(head, self._stated, whole)), media_type, name)
        elif media_type in (XLSX, PARQUET) or (media_type == ZIP and inner.lower().endswith(".xlsx")):
            self._inner(chunks, self._parquet if media_type == PARQUET else self._workbook_at, name)
        elif media_type == EMPTY:
            raise Empty("the packed file has no bytes")
        elif media_type in (GZIP, ZIP):
            raise UnsupportedType("an archive inside an archive is not read; unpack the outer one")
        else:
            raise UnsupportedType(f"the packed file is {media_type}; reviews come as JSON, JSON lines, CSV, plain text, XLSX or Parquet")

    def _inner(self, chunks: Iterator[bytes], read: Callable[[Path, str | None], None], name: str | None) -> None:
        """Spreadsheets and Parquet are read from their end: they need a file of their own for a while."""
        path = self._target.path.with_name(f"{self._target.path.name}.inner")
        try:
            with path.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
            read(path, name)
        finally:
            path.unlink(missing_ok=True)

    def _archive(self, path: Path) -> None:
        with Archive(path, self._limits.unpacked_bytes, self._limits.archive_members) as archive:
            if archive.named(WORKBOOK) is not None:
                self._workbook(archive, None)
                return
            for info in archive.members:
                if not _is_noise(info.filename):
                    self._member(archive.read(info), info.filename)

    def _member(self, chunks: Iterator[bytes], filename: str) -> None:
        name = shown_name(filename)
        before, start = len(self._pieces), self._target.at
        try:
            self._stream(chunks, PurePosixPath(filename).name, name)
        except TooLarge:
            raise
        except RejectedInput as error:
            del self._pieces[before:]
            self._target.at = start
            self._target.file.seek(start)
            self._target.file.truncate()
            self._errors.append(error)
            self._problems.append(Problem(code=error.code, message=error.message, file=name))

    def _workbook_at(self, path: Path, name: str | None) -> None:
        with Archive(path, self._limits.unpacked_bytes, 10_000) as archive:
            self._workbook(archive, name)

    def _workbook(self, archive: Archive, name: str | None) -> None:
        book = Workbook(archive)
        for sheet in book.sheets:
            label = shown_name(f"{name}: {sheet.name}" if name else sheet.name)
            self._piece(book.rows(sheet), ARRAYS, label)
        if not self._pieces:
            raise Empty("the workbook has no cell with a value")

    def _parquet(self, path: Path, name: str | None) -> None:
        before = len(self._pieces)
        self._piece(parquet_lines(path), "application/x-ndjson", name)
        if len(self._pieces) == before:
            raise Empty("the Parquet file has no rows")


def shown_name(name: str) -> str:
    """A stranger's name for people: no control characters, at most 200 characters."""
    return "".join(char if char.isprintable() else "\N{MIDDLE DOT}" for char in name)[:200]


def _is_noise(name: str) -> bool:
    return name.startswith(_NO_MEMBERS[0]) or PurePosixPath(name).name in _NO_MEMBERS or PurePosixPath(name).name.startswith("._")


def _inner_name(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name


def _encoding(head: bytes, stated: str | None, whole: bool) -> str | None:
    if stated is None:
        return encoding_of(head, whole)
    return None if stated == "utf-8" else stated


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _peeked(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes], bool]:
    """The first `HEAD_BYTES`, all chunks from the first on, and whether the head is all there is."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size > HEAD_BYTES:
            return b"".join(held)[:HEAD_BYTES], chain(held, chunks), False
    return b"".join(held), iter(held), True
