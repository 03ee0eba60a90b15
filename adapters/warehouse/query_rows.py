"""Rows of an answer on their way from a query's child to its parent: as chunks of JSON, cut off at the limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from schemas.errors import QueryLimit

if TYPE_CHECKING:
    from adapters.sandbox.host import Host

CHUNK_BYTES = 1024**2
"""Bytes of JSON sent to the parent at a time."""

Convert = Callable[[Any], Any]


def send(host: Host, rows: Iterable[Sequence[Any]], converts: Sequence[Convert], most_rows: int, most_bytes: int) -> bool:
    """Send the rows, each value through its column's `converts`, to the parent's callback `rows`; whether there were more than fit.

    Raises `QueryLimit` when not even the first row fits.
    """
    sent = total = 0
    chunk: list[bytes] = []
    pending = 0
    truncated = False
    for row in rows:
        values = [convert(value) for convert, value in zip(converts, row, strict=True)]
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if sent == most_rows or total + len(text) > most_bytes:
            truncated = True
            break
        chunk.append(text)
        sent, total, pending = sent + 1, total + len(text), pending + len(text)
        if pending >= CHUNK_BYTES:
            _flush(host, chunk)
            chunk, pending = [], 0
    if truncated and not sent:
        raise QueryLimit("not even the first row fits into the answer; select fewer or shorter columns")
    _flush(host, chunk)
    return truncated


def _flush(host: Host, chunk: Sequence[bytes]) -> None:
    if chunk:
        host.call("rows", {}, b"[" + b",".join(chunk) + b"]")
