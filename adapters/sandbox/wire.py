"""The wire between parent and child: length-prefixed frames of one JSON object and an optional blob. Never pickle.

A frame is `!II` (bytes of JSON, bytes of blob), the JSON in UTF-8, the blob. The parent reads frames of a process that may be an attacker's,
so that sizes are capped before anything is read and the JSON is strict: an object, no NaN, no lone surrogates.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from pydantic import JsonValue

PREFIX = struct.Struct("!II")
_CHUNK = 1 << 20


class BrokenFrame(Exception):
    """The other side sent something that is no frame. `reason` says what, without any of its content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FrameTooLarge(Exception):
    """What should be sent is over the cap of `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"frame over {limit} bytes")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Caps:
    """Largest JSON and largest blob of a frame, in bytes."""

    message_bytes: int
    blob_bytes: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: `kind` says which, `body` holds its other fields."""

    kind: str
    body: dict[str, JsonValue]
    blob: bytes = b""


def encode(kind: str, body: Mapping[str, object], blob: bytes, caps: Caps) -> bytes:
    """The bytes of one frame. Lone surrogates become `?`. Raises `FrameTooLarge`; `TypeError`, `ValueError` for what JSON cannot say."""
    text = json.dumps({"kind": kind, **body}, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(text) > caps.message_bytes:
        raise FrameTooLarge(caps.message_bytes)
    if len(blob) > caps.blob_bytes:
        raise FrameTooLarge(caps.blob_bytes)
    return PREFIX.pack(len(text), len(blob)) + text + blob


def sizes(prefix: bytes, caps: Caps) -> tuple[int, int]:
    """Bytes of JSON and of blob that follow a prefix. Raises `BrokenFrame` when they are over the caps."""
    message, blob = PREFIX.unpack(prefix)
    if message > caps.message_bytes or blob > caps.blob_bytes:
        raise BrokenFrame("a frame over the size cap")
    return message, blob


def decode(text: bytes, blob: bytes) -> Frame:
    """The frame of these bytes. Raises `BrokenFrame` for anything but a JSON object with a `kind`."""
    try:
        value: Any = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
        if b"\\u" in text:  # escapes can spell what UTF-8 forbids
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BrokenFrame("a frame that is not JSON") from None
    if not isinstance(value, dict) or not isinstance(kind := value.pop("kind", None), str):
        raise BrokenFrame("a frame of no kind")
    return Frame(kind, value, blob)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


class BlockingWire:
    """The child's end: blocking reads and writes on two file descriptors."""

    def __init__(self, read_fd: int, write_fd: int, caps: Caps) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self.caps = caps

    def read(self) -> Frame | None:
        """The next frame, or None when the parent closed the wire."""
        prefix = self._exactly(PREFIX.size)
        if prefix is None:
            return None
        message, blob = sizes(prefix, self.caps)
        text = self._exactly(message)
        rest = self._exactly(blob)
        return None if text is None or rest is None else decode(text, rest)

    def write(self, kind: str, body: Mapping[str, object], blob: bytes = b"") -> None:
        """Send one frame whole; raises as `encode` does, before any byte of it is sent."""
        view = memoryview(encode(kind, body, blob, self.caps))
        while view:
            view = view[os.write(self._write_fd, view) :]

    def _exactly(self, count: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < count:
            chunk = os.read(self._read_fd, min(_CHUNK, count - len(parts)))
            if not chunk:
                return None
            parts += chunk
        return bytes(parts)
