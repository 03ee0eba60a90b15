"""Patterns of data files over what is said. The sentences are our own."""

from __future__ import annotations

import pytest

from workers.calls.frames import Frames

LISTS = {
    "fillers": "uh|you know",
    "asides": "well",
    "negations": "not|don't",
    "inabilities": "can't",
    "boundaries": "but|i",
    "hypotheses": "if",
    "able": "could",
    "thing": "plan|old phone",
    "person": "somebody",
}
EN = Frames(LISTS)
ES = Frames({"accented": "sí|-é|-ó"})
FR = Frames({}, elides=True)


def found(pattern, sentence, frames=EN):
    return frames.pattern(pattern).search(frames.clean(sentence)) is not None


@pytest.mark.parametrize(
    ("pattern", "said", "other"),
    [
        ("stop the plan", "Please stop the plan.", "Please stop the planes."),
        ("stop/end it", "End it!", "Send it!"),
        ("did_not/didn't come", "It did not come.", "It did come."),
        ("stop (my/the big) plan", "Stop the big plan, stop plan.", "Stop the plan."),
        ("[a big/my] plan", "It is my plan.", "It is a plan."),
        ("cancel~ it", "Cancelling it now.", "Uncancelled it."),
        ("stop * plan", "Stop that plan.", "Stop plan."),
        ("stop .. plan", "Stop that very old plan.", "Stop one two three four plan."),
        ("stop my <thing>", "Stop my old phone.", "Stop my cat."),
        ("call <!person>", "Call me today.", "Call me somebody."),
        ("call <-person>", "Call me somebody.", "Call somebody."),
        ("^ done $", "Okay, done.", "It is done today."),
    ],
)
def test_what_a_pattern_means(pattern, said, other):
    assert found(pattern, said)
    assert not found(pattern, other)


def test_gaps_do_not_cross_a_comma():
    assert not found("stop .. plan", "Stop, a plan.")


def test_hesitations_and_words_said_twice_are_taken_out():
    assert EN.clean("I, uh, I want, you know, my, well, my plan") == " i want, my plan ".replace(",", " ,")


def test_infinitives_carry_their_pronouns():
    assert found("dar+ de baja", "quiero darme de baja", ES)
    assert found("pagar+", "quiero pagárselo", ES)
    assert not found("pagar+", "ya pagaron", ES)


def test_accents_do_not_count_but_where_they_tell_the_past():
    assert found("cuánto cuesta", "cuanto cuesta", ES)
    assert found("llegó", "Llegó ayer.", ES)
    assert not found("llegó", "Así no llego.", ES)
    assert not found("sí", "si", ES)


def test_words_that_lean_on_the_next_are_words():
    assert found("annuler|argent", "Rendez-moi l'argent", FR)
    assert found("n'est pas", "Ce n’est pas", FR)


def denied(said, pattern="cancel", *, inability=False):
    text = EN.clean(said)
    match = EN.pattern(pattern).search(text)
    assert match is not None
    return EN.denied(text, match, inability=inability)


@pytest.mark.parametrize("said", ["I don't want to cancel.", "Do not cancel it.", "What if I cancel?"])
def test_denials_and_thoughts_are_told_from_wishes(said):
    assert denied(said)


@pytest.mark.parametrize(
    "said", ["No, cancel it.", "I don't mind, cancel it.", "It is not right but cancel it.", "I wonder if you could cancel it.", "Not so, I cancel."]
)
def test_a_denial_reaches_no_further_than_its_clause(said):
    assert not denied(said)


def test_inability_denies_only_where_asked():
    assert denied("We can't cancel it.", inability=True)
    assert not denied("We can't cancel it.")


def test_a_match_that_denies_something_itself_is_not_denied_by_it():
    assert not denied("They did not come", "not come")
    assert denied("What if they do not come", "not come")


def test_a_list_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="nowhere"):
        EN.pattern("stop <nowhere>")
