from __future__ import annotations

import random

import pytest
from sklearn.metrics import accuracy_score, f1_score

from tests.unit.workers.evaluation.reviews.cases import felt, labelled, starred
from workers.evaluation.reviews.sentiment import Pair, sentiment_scores
from workers.evaluation.shares import macro_f1


def test_figures_counted_by_hand() -> None:
    """Five signs: 5 stars +, 4 stars -, 1 star -, label 0 said 0 (positive), label 1 unstated; and 3 stars, which have no sign."""
    pairs: list[Pair] = [
        (starred(5), felt(0.5)),
        (starred(4), felt(-0.5)),
        (starred(1), felt(-0.5)),
        (labelled(False), felt(0.0)),
        (labelled(True), felt(None)),
        (starred(3), felt(0.0)),
    ]
    found = sentiment_scores(pairs)
    assert (found.reviews, found.unstated, found.starred) == (5, 1, 4)
    assert found.accuracy == 2 / 5
    # positive: right 1 of 3 labelled, 1 of 2 said -> F1 2*(1/3*1/2)/(5/6) = 0.4; negative: 1 of 2, 1 of 2 -> 0.5
    assert found.macro_f1 == pytest.approx((0.4 + 0.5) / 2)
    assert found.majority == 3 / 5
    # stars 5, 4, 1, 3 against +, -, -, 0: three right; F1 of positive 2/3, negative 2/3, neutral 1
    assert found.three_way_accuracy == 3 / 4
    assert found.three_way_macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_zero_counts_as_positive_and_mixed_as_neutral() -> None:
    assert sentiment_scores([(starred(5), felt(0.0))]).accuracy == 1.0
    assert sentiment_scores([(starred(1), felt(0.0))]).accuracy == 0.0
    assert sentiment_scores([(starred(3), felt(0.2, polarity="mixed"))]).three_way_accuracy == 1.0


def test_a_review_that_was_not_read_is_wrong() -> None:
    found = sentiment_scores([(starred(5), None), (starred(5), felt(1.0))])
    assert (found.accuracy, found.three_way_accuracy, found.unstated) == (0.5, 0.5, 1)


def test_confidence_is_held_against_the_stated_sign_of_labelled_reviews() -> None:
    """0.9 said of three, two right; 3 stars and an unstated score claim nothing. |2/3 - 0.9| = 0.2333."""
    pairs: list[Pair] = [(starred(5), felt(1.0, 0.9)), (starred(1), felt(-1.0, 0.9)), (starred(1), felt(1.0, 0.9))]
    found = sentiment_scores([*pairs, (starred(3), felt(1.0, 0.1)), (starred(5), felt(None, 0.1)), (starred(5), None)]).calibration
    assert (found.claims, found.expected_error) == (3, pytest.approx(0.9 - 2 / 3))


def test_nothing_labelled_has_no_figures() -> None:
    found = sentiment_scores([])
    assert (found.reviews, found.accuracy, found.macro_f1, found.majority, found.calibration.claims) == (0, 0.0, 0.0, 0.0, 0)


def test_figures_are_those_of_another_implementation() -> None:
    chance = random.Random(4)
    pairs: list[Pair] = [(starred(chance.randint(1, 5)), felt(chance.choice((-0.5, 0.0, 0.5)), chance.random())) for _ in range(400)]
    found = sentiment_scores(pairs)
    truth = [gold.stars for gold, _ in pairs if gold.stars != 3]
    said = [one.score for gold, one in pairs if gold.stars != 3 and one]
    signs, ours = [str((stars or 0) > 3) for stars in truth], [str((score or 0) >= 0) for score in said]
    assert found.accuracy == pytest.approx(accuracy_score(signs, ours))
    assert found.macro_f1 == pytest.approx(f1_score(signs, ours, average="macro"))
    three = ["neutral" if gold.stars == 3 else "positive" if (gold.stars or 0) > 3 else "negative" for gold, _ in pairs]
    words = [one.polarity for _, one in pairs if one]
    assert found.three_way_macro_f1 == pytest.approx(f1_score(three, words, average="macro"))
    assert found.three_way_accuracy == pytest.approx(accuracy_score(three, words))


def test_macro_f1_is_over_the_classes_of_the_labels() -> None:
    """A class that is said and never labelled has no recall to speak of; it costs the precision of no labelled class."""
    assert macro_f1([("a", "a"), ("a", "b")]) == pytest.approx(2 / 3)
    assert macro_f1([]) == 0.0
