"""Rules of replies: texts name facts and nothing else."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.call_rules import Reply
from schemas.settings import CallSettings


@pytest.mark.parametrize(
    "text",
    [
        "Dear {customer_id.__class__}",
        "Dear {customer_id[0]}",
        "Dear {customer_id!r}",
        "Dear {customer_id:>1000000000}",
        "It took {duration_s:{csat}}",
        "It took {duration_s:.9999f}",
        "On {started_at:%s%n}",
        "Dear {}",
        "Dear {0}",
        "Dear {password}",
        "Dear {customer_id",
    ],
)
def test_a_text_names_facts_and_nothing_else(text: str) -> None:
    with pytest.raises(ValidationError):
        Reply(name="late", text=text)


def test_facts_take_the_forms_of_their_kind() -> None:
    for text in ("{{as it is}}", "{duration_s:.0f} seconds", "{csat}", "On {started_at:%d.%m.%Y at %H:%M}", "{customer_id}, {product}"):
        assert Reply(name="late", text=text).text == text


def test_a_reply_names_categories_that_exist_and_has_a_name_of_its_own() -> None:
    rule = {"name": "late", "text": "Sorry.", "when": {"categories": ["delay"]}}
    with pytest.raises(ValidationError, match="no rule defines: delay"):
        CallSettings.model_validate({"replies": [rule]})
    category = {"name": "delay", "conditions": [{"words": ["late"]}]}
    assert CallSettings.model_validate({"replies": [rule], "categories": [category]}).replies[0].name == "late"
    with pytest.raises(ValidationError, match="name of its own"):
        CallSettings.model_validate({"replies": [rule, rule], "categories": [category]})


def test_a_role_without_intents_says_nothing() -> None:
    with pytest.raises(ValidationError, match="who asked"):
        Reply.model_validate({"name": "late", "text": "Sorry.", "when": {"role": "customer"}})
