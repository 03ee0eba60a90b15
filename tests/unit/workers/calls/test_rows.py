"""What a language engine says of turns, in their rows."""

from __future__ import annotations

from schemas.language import Classification, Sentiment, TextAnalysis
from schemas.rows.call import UtteranceRow
from workers.calls.feelings import stated
from workers.calls.rows import with_analysis


def row(role):
    return UtteranceRow(utterance_no=1, role=role, text="stop it", confidence=1, adapter="x/1/y")


def analysis(*classes, score=None):
    feeling = None if score is None else Sentiment(polarity="negative", score=score, confidence=0.9)
    told = tuple(Classification(model=model, label=label, confidence=0.8) for model, label in classes)
    return TextAnalysis(sentiment=feeling, classes=told, adapter="x/1/y")


def test_the_classifier_of_intents_speaks_for_callers_only():
    said = analysis(("queue", "billing"), ("intents", "cancel"), score=-0.5)
    caller, unknown, agent = with_analysis([row("customer"), row("unknown"), row("agent")], [said] * 3, stated)
    assert (caller.intent, unknown.intent, agent.intent) == ("cancel", "cancel", None)
    assert caller.sentiment == agent.sentiment == -0.5


def test_what_the_engine_does_not_say_stays_empty():
    [found] = with_analysis([row("customer")], [analysis(("queue", "billing"))], stated)
    assert (found.intent, found.sentiment) == (None, None)
