from __future__ import annotations

import json
from decimal import Decimal

import pytest

from schemas.rows.brochure import OfferRow
from workers.evaluation.brochures.gold import labelled
from workers.evaluation.brochures.predictions import ours, prediction_lines

ROW = OfferRow(
    **{"offer_no": 1, "page_no": 1, "confidence": 0.5, "adapter": "x/1", "name": "Oat drink", "price": Decimal("1.9"), "package": "1 l"},
    **{"original_price": Decimal(2), "discount_pct": 5, "x0": 0.1, "y0": 0.2, "x1": 0.3, "y1": 0.4},
)
BARE = OfferRow(offer_no=2, page_no=1, confidence=1, adapter="x/1")


def line(*rows: OfferRow) -> dict[str, object]:
    return {"offers": [row.model_dump(mode="json") for row in rows]}


def test_rows_are_told_in_the_labels_words() -> None:
    [offer, bare] = ours(line(ROW, BARE))
    [told] = map(json.loads, prediction_lines({"north_1": (offer, bare)}).splitlines())
    assert told["page"] == "north_1"
    assert told["offers"][0] == {
        **{"product_name": "Oat drink", "price": "1.90", "unit": "1 l", "original_price": "2.00", "discount": 5.0},
        **{"bbox": [0.1, 0.2, 0.3, 0.4], "confidence": 0.5},
    }
    assert {value for key, value in told["offers"][1].items() if key != "confidence"} == {None}


@pytest.mark.parametrize("row", [ROW, BARE])
def test_what_is_written_is_read_as_what_was_judged(row: OfferRow) -> None:
    [offer] = ours(line(row))
    [told] = json.loads(prediction_lines({"x": [offer]}))["offers"]
    again = labelled(told)
    assert all(getattr(again, field) == getattr(offer, field) for field in ("name", "price", "unit", "original_price", "discount", "box"))


def test_a_page_without_offers_is_a_line_too() -> None:
    assert ours({"source_uri": "file:///x", "error": {"code": "empty", "message": ""}}) == ()
    assert prediction_lines({"x": ()}) == '{"page": "x", "offers": []}\n'
    assert json.loads(prediction_lines({"\ud800": ()}))["page"] == "\ud800"
