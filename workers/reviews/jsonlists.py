"""Lists in JSON by streaming: where the list of reviews begins, and where each of its elements does. Nothing is parsed here.

Bounded: one element (`cap` bytes) is held at most; a longer one is walked over. The list must begin within the first `cap` bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any, NamedTuple

from workers.reviews.spans import CHUNK, Span

_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_NEXT_IN_LIST = re.compile(rb'(?:[^",{}\[\]]++|' + _STRING + rb')*+([,{}\[\]"])', re.DOTALL)
_NEXT_INSIDE = re.compile(rb'(?:[^"{}\[\]]++|' + _STRING + rb')*+([{}\[\]"])', re.DOTALL)
"""To the next structural byte, strings skipped whole; a lone quote means the string goes on behind the buffer."""
_OUTSIDE_STRING = re.compile(rb'[",{}\[\]]')
_INSIDE_STRING = re.compile(rb'["\\]')
_TOKEN = re.compile(rb'"((?:[^"\\]++|\\.)*+)"(\s*:)?|[{}\[\]]', re.DOTALL)


def elements(stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
    """Elements of a list, from behind its `[` (or from any element's beginning) to its `]`: the bytes between the commas."""
    scan = _Scan(stream, start, end, cap)
    while not scan.closed:
        span = scan.next_element()
        if span is None:
            return
        if span.data is None or span.data.strip():
            yield span


DEEP = 64
"""Levels of brackets from which on runs of them are counted, not walked: no review nests so deep."""


class _Scan:
    """Reads ahead into one buffer that begins with the current element."""

    def __init__(self, stream: IO[bytes], start: int, end: int, cap: int) -> None:
        self._stream = stream
        self._left = end - start
        self._cap = cap
        self._buffer = b""
        self._begin = start
        self._line = 0
        self.closed = False

    def next_element(self) -> Span | None:
        """The next element; None at the end. An element without end is broken and takes the rest."""
        at = depth = 0
        while True:
            if depth > DEEP:
                at, depth = self._past_brackets(at, depth)
            match = (_NEXT_INSIDE if depth else _NEXT_IN_LIST).match(self._buffer, at)
            if match is None or match.group(1) == b'"':
                if len(self._buffer) > self._cap:
                    return self._walk_over()
                if not self._more():
                    return self._rest()
                continue
            at, sign = match.end(), match.group(1)
            if sign in b"{[":
                depth += 1
            elif depth == 0:
                self.closed = sign != b","
                return self._take(at)
            else:
                depth -= 1

    def _more(self) -> bool:
        """Read on, doubling, so that a long element is not scanned again for every chunk."""
        chunk = self._stream.read(min(self._left, max(CHUNK, len(self._buffer))))
        self._left -= len(chunk)
        self._buffer += chunk
        return bool(chunk)

    def _take(self, size: int) -> Span:
        begin, line, data = self._begin, self._line, self._buffer[: size - 1]
        blank = len(data) - len(data.lstrip())
        self._buffer = self._buffer[size:]
        self._begin += size
        self._line += data.count(b"\n")
        return Span(begin, self._begin, data if len(data) <= self._cap else None, line=line + data.count(b"\n", 0, blank))

    def _rest(self) -> Span | None:
        """What stands behind the last comma of a list that never closes."""
        begin, data = self._begin, self._buffer
        self._buffer, self.closed = b"", True
        self._begin += len(data)
        blank = len(data) - len(data.lstrip())
        return Span(begin, self._begin, data, broken=True, line=self._line + data.count(b"\n", 0, blank)) if data.strip() else None

    def _walk_over(self) -> Span:
        """Forget an element past the cap and find its end, chunk by chunk."""
        begin, line = self._begin, self._line
        at = depth = 0
        quoted = False
        while True:
            if not quoted and depth:
                at, depth = self._past_brackets(at, depth)
            match = (_INSIDE_STRING if quoted else _OUTSIDE_STRING).search(self._buffer, at)
            if match is None or (quoted and match.group() == b"\\" and match.end() == len(self._buffer)):
                kept = b"" if match is None else b"\\"
                self._begin += len(self._buffer) - len(kept)
                self._line += self._buffer.count(b"\n")
                self._buffer, at = kept, 0
                if not self._more():
                    self.closed = True
                    return Span(begin, self._begin + len(kept), None, broken=True, line=line)
                continue
            at, sign = match.end(), match.group()
            if sign == b"\\":
                at += 1
            elif sign == b'"':
                quoted = not quoted
            elif sign in b"{[":
                depth += 1
            elif depth == 0:
                self.closed = sign != b","
                self._line += self._buffer.count(b"\n", 0, at)
                self._buffer = self._buffer[at:]
                self._begin += at
                return Span(begin, self._begin, None, line=line)
            elif sign != b",":
                depth -= 1

    def _past_brackets(self, at: int, depth: int) -> tuple[int, int]:
        """Skip fewer bytes than it would take to close the element, up to the next string: what a nesting bomb is made of is counted, not walked.

        The window is what makes it linear: `[` and then `]` a million times each would otherwise be counted to the end again at every byte.
        """
        until = min(at + depth - 1, len(self._buffer))
        quote = self._buffer.find(b'"', at, until)
        skipped = self._buffer[at : quote if quote >= 0 else until]
        opening, closing = skipped.count(b"[") + skipped.count(b"{"), skipped.count(b"]") + skipped.count(b"}")
        return at + len(skipped), depth + opening - closing


class Located(NamedTuple):
    """Where the reviews are: behind `offset` (just after the `[`), or in one object (`offset` None). `beside`: scalars said before the list."""

    offset: int | None
    beside: Mapping[str, Any]


def locate(head: bytes, list_names: Collection[str], text_names: Collection[str]) -> Located:
    """Find the list of reviews in the first bytes of a JSON file.

    A top-level list is it. In an object: one object with a text of its own is a single review; else the first list under one of `list_names`,
    else the first list of objects. Names are compared in lower case.
    """
    first: tuple[int, int] | None = None
    stack: list[bytes] = []
    key = b""
    for match in _TOKEN.finditer(head):
        token = match.group()
        if token[:1] == b'"':
            if match.group(2):
                key = match.group(1).lower()
            elif len(stack) == 1 and key.decode("utf-8", "replace") in text_names:
                return Located(None, {})
            continue
        if token in b"}]":
            if stack:
                stack.pop()
            continue
        if token == b"[":
            follows = head[match.end() : match.end() + 200].lstrip()[:1]
            if not stack:
                return Located(match.end(), {})
            named = key.decode("utf-8", "replace") in list_names
            if named and follows in (b"{", b'"'):
                return Located(match.end(), _beside(head, match.start(), stack))
            if first is None and follows == b"{":
                first = (match.end(), len(stack))
                outer = list(stack)
        stack.append(token)
    if first is not None:
        return Located(first[0], _beside(head, first[0] - 1, outer))
    return Located(None, {})


def _beside(head: bytes, start: int, stack: list[bytes]) -> dict[str, Any]:
    """What the objects around the list say before it: the text up to it, closed properly."""
    closers = b"".join(b"}" if opened == b"{" else b"]" for opened in reversed(stack))
    try:
        found = json.loads(head[:start] + b"null" + closers)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
