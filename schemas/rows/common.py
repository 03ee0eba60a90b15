"""Tables about documents themselves, and the facts every kind can have."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import Field

from schemas.documents import DocumentId
from schemas.rows.evidence import Json, Row, TextFact


class DocumentRow(Row):
    """One row per current document, the rejected and dead ones too."""

    source_uri: str
    version: str = Field(description="the store's version token of the object these rows come from")
    kind: str | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    language: str | None = Field(default=None, description="BCP 47")
    status: str = Field(description="loaded, rejected or dead")
    error_code: str | None = None
    error_message: str | None = None
    received_at: datetime
    extracted_at: datetime | None = None
    loaded_at: datetime | None = None
    duration_ms: int | None = None
    cost_usd: Decimal = Field(default=Decimal("0.00"), description="US dollars spent on paid engines for this version")
    pipeline_version: str | None = None
    parent_document_id: DocumentId | None = Field(default=None, description="the message this attachment came with")
    metadata: Json = Field(default_factory=dict)


class StepRow(Row):
    """One thing done for a document, and what it took."""

    step: str = Field(description="open, read, ocr, stt, nlp, understand, ...")
    part: int = Field(default=1, ge=1)
    adapter: str | None = None
    status: str = Field(default="done", description="done, replayed (from kept engine output) or failed")
    started_at: datetime
    duration_ms: int = Field(ge=0)
    cost_usd: Decimal = Decimal("0.00")
    error_code: str | None = None


class ExtractionRow(Row):
    """One part of a document's Extraction, as JSON of at most 16 MB."""

    part_no: int = Field(ge=1)
    kind: str
    schema_version: int
    payload: Json


class EntityRow(TextFact):
    """A named thing in item `item_no` (a review, an utterance, a page, a message)."""

    item_no: int = Field(ge=1)
    text: str
    type: str
    normalized: str | None = None


class TermRow(TextFact):
    """A word or phrase that carries an item's content."""

    item_no: int = Field(ge=1)
    term: str
    weight: float = Field(ge=0)
