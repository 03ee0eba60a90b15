"""The language of each turn of a call."""

from __future__ import annotations

import pytest

from schemas.language import LanguageGuess
from schemas.rows.call import UtteranceRow
from workers.calls.languages import with_languages


def row(number, speaker="A", language=None):
    return UtteranceRow(utterance_no=number, speaker=speaker, language=language, text="x", confidence=1, adapter="x/1/y")


def guess(language, confidence=0.97):
    return LanguageGuess(language=language, confidence=confidence)


def told(guesses, call="en", speakers="AAAAAAAA", own=None, stated=()):
    rows = [row(number, speaker, own) for number, speaker in zip(range(1, len(guesses) + 1), speakers, strict=False)]
    return [found.language for found in with_languages(rows, guesses, call, stated)]


def test_a_sure_turn_is_in_its_own_language_and_the_rest_in_the_call_s():
    assert told([guess("en"), guess("es"), None, guess("en")], speakers="ABCA") == ["en", "es", "en", "en"]


def test_a_language_nobody_surely_spoke_is_a_wrong_guess():
    assert told([guess("it", 0.8), guess("pt", 0.89), guess("es", 0.7)]) == ["en"] * 3


def test_weak_signs_count_for_languages_that_are_spoken():
    found = told([guess("en"), guess("es"), guess("es", 0.65), guess("it", 0.65), guess("en", 0.65)], speakers="ABCDE")
    assert found == ["en", "es", "es", "en", "en"]


def test_a_short_turn_goes_on_in_its_speaker_s_language():
    assert told([guess("es"), None, guess("es", 0.5), guess("en"), None], speakers="ABABA") == ["es", "en", "es", "en", "es"]


@pytest.mark.parametrize(("call", "found"), [("es-MX", "es-MX"), ("en-GB", "es"), (None, "es")])
def test_a_region_stays_where_it_fits(call, found):
    assert told([guess("es")], call=call) == [found]


def test_a_recogniser_s_own_language_is_its_turns():
    assert told([None, guess("de", 0.7), guess("es")], own="de") == ["de", "de", "es"]


def test_what_the_file_says_of_a_turn_stays():
    assert told([guess("es"), guess("es")], own="pt", stated={1}) == ["pt", "es"]


def test_nothing_known_stays_unknown():
    assert told([None, guess("fr", 0.5)], call=None) == [None, None]
