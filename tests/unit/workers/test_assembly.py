from __future__ import annotations

import pytest

from schemas.documents import Kind, document_id
from schemas.errors import Malformed
from schemas.extractions import Fill
from schemas.ledger import PartResult
from workers.assembly import assemble, fill, languages_of

DOCUMENT = document_id("bucket", "reviews/a.jsonl")


def part(number: int, items: int, rows: int, languages: dict[str, int]) -> PartResult:
    return PartResult(part_no=number, result_key=f"results/{number}", items=items, rows={"reviews": rows}, languages=languages)


def test_each_part_file_knows_what_stands_before_it_whatever_order_parts_ended_in() -> None:
    manifest = assemble(DOCUMENT, Kind.REVIEW, [part(3, 5, 5, {}), part(1, 10, 9, {}), part(2, 7, 7, {})])
    assert [(one.part_no, one.item_offset, one.row_offsets) for one in manifest.parts] == [
        (1, 0, {}),
        (2, 10, {"reviews": 9}),
        (3, 17, {"reviews": 16}),
    ]


def test_the_language_is_the_one_most_items_have() -> None:
    parts = [part(1, 10, 10, {"en": 6, "es": 4}), part(2, 10, 10, {"es": 9})]
    assert languages_of(parts) == {"en": 6, "es": 13}
    assert assemble(DOCUMENT, Kind.REVIEW, parts).language == "es"


def test_no_votes_no_language() -> None:
    assert assemble(DOCUMENT, Kind.REVIEW, [part(1, 1, 1, {})]).language is None


def test_a_part_without_rows_is_no_failure_and_a_file_without_is_one() -> None:
    """Four bad pages of a hundred are their own problem."""
    assert len(assemble(DOCUMENT, Kind.DOCUMENT, [part(1, 4, 4, {}), part(2, 4, 0, {})]).parts) == 2
    with pytest.raises(Malformed):
        assemble(DOCUMENT, Kind.DOCUMENT, [part(1, 4, 0, {}), part(2, 4, 0, {})])


def voting(number: int, **votes: dict[str, float]) -> PartResult:
    return PartResult(part_no=number, result_key=f"results/{number}", items=4, rows={"offers": 3}, votes=votes)


def test_the_parts_of_a_brochure_settle_together_what_one_alone_cannot_say() -> None:
    period = "2025-11-10/2025-11-15"
    parts = [
        voting(1, retailer={"Moolane": 1.2}, validity={period: 1.0}, currency={}, country={"uk": 1.0}),
        voting(2, retailer={"Moolane": 0.6, "Milk Works": 0.6}, validity={period: 3.0, "2025-11-13/2025-11-15": 1.0}),
    ]
    manifest = assemble(DOCUMENT, Kind.BROCHURE, parts)
    assert [(one.table, one.columns, one.replace) for one in manifest.fills] == [
        ("offers", {"retailer": "Moolane"}, True),
        ("offers", {"valid_from": "2025-11-10", "valid_to": "2025-11-15"}, False),
        ("offers", {"currency": "GBP"}, False),
    ]
    assert assemble(DOCUMENT, Kind.REVIEW, parts).fills == ()


def test_parts_that_disagree_settle_nothing() -> None:
    parts = [voting(1, retailer={"Moolane": 2.0}, currency={"EUR": 3.0}), voting(2, retailer={"Farmhouse": 2.0}, currency={"GBP": 3.0})]
    assert assemble(DOCUMENT, Kind.BROCHURE, parts).fills == ()


def test_filling_leaves_what_is_known_and_half_known() -> None:
    rows = [{"valid_from": None, "valid_to": None, "retailer": "A"}, {"valid_from": "2025-11-13", "valid_to": None}]
    fills = [
        Fill(table="offers", columns={"valid_from": "2025-11-10", "valid_to": "2025-11-15"}),
        Fill(table="offers", columns={"retailer": "B"}, replace=True),
        Fill(table="pages", columns={"text": "never"}),
    ]
    assert fill("offers", rows, fills) == [
        {"valid_from": "2025-11-10", "valid_to": "2025-11-15", "retailer": "B"},
        {"valid_from": "2025-11-13", "valid_to": None, "retailer": "B"},
    ]
    assert rows[0]["retailer"] == "A"
    assert fill("lines", rows, fills) is rows


def test_a_file_of_nothing_but_problems_is_a_failure() -> None:
    problems = PartResult(part_no=1, result_key="r", items=4, rows={"reviews": 0, "problems": 4})
    with pytest.raises(Malformed):
        assemble(DOCUMENT, Kind.REVIEW, [problems])
    assert assemble(DOCUMENT, Kind.REVIEW, [problems, part(2, 5, 5, {})]).parts[1].item_offset == 4
