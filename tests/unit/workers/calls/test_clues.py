"""What speaks for agents and customers, as numbers. The calls are our own."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from workers.calls.clues import clues, everyday, odds, talk, weights


def rows(*turns, language="en"):
    return [
        UtteranceRow(utterance_no=number, speaker=speaker, text=text, language=language, confidence=1, adapter="x/1/y")
        for number, (speaker, text) in enumerate(turns, start=1)
    ]


def test_every_clue_has_a_weight():
    asked = [row.model_copy(update={"is_question": True}) for row in rows(("x", "What is your name?"), ("y", "Yes, it is broken.")) * 2]
    for seen in clues(asked, company=["Moolane"]).values():
        assert seen.keys() <= weights().clues.keys()


def test_a_phrase_said_twice_counts_once_and_a_second_phrase_less():
    one, again, two = (
        clues(rows(("x", said)))["x"]["agent_strong"]
        for said in ("How can I help?", "How can I help? How can I help?", "How can I help? Is there anything else?")
    )
    assert one == again == 1
    assert 1 < two < 2


def test_long_turns_are_told_from_short_ones_as_far_as_there_are_words():
    found = clues(rows(("x", "one two three four five six seven eight nine ten " * 4), ("y", "Yes."), ("x", "No.")))
    assert found["x"]["opening"] > found["x"]["length"] > 0 > found["x"]["closing"]
    assert -0.1 < found["y"]["length"] < 0


def test_nothing_is_said_of_lengths_in_a_language_without_lists():
    assert "length" not in clues(rows(("x", "yksi kaksi kolme"), language="fi"))["x"]


def test_who_speaks_first_or_asks_more_tells_nothing_of_one_voice():
    assert not {"first", "asks"} & clues(rows(("x", "Hello.")))["x"].keys()
    found, longer = (clues(rows(("x", said), ("y", "Hello."))) for said in ("Hello.", "Hello there, good morning."))
    assert 0 == found["y"]["first"] < found["x"]["first"] < longer["x"]["first"] < 1


@pytest.mark.parametrize("name", ["Moolane", "Casa  Bella"])
def test_the_company_s_name_is_looked_for_whole(name):
    found = clues(rows(("x", f"{' '.join(name.split())}, hello."), ("y", "Moolanes and casas")), company=[name, ""])
    assert (found["x"]["company"], found["y"]["company"]) == (1, 0)


def test_words_count_less_the_oftener_they_are_said():
    once, often = (everyday(rows(("x", said)))["en", "your"] for said in ("your", " ".join(["your"] * 16)))
    assert once < often < 4 * once


def test_a_call_of_four_times_the_length_does_not_weigh_four_times_as_much():
    short = rows(("x", "What is your name, and which day is it?"), ("y", "My name is my own, and I want it."))
    assert 0 < odds(short * 4)["x"] - odds(short * 4)["y"] < 2 * (odds(short)["x"] - odds(short)["y"])


def test_how_much_is_said_counts_by_language():
    found = talk([*rows(("x", "one two")), *rows(("x", "uno dos tres"), language="es-MX")])
    assert found["es"] == pytest.approx(1.5 * found["en"])
    assert talk([]) == {}


def test_the_agent_of_a_misheard_call_has_the_higher_odds():
    found = odds(
        rows(("x", "a what is your name and the order or"), ("y", "oh i have it and my"), ("x", "we will let you now of your"), ("y", "i want my it"))
    )
    assert found["x"] > found["y"]
