"""The Extraction: all that was understood of one version of one document, or of one part of it.

One model per kind; every field that is a tuple of rows is a table of the warehouse under the same name.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from schemas.documents import DocumentId, Kind, Value
from schemas.rows.brochure import LineRow, ObjectRow, OfferRow, PageRow
from schemas.rows.call import CallRow, CallSpanRow, ReplyRow, UtteranceRow
from schemas.rows.common import EntityRow, StepRow, TermRow
from schemas.rows.evidence import Confidence, Row
from schemas.rows.message import ClassificationRow, MessageRow
from schemas.rows.review import AspectRow, ReviewRow

SCHEMA_VERSION = 1


class Extraction(Value):
    """What every kind's Extraction states."""

    schema_version: Literal[1] = 1
    document_id: DocumentId
    part_no: int = Field(default=1, ge=1, description="which part of the document this is; 1 for a document of one part")
    source_uri: str
    version: str
    media_type: str
    size_bytes: int = Field(ge=0)
    sha256: str
    language: str | None = None
    pipeline_version: str
    extracted_at: datetime
    duration_ms: int = Field(default=0, ge=0)
    cost_usd: Decimal = Decimal("0.00")
    parent_document_id: DocumentId | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    items: int = Field(default=0, ge=0, description="items the source numbers in this part: pages, reviews, utterances; broken ones count")
    steps: tuple[StepRow, ...] = ()
    problems: tuple[Problem, ...] = ()


class Problem(Row):
    """A piece of a document that could not be read while the rest could: a broken row, an unreadable page."""

    code: str = Field(description="as an error's code: malformed, empty, too_large, truncated, ...")
    message: str
    item_no: int | None = Field(default=None, description="review, page or utterance number, from 1, which this piece would have had")
    line_no: int | None = Field(default=None, ge=1, description="line of the text file, row of the sheet or of the Parquet table, from 1")
    file: str | None = Field(default=None, description="member of the archive, or sheet of the workbook, it stands in")


class BrochureExtraction(Extraction):
    """Offers and what stands around them."""

    kind: Literal[Kind.BROCHURE] = Kind.BROCHURE
    pages: tuple[PageRow, ...] = ()
    lines: tuple[LineRow, ...] = ()
    offers: tuple[OfferRow, ...] = ()
    objects: tuple[ObjectRow, ...] = ()


class CallExtraction(Extraction):
    """Who said what and when."""

    kind: Literal[Kind.CALL] = Kind.CALL
    calls: tuple[CallRow, ...] = ()
    utterances: tuple[UtteranceRow, ...] = ()
    call_spans: tuple[CallSpanRow, ...] = ()
    replies: tuple[ReplyRow, ...] = ()
    entities: tuple[EntityRow, ...] = ()


class ColumnRole(Value):
    """What a column or key of a review file was taken for."""

    role: str = Field(description="text, rating, title, product, author, published_at, ...; `docs/reviews.md` lists them")
    column: str = Field(description="the column's name, the dotted path of a key, or `column_3` where a table has no header")
    confidence: Confidence = Field(description="1: stated by a person; below: how well name and cells agree with the role")
    basis: Literal["stated", "name", "content"]
    file: str | None = Field(default=None, description="member of the archive, or sheet of the workbook")


class ReviewExtraction(Extraction):
    """Opinions."""

    kind: Literal[Kind.REVIEW] = Kind.REVIEW
    columns: tuple[ColumnRole, ...] = Field(default=(), description="how the file was read; empty for plain text")
    reviews: tuple[ReviewRow, ...] = ()
    aspects: tuple[AspectRow, ...] = ()
    terms: tuple[TermRow, ...] = ()
    entities: tuple[EntityRow, ...] = ()


class MessageExtraction(Extraction):
    """An e-mail; its attachments are documents of their own."""

    kind: Literal[Kind.MESSAGE] = Kind.MESSAGE
    messages: tuple[MessageRow, ...] = ()
    classifications: tuple[ClassificationRow, ...] = ()
    entities: tuple[EntityRow, ...] = ()


class DocumentExtraction(Extraction):
    """Any readable file that is none of the above."""

    kind: Literal[Kind.DOCUMENT] = Kind.DOCUMENT
    pages: tuple[PageRow, ...] = ()
    lines: tuple[LineRow, ...] = ()
    objects: tuple[ObjectRow, ...] = ()
    entities: tuple[EntityRow, ...] = ()


Extraction.model_rebuild()
AnyExtraction = Annotated[
    BrochureExtraction | CallExtraction | ReviewExtraction | MessageExtraction | DocumentExtraction, Field(discriminator="kind")
]
EXTRACTIONS: dict[Kind, type[Extraction]] = {
    Kind.BROCHURE: BrochureExtraction,
    Kind.CALL: CallExtraction,
    Kind.REVIEW: ReviewExtraction,
    Kind.MESSAGE: MessageExtraction,
    Kind.DOCUMENT: DocumentExtraction,
}
any_extraction: TypeAdapter[BrochureExtraction | CallExtraction | ReviewExtraction | MessageExtraction | DocumentExtraction] = TypeAdapter(
    AnyExtraction
)
"""Reads any Extraction from JSON, whatever its kind."""


class PartFile(Value):
    """One part of a large document's Extraction."""

    part_no: int = Field(ge=1)
    result_key: str
    item_offset: int = Field(ge=0, description="items (reviews, pages, utterances) in the parts before this one; added to the item numbers")
    row_offsets: dict[str, int] = Field(default_factory=dict, description="rows per table in the parts before; added to offer_no, line_no, ...")


class Fill(Value):
    """Values that the parts of a document settled together, for rows of one table."""

    table: str
    columns: dict[str, JsonValue]
    replace: bool = Field(default=False, description="whether rows that have values lose them; else only rows with none of these columns are filled")


class Manifest(Value):
    """The result of a document of several parts: one file per part, in order."""

    schema_version: Literal[1] = 1
    document_id: DocumentId
    kind: Kind
    language: str | None = None
    parts: tuple[PartFile, ...]
    fills: tuple[Fill, ...] = ()
