"""Rows the warehouse contract loads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from schemas.documents import document_id
from schemas.tables import TABLES
from schemas.warehouse import ColumnBatch, RowGroup

A, B, C = (document_id("contract", name) for name in "abc")


def batch(table: str, rows: Sequence[dict[str, Any]]) -> ColumnBatch:
    """Rows given by column name, absent ones None, as a batch."""
    return ColumnBatch(table, {name: [row.get(name) for row in rows] for name in TABLES[table].column_names})


def reviews(document: str, texts: Sequence[str]) -> ColumnBatch:
    """One review per text, numbered from 1."""
    rows = [
        {"document_id": document, "review_no": number, "text": text, "confidence": 0.5, "method": "extracted", "adapter": "t/1/t", "flags": "[]"}
        for number, text in enumerate(texts, 1)
    ]
    return batch("reviews", rows)


def group(document: str, load_seq: int, texts: Sequence[str]) -> RowGroup:
    """A document of these reviews, with its `documents` row."""
    row: dict[str, Any] = {
        "document_id": document,
        "source_uri": f"file:///{document}",
        "version": str(load_seq),
        "status": "loaded",
        "received_at": MOMENT,
    }
    return RowGroup(document, load_seq, (batch("documents", [row | {"cost_usd": Decimal("0.00"), "metadata": "{}"}]), reviews(document, texts)))


MOMENT = datetime(2026, 3, 4, 5, 6, 7, 500_000, tzinfo=UTC)
OFFER: dict[str, Any] = {
    "document_id": A,
    "offer_no": 1,
    "name": 'Café "Süß" 😀 ٣',
    "quantity": 0.25,
    "price": Decimal("1.29"),
    "unit_price": Decimal("12345678901234.5678"),
    "currency": "EUR",
    "multibuy": '{"buy":3,"pay":2}',
    "loyalty": True,
    "valid_from": date(2026, 3, 2),
    "product_key": "cafe",
    "confidence": 1.0,
    "method": "extracted",
    "adapter": "t/1/t",
    "flags": '["price_above_original"]',
    "page_no": 2,
}
