from __future__ import annotations

import pytest

from workers.evaluation.reviews.found import found_reviews, span_of
from workers.evaluation.reviews.gold import GoldAspect

ROW = {"text": "The tea is good.", "language": "en", "sentiment": "positive", "score": 0.5, "confidence": 0.7}
ASPECT = {"term": "tea", "sentiment": "positive", "char_start": 4, "char_end": 7, "confidence": 0.6}


def test_reviews_stand_in_the_order_of_the_file_and_broken_ones_leave_a_gap() -> None:
    line = {"reviews": [{**ROW, "review_no": 3}, {**ROW, "review_no": 1, "score": None}], "aspects": [{**ASPECT, "review_no": 3}]}
    first, second, third = found_reviews(line, 3)
    assert first is not None
    assert third is not None
    assert (first.positive, second, third.positive) == (None, None, True)
    assert [(one.term, one.start, one.end) for one in third.aspects] == [("tea", 4, 7)]
    assert first.aspects == ()


@pytest.mark.parametrize(
    ("text", "term", "start", "span"),
    [
        ("Good tea, bad tea.", "tea", 5, (5, 8)),
        ("Good tea, bad tea.", "tea", 13, (14, 17)),
        ("Good tea, bad tea.", "TEA", None, (5, 8)),
        ("the delete key", "delete  key", 4, (4, 14)),
        ("plastic\xa0pieces", "plastic pieces", 0, (0, 14)),
        ("C++ (new)", "c++ (new)", 0, (0, 9)),
        ("Good coffee.", "tea", 5, None),
    ],
)
def test_a_labelled_term_stands_nearest_to_where_its_label_says(text: str, term: str, start: int | None, span: tuple[int, int] | None) -> None:
    assert span_of(text, GoldAspect(term, None, start)) == span
