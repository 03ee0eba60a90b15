"""Long texts are cut where a person would draw breath."""

from __future__ import annotations

import pytest

from adapters.tts.passages import passages


@pytest.mark.parametrize(
    "text, most, expected",
    [
        ("", 10, []),
        (" \n ", 10, []),
        ("Short.", 10, ["Short."]),
        ("One two. Three four. Five.", 20, ["One two. Three four.", "Five."]),
        ("One, two, three, four.", 10, ["One, two,", "three,", "four."]),
        ("one two three", 8, ["one two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
    ],
)
def test_cut_after_sentences_then_commas_then_words(text, most, expected):
    assert passages(text, most) == expected


def test_counted_as_the_service_counts():
    found = passages("ñandú " * 10, 21, lambda text: len(text.encode()))
    assert all(len(one.encode()) <= 21 for one in found)
    assert " ".join(found).split() == ["ñandú"] * 10


def test_no_letter_is_cut_in_two_and_a_letter_larger_than_a_request_is_still_one():
    assert passages("\N{CJK UNIFIED IDEOGRAPH-8336}" * 3, 2, lambda text: len(text.encode())) == ["\N{CJK UNIFIED IDEOGRAPH-8336}"] * 3


def test_nothing_is_lost():
    text = "A sentence, with parts; and more. " * 200 + "x" * 500
    found = passages(text, 120)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert max(map(len, found)) <= 120
