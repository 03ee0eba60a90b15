"""A long call's parts as one conversation."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from schemas.documents import Kind
from schemas.extractions import CallExtraction
from schemas.rows.call import CallRow, UtteranceRow
from schemas.settings import CallSettings
from workers.calls.sealing import sealed
from workers.calls.understanding import understood, with_roles
from workers.whole import whole_of

DOCUMENT = "a" * 26


def part(number, turns, first_s, call=None, metadata=None):
    rows = [
        UtteranceRow(
            utterance_no=at, channel=channel, text=text, language="en", start_s=first_s + at, end_s=first_s + at + 1, confidence=1, adapter="x/1/y"
        )
        for at, (channel, text) in enumerate(turns, start=1)
    ]
    found = understood(with_roles(rows, "en"), "en", 100.0)
    extraction = CallExtraction(
        document_id=DOCUMENT,
        part_no=number,
        source_uri="file:///a.wav",
        version="1",
        media_type="audio/wav",
        size_bytes=1,
        sha256="0" * 64,
        pipeline_version="1",
        extracted_at=datetime(2026, 1, 1, tzinfo=UTC),
        language="en",
        items=len(rows),
        metadata=metadata or {},
        calls=(call,) if call else (),
        utterances=found.rows,
        call_spans=found.spans,
    )
    return extraction.model_dump(mode="json", by_alias=True)


SETTINGS = CallSettings.model_validate({"categories": [{"name": "late", "conditions": [{"words": ["is late"], "role": "customer"}]}]})
CALL = CallRow(duration_s=100, confidence=0.7, adapter="tamiz/1/energy")


def test_roles_told_in_one_part_hold_in_all_and_answers_cross_the_cut():
    first = part(
        1,
        [(0, "Thank you for calling, how can I help you?"), (1, "I'm calling because my order is late."), (0, "What is your order number?")],
        0,
        CALL,
    )
    second = part(2, [(1, "It is four five six."), (0, "Fine.")], 50)
    assert {row["role"] for row in second["utterances"]} == {"unknown"}
    whole = CallExtraction.model_validate(whole_of(Kind.CALL, [first, second], [{}, {}], SETTINGS))
    assert [row.utterance_no for row in whole.utterances] == [1, 2, 3, 4, 5]
    assert [row.role for row in whole.utterances] == ["agent", "customer", "agent", "customer", "agent"]
    assert [row.answered_by for row in whole.utterances if row.is_question] == [2, 4]
    assert [span.span_no for span in whole.call_spans] == list(range(1, len(whole.call_spans) + 1))
    assert [(span.start_s, span.end_s) for span in whole.call_spans if span.kind == "silence"] == [(4, 51), (53, 100)]
    assert whole.calls[0].talk_time_s == {"agent": 3, "customer": 2}
    assert whole.items == 5
    assert whole.calls[0].categories == {"late": [[2, 3]]}


def test_what_shows_only_over_the_cut_goes_from_words_and_entities_too():
    """The question ends one part, the answer begins the next: its digits stay nowhere in what is stored."""
    asks, answers = part(1, [(0, "What is your card number?")], 0, CALL), part(2, [(1, "It is 4431, and I paid 9 EUR."), (0, "Fine, 4431?")], 50)
    texts = [row["text"] for row in answers["utterances"]]
    for row in answers["utterances"]:
        row["words"] = [[word, at, at + 0.5, 0.9] for at, word in enumerate(row["text"].split(" "), start=51)]
    answers["entities"] = [
        {"item_no": 1, "text": said, "type": kind, "char_start": texts[0].index(said), "char_end": texts[0].index(said) + len(said)}
        | {"confidence": 1, "adapter": "x/1/y"}
        for kind, said in (("NUMBER", "4431"), ("PRICE", "9 EUR"))
    ]
    settings = CallSettings(redact=("card",))
    stored = sealed([asks, answers], settings)
    whole = CallExtraction.model_validate(whole_of(Kind.CALL, stored, [{}, {}], settings))
    assert "4431" not in json.dumps(stored)
    assert "4431" not in whole.model_dump_json()
    assert [word for word, *_ in whole.utterances[1].words] == ["It", "is", "and", "I", "paid", "9", "EUR."]
    said = sorted((span.utterance_no, span.start_s, span.end_s) for span in whole.call_spans if span.kind == "personal")
    assert said == [(2, 53.0, 53.5), (3, 52.0, 52.5)]
    quoted = [(span["text"], span["char_start"]) for part in stored[1:] for span in part["call_spans"]]
    assert set(quoted) == {(None, None)}
    (price,) = whole.entities
    assert (price.item_no, price.text, whole.utterances[1].text[price.char_start : price.char_end]) == (2, "9 EUR", "9 EUR")


def test_other_kinds_keep_their_parts_understanding():
    one = {"items": 1, "steps": [], "duration_ms": 1, "reviews": [{"review_no": 1, "duplicate_of": None}]}
    rows = whole_of(Kind.REVIEW, [one, one], [], CallSettings())["reviews"]
    assert [row["review_no"] for row in rows] == [1, 2]
