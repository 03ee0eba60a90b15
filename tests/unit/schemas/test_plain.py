"""Rows that stay dicts are checked and written as their models are."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.extractions import ReviewExtraction
from schemas.rows.brochure import OfferRow
from schemas.rows.common import EntityRow, TermRow
from schemas.rows.evidence import Row
from schemas.rows.message import MessageRow
from schemas.rows.plain import FieldsOf
from schemas.rows.review import AspectRow, ReviewRow
from workers.reviews.extraction import FoundReviews

LEAST: dict[type[Row], dict[str, Any]] = {
    ReviewRow: {"review_no": 1, "text": "soup", "confidence": 1, "adapter": "x/1/y"},
    AspectRow: {"review_no": 1, "term": "soup", "confidence": 1, "adapter": "x/1/y"},
    TermRow: {"weight": 1, "item_no": 1, "term": "soup", "confidence": 0.5, "adapter": "x/1/y"},
    EntityRow: {"item_no": 1, "text": "5 EUR", "type": "PRICE", "confidence": 1, "adapter": "x/1/y", "char_start": 0},
    OfferRow: {"offer_no": 1, "page_no": 1, "price": "2", "confidence": 1, "adapter": "x/1/y"},
}


@pytest.mark.parametrize("model", LEAST)
def test_defaults_order_and_json_are_the_models(model: type[Row]) -> None:
    plain = TypeAdapter[dict[str, Any]](Annotated[dict[str, Any], FieldsOf(model)])

    found = plain.validate_python(LEAST[model])

    assert type(found) is dict
    assert plain.dump_json(found) == model.model_validate(LEAST[model]).model_dump_json().encode()


@pytest.mark.parametrize("wrong", [{"confidence": 1.5}, {"review_no": 0}, {"stars": 5}, {"adapter": None}, {"sentences": [(0, 3, "so so")]}])
def test_what_the_model_refuses_is_refused(wrong: dict[str, Any]) -> None:
    row = LEAST[ReviewRow] | wrong
    plain = TypeAdapter[dict[str, Any]](Annotated[dict[str, Any], FieldsOf(ReviewRow)])

    for check in (ReviewRow.model_validate, plain.validate_python):
        with pytest.raises(ValidationError):
            check(row)
    with pytest.raises(ValidationError):
        plain.validate_python({"review_no": 1})


def test_a_model_with_aliases_is_refused() -> None:
    with pytest.raises(TypeError, match="alias"):
        TypeAdapter(Annotated[dict[str, Any], FieldsOf(MessageRow)])


def test_found_reviews_have_all_that_review_extractions_have() -> None:
    assert list(FoundReviews.model_fields) == list(ReviewExtraction.model_fields)
