from __future__ import annotations

import random

import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from workers.evaluation.calls.questions import intent_scores, is_asked, question_scores


@pytest.mark.parametrize(
    ("is_question", "act", "asks"),
    [
        (True, "qy", True),
        (True, "qy^d", True),
        (True, "^g", True),
        (True, None, True),
        (True, "bh", False),
        (True, "qh", False),
        (False, "qy", False),
    ],
)
def test_backchannels_and_rhetoric_ask_nothing(is_question: bool, act: str | None, asks: bool) -> None:
    assert is_asked(is_question, act) is asks


def test_questions_counted_by_hand() -> None:
    found = question_scores([True, True, True, False, False], [True, None, False, True, None])
    assert (found.labelled, found.stated, found.right) == (3, 2, 1)
    assert (found.precision, found.recall, found.f1) == (0.5, pytest.approx(1 / 3), pytest.approx(0.4))


def test_questions_are_those_of_another_implementation() -> None:
    chance = random.Random(3)
    labels, ours = ([chance.random() < 0.2 for _ in range(500)] for _ in range(2))
    precision, recall, f1, _ = precision_recall_fscore_support(labels, ours, average="binary")
    found = question_scores(labels, ours)
    assert (found.precision, found.recall, found.f1) == pytest.approx((precision, recall, f1))


def test_intents_counted_by_hand() -> None:
    """pay right; pay said cancel; (cancel, pay) said pay is right; nothing said is wrong. F1: pay 2*1*(2/3)/(5/3)=0.8; cancel 0; order 0."""
    found = intent_scores([["pay"], ["pay"], ["cancel", "pay"], ["order"]], ["pay", "cancel", "pay", None])
    assert (found.turns, found.stated, found.right, found.accuracy) == (4, 3, 2, 0.5)
    assert found.said == {"order": {"": 1}, "pay": {"pay": 2, "cancel": 1}}
    assert found.macro_f1 == pytest.approx((0.8 + 0.0) / 2)


def test_intents_are_those_of_another_implementation() -> None:
    chance = random.Random(5)
    labels, ours = ([chance.choice(("pay", "cancel", "order")) for _ in range(300)] for _ in range(2))
    found = intent_scores([[label] for label in labels], ours)
    assert found.accuracy == pytest.approx(accuracy_score(labels, ours))
    assert found.macro_f1 == pytest.approx(f1_score(labels, ours, average="macro"))
