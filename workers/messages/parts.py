"""The parts of a message: which are its text and which are files. A message inside a message is a file; it is not opened here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.policy import compat32

from schemas.errors import TooLarge
from workers.messages.headers import PARSER_FAULTS, decoded, readable
from workers.messages.html_text import html_to_text

MULTIPART_DEPTH = 60
"""Multiparts inside multiparts; mail programs write four."""
NAME_CHARS = 200
_PATH_SIGNS = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+')
_ENDINGS = {"message/rfc822": "eml", "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "text/calendar": "ics"}


@dataclass(frozen=True, slots=True)
class File:
    """One file in a message: its name for display, its declared type, its bytes."""

    name: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Contents:
    """What a message holds."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    unreadable: int = 0
    """Parts whose bytes could not be recovered."""

    @property
    def text(self) -> str:
        """The plain text, or else the words of the HTML."""
        plain = "\n\n".join(text for text in self.plain if text.strip()).strip()
        return plain or "\n\n".join(text for text in map(html_to_text, self.html) if text)


def contents_of(message: Message) -> Contents:
    """Sort the parts of a message. Raises `TooLarge` for multiparts nested beyond reason."""
    found = Contents()
    for part in _leaves(message, 0):
        kind = _type(part)
        name = _file_name(part)
        if kind in ("text/plain", "text/html") and name is None and not _is_attachment(part):
            (found.plain if kind == "text/plain" else found.html).append(_text(part))
        elif kind.startswith("multipart/"):
            found.plain.append(_text(part))  # announced, but without a boundary that divides it: what stands there is the text
        elif name is not None or not kind.startswith("image/"):
            data = _bytes(part)
            if data is None:
                found.unreadable += 1
            elif name is not None or data.strip():
                found.files.append(File(name or f"attachment-{len(found.files) + 1}.{_ENDINGS.get(kind, 'bin')}", kind, data))
    return found


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    if depth > MULTIPART_DEPTH:
        raise TooLarge(f"the message nests more than {MULTIPART_DEPTH} multiparts")
    if _type(part).startswith("message/") or not part.is_multipart():
        yield part
        return
    for inner in _inner(part):
        yield from _leaves(inner, depth + 1)


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _type(part: Message) -> str:
    try:
        return part.get_content_type()
    except PARSER_FAULTS:
        return "text/plain"


def _is_attachment(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except PARSER_FAULTS:
        return False


def _file_name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except PARSER_FAULTS:
        name = None
    return safe_name(name) if isinstance(name, str) and name.strip() else None


def safe_name(name: str) -> str:
    """A file name as something to show: no path, no control or direction characters, at most `NAME_CHARS` long, its ending kept."""
    shown = _PATH_SIGNS.sub("_", readable(name.replace("\\", "/").rpartition("/")[2] or name)).strip(" .") or "unnamed"
    if len(shown) > NAME_CHARS:
        stem, dot, ending = shown.rpartition(".")
        shown = stem[: NAME_CHARS - len(ending) - 1] + dot + ending if dot and len(ending) < 12 else shown[:NAME_CHARS]
    return shown


def _text(part: Message) -> str:
    try:
        charset = part.get_content_charset()
    except PARSER_FAULTS:
        charset = None
    data = _payload(part)
    return readable(decoded(data, charset)).replace("\r\n", "\n").replace("\r", "\n") if data is not None else ""


def _payload(part: Message) -> bytes | None:
    try:
        data = part.get_payload(decode=True)
    except PARSER_FAULTS:
        return None
    return data if isinstance(data, bytes) else None


def _bytes(part: Message) -> bytes | None:
    """A part's bytes; those of an inner message are written out again."""
    if not part.is_multipart():
        return _payload(part)
    written = [_written(one) for one in _inner(part)]
    return b"\n".join(one for one in written if one is not None) or None


def _written(message: Message) -> bytes | None:
    for policy in (message.policy, compat32):
        try:
            return message.as_bytes(policy=policy)
        except (*PARSER_FAULTS, RecursionError):
            continue
    return None
