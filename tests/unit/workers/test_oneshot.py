from __future__ import annotations

from pathlib import Path

import pytest

from schemas.extractions import Fill
from schemas.settings import Settings
from workers.container import Container
from workers.oneshot import OneShot
from workers.whole import merged


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


def test_numbers_that_name_another_item_go_on_too() -> None:
    one = {"items": 2, "reviews": [{"review_no": 1, "duplicate_of": None}, {"review_no": 2, "duplicate_of": 1}]}
    call = {"utterances": [{"utterance_no": 1, "answered_by": 2}, {"utterance_no": 2, "answered_by": None}]}
    part = {**one, **call, "steps": [], "problems": [], "duration_ms": 1}
    whole = merged([part, part])
    assert [row["duplicate_of"] for row in whole["reviews"]] == [None, 1, None, 3]
    assert [row["answered_by"] for row in whole["utterances"]] == [2, None, 4, None]


def test_what_the_parts_settled_is_in_the_whole() -> None:
    one = {"items": 1, "offers": [{"offer_no": 1, "page_no": 1, "currency": None}], "steps": [], "problems": [], "duration_ms": 1}
    whole = merged([one, one], [Fill(table="offers", columns={"currency": "EUR"})])
    assert [row["currency"] for row in whole["offers"]] == ["EUR", "EUR"]
    assert one["offers"] == [{"offer_no": 1, "page_no": 1, "currency": None}]


def test_a_file_this_user_may_not_read_is_a_line_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "mine.pdf"
    path.touch()
    monkeypatch.setattr(Path, "open", forbidden)
    with OneShot(Container(Settings(data=tmp_path))) as shot:
        assert shot.extract(path) == {
            "source_uri": path.as_uri(),
            "error": {"code": "unavailable", "message": "reading mine.pdf: Permission denied"},
        }
