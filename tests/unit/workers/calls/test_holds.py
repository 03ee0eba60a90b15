"""Holds by the words around a long silence."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from workers.calls.holds import hold_s, holds


def row(start, end, text, role="agent", language="en"):
    return UtteranceRow(utterance_no=1, text=text, role=role, start_s=start, end_s=end, language=language, confidence=1, adapter="x/1/y")


def waits(*rows, duration_s=None):
    return [(span.start_s, span.end_s) for span in holds(rows, duration_s)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "One moment, please."),
        ("en", "I'm going to put you on hold for a second"),
        ("es", "un momento por favor no cuelgue"),
        ("de", "Einen Moment bitte."),
        ("fr", "Ne quittez pas."),
        ("pt", "só um minuto"),
        ("it", "Un attimo, per favore."),
    ],
)
def test_a_long_silence_after_a_request_to_wait_is_a_hold(language, text):
    assert waits(row(0, 2, text, language=language), row(20, 22, "xyz", language=language)) == [(2.0, 20.0)]


@pytest.mark.parametrize(("language", "text"), [("en", "Thank you for holding."), ("es", "gracias por esperar"), ("de", "Danke fürs Warten.")])
def test_so_is_one_before_thanks_for_it(language, text):
    assert waits(row(0, 2, "xyz", language=language), row(20, 22, text, language=language)) == [(2.0, 20.0)]


def test_assent_may_follow_the_request_and_talk_may_not():
    assert waits(row(0, 2, "One moment please"), row(2, 3, "Okay, thanks.", "customer"), row(20, 21, "So")) == [(3.0, 20.0)]
    assert waits(row(0, 2, "One moment please"), row(2, 5, "I have waited for this since last week", "customer"), row(20, 21, "So")) == []


def test_short_silences_customers_and_other_words_put_nobody_on_hold():
    assert waits(row(0, 2, "One moment please"), row(9.9, 11, "So")) == []
    assert waits(row(0, 2, "One moment please", "customer"), row(20, 21, "So")) == []
    assert waits(row(0, 2, "It costs ten"), row(20, 21, "So")) == []


def test_a_hold_may_end_the_call():
    assert waits(row(0, 2, "Please hold."), duration_s=60) == [(2.0, 60.0)]


def test_turns_in_any_order_and_without_times():
    assert waits(row(20, 21, "So"), row(0, 2, "Please hold."), row(None, None, "Please hold.")) == [(2.0, 20.0)]
    assert waits(row(None, None, "Please hold."), duration_s=60) == []


def test_seconds_are_none_where_nobody_can_tell():
    rows = [row(0, 2, "Please hold."), row(20, 22, "So"), row(22, 23, "Please hold."), row(33.5, 34, "So")]
    assert hold_s(rows, holds(rows, None)) == 28.5
    assert hold_s(rows[:1], []) == 0.0
    assert hold_s([row(None, None, "Please hold.")], []) is None
    assert hold_s([row(0, 2, "Odota", language="fi")], []) is None
