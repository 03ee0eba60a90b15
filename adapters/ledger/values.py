"""Rows as values: times, JSON text and the models of `schemas`."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.documents import ObjectStat, Requested
from schemas.errors import UnsafeName

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(microseconds: int) -> datetime:
    """A ledger time as a UTC datetime."""
    return _EPOCH + timedelta(microseconds=microseconds)


def moment_or_none(microseconds: int | None) -> datetime | None:
    """The same for times that may be missing."""
    return None if microseconds is None else moment(microseconds)


def microseconds_or_none(at: datetime | None) -> int | None:
    """A datetime as a ledger time."""
    return None if at is None else (at - _EPOCH) // timedelta(microseconds=1)


def to_json(value: Mapping[str, Any]) -> str:
    """JSON text in one spelling: equal values give equal text, whatever characters they hold."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def requested_json(requested: Requested) -> str:
    """What a sender stated, in one spelling."""
    return to_json(requested.model_dump(mode="json"))


def plain(text: str) -> str:
    """Text every database stores: no NUL, no lone surrogate."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def checked_key(key: str) -> str:
    """The key itself. Raises `UnsafeName` for one that no database could store faithfully."""
    try:
        key.encode()
    except UnicodeEncodeError as error:
        raise UnsafeName("the object's name is not valid Unicode; rename it") from error
    if "\0" in key:
        raise UnsafeName("the object's name holds a NUL character; rename it")
    return key


def stat_columns(stat: ObjectStat) -> dict[str, Any]:
    """The columns of a run that describe the object's version."""
    return {
        "version": stat.ref.version,
        "order_key": stat.order_key,
        "size": stat.size,
        "modified_at": microseconds_or_none(stat.modified_at),
        "content_type": stat.content_type,
        "object_metadata": to_json(stat.metadata),
    }


def erased_hash(erase_key: bytes, *words: str) -> str:
    """HMAC-SHA256 (RFC 2104) of source, key and a version token or content hash: recognises an erased version, tells nothing about it."""
    return hmac.new(erase_key, "\0".join(words).encode(), hashlib.sha256).hexdigest()
