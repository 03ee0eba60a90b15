from __future__ import annotations

import pytest

from schemas.documents import Kind, document_id
from schemas.errors import Malformed
from schemas.ledger import PartResult
from workers.assembly import assemble, languages_of

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
