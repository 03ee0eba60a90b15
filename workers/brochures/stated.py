"""What the sender said of a brochure, as columns of its offers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pydantic import JsonValue

from workers.brochures.offers import Stated

_COLUMNS: Final = {
    "retailer": ("retailer", "chain"),
    "region": ("region",),
    "store": ("store",),
    "category": ("category",),
}
"""Offer columns by the metadata keys that fill them, the first that is given."""


def stated_by(metadata: Mapping[str, JsonValue]) -> Stated:
    """Columns from `retailer` (or `chain`), `region`, `store`, `category`, `valid_from`, `valid_to` (ISO dates) and `currency` (ISO 4217).

    A value that is not of its form is left out: metadata describes, it never rejects a document.
    """
    columns: dict[str, Any] = {}
    for column, keys in _COLUMNS.items():
        value = next((metadata[key] for key in keys if metadata.get(key)), None)
        if isinstance(value, str | int):
            columns[column] = str(value)
    for column in ("valid_from", "valid_to"):
        day = _day(metadata.get(column))
        if day is not None:
            columns[column] = day
    currency = metadata.get("currency")
    known = currency.upper() if isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha() else None
    return Stated(currency=known, columns=tuple(columns.items()))


def _day(value: JsonValue) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
