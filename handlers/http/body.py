"""Request bodies: counted while they stream, given up when they stall, never believed about their length."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic

from fastapi import Request

from schemas.errors import InvalidRequest, TimedOut, TooLarge, UnsupportedType


@dataclass(frozen=True, slots=True)
class Pace:
    """How slow a body may be: at most `gap_s` seconds between chunks and, after `grace_s`, at least `floor_bytes_s` bytes a second on average."""

    gap_s: float = 20.0
    grace_s: float = 30.0
    floor_bytes_s: float = 512.0


def declared_length(request: Request) -> int | None:
    """What Content-Length says; None where it is missing. Raises `InvalidRequest` for nonsense."""
    value = request.headers.get("content-length")
    if value is None:
        return None
    if not value.isascii() or not value.isdigit():
        raise InvalidRequest("Content-Length is not a number")
    return int(value)


async def chunks(request: Request, max_bytes: int, pace: Pace) -> AsyncIterator[bytes]:
    """The body's chunks as they come. Raises `TooLarge` as soon as it is known, `TimedOut` for a body that stalls."""
    declared = declared_length(request)
    if declared is not None and declared > max_bytes:
        raise _too_large(max_bytes)
    stream = aiter(request.stream())
    started, received = monotonic(), 0
    while True:
        try:
            async with asyncio.timeout(pace.gap_s):
                chunk = await anext(stream, None)
        except TimeoutError as error:
            raise TimedOut(f"no byte of the body came for {pace.gap_s:g} s") from error
        if chunk is None:
            return
        received += len(chunk)
        if received > max_bytes:
            raise _too_large(max_bytes)
        lasted = monotonic() - started
        if lasted > pace.grace_s and received < lasted * pace.floor_bytes_s:
            raise TimedOut(f"the body came slower than {pace.floor_bytes_s:g} bytes a second")
        if chunk:
            yield chunk


async def whole(request: Request, max_bytes: int, pace: Pace) -> bytes:
    """A small body at once. Raises as `chunks`."""
    return b"".join([chunk async for chunk in chunks(request, max_bytes, pace)])


def media_type(request: Request) -> str:
    """The declared content type without its parameters, in lower case; empty when none is declared."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def check_json(request: Request) -> None:
    """Raises `UnsupportedType` for a body that is not declared as JSON: what a foreign web page can send without asking is not read."""
    if media_type(request) != "application/json":
        raise UnsupportedType("send this request with Content-Type: application/json")


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"the body is larger than {max_bytes} bytes (TAMIZ_LIMITS__UPLOAD_BYTES caps uploads)")
