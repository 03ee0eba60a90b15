from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import Empty, NotFound
from workers.evaluation.reviews.gold import GoldAspect, gold_review, read_gold


def review(**row: Any) -> Any:
    return gold_review({"text": "Good tea.", **row}, "tea.jsonl", 7)


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("stars", "positive", "three_way"),
    [(5, True, "positive"), (4, True, "positive"), (3, None, "neutral"), (2, False, "negative"), (1, False, "negative"), ("4.0", True, "positive")],
)
def test_stars_praise_from_four_and_blame_up_to_two(stars: object, positive: bool | None, three_way: str) -> None:
    found = review(stars=stars)
    assert (found.positive, found.three_way) == (positive, three_way)


@pytest.mark.parametrize(("stars", "three_way"), [(3.5, "neutral"), (2.5, "neutral"), (4.5, "positive"), (1.5, "negative")])
def test_halves_between_praise_and_blame_are_neither(stars: float, three_way: str) -> None:
    assert review(stars=stars).three_way == three_way


@pytest.mark.parametrize(("label", "positive"), [(1, True), (0, False), ("1", True), (False, False)])
def test_a_label_is_a_sign_and_knows_no_middle(label: object, positive: bool) -> None:
    found = review(label=label)
    assert (found.positive, found.three_way, found.stars) == (positive, None, None)


def test_aspects_are_taken_as_stated() -> None:
    found = review(aspects=[{"term": "tea", "polarity": "positive", "start": 5}, {"term": "cup", "polarity": "conflict", "start": None}])
    assert found.aspects == (GoldAspect("tea", "positive", 5), GoldAspect("cup", "mixed", None))
    assert found.positive is None
    assert review(aspects=[]).aspects == ()


def test_the_domain_is_the_set_then_the_source_then_the_file() -> None:
    assert review(set="laptops", source="shop", stars=1).domain == "laptops"
    assert review(source="shop", stars=1).domain == "shop"
    assert review(stars=1).domain == "tea"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"text": " "}, "no `text`"),
        ({"text": 5}, "no `text`"),
        ({"stars": 0}, "0 `stars`"),
        ({"stars": 6}, "6 `stars`"),
        ({"stars": float("nan")}, "nan `stars`"),
        ({"stars": "many"}, "no number: 'many'"),
        ({"stars": True}, "no number"),
        ({"stars": 10**400}, "no number"),
        ({"label": 2}, "neither 0"),
        ({"label": "good"}, "neither 0"),
        ({"aspects": "tea"}, "no list"),
        ({"aspects": ["tea"]}, "no list"),
        ({"aspects": [{"term": ""}]}, "without a `term`"),
        ({"aspects": [{"term": "tea", "polarity": "fine"}]}, "'fine'"),
        ({"aspects": [{"term": "tea", "start": -1}]}, "`start`"),
        ({"aspects": [{"term": "tea", "start": "5"}]}, "`start`"),
    ],
)
def test_a_broken_row_says_what_is_wrong(row: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        review(**row)


def test_a_folder_is_read_by_name_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    written(tmp_path / "b.jsonl", {"text": "Fine.", "stars": 5}, "", "{broken", [1], {"text": "Fine."}, {"text": "Fine.", "stars": None})
    written(tmp_path / "a.ndjson", {"text": "Bad.", "label": 0})
    written(tmp_path / "notes.txt", {"text": "Bad.", "label": 0})
    gold = read_gold(tmp_path)
    assert [(one.file, one.line_no, one.positive) for one in gold.items] == [("a.ndjson", 1, False), ("b.jsonl", 1, True)]
    assert [(one.line_no, one.why) for one in gold.bad] == [(3, "is no JSON in UTF-8"), (4, "is no JSON object")]
    of = gold.files[1]
    assert (of.file, of.rows, of.measured, of.unlabelled, of.other_split, of.bad) == ("b.jsonl", 5, 1, 2, 0, 2)


def test_a_split_leaves_other_rows_out_and_first_counts_labelled_ones(tmp_path: Path) -> None:
    splits = ("train", "test", None, "test", "test")
    path = written(tmp_path / "a.jsonl", *({"text": f"Text {number}.", "stars": 1, "split": split} for number, split in enumerate(splits)))
    gold = read_gold(path, "test", 2)
    assert [one.text for one in gold.items] == ["Text 1.", "Text 3."]
    assert gold.files[0].other_split == 2


def test_nothing_labelled_is_an_error_that_names_the_first_fault(tmp_path: Path) -> None:
    written(tmp_path / "a.jsonl", {"text": "Fine."}, "nothing")
    with pytest.raises(Empty, match=r"1 are broken; the first: line 2 of a.jsonl is no JSON"):
        read_gold(tmp_path)
    with pytest.raises(Empty, match="of the split 'test'"):
        read_gold(tmp_path, "test")


def test_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no labelled file"):
        read_gold(tmp_path)
    with pytest.raises(NotFound, match="no labelled file"):
        read_gold(tmp_path / "absent.jsonl")
