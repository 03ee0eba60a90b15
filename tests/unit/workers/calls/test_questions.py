"""Which turns ask, and who answers. The sentences are our own."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from workers.calls.questions import asks, find_questions


def call(*turns, language="en"):
    return [
        UtteranceRow(utterance_no=number, speaker=speaker, text=text, language=language, confidence=1, adapter="x/1/y")
        for number, (speaker, text) in enumerate(turns, start=1)
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "So, uh, do you deliver on Sundays"),
        ("en", "how many tubs do you have left"),
        ("en", "And what's the best before date"),
        ("en", "You changed the recipe, didn't you"),
        ("en", "I was wondering if there is a discount"),
        ("en", "Fine, and what about you"),
        ("en", "The blue one?"),
        ("es", "y de dónde me llama"),
        ("es", "me puede decir el precio"),
        ("es", "muy bien y usted"),
        ("de", "Können Sie mir das noch einmal schicken"),
        ("de", "und wann kommt die Lieferung"),
        ("fr", "est-ce que vous livrez le dimanche"),
        ("fr", "alors combien ça coûte"),
        ("pt", "quanto custa a entrega"),
        ("it", "quando arriva il pacco"),
    ],
)
def test_questions_are_told_without_their_mark(language, text):
    assert asks(text, language, punctuated=False) >= 0.5


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Oh, really?"),
        ("en", "Pardon me?"),
        ("en", "Yes, that's right."),
        ("en", "When I was there it rained."),
        ("en", "I do like the yogurt."),
        ("en", ""),
        ("en", "... --"),
        ("es", "pues me gusta mucho el yogur"),
        ("de", "Das ist mir egal."),
        ("fr", "je voulais un remboursement"),
        ("xx", "do you deliver"),
    ],
)
def test_statements_and_echoes_ask_nothing(language, text):
    assert asks(text, language) < 0.5


def test_a_mark_speaks_in_any_language():
    assert asks("Mitä kuuluu?", "fi") > 0.5


def test_the_answer_is_the_next_speaker_s_turn_that_asks_nothing_back():
    asked = [("A", "What is your order number?"), ("B", ""), ("B", "The long one?")]
    found = find_questions(call(*asked, ("A", "Yes."), ("B", "It is four five six."), ("A", "Do you see it?")))
    assert {number: question.answered_by for number, question in found.items()} == {1: 5, 3: 4, 6: None}
    assert all(0.5 <= question.probability <= 1 for question in found.values())


def test_a_turn_that_answers_before_it_asks_is_an_answer():
    rows = call(("A", "May I have your number?"), ("C", "Sure, it is five five five. And when do you close?"), ("A", "At six."))
    assert {number: question.answered_by for number, question in find_questions(rows).items()} == {1: 2, 2: 3}


def test_one_who_only_asks_back_does_not_answer():
    rows = call(("A", "May I have your number?"), ("C", "Sorry? What number do you mean?"), ("A", "Your customer number."))
    assert {number: question.answered_by for number, question in find_questions(rows).items()} == {1: None, 2: 3}


def test_without_speakers_the_next_turn_answers():
    rows = [row.model_copy(update={"speaker": None}) for row in call(("A", "How are you?"), ("A", "Fine."))]
    assert find_questions(rows)[1].answered_by == 2


def test_one_who_goes_on_alone_is_not_answered():
    assert find_questions(call(("A", "Why is that?"), ("A", "I will tell you."), ("A", "It was late.")))[1].answered_by is None


def test_rows_may_leave_the_language_to_the_call():
    assert find_questions(call(("A", "¿Dónde está mi pedido?"), language=None), "es")
