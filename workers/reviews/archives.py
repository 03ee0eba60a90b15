"""gzip and zip by streaming: bytes of one file, members of an archive, both counted while they come, so that a bomb is stopped and not unpacked.

Names of members are data: they are shown, never used as a path.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from schemas.errors import Encrypted, Malformed, RejectedInput, TooLarge, Truncated, UnsafeName, UnsupportedType

CHUNK = 1 << 18
RATIO = 200
"""Unpacked bytes per packed one beyond which a file is a bomb: text takes 3 to 12, a million repetitions of one row about 150."""
RATIO_FROM = 16 * 1024**2
"""Unpacked bytes up to which any ratio is fine."""
DIRECTORY_BYTES = 4 * 1024**2
"""Largest directory of a zip: 40,000 entries; it is read into memory as a whole."""
_BOMB = f"the file unpacks to more than {RATIO} times its size; no export of reviews does: send it unpacked if it is one"
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"


class Meter:
    """Counts what comes out of packed bytes."""

    def __init__(self, packed: int, most: int) -> None:
        self._packed = packed
        self._most = most
        self.unpacked = 0

    def count(self, size: int) -> None:
        """Raises `TooLarge` as soon as more came out than may, or than any text would give."""
        self.unpacked += size
        if self.unpacked > self._most:
            raise TooLarge(f"the file unpacks to more than {self._most} bytes (TAMIZ_LIMITS__UNPACKED_BYTES); split it")
        if self.unpacked > RATIO_FROM and self.unpacked > RATIO * max(self._packed, 1):
            raise TooLarge(_BOMB)


def gunzipped(path: Path, most: int) -> Iterator[bytes]:
    """What the gzip file at `path` holds, all its members one after another. Raises `Truncated`, `Malformed`, `TooLarge`."""
    meter = Meter(path.stat().st_size, most)
    with path.open("rb") as file:
        rest = file.read(CHUNK)
        while rest:
            inflate = zlib.decompressobj(wbits=31)
            while not inflate.eof:
                try:
                    chunk = inflate.decompress(rest, CHUNK)
                except zlib.error as error:
                    raise Malformed("the gzip file is damaged; pack it anew") from error
                meter.count(len(chunk))
                if chunk:
                    yield chunk
                rest = inflate.unconsumed_tail or (b"" if inflate.eof else file.read(CHUNK))
                if not rest and not inflate.eof and not chunk:
                    raise Truncated("the gzip file ends before its content does; send it again")
            rest = (inflate.unused_data + file.read(CHUNK)).lstrip(b"\0")
            if rest[:2] != b"\x1f\x8b"[: len(rest)]:
                return  # padding or a signature behind the last member: gzip ignores it, too


class Archive:
    """A zip whose directory was looked at before it was read; a context manager."""

    def __init__(self, path: Path, most_bytes: int, most_members: int) -> None:
        """Raises `TooLarge` for too many members or bytes, `Malformed` for no zip."""
        _check_directory(path)
        self._meter = Meter(path.stat().st_size, most_bytes)
        self._file = path.open("rb")
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, struct.error, EOFError) as error:
            self._file.close()
            raise Malformed("the zip file is damaged; pack it anew") from error
        self.members = [info for info in self._zip.infolist() if not info.is_dir()]
        promised = sum(info.file_size for info in self.members)
        if promised > RATIO_FROM and promised > RATIO * path.stat().st_size:
            self._file.close()
            raise TooLarge(_BOMB)
        if len(self.members) > most_members or promised > most_bytes:
            self._file.close()
            raise TooLarge(
                f"the archive holds {len(self.members)} files of {promised} bytes; at most {most_members} files (TAMIZ_LIMITS__ARCHIVE_MEMBERS) "
                f"of {most_bytes} bytes (TAMIZ_LIMITS__UNPACKED_BYTES) are read"
            )

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.close()

    def named(self, name: str) -> zipfile.ZipInfo | None:
        """The member of that name."""
        return self._zip.NameToInfo.get(name)

    def read(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """A member's bytes. Raises `Encrypted`, `UnsafeName`, `UnsupportedType`, `Truncated`, `Malformed`, `TooLarge`."""
        _check_member(info)
        try:
            with self._zip.open(info) as member:
                yield from self._counted(member)
        except RejectedInput:
            raise
        except EOFError as error:
            raise Truncated("a file in the archive ends before its content does; pack it anew") from error
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, RuntimeError, struct.error) as error:
            raise Malformed("a file in the archive is damaged; pack it anew") from error

    def _counted(self, member: IO[bytes]) -> Iterator[bytes]:
        while chunk := member.read(CHUNK):
            self._meter.count(len(chunk))
            yield chunk

    def whole(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """A small member's bytes. Raises what `read` does."""
        if info.file_size > most:
            raise TooLarge(f"a part of the workbook has {info.file_size} bytes where {most} are usual")
        return b"".join(self.read(info))


def _check_member(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise Encrypted("the file in the archive needs a password; pack it without one")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnsafeName("the member is a link, not a file")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsupportedType("the file in the archive is packed by a method other than deflate; pack it anew")


def _check_directory(path: Path) -> None:
    """The directory's size as the end record states it: `zipfile` would read it whole, whatever it is (APPNOTE.TXT 4.3.14 to 4.3.16)."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 66_000))
        tail = file.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) < at + 22:
            raise Truncated("the zip file has no directory: it ends before its content does; send it again")
        (directory,) = struct.unpack_from("<I", tail, at + 12)
        if at >= 20 and tail[at - 20 : at - 16] == _LOCATOR:
            (where,) = struct.unpack_from("<Q", tail, at - 12)
            file.seek(min(where, size))
            record = file.read(56)
            if len(record) < 56 or record[:4] != _END64:
                raise Malformed("the zip file is damaged; pack it anew")
            (directory,) = struct.unpack_from("<Q", record, 40)
    if directory > DIRECTORY_BYTES:
        raise TooLarge(f"the archive's list of files has {directory} bytes; at most {DIRECTORY_BYTES} are read")
