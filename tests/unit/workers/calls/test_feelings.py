"""What a turn's score is worth. The turns are our own."""

from __future__ import annotations

import pytest

from schemas.language import Sentiment, TextAnalysis
from schemas.rows.call import UtteranceRow
from workers.calls.categories import CLEAR
from workers.calls.feelings import felt, stated


def score(text, stated_score, sides=(), language="en", role="customer"):
    row = UtteranceRow(utterance_no=1, role=role, text=text, language=language, confidence=1, adapter="x/1/y")
    feeling = Sentiment(polarity="negative", score=stated_score, confidence=0.9)
    return felt(row, TextAnalysis(sentiment=feeling, sentences=sides, adapter="x/1/y"))


def test_an_opinion_is_worth_what_the_engine_says():
    said = "The lid is awful."
    assert score(said, -0.9, ((0, len(said), "negative"),)) == -0.9


@pytest.mark.parametrize("said", ["When does the store open?", "It is four four one.", "One moment while I look that up."])
def test_a_score_without_any_evidence_is_not_clear(said):
    assert -CLEAR < score(said, -0.9) < 0


def test_politeness_is_no_opinion():
    said = "Thank you for calling."
    assert score(said, 0.9, ((0, len(said), "positive"),)) < CLEAR
    pleased = "Thank you for calling, this is wonderful and I like it."
    assert score(pleased, 0.9, ((0, len(pleased), "positive"),)) == 0.9


@pytest.mark.parametrize(
    ("said", "language"), [("I'm so sorry about that.", "en"), ("Lo siento mucho.", "es"), ("Das tut mir leid.", "de"), ("Mi dispiace molto.", "it")]
)
def test_an_apology_is_no_grievance(said, language):
    assert score(said, -0.9, ((0, len(said), "negative"),), language=language, role="agent") > -CLEAR


def test_an_agent_s_promise_is_no_grievance_but_a_customer_s_story_is():
    said = "We will refund you within five days."
    assert score(said, -0.9, ((0, len(said), "negative"),), role="agent") > -CLEAR
    assert score("Your last yogurts were awful.", -0.9, ((0, 28, "negative"),), role="customer") == -0.9


def test_a_set_phrase_of_relief_blames_nobody():
    said = "Menos mal."
    assert score(said, -0.9, ((0, len(said), "negative"),), language="es") >= CLEAR


def test_callers_are_cross_and_pleased_without_opinion_words():
    assert score("How many times do I have to explain this?", 0.0) <= -CLEAR
    assert score("¿Cuántas veces lo tengo que explicar?", 0.0, language="es") <= -CLEAR
    assert score("That is very kind of you.", -0.5) >= CLEAR
    assert score("I want to file a complaint.", 0.0) <= -CLEAR
    assert score("My parcel hasn't arrived.", 0.0) <= -CLEAR


def test_what_an_agent_repeats_is_not_felt():
    assert score("Your parcel hasn't arrived.", 0.0, role="agent") == 0


def test_a_language_without_words_and_an_engine_without_scores():
    assert score("Missä se on?", -0.9, language="fi") == -0.9
    row = UtteranceRow(utterance_no=1, text="Well.", language="en", confidence=1, adapter="x/1/y")
    assert felt(row, TextAnalysis(adapter="x/1/y")) is None
    assert stated(row, TextAnalysis(adapter="x/1/y")) is None
