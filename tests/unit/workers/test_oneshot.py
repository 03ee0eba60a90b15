from __future__ import annotations

from workers.oneshot import merged


def part(items: int, reviews: list[int], terms: list[int]) -> dict[str, object]:
    return {
        "items": items,
        "reviews": [{"review_no": number} for number in reviews],
        "terms": [{"item_no": number} for number in terms],
        "steps": [{"step": "read"}],
        "problems": [],
        "duration_ms": 5,
    }


def test_item_numbers_go_on_from_part_to_part_and_keep_gaps() -> None:
    whole = merged([part(3, [1, 3], [1, 3]), part(2, [1, 2], [2])])
    assert [row["review_no"] for row in whole["reviews"]] == [1, 3, 4, 5]
    assert [row["item_no"] for row in whole["terms"]] == [1, 3, 5]
    assert whole["items"] == 5
    assert whole["duration_ms"] == 10
    assert len(whole["steps"]) == 2


def test_row_numbers_go_on_by_rows() -> None:
    one = {"items": 1, "offers": [{"offer_no": 1, "page_no": 1}, {"offer_no": 2, "page_no": 1}], "steps": [], "problems": [], "duration_ms": 1}
    whole = merged([one, one])
    assert [(row["offer_no"], row["page_no"]) for row in whole["offers"]] == [(1, 1), (2, 1), (3, 2), (4, 2)]
