"""File-like views: an object's chunks as a readable stream, and a stream as parts of an upload."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any, BinaryIO


class ChunkReader(io.RawIOBase):
    """Reads from an iterator of buffers; `typed` translates what the iterator raises."""

    def __init__(self, chunks: Iterable[Any], typed: Callable[[str], AbstractContextManager[None]]) -> None:
        super().__init__()
        self._chunks: Iterator[Any] = iter(chunks)
        self._typed = typed
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill as much of `buffer` as the current chunk gives; 0 at the end."""
        while not self._rest:
            with self._typed("reading on"):
                chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk).cast("B")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class Upload:
    """A stream on its way into a store. `size` is the number of bytes that went through."""

    def __init__(self, data: BinaryIO, part_bytes: int) -> None:
        self._data = data
        self._part = part_bytes
        self.size = 0

    def body(self) -> bytes | Iterator[bytes]:
        """The whole stream when it fits into one part, so that one request stores it; else its parts."""
        first = self._next()
        return first if len(first) < self._part else chain((first,), iter(self._next, b""))

    def _next(self) -> bytes:
        """The next full part; a shorter one only at the end (S3 takes no short part before the last)."""
        pieces, missing = [], self._part
        while missing and (piece := self._data.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        self.size += self._part - missing
        return b"".join(pieces)
