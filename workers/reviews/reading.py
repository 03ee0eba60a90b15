"""Review files to opinions: every record of a stretch of the file, read, typed and numbered; broken ones as problems that leave a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from schemas.errors import TamizError
from schemas.extractions import Problem
from workers.brochures.naming import product_key
from workers.reviews.columns import normal, roles_of, strong_names
from workers.reviews.shape import Shape, shape_of
from workers.reviews.spans import utf8
from workers.reviews.values import clean, instant, rating_of, whole_number

SHORT_TEXT = 1000
"""Characters kept of names, places and titles; a longer one is no name."""
_NAMES = ("product", "brand", "author", "author_location", "retailer", "store", "region", "review_id")
WHOLE_FILE = ("product", "brand", "retailer", "store", "region")
"""What the metadata of a file may say for all its reviews."""
_LOOK_BYTES = 4 * 1024**2


@dataclass(slots=True)
class Opinion:
    """One review as the file states it, before anything is understood."""

    review_no: int
    text: str
    title: str | None
    language: str | None
    fields: dict[str, Any]
    """The other columns of `reviews`."""
    flags: tuple[str, ...]


@lru_cache(maxsize=4096)
def _key(product: str, brand: str | None) -> str | None:
    """The product's key, led by its brand unless the name says it already."""
    return product_key(brand if brand and brand.casefold() not in product.casefold() else None, product)


class Read(NamedTuple):
    """One record: an opinion, or the problem that stands in its place."""

    opinion: Opinion | None
    problem: Problem | None


def looks_like_reviews(path: Path, media_type: str) -> bool:
    """Whether a file of records holds reviews, told by its columns or keys: a text called like a review, or any text with a rating beside it.

    Plain text counts when ratings mark its lines or blocks. Never raises for a file that cannot be read; that one is none.
    """
    try:
        shape = shape_of(path, media_type, {}, _LOOK_BYTES)
    except TamizError:
        return False
    if shape.layout in ("lines", "blocks"):
        return True
    if shape.layout == "whole" or "text" not in shape.columns:
        return False
    column = shape.columns["text"]
    parts = [normal(part) for part in column.split(".")]
    return "rating" in shape.columns or bool({"".join(parts), parts[-1]} & strong_names())


def read_opinions(path: Path, shape: Shape, stretch: tuple[int, int], cap: int, metadata: Mapping[str, Any]) -> Iterator[Read]:
    """The records between two byte offsets, numbered from 1."""
    rows = _Rows(shape, metadata)
    start, end = stretch
    number = 0
    with utf8(path, shape.encoding, start) as stream:
        for span in shape.spans(stream, start, end, cap):
            number += 1
            if span.data is None:
                yield Read(None, Problem(code="too_large", message=f"the record is longer than {cap} bytes", item_no=number))
            elif span.broken:
                yield Read(None, Problem(code="truncated", message="the record does not end", item_no=number))
            else:
                yield rows.read(span.data, number)


class _Rows:
    """Turns records into opinions."""

    def __init__(self, shape: Shape, metadata: Mapping[str, Any]) -> None:
        self._shape = shape
        self._paths = {role: (column, column.split(".")) for role, column in shape.columns.items()}
        self._defaults = self._whole_file(shape, metadata)
        self._language = clean(metadata.get("language"), 35)

    @staticmethod
    def _whole_file(shape: Shape, metadata: Mapping[str, Any]) -> dict[str, str]:
        """What holds for every review: what the file says beside its list, then the metadata."""
        found: dict[str, str] = {}
        beside = {key: value for key, value in shape.beside.items() if not isinstance(value, dict | list)}
        if beside:
            for role, key in roles_of(list(beside), [beside]).items():
                value = clean(beside[key], SHORT_TEXT)
                if role in WHOLE_FILE and value:
                    found[role] = value
        for role in WHOLE_FILE:
            value = clean(metadata.get(role), SHORT_TEXT)
            if value:
                found[role] = value
        return found

    def read(self, data: bytes, number: int) -> Read:
        """One record."""
        record = self._shape.record(data)
        if record is None:
            return Read(None, Problem(code="malformed", message=f"the record is no valid {self._kind()}", item_no=number))
        text = clean(self._cell(record, "text")) or ""
        rating, flags = self._rating(record)
        title = clean(self._cell(record, "title"), SHORT_TEXT)
        if not text and rating is None and title is None:
            return Read(None, Problem(code="empty", message="the record has no text and no rating", item_no=number))
        names = self._defaults | self._names(record)
        fields: dict[str, Any] = {**names, **self._numbers(record)}
        if rating is not None:
            fields["rating"], fields["rating_scale"] = rating
        published_at, undated = self._time(record)
        fields["published_at"] = published_at
        if "product" in names:
            fields["product_key"] = _key(names["product"], names.get("brand"))
        language = clean(self._cell(record, "language"), 35) or self._language
        return Read(Opinion(number, text, title, language, fields, flags + undated), None)

    def _kind(self) -> str:
        return f"row of {len(self._shape.header)} cells" if self._shape.layout == "table" else "JSON object"

    def _cell(self, record: Mapping[str, Any], role: str) -> Any:
        where = self._paths.get(role)
        if where is None:
            return None
        column, path = where
        if column in record or len(path) == 1:
            return record.get(column)
        value: Any = record
        for key in path:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def _names(self, record: Mapping[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for role in _NAMES:
            if role in self._paths:
                value = clean(self._cell(record, role), SHORT_TEXT)
                if value is not None:
                    found[role] = value
        return found

    def _numbers(self, record: Mapping[str, Any]) -> dict[str, int]:
        found: dict[str, int] = {}
        for role in ("helpful", "author_reviews"):
            if role in self._paths:
                value = whole_number(self._cell(record, role))
                if value is not None:
                    found[role] = value
        return found

    def _rating(self, record: Mapping[str, Any]) -> tuple[tuple[float, float | None] | None, tuple[str, ...]]:
        cell = self._cell(record, "rating")
        found = rating_of(cell)
        if found is None:
            return None, ("rating_unreadable",) if cell not in (None, "") else ()
        stated = rating_of(self._cell(record, "rating_scale"))
        scale = found.scale or (stated.value if stated else None) or self._shape.scale
        return (found.value, scale), ("rating_above_scale",) if scale is not None and found.value > scale else ()

    def _time(self, record: Mapping[str, Any]) -> tuple[datetime | None, tuple[str, ...]]:
        cell = self._cell(record, "published_at")
        if cell in (None, ""):
            return None, ()
        found = instant(cell, self._shape.date_order)
        return found, () if found else ("date_unreadable",)
