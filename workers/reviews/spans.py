"""Where the records of a file begin and end, found by streaming: lines, quoted CSV rows, elements of a JSON list, blocks of text.

Every function yields `Span`s over UTF-8 bytes and holds at most one record (`cap` bytes) in memory. A longer record comes without its bytes.
The same functions plan the parts of a large file and read them, so that a part never begins inside a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

CHUNK = 1 << 18


class Span(NamedTuple):
    """One record: its bytes from `start` to `end`, or None when they pass the cap; `broken`: the record never ends."""

    start: int
    end: int
    data: bytes | None
    broken: bool = False
    line: int = 0
    """Line ends between where the stream was handed over and the record."""


class Dialect(NamedTuple):
    """How a table of text is written: what stands between cells, around them, and whether a backslash takes a quote's meaning away."""

    delimiter: str
    quote: str = '"'
    escape: bool = False


def lines(stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
    """Lines that hold anything but white space."""
    at, number = start, 0
    while at < end and (line := stream.readline(min(cap, end - at))):
        begin = at
        at += len(line)
        if len(line) == cap and not line.endswith(b"\n"):
            at = _skip_line(stream, at, end)
            yield Span(begin, at, None, line=number)
        elif not line.isspace():
            yield Span(begin, at, line, line=number)
        number += 1


def _skip_line(stream: IO[bytes], at: int, end: int) -> int:
    while at < end and (more := stream.readline(min(CHUNK, end - at))):
        at += len(more)
        if more.endswith(b"\n"):
            break
    return at


def blocks(stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
    """Runs of lines between blank lines."""
    held: list[bytes] = []
    begin = first = size = number = 0
    at = start
    while at < end and (line := stream.readline(min(cap, end - at))):
        at += len(line)
        if line.isspace():
            if held:
                yield Span(begin, at, b"".join(held) if size <= cap else None, line=first)
            held, size = [], 0
        else:
            if not held:
                begin, first = at - len(line), number
            size += len(line)
            if size <= cap or not held:
                held.append(line)
        number += line.endswith(b"\n")
    if held:
        yield Span(begin, at, b"".join(held) if size <= cap else None, line=first)


def led(stream: IO[bytes], start: int, end: int, cap: int, lead: int, is_anchor: Callable[[bytes], bool]) -> Iterator[Span]:
    """Records that begin `lead` filled lines before each anchor line."""
    held: list[tuple[int, int, bytes]] = []
    size = number = 0
    at = start
    anchored = False
    while at < end and (line := stream.readline(min(cap, end - at))):
        if is_anchor(line):
            if anchored:
                cut = _lead_start(held, lead)
                yield _joined(held[:cut], size, cap)
                held = held[cut:]
                size = sum(len(one) for _, _, one in held)
            anchored = True
        size += len(line)
        if size <= cap:
            held.append((at, number, line))
        at += len(line)
        number += line.endswith(b"\n")
    if any(not line.isspace() for _, _, line in held):
        yield _joined(held, size, cap)._replace(end=at)


def _lead_start(held: list[tuple[int, int, bytes]], lead: int) -> int:
    """Where the last `lead` filled lines begin; the anchor of the record before never is among them."""
    cut, left = len(held), lead
    while left and cut > 1:
        cut -= 1
        left -= not held[cut][2].isspace()
    return cut


def _joined(held: list[tuple[int, int, bytes]], size: int, cap: int) -> Span:
    begin, line, _ = held[0]
    end, _, last = held[-1]
    return Span(begin, end + len(last), b"".join(one for _, _, one in held) if size <= cap else None, line=line)


def rows(stream: IO[bytes], start: int, end: int, cap: int, dialect: Dialect) -> Iterator[Span]:
    """CSV rows (RFC 4180): a cell that begins with a quote may hold line ends.

    A quote that never closes is told from a long cell by what it swallowed: whole rows of the file's width. Then only its own line is broken.
    """
    cells = _Cells(dialect)
    quote = cells.quote
    waiting: list[bytes] = []
    at, number = start, 0
    while True:
        line = waiting.pop() if waiting else stream.readline(min(cap, max(end - at, 0)))
        if not line:
            return
        begin, first = at, number
        at += len(line)
        number += 1
        if quote not in line and line.endswith(b"\n"):
            if not line.isspace():
                yield Span(begin, at, line, False, first)
            continue
        if len(line) == cap and not line.endswith(b"\n"):
            at = _skip_line(stream, at, end)
            yield Span(begin, at, None, False, first)
            continue
        taken = [line]
        size = len(line)
        quoted = cells.open_after(line, False)
        while quoted and size < cap:
            more = waiting.pop() if waiting else stream.readline(min(cap - size, max(end - at - size + len(line), 0)))
            if not more:
                break
            taken.append(more)
            size += len(more)
            quoted = cells.open_after(more, True)
        if quoted and cells.swallowed(taken):
            waiting += taken[:0:-1]
            yield Span(begin, at, line, True, first)
            continue
        at = begin + size
        number = first + len(taken)
        if not (size < 4096 and b"".join(taken).isspace()):
            yield Span(begin, at, None if quoted and size >= cap else b"".join(taken), quoted, first)


class _Cells:
    """Quotes and delimiters of one dialect, as bytes."""

    def __init__(self, dialect: Dialect) -> None:
        self.quote = dialect.quote.encode()
        self._delimiter = dialect.delimiter.encode()
        self._escape = dialect.escape

    def open_after(self, line: bytes, quoted: bool) -> bool:
        """Whether a quoted cell is open at the end of `line`, given whether one was at its beginning."""
        at, width = 0, len(self._delimiter)
        while True:
            if not quoted:
                if line[at : at + 1] != self.quote:
                    at = line.find(self._delimiter, at) + width
                    if at < width:
                        return False
                    continue
                at += 1
            at = self._closing(line, at)
            if at < 0:
                return True
            quoted = False
            at = line.find(self._delimiter, at) + width
            if at < width:
                return False

    def _closing(self, line: bytes, at: int) -> int:
        """Where the quote stands that ends the cell; -1 when none does."""
        while (at := line.find(self.quote, at)) >= 0:
            if self._escape and _backslashes(line, at) % 2:
                at += 1
            elif line[at + 1 : at + 2] == self.quote:
                at += 2
            else:
                return at
        return -1

    def swallowed(self, taken: list[bytes]) -> bool:
        """Whether what an unclosed quote took in are rows: at least two lines, most of them with as many delimiters as the first."""
        width = taken[0].count(self._delimiter)
        alike = sum(1 for line in taken[1:] if line.count(self._delimiter) == width)
        return len(taken) > 2 and width > 0 and alike * 2 > len(taken) - 1


def _backslashes(line: bytes, at: int) -> int:
    """Backslashes directly before `at`."""
    before = line[max(0, at - 64) : at]
    return len(before) - len(before.rstrip(b"\\"))


def whole(stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
    """All that is left, as one record."""
    data = stream.read(min(cap + 1, end - start))
    if data.strip():
        yield Span(start, start + len(data), data if len(data) <= cap else None)
