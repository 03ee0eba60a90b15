"""Tags of tokens to entities: whole words, runs of one type, windows that saw the same word."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.nlp.neural.spans import Tagged, entities
from adapters.nlp.neural.windows import Window

TAGS = [("", None), ("B", "PERSON"), ("I", "PERSON"), ("B", "LOCATION")]
TEXT = "ana maría in madrid"
ANA, MARIA, IN, MADRID = (0, 3), (4, 9), (10, 12), (13, 19)


def window(spans, tags, words=None, sure=0.9):
    """A window between two special tokens; `tags` are the likeliest numbers."""
    shares = np.full((len(spans) + 2, len(TAGS)), (1 - sure) / (len(TAGS) - 1))
    shares[range(len(spans) + 2), [0, *tags, 0]] = sure
    numbers = list(range(len(spans))) if words is None else words
    return Tagged(Window(0, {}, [(0, 0), *spans, (0, 0)], [None, *numbers, None]), shares)


def names(*tagged, least=0.5, text=TEXT):
    return [(one.text, one.type, one.confidence) for one in entities(text, tagged, TAGS, least)]


def test_a_run_of_one_type_is_one_entity():
    assert names(window([ANA, MARIA, IN, MADRID], [1, 2, 0, 3])) == [("ana maría", "PERSON", 0.9), ("madrid", "LOCATION", 0.9)]


def test_a_new_beginning_and_another_type_end_the_one_before():
    assert [one[0] for one in names(window([ANA, MARIA, IN, MADRID], [1, 1, 2, 3]))] == ["ana", "maría in", "madrid"]


def test_a_word_is_never_torn():
    pieces = [(13, 15), (15, 17), (17, 19)]
    assert names(window([ANA, *pieces], [0, 3, 0, 3], words=[0, 1, 1, 1]))[0][0] == "madrid"


def test_of_two_windows_the_one_that_saw_more_around_a_word_is_believed():
    first = window([ANA, MARIA, IN, MADRID], [1, 2, 0, 0])  # madrid at the edge, taken for nothing
    second = window([MARIA, IN, MADRID, (19, 19)], [0, 0, 3, 0])  # maría at the edge, taken for nothing
    assert [one[0] for one in names(first, second)] == ["ana maría", "madrid"]


def test_blanks_that_a_tokenizer_counts_to_a_word_are_left_out():
    assert names(window([(9, 12), (12, 19)], [0, 3]))[0][0] == "madrid"


@pytest.mark.parametrize("sure, least", [(0.6, 0.7), (0.89, 0.9)])
def test_what_is_unsure_is_left_out(sure, least):
    assert names(window([ANA], [1], sure=sure), least=least) == []


def test_a_page_without_spaces_is_no_name():
    assert names(window([(0, 201)], [1]), text="a" * 201) == []
    assert len(names(window([(0, 200)], [1]), text="a" * 201)) == 1
