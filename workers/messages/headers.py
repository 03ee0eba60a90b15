"""Header fields of real mail as text, addresses and times. What the standard library's parser trips over is read raw; nothing here raises."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

PARSER_FAULTS = (MessageError, ValueError, TypeError, AttributeError, LookupError, AssertionError)
"""What `email` raises on malformed fields instead of recording a defect: https://github.com/python/cpython/issues lists dozens of each kind."""
_UNWELCOME = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_FOLD = re.compile(r"[ \t]*\r?\n[ \t]+|\s+")
PARSED_CHARS = 4_000
"""Longer fields are not given to the parser of `email.policy.default`, whose time grows with the square of a field's length."""
HEADER_CHARS = 100_000
"""Characters of one field that are read; RFC 5322 folds lines at 998, and a list of a thousand recipients stays below."""


def readable(text: str) -> str:
    """Text without control characters and lone surrogates; bytes that were no UTF-8 are read as Windows-1252."""
    if any("\udc80" <= char <= "\udcff" for char in text):
        raw = text.encode("utf-8", "surrogateescape")
        text = decoded(raw, None)
    return _UNWELCOME.sub("", text)


def decoded(data: bytes, charset: str | None) -> str:
    """Characters of `data`; an unknown or wrong charset falls back to UTF-8 and then Windows-1252."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name) if name else data.decode("ascii")
        except (LookupError, UnicodeError, ValueError):
            continue
    try:
        return data.decode(charset or "cp1252", "replace")
    except (LookupError, UnicodeError, ValueError):
        return data.decode("cp1252", "replace")


def field(message: Message, name: str) -> str | None:
    """The first field of this name, decoded and unfolded; None when it is missing or empty."""
    text = _raw(message, name)
    if text is None:
        return None
    if len(text) <= PARSED_CHARS:
        try:
            text = str(message.get(name))
        except PARSER_FAULTS:
            text = _words(text)
    else:
        text = _words(text[:HEADER_CHARS])
    return _FOLD.sub(" ", readable(text)).strip() or None


def _raw(message: Message, name: str) -> str | None:
    return next((str(value) for found, value in message.raw_items() if found.lower() == name.lower()), None)


def _words(raw: str) -> str:
    """Encoded words (RFC 2047) decoded one by one, without the grammar of the field."""
    try:
        return "".join(decoded(piece, charset) if isinstance(piece, bytes) else piece for piece, charset in decode_header(raw))
    except PARSER_FAULTS:
        return raw


def addresses(values: Iterable[str | None]) -> list[str]:
    """Addresses of several fields, each once, in order; what is no address but stands there is kept as written."""
    found: dict[str, None] = {}
    for value in values:
        if not value:
            continue
        try:
            pairs = getaddresses([value])
        except PARSER_FAULTS:
            pairs = []
        listed = [address.strip().lower() for _, address in pairs if "@" in address]
        listed = listed or [address.lower() for address in re.findall(r"[\w.+%-]{1,64}@[\w.-]{1,255}", value)]
        for address in listed or [value[:320]]:
            found.setdefault(address)
    return list(found)


def message_ids(value: str | None) -> list[str]:
    """Ids in a Message-ID, References or In-Reply-To field, without their brackets; one without brackets counts when it is a single word."""
    if not value:
        return []
    found = _ID.findall(value)
    return found or ([value.strip("<>")] if " " not in value and len(value) < 900 else [])


def sent_at(value: str | None) -> datetime | None:
    """The Date field in UTC; a time without a zone is taken as UTC. None for what is no date."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (*PARSER_FAULTS, OverflowError):
        return None
