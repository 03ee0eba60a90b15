"""Which pipeline a document goes to, and which queue it waits in.

The order is: the kind the sender stated, then a key pattern, then the content. The sniffed type decides what can be read at all; a name's
extension only guesses the queue before anybody has looked, and a wrong guess costs one hop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from pydantic import JsonValue

from schemas.documents import CostClass, Kind, Requested
from schemas.errors import TypeMismatch, UnsupportedType
from schemas.settings import KeyPattern

PAGE_TYPES = frozenset(
    {"application/pdf", "image/jpeg", "image/png", "image/webp", "image/tiff", "image/bmp", "image/gif", "image/heic", "image/avif"}
)
RECORD_TYPES = frozenset({"application/json", "application/x-ndjson", "text/csv", "text/tab-separated-values"})
PACKED_TYPES = frozenset(
    {
        *("application/gzip", "application/zip", "application/vnd.apache.parquet"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
"""What may hold records."""
TRANSCRIPT_TYPES = frozenset({"application/json", "text/vtt", "application/x-subrip"})
"""A call that arrives written needs no recogniser."""
TEXT_TYPES = RECORD_TYPES | {"text/plain"}
"""Text a document can show as it is: records that are no reviews are readable text all the same."""

_OCR_NAMES = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".heif", ".avif"})
_AUDIO_NAMES = frozenset({".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".mp4", ".aac", ".amr", ".3gp", ".wma", ".webm", ".aif", ".aiff"})
SMALL_BYTES = 1024**2
"""Text below 1 MB (about 5,000 reviews, under a second of work) may use the slot kept free for small documents."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a document goes. `undecided`: a page file nobody named; its first page says whether it is a brochure."""

    kind: Kind
    queue: CostClass
    undecided: bool = False
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)


def guess_queue(key: str, size: int) -> CostClass:
    """The queue a new object probably belongs to, from its name and size in bytes."""
    suffix = PurePosixPath(key).suffix.lower()
    if suffix in _AUDIO_NAMES:
        return CostClass.AUDIO
    if suffix in _OCR_NAMES:
        return CostClass.OCR
    return CostClass.TEXT if size < SMALL_BYTES else CostClass.BULK


def queue_for(kind: Kind, media_type: str, size: int) -> CostClass:
    """The queue of a document whose kind and type are known."""
    if kind is Kind.CALL and media_type not in TRANSCRIPT_TYPES:
        return CostClass.AUDIO
    if media_type in PAGE_TYPES:
        return CostClass.OCR
    return CostClass.TEXT if size < SMALL_BYTES else CostClass.BULK


def matching(key: str, patterns: Iterable[KeyPattern]) -> KeyPattern | None:
    """The first pattern that matches `key`; `**` crosses levels, `*` does not."""
    for pattern in patterns:
        if _matches(key.split("/"), pattern.pattern.split("/")):
            return pattern
    return None


def _matches(key: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not key
    if pattern[0] == "**":
        return any(_matches(key[skip:], pattern[1:]) for skip in range(len(key) + 1))
    return bool(key) and fnmatchcase(key[0], pattern[0]) and _matches(key[1:], pattern[1:])


def route(
    key: str,
    size: int,
    media_type: str,
    requested: Requested,
    pattern: KeyPattern | None,
    readable: Mapping[Kind, frozenset[str]],
    told: Callable[[], Kind | None],
) -> Route:
    """Decide kind and queue of a document whose type was sniffed.

    `readable` lists each kind's types; `told` looks into records for a kind that only their keys tell.
    Raises `TypeMismatch` when the stated kind cannot read this type, `UnsupportedType` when none can.
    """
    if requested.kind is not None:
        if media_type not in readable[requested.kind]:
            raise TypeMismatch(
                f"this file is {media_type}, which a {requested.kind.value} cannot be; send it without a kind, or as one of: "
                + (", ".join(sorted(kind.value for kind, types in readable.items() if media_type in types)) or "none")
            )
        return Route(requested.kind, queue_for(requested.kind, media_type, size))
    if pattern is not None and pattern.kind is not None and media_type in readable[pattern.kind]:
        return Route(pattern.kind, queue_for(pattern.kind, media_type, size))
    return _by_content(key, size, media_type, readable, told)


def _by_content(key: str, size: int, media_type: str, readable: Mapping[Kind, frozenset[str]], told: Callable[[], Kind | None]) -> Route:
    if media_type in PAGE_TYPES:
        return Route(Kind.DOCUMENT, CostClass.OCR, undecided=True)
    several = media_type in RECORD_TYPES | PACKED_TYPES
    kind = told() if several else next((kind for kind in (Kind.CALL, Kind.MESSAGE) if media_type in readable[kind]), None)
    if kind is None and media_type in readable[Kind.DOCUMENT]:
        kind = Kind.DOCUMENT
    if kind is None:
        raise UnsupportedType(
            f"nothing here reads {media_type} ({PurePosixPath(key).name[:80]!r}); pages (PDF, JPEG, PNG, WebP, TIFF), audio, transcripts, "
            "e-mail (.eml), JSON, JSON lines, CSV and plain text are read, and reviews as XLSX, Parquet, .gz and .zip, too"
        )
    return Route(kind, queue_for(kind, media_type, size))


def merged_metadata(
    upload: Mapping[str, JsonValue],
    user_metadata: Mapping[str, str],
    sidecar: Mapping[str, JsonValue],
    pattern: KeyPattern | None,
) -> dict[str, JsonValue]:
    """What the bytes do not say, the nearest statement winning: upload, the object's user metadata, sidecar, key pattern."""
    return {**(pattern.metadata if pattern else {}), **sidecar, **user_metadata, **upload}
