"""Review files as pieces of UTF-8: a file as it came, or the members, sheets and tables unpacked one behind the other into one file.

Offsets are those of that one file, so a stretch of it may begin in one piece and end in another.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from schemas.errors import EngineOutputInvalid
from schemas.extractions import Problem

ARRAYS = "application/x-tamiz-arrays"
"""Media type of an unpacked sheet: one JSON array of cells per line, one line per row of the sheet."""

_TRAILER = struct.Struct(">Q8s")
_MAGIC = b"TAMIZ\0\r\n"
INDEX_BYTES = 16 * 1024**2
"""Largest index read back: 1,000 members take 200 kB."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `start` to `end` of the file at `path`."""

    path: Path
    start: int
    end: int
    media_type: str
    name: str | None = None
    """Member or sheet, for people; None for a file as it came."""

    @contextmanager
    def open(self, at: int) -> Iterator[IO[bytes]]:
        """The bytes from offset `at` on; they do not stop at the end of the piece."""
        with self.path.open("rb") as file:
            file.seek(at)
            yield file

    def head(self, size: int) -> bytes:
        """The first `size` bytes."""
        with self.open(self.start) as file:
            return file.read(min(size, self.end - self.start))


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a file came apart to, and what of it was left out."""

    pieces: tuple[Piece, ...]
    problems: tuple[Problem, ...] = ()


def seal(file: IO[bytes], found: Unpacked) -> None:
    """Write the index behind the pieces."""
    pieces = [{**asdict(piece), "path": None} for piece in found.pieces]
    index = json.dumps({"pieces": pieces, "problems": [problem.model_dump() for problem in found.problems]}).encode()
    file.write(index)
    file.write(_TRAILER.pack(len(index), _MAGIC))


def unsealed(path: Path) -> Unpacked:
    """The pieces of a file that `seal` was called on. Raises `EngineOutputInvalid` for any other file."""
    broken = EngineOutputInvalid("what was unpacked of this file cannot be read back; try again")
    with path.open("rb") as file:
        end = file.seek(0, 2) - _TRAILER.size
        if end < 0:
            raise broken
        file.seek(end)
        size, magic = _TRAILER.unpack(file.read(_TRAILER.size))
        if magic != _MAGIC or not 0 < size <= min(end, INDEX_BYTES):
            raise broken
        file.seek(end - size)
        try:
            index = json.loads(file.read(size))
            pieces = tuple(Piece(**{**piece, "path": path}) for piece in index["pieces"])
            return Unpacked(pieces, _problems(index["problems"]))
        except (ValueError, TypeError, KeyError, ValidationError) as error:
            raise broken from error


def _problems(found: Sequence[object]) -> tuple[Problem, ...]:
    return tuple(Problem.model_validate(problem) for problem in found)
