"""Review files to opinions: every record of a stretch of the file, read, typed and numbered; broken ones as problems that leave a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from schemas.extractions import Problem
from schemas.ledger import PartSpec
from workers.brochures.naming import product_key
from workers.reviews.columns import roles_of
from workers.reviews.encodings import looks_doubled, mended
from workers.reviews.opening import Opened
from workers.reviews.said import Said
from workers.reviews.shape import Shape
from workers.reviews.spans import Span
from workers.reviews.values import clean, instant, rating_of, whole_number

SHORT_TEXT = 1000
"""Characters kept of names, places and titles; a longer one is no name."""
_NAMES = ("product", "brand", "author", "author_location", "retailer", "store", "region", "review_id")
_COUNTS = ("helpful", "author_reviews")
WHOLE_FILE = ("product", "brand", "retailer", "store", "region")
"""What the metadata of a file may say for all its reviews."""


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


Read = Opinion | Problem
"""One record: an opinion, or the problem that stands in its place."""


def read_opinions(opened: Opened, part: PartSpec | None, cap: int) -> Iterator[Read]:
    """The records of the whole file or of a part, numbered from 1 through all its pieces."""
    number = 0
    for piece, shape, start, end, line in opened.stretches(part):
        rows = _Rows(shape, opened.said)
        with piece.open(start) as stream:
            for span in shape.spans(stream, start, end, cap):
                number += 1
                found = rows.read(span, number, cap)
                yield found if isinstance(found, Opinion) else found.model_copy(update={"line_no": line + span.line, "file": piece.name})


class _Rows:
    """Turns records into opinions."""

    def __init__(self, shape: Shape, stated: Said) -> None:
        self._shape = shape
        self._paths = {role: (column, column.split(".")) for role, column in shape.columns.items()}
        self._named, self._counted = ([role for role in roles if role in self._paths] for roles in (_NAMES, _COUNTS))
        self._defaults = self._whole_file(shape, stated.metadata)
        self._language = clean(stated.metadata.get("language"), 35)

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

    def read(self, span: Span, number: int, cap: int) -> Read:
        """One record."""
        if span.data is None:
            return Problem(code="too_large", message=f"the record is longer than {cap} bytes", item_no=number)
        if span.broken:
            return Problem(code="truncated", message="the record does not end: a quote or bracket in it never closes", item_no=number)
        record = self._shape.record(span.data)
        if record is None:
            return Problem(code="malformed", message=self._shape.fault(span.data), item_no=number)
        text, flags = self._text(record)
        rating, doubts = self._rating(record)
        title = clean(self._cell(record, "title"), SHORT_TEXT)
        if not text and rating is None and title is None:
            return Problem(code="empty", message="the record has no text and no rating", item_no=number)
        names = self._defaults | self._names(record)
        fields: dict[str, Any] = {**names, **self._numbers(record)}
        if rating is not None:
            fields["rating"], fields["rating_scale"] = rating
        published_at, undated = self._time(record)
        fields["published_at"] = published_at
        if "product" in names:
            fields["product_key"] = _key(names["product"], names.get("brand"))
        language = clean(self._cell(record, "language"), 35) or self._language
        return Opinion(number, text, title, language, fields, flags + doubts + undated)

    def _text(self, record: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        """The opinion; text that was decoded wrongly on its way here is mended and flagged, signs that are lost for good are flagged."""
        text = clean(self._cell(record, "text")) or ""
        if text.isascii():
            return text, ()
        flags: tuple[str, ...] = ()
        if looks_doubled(text) and (better := mended(text)) != text:
            text, flags = better, ("mojibake_mended",)
        return text, (*flags, "undecodable_signs") if "\ufffd" in text else flags

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
        for role in self._named:
            value = clean(self._cell(record, role), SHORT_TEXT)
            if value is not None:
                found[role] = value
        return found

    def _numbers(self, record: Mapping[str, Any]) -> dict[str, int]:
        found: dict[str, int] = {}
        for role in self._counted:
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
