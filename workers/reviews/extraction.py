"""The Extraction of a review file as the pipeline makes it: a `ReviewExtraction` to everybody who reads it, with plain rows to who writes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from schemas.documents import Kind
from schemas.extractions import ColumnRole, Extraction
from schemas.rows.common import EntityRow, TermRow
from schemas.rows.plain import FieldsOf
from schemas.rows.review import AspectRow, ReviewRow

Fields: TypeAlias = dict[str, Any]


class FoundReviews(Extraction):
    """Its JSON is that of a `ReviewExtraction` with the same rows, byte for byte; validating, writing and dropping it takes half the time."""

    kind: Literal[Kind.REVIEW] = Kind.REVIEW
    columns: tuple[ColumnRole, ...] = ()
    reviews: tuple[Annotated[Fields, FieldsOf(ReviewRow)], ...] = ()
    aspects: tuple[Annotated[Fields, FieldsOf(AspectRow)], ...] = ()
    terms: tuple[Annotated[Fields, FieldsOf(TermRow)], ...] = ()
    entities: tuple[Annotated[Fields, FieldsOf(EntityRow)], ...] = ()
