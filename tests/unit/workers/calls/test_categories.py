"""Rules that put calls into categories."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.call_rules import Category
from schemas.rows.call import UtteranceRow
from workers.calls.categories import categories, category_spans


def row(number, role, text, start_s, end_s, **fields):
    return UtteranceRow(utterance_no=number, role=role, text=text, start_s=start_s, end_s=end_s, confidence=1, adapter="x/1/y", **fields)


CALL = [
    row(1, "agent", "Good morning, how are you?", 0, 4, sentiment=0.6),
    row(2, "customer", "I want to CANCEL, my contract!", 5, 10, sentiment=-0.7),
    row(3, "agent", "Wait,", 9, 12, is_interruption=True, sentiment=0.0),
    row(4, "customer", "Thank you so much", 90, 99, sentiment=0.8),
]


def places(rows=CALL, duration_s=100.0, **condition):
    rule = Category.model_validate({"name": "it", "conditions": [condition]})
    return categories(rows, duration_s, [rule]).get("it")


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"words": ["cancel my"]}, [(5, 10)]),
        ({"words": ["cancel * contract"]}, [(5, 10)]),
        ({"words": ["cancel"], "role": "agent"}, None),
        ({"words": ["cancel"], "negate": True}, None),
        ({"words": ["refund"], "negate": True}, []),
        ({"words": ["how are you", "thank you"]}, [(0, 4), (90, 99)]),
        ({"words": ["thank you"], "last_s": 15}, [(90, 99)]),
        ({"words": ["thank you"], "first_s": 15}, None),
        ({"words": ["thank you"], "from_percent": 80, "to_percent": 95}, [(90, 99)]),
        ({"words": ["thank you"], "first_percent": 50}, None),
        ({"words": ["good morning"], "last_percent": 50}, None),
        ({"words": ["cancel"], "from_s": 5, "to_s": 6}, [(5, 10)]),
        ({"words": ["cancel"], "from_s": 6}, None),
        ({"sentiment": ["negative"]}, [(5, 10)]),
        ({"sentiment": ["negative"], "role": "agent"}, None),
        ({"sentiment": ["neutral", "positive"], "role": "agent"}, [(0, 4), (9, 12)]),
        ({"silence_s": 60}, [(12, 90)]),
        ({"silence_s": 79}, None),
        ({"silence_s": 20, "first_percent": 50}, [(12, 50)]),
        ({"interruption_s": 2}, [(9, 12)]),
        ({"interruption_s": 2, "role": "customer"}, None),
        ({"interruption_s": 4}, None),
    ],
)
def test_one_condition(condition, found):
    assert places(**condition) == found


def test_every_condition_must_hold():
    calm_end = {"sentiment": ["negative"], "last_s": 20, "negate": True}
    both = Category.model_validate({"name": "angry", "conditions": [{"words": ["cancel"]}, calm_end]})
    assert categories(CALL, 100.0, [both]) == {"angry": [(5, 10)]}
    none = Category.model_validate({"name": "angry", "conditions": [{"words": ["cancel"]}, {"words": ["refund"]}]})
    assert categories(CALL, 100.0, [none]) == {}


def test_without_times_only_what_needs_none_is_told():
    rows = [one.model_copy(update={"start_s": None, "end_s": None}) for one in CALL]
    assert places(rows, None, words=["cancel"]) == [(None, None)]
    assert places(rows, None, words=["cancel"], last_s=10) is None
    assert places(rows, None, silence_s=1) is None


def test_spans_say_where_and_absence_has_no_place():
    spans = category_spans({"a": [(1.0, 2.0), (5.0, 6.0)], "b": []})
    assert [(span.kind, span.name, span.start_s) for span in spans] == [("category", "a", 1), ("category", "a", 5), ("category", "b", None)]


@pytest.mark.parametrize(
    "condition",
    [
        {"words": []},
        {"silence_s": 0},
        {"silence_s": 5, "role": "agent"},
        {"words": ["a"], "first_s": 5, "last_s": 5},
        {"words": ["a"], "from_s": 5, "to_s": 5},
        {"words": ["a"], "sentiment": ["negative"]},
        {"nothing": 1},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(condition):
    with pytest.raises(ValidationError):
        Category.model_validate({"name": "x", "conditions": [condition]})
