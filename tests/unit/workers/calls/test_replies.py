"""Which replies a call gets, and what they say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.call_rules import Reply
from schemas.extractions import CallExtraction
from schemas.rows.call import CallRow, CallSpanRow
from workers.calls.replies import answers

AT = datetime(2026, 3, 4, 17, 5, tzinfo=UTC)
CALL = CallRow(outcome="promised", customer_id="C-7", started_at=AT, duration_s=83.2, categories={"delay": [[1, 2]]}, confidence=1, adapter="x/1/y")


def span(kind, name, role="customer", confidence=0.6):
    return CallSpanRow(span_no=1, kind=kind, name=name, role=role, channel=1, start_s=3, end_s=5, confidence=confidence, adapter="x/1/y")


def call(row=CALL, language="en", **metadata):
    return CallExtraction(
        document_id="a" * 26,
        source_uri="file:///a.wav",
        version="1",
        media_type="audio/wav",
        size_bytes=1,
        sha256="0" * 64,
        pipeline_version="1",
        extracted_at=AT,
        language=language,
        metadata=metadata,
        calls=(row,),
        call_spans=(span("operation", "cancel"), span("outcome", "promised", "agent", 0.5)),
    )


def said(text, when=None, **facts):
    found = answers(call(**facts), [Reply.model_validate({"name": "rule", "text": text, "when": when or {}})])
    return [row.text for row in found.rows], [problem.message for problem in found.problems]


def test_facts_stand_where_the_text_names_them():
    text = "Dear {customer_id}, on {started_at:%d.%m.%Y} after {duration_s:.0f} s: {outcome}, {intent}, {category}. {{so}} {product}"
    assert said(text, product="kettle") == (["Dear C-7, on 04.03.2026 after 83 s: promised, cancel, delay. {so} kettle"], [])


def test_what_a_sender_writes_is_never_a_template_nor_a_phoneme():
    texts, _ = said("{product}", product="{customer_id} {0.__class__} [[h@l'oU]] <break/>\n\x07" + "x" * 500)
    assert texts[0].startswith("customer_id 0.__class__ h@l'oU break/ x")
    assert len(texts[0]) <= 200


def test_a_fact_the_call_lacks_leaves_the_reply_out_and_says_so():
    texts, problems = said("Dear {customer_id}, your {product}")
    assert texts == []
    assert problems == ["the reply `rule` was not made: its text names {product}, which this call does not have"]


@pytest.mark.parametrize(
    "when",
    [
        {},
        {"outcomes": ["solved", "promised"]},
        {"categories": ["delay"]},
        {"intents": ["cancel"], "role": "customer"},
        {"languages": ["en"]},
        {"outcomes": ["promised"], "intents": ["cancel"], "languages": ["de", "en"]},
    ],
)
def test_all_that_is_stated_holds(when):
    assert said("Sorry.", when)[0] == ["Sorry."]


@pytest.mark.parametrize(
    "when",
    [
        {"outcomes": ["solved"]},
        {"outcomes": ["none"]},
        {"categories": ["praise"]},
        {"intents": ["cancel"], "role": "agent"},
        {"intents": ["order"]},
        {"languages": ["es"]},
        {"outcomes": ["promised"], "languages": ["e"]},
    ],
)
def test_one_condition_that_fails_is_enough(when):
    assert said("Sorry.", when)[0] == []


def test_a_call_without_an_outcome_has_the_outcome_none():
    bare = CALL.model_copy(update={"outcome": None, "categories": None})
    rule = Reply.model_validate({"name": "rule", "text": "Sorry.", "when": {"outcomes": ["none"]}})
    assert [row.outcome for row in answers(call(bare), [rule]).rows] == ["none"]


def test_a_region_speaks_its_language():
    rule = Reply.model_validate({"name": "rule", "text": "Perdón.", "when": {"languages": ["es"]}})
    assert len(answers(call(language="es-MX"), [rule]).rows) == 1
    assert len(answers(call(language="est"), [rule]).rows) == 0


def test_rows_are_numbered_and_stand_where_their_reason_was_said():
    rules = [Reply.model_validate({"name": name, "text": name, "when": when}) for name, when in (("a", {"outcomes": ["promised"]}), ("b", {}))]
    first, second = answers(call(), rules).rows
    assert (first.reply_no, first.rule, first.start_s, first.confidence, first.flags) == (1, "a", 3.0, 0.5, ("not_spoken",))
    assert (second.reply_no, second.confidence, second.audio_uri) == (2, 1.0, None)
