"""Where personal data was said."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from schemas.transcripts import TimedWord
from workers.calls.personal import personal_spans, with_personal
from workers.calls.privacy import Found, personal
from workers.calls.understanding import understood

CARD = "four one one one one one one one one one one one one one one one"


def words(text, start_s=0.0, step_s=0.5):
    """Each half a second long."""
    return tuple(
        TimedWord(text=word, start_s=start_s + at * step_s, end_s=start_s + (at + 1) * step_s, confidence=1)
        for at, word in enumerate(text.split(" "))
    )


def row(text, number=1, **fields):
    return UtteranceRow(utterance_no=number, text=text, language="en", confidence=1, adapter="x/1/y", channel=1, start_s=0, end_s=60, **fields)


def spans(one, heard, redact=("card",)):
    return personal_spans([one], personal([one]), {one.utterance_no: heard}, redact)


def test_a_number_stands_where_its_words_do():
    text = f"it is {CARD} thank you"
    (span,) = spans(row(text, role="customer"), words(text))
    assert (span.kind, span.name, span.role, span.channel, span.text) == ("personal", "card", "customer", 1, None)
    assert (span.start_s, span.end_s, span.flags) == (1.0, 9.0, ("redacted",))


def test_punctuation_belongs_to_its_word_and_kinds_that_stay_are_not_flagged():
    text = "Yes, 4111-1111-1111-1111."
    (span,) = spans(row(text), words(text, step_s=8), redact=("phone",))
    assert (span.start_s, span.end_s, span.flags) == (8.0, 16.0, ())


@pytest.mark.parametrize("heard", [(), words("something else"), words(f"it is {CARD}", step_s=0.001)])
def test_words_without_times_of_their_own_give_the_whole_turn(heard):
    (span,) = spans(row(f"it is {CARD}"), heard)
    assert (span.start_s, span.end_s) == (0, 60)


def test_a_turn_that_is_one_word_to_its_recogniser():
    text = f"it is {CARD}"
    (span,) = spans(row(text), (TimedWord(text=text, start_s=2, end_s=12, confidence=1),))
    assert (span.start_s, span.end_s) == (2, 12)


def test_names_that_were_mended_before_it_move_nothing():
    raw = f"moo lane it is {CARD} moo lane bye"
    one = row(f"Moolane it is {CARD} Moolane bye", raw_text=raw)
    (span,) = spans(one, words(raw))
    assert (span.start_s, span.end_s) == (2.0, 10.0)


def test_a_name_that_was_mended_is_where_it_was_heard():
    raw = "I am anna rue is"
    one = row("I am Ana_Ruiz", raw_text=raw)
    (span,) = personal_spans([one], {1: [Found("name", 5, 13)]}, {1: words(raw)}, ("name",))
    assert (span.start_s, span.end_s) == (1.0, 2.5)


def test_spans_join_the_others_in_order_of_time_with_the_role_their_turn_has_by_now():
    rows = (row("What do you need?", 1, role="agent"), row(CARD, 2, role="customer").model_copy(update={"start_s": 70.0, "end_s": 80.0}))
    told = understood(rows, "en", 100.0)
    early = spans(rows[1].model_copy(update={"role": "unknown"}), words(CARD, 71.0))
    whole = with_personal(told, early)
    mine = [span for span in whole.spans if span.kind == "personal"]
    assert [(span.role, span.start_s) for span in mine] == [("customer", 71.0)]
    assert [span.span_no for span in whole.spans] == list(range(1, len(told.spans) + 2))
    assert with_personal(told, []) is told
