"""What an adapter can do, as data that routing, `tamiz adapters` and the docs read."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from schemas.documents import Value


class Capabilities(Value):
    """Facts about an adapter that callers decide by."""

    languages: tuple[str, ...] = Field(default=(), description="BCP 47 codes it knows; empty: does not depend on language")
    max_bytes: int | None = Field(default=None, description="largest input in bytes; None: no own limit")
    needs_network: bool = False
    batch_size: int = Field(default=1, ge=1, description="inputs per call at which it works best")
    price_usd: Decimal = Field(default=Decimal(0), description="US dollars per `price_unit`; 0: free")
    price_unit: str = Field(default="call", description="what the price counts: page, minute, 1000 characters, call")
    provides: tuple[str, ...] = Field(default=(), description="for nlp: language, sentiment, entities, terms, aspects, classes, embeddings")
