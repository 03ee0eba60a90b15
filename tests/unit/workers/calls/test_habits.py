"""What agents and customers do whatever they say it with. The calls are our own."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from workers.calls.habits import habits

AGENTS = ("away", "promises")
"""Habits of agents; the others are customers'."""


def spoken(number, speaker, text, start_s=None, end_s=None):
    return UtteranceRow(utterance_no=number, speaker=speaker, text=text, language="en", start_s=start_s, end_s=end_s, confidence=1, adapter="x/1/y")


def odds(*turns, thanks="thank you"):
    """What x and y show of agents' habits less what of customers'; a turn is (voice, text) or (voice, text, start, end)."""
    rows = [spoken(number, *turn) for number, turn in enumerate(turns, start=1)]
    found = habits(rows, {row.utterance_no: row.speaker for row in rows}, None, thanks)
    x, y = (sum(much if name in AGENTS else -much for name, much in found.get(voice, {}).items()) for voice in "xy")
    return x, y


@pytest.mark.parametrize(
    "said",
    ["Nine nine four one zero two.", "Yes, there is.", "I want to cancel my plan.", "The lid is broken."],
)
def test_what_customers_do(said):
    x, y = odds(("x", "There it is."), ("y", said))
    assert y < x == 0


def test_agents_promise():
    x, y = odds(("x", "We will send you another."), ("y", "It is there."))
    assert x > y == 0


def test_thanks_count_towards_the_end_only():
    turns = [("x", "Thank you."), ("y", "It is there."), ("x", "It was there."), ("y", "Thank you.")]
    assert odds(*turns) == (0.0, -0.5)
    assert odds(*turns, thanks="") == (0.0, 0.0)


def test_whoever_comes_back_after_a_silence_was_away():
    assert odds(("y", "It is there.", 0, 2), ("x", "There.", 3, 4), ("x", "It is here.", 20, 22)) == (1.0, 0.0)
    assert odds(("x", "There.", 3, 4), ("y", "It is here.", 20, 22)) == (0.0, 0.0)


def test_habits_of_both_cancel_out():
    x, y = odds(("x", "Yes, there it is."), ("y", "Yes, there it was."))
    assert x == y
