"""The parent's end of the wire. Never blocks: whatever the child does or does not do, the watch is asked at least every tick."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Mapping

from adapters.sandbox.wire import PREFIX, Caps, Frame, decode, encode, sizes

TICK_S = 0.05
"""A child that fills memory at 4 GB/s is 200 MB over its cap before it is seen; asking costs 15 us."""

_CHUNK = 1 << 18


class ChildGone(Exception):
    """The child closed its end of the wire, mostly by dying."""


class Watch:
    """When to look at the child again, and when it has had its time. `look` raises the typed error of a breach."""

    def __init__(self, deadline_s: float, look: Callable[[int], None], expired: Callable[[], Exception]) -> None:
        self._ends_at = time.monotonic() + deadline_s
        self._look = look
        self._expired = expired
        self._next_at = 0.0
        self._ticks = 0

    def pause_ms(self) -> float:
        """Milliseconds until something is due; looks at the child first when that is now. Raises the breach."""
        now = time.monotonic()
        if now >= self._ends_at:
            raise self._expired()
        if now >= self._next_at:
            self._look(self._ticks)
            self._ticks += 1
            self._next_at = now + TICK_S
        return max(1.0, 1000 * (min(self._next_at, self._ends_at) - now))


class Channel:
    """Frames to and from one child. Owns both file descriptors."""

    def __init__(self, read_fd: int, write_fd: int, caps: Caps) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._caps = caps
        self._received = bytearray()
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)
        self._readable = select.poll()
        self._readable.register(read_fd, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(write_fd, select.POLLOUT)

    def close(self) -> None:
        """Close both ends."""
        os.close(self._read_fd)
        os.close(self._write_fd)

    def quiet(self) -> bool:
        """Whether the child has nothing to say: what it should be between calls."""
        return not self._received and not self._readable.poll(0)

    def send(self, watch: Watch, kind: str, body: Mapping[str, object], blob: bytes = b"") -> None:
        """Send one frame. Raises `ChildGone`, the watch's breach, and what `encode` raises."""
        view = memoryview(encode(kind, body, blob, self._caps))
        while view:
            try:
                view = view[os.write(self._write_fd, view) :]
            except BlockingIOError:
                self._writable.poll(watch.pause_ms())
            except BrokenPipeError:
                raise ChildGone from None

    def receive(self, watch: Watch) -> Frame:
        """The next frame. Raises `ChildGone`, `BrokenFrame` and the watch's breach."""
        self._fill(PREFIX.size, watch)
        message, blob = sizes(bytes(self._received[: PREFIX.size]), self._caps)
        end = PREFIX.size + message + blob
        self._fill(end, watch)
        text = bytes(self._received[PREFIX.size : PREFIX.size + message])
        rest = bytes(self._received[PREFIX.size + message : end])
        del self._received[:end]
        return decode(text, rest)

    def _fill(self, count: int, watch: Watch) -> None:
        while len(self._received) < count:
            if not self._readable.poll(watch.pause_ms()):
                continue
            try:
                chunk = os.read(self._read_fd, _CHUNK)
            except BlockingIOError:
                continue
            if not chunk:
                raise ChildGone
            self._received += chunk
