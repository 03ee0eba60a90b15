"""Where the records of a file begin and end, found by streaming: lines, quoted CSV rows, elements of a JSON list, blocks of text.

Every function yields `Span`s over UTF-8 bytes and holds at most one record (`cap` bytes) in memory. A longer record comes without its bytes.
The same functions plan the parts of a large file and read them, so that a part never begins inside a record.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

CHUNK = 1 << 18


class Span(NamedTuple):
    """One record: its bytes from `start` to `end`, or None when they pass the cap; `broken`: the record never ends."""

    start: int
    end: int
    data: bytes | None
    broken: bool = False


class _Transcoded(io.RawIOBase):
    """A text file of another encoding, or with other line ends, read as UTF-8 with newlines."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._text = path.open("r", encoding=encoding, errors="replace", newline=None)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a RawIOBase fills what it is given
        if not self._rest:
            self._rest = self._text.read(CHUNK).encode("utf-8", "replace")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

    def close(self) -> None:
        self._text.close()
        super().close()


@contextmanager
def utf8(path: Path, encoding: str | None, start: int = 0) -> Iterator[IO[bytes]]:
    """The file's bytes from `start` on, as UTF-8; `encoding` names what it is to be read as, None takes the bytes as they are.

    Offsets into a transcoded file count its UTF-8 form; reaching one means reading up to it.
    """
    if encoding is None:
        with path.open("rb") as file:
            file.seek(start)
            yield file
        return
    with io.BufferedReader(_Transcoded(path, encoding), CHUNK) as stream:
        left = start
        while left and (skipped := stream.read(min(left, CHUNK))):
            left -= len(skipped)
        yield stream


def lines(stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
    """Lines that hold anything but white space."""
    at = start
    while at < end and (line := stream.readline(min(cap, end - at))):
        begin = at
        at += len(line)
        if len(line) == cap and not line.endswith(b"\n"):
            at = _skip_line(stream, at, end)
            yield Span(begin, at, None)
        elif not line.isspace():
            yield Span(begin, at, line)


def _skip_line(stream: IO[bytes], at: int, end: int) -> int:
    while at < end and (more := stream.readline(min(CHUNK, end - at))):
        at += len(more)
        if more.endswith(b"\n"):
            break
    return at


def blocks(stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
    """Runs of lines between blank lines."""
    held: list[bytes] = []
    begin = size = 0
    at = start
    while at < end and (line := stream.readline(min(cap, end - at))):
        at += len(line)
        if line.isspace():
            if held:
                yield Span(begin, at, b"".join(held) if size <= cap else None)
            held, size = [], 0
            continue
        begin = begin if held else at - len(line)
        size += len(line)
        if size <= cap or not held:
            held.append(line)
    if held:
        yield Span(begin, at, b"".join(held) if size <= cap else None)


def rows(stream: IO[bytes], start: int, end: int, cap: int, delimiter: bytes) -> Iterator[Span]:
    """CSV rows (RFC 4180): a cell that begins with a quote may hold line ends.

    A quote that never closes is told from a long cell by what it swallowed: whole rows of the file's width. Then only its own line is broken.
    """
    waiting: list[bytes] = []
    at = start
    while True:
        line = waiting.pop() if waiting else stream.readline(min(cap, max(end - at, 0)))
        if not line:
            return
        begin = at
        at += len(line)
        if b'"' not in line and line.endswith(b"\n"):
            if not line.isspace():
                yield Span(begin, at, line)
            continue
        if len(line) == cap and not line.endswith(b"\n"):
            at = _skip_line(stream, at, end)
            yield Span(begin, at, None)
            continue
        taken = [line]
        size = len(line)
        quoted = _ends_quoted(line, False, delimiter)
        while quoted and size < cap:
            more = waiting.pop() if waiting else stream.readline(min(cap - size, max(end - at - size + len(line), 0)))
            if not more:
                break
            taken.append(more)
            size += len(more)
            quoted = _ends_quoted(more, True, delimiter)
        if quoted and _swallowed_rows(taken, delimiter):
            waiting += taken[:0:-1]
            yield Span(begin, at, line, broken=True)
            continue
        at = begin + size
        if not (size < 4096 and b"".join(taken).isspace()):
            yield Span(begin, at, None if quoted and size >= cap else b"".join(taken), broken=quoted)


def _ends_quoted(line: bytes, quoted: bool, delimiter: bytes) -> bool:
    """Whether a quoted cell is open at the end of `line`, given whether one was at its beginning."""
    at = 0
    while True:
        if not quoted:
            if line[at : at + 1] != b'"':
                at = line.find(delimiter, at) + 1
                if at == 0:
                    return False
                continue
            at += 1
        while True:
            at = line.find(b'"', at)
            if at < 0:
                return True
            if line[at + 1 : at + 2] != b'"':
                break
            at += 2
        quoted = False
        at = line.find(delimiter, at) + 1
        if at == 0:
            return False


def _swallowed_rows(taken: list[bytes], delimiter: bytes) -> bool:
    """Whether what an unclosed quote took in are rows: at least two lines, most of them with as many delimiters as the first."""
    width = taken[0].count(delimiter)
    alike = sum(1 for line in taken[1:] if line.count(delimiter) == width)
    return len(taken) > 2 and width > 0 and alike * 2 > len(taken) - 1


def whole(stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
    """All that is left, as one record."""
    data = stream.read(min(cap + 1, end - start))
    if data.strip():
        yield Span(start, start + len(data), data if len(data) <= cap else None)
