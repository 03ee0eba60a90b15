"""What an adapter can do, as data that routing, `tamiz adapters` and the docs read."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from pydantic import BaseModel, Field

from schemas.documents import Value


class Capabilities(Value):
    """Facts about an adapter that callers decide by."""

    languages: tuple[str, ...] = Field(default=(), description="BCP 47 codes it knows; empty: does not depend on language")
    max_bytes: int | None = Field(default=None, description="largest input in bytes; None: no own limit")
    needs_network: bool = False
    needs_program: bool = Field(default=False, description="starts a program of the system, so its child cannot be confined as tightly")
    batch_size: int = Field(default=1, ge=1, description="inputs per call at which it works best")
    price_usd: Decimal = Field(default=Decimal(0), description="US dollars per `price_unit`; 0: free")
    price_unit: str = Field(default="call", description="what the price counts: page, minute, 1000 characters, call")
    resident_bytes: int = Field(default=0, ge=0, description="memory its models take beyond what a parser child is given anyway; its cap rises by it")
    provides: tuple[str, ...] = Field(
        default=(),
        description="nlp: language, sentiment, entities, terms, aspects, term_polarity (`TermJudge`), classes, embeddings; diarisation: stretches; "
        "warehouse: interleaving (`replace` may be called while it asks for the rows of another call)",
    )


class Readiness(Value):
    """Whether an engine could work right now, and why (not): told without loading anything. `auto` chooses by it, `tamiz doctor` prints it."""

    ok: bool
    reason: str


class Adapter(Protocol):
    """What every adapter of every family shows: who it is, what it can do, how it is set."""

    @property
    def name(self) -> str:
        """The adapter's name in settings, rows and docs."""
        ...

    @property
    def version(self) -> str:
        """Version of the engine behind it; part of every row's `adapter` and of the key of kept outputs."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Facts callers decide by."""
        ...

    @property
    def options(self) -> BaseModel:
        """The checked options, an instance of the class's `Options`."""
        ...
