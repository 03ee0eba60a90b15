"""Names in what is said. The names are invented."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from schemas.settings import CallSettings
from workers.calls.vocabulary import mended, mentions, sound, terms, vocabulary, with_names

NAMES = ("Moolane", "Brimmelhof", "Vodano", "Skynet Telecom", "Fore", "Petrix")


def row(text, **fields):
    return UtteranceRow(**{"utterance_no": 1, "text": text, "language": "en", "confidence": 1, "adapter": "x/1/y"} | fields)


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("i bought moo lane milk", "i bought Moolane milk"),
        ("Is this Moolaine?", "Is this Moolane?"),
        ("the moolane's lid", "the Moolane's lid"),
        ("Brimmel-hoff, brimel hoff", "Brimmelhof, Brimmelhof"),
        ("brim all hoff yogurt", "Brimmelhof yogurt"),
        ("call sky net tele com", "call sky net tele com"),
        ("call sky net telecom.", "call Skynet Telecom."),
        ("a petricks please", "a Petrix please"),
    ],
)
def test_misheard_names_are_mended(heard, written):
    assert mended(heard, NAMES, "en") == written


@pytest.mark.parametrize(
    "text",
    [
        "four of them, for you",
        "moo. Lane is my name",
        "the moon lander",
        "a volcano and a van",
        "",
        "petrol",
        "I moved a lane",
    ],
)
def test_other_words_stay(text):
    assert mended(text, NAMES, "en") == text


def test_an_everyday_word_is_a_name_only_as_the_name_is_written():
    assert [one.name for one in mentions("Fore, fore! Four.", NAMES, "en")] == ["Fore", "Fore"]
    assert mentions("apple", ("Apple",), "en") == []
    assert [one.char_start for one in mentions("an apple by Apple", ("Apple",), "en")] == [12]


def test_of_two_names_that_sound_alike_the_one_that_looks_alike():
    assert mended("a fonex", ("Phonex", "Fonecks"), "en") == "a Phonex"
    assert mended("a fonecs", ("Phonex", "Fonecks"), "en") == "a Fonecks"


def test_the_longest_window_wins_and_none_overlap():
    assert [one.name for one in mentions("sky net telecom net", ("Skynet", "Skynet Telecom"), "en")] == ["Skynet Telecom"]


def test_places_are_code_points():
    [one] = mentions("😀 ñandú moo lane!", NAMES, "es")
    assert "😀 ñandú moo lane!"[one.char_start : one.char_end] == "moo lane"


def test_spellings_of_one_sound():
    assert sound(["moo", "lane"]) == sound(["Moolane"])
    assert sound(["Vodafone"]) == sound(["vodaphone"])
    assert sound(["Müller"]) == sound(["muler"])
    assert sound(["1st"]) == "1st"


def test_rows_keep_what_the_recogniser_wrote():
    given = [row("moo lane"), row("milk"), row("moo lane", raw_text="mu lane")]
    found = with_names(given, NAMES)
    assert [(one.text, one.raw_text) for one in found] == [("Moolane", "moo lane"), ("milk", None), ("Moolane", "mu lane")]
    assert with_names(given, ()) == tuple(given)


def test_terms_are_spans_where_their_utterance_stands():
    [span] = terms([row("my Moolane order", role="customer", channel=1, start_s=2, end_s=3), row("milk")], NAMES)
    assert (span.kind, span.name, span.text, span.role, span.channel, span.start_s, span.end_s) == (
        "term",
        "Moolane",
        "Moolane",
        "customer",
        1,
        2.0,
        3.0,
    )
    assert terms([row("Moolane")], ()) == []


@pytest.mark.parametrize("given", ["Vodano, Moolane", '["Vodano", "Moolane"]', ["Vodano", "Moolane", 7, " ", "x" * 101]])
def test_names_of_the_call_come_before_those_of_the_settings(given):
    assert vocabulary({"vocabulary": given}, CallSettings(vocabulary=("Petrix", "Moolane"))) == ("Vodano", "Moolane", "Petrix")


@pytest.mark.parametrize("given", [None, 7, {"a": "b"}, True, "", "7", "{}"])
def test_a_vocabulary_that_is_none_is_none(given):
    assert vocabulary({"vocabulary": given}, CallSettings()) == ()
