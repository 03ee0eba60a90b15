"""Turns: joined over cuts, ordered, interruptions."""

from __future__ import annotations

import pytest

from schemas.transcripts import Segment, TimedWord
from workers.calls.turns import Span, Turn, in_order, interruptions, joined, overlaps_s, talk_s


def turn(start, end, channel=0, text="", language="en"):
    words = tuple(TimedWord(text=word, start_s=start, end_s=end, confidence=1) for word in text.split())
    return Turn(channel, Segment(start_s=start, end_s=end, words=words), language, "fake/1/x")


def spans(*whole):
    return [Span(channel, start, end) for channel, start, end in whole]


def test_what_only_a_cut_separates_is_one_turn():
    found = joined([turn(50, 59.9, text="where is"), turn(60.1, 65, text="my order")], [60])
    assert [(t.segment.start_s, t.segment.end_s, t.segment.text) for t in found] == [(50, 65, "where is my order")]


@pytest.mark.parametrize(
    ("second", "cuts"),
    [(turn(60.5, 65), [60]), (turn(60.1, 65), [30, 90]), (turn(60.1, 65), []), (turn(60.1, 65, language="es"), [60])],
)
def test_a_pause_no_cut_or_another_language_keeps_turns_apart(second, cuts):
    assert len(joined([turn(50, 59.9), second], cuts)) == 2


def test_turns_over_three_stretches_become_one():
    assert len(joined([turn(0, 60), turn(60, 120), turn(120, 130)], [60, 120])) == 1


def test_channels_are_merged_by_time():
    assert [t.channel for t in in_order([turn(5, 6, 1), turn(1, 2), turn(5, 6), turn(3, 4, 1)])] == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        (spans((0, 0, 10), (1, 4, 8)), [False, True]),
        (spans((0, 0, 10), (1, 10.5, 12)), [False, False]),
        (spans((0, 0, 10), (1, 9.9, 12)), [False, False]),  # the overlap of a smooth change of turn
        (spans((0, 0, 10), (1, 0.1, 12)), [False, False]),  # both began at once
        (spans((0, 0, 10), (0, 4, 8)), [False, False]),  # the same voice
        (spans((0, 0, 10), (1, 4, 4.2)), [False, False]),  # too short to be one
        (spans((0, 0, 10), (1, 3, 4), (1, 5, 7), (0, 6, 6.2)), [False, True, True, False]),
        (spans((0, 0, 2), (1, 1, 20), (0, 5, 8)), [False, True, True]),
    ],
)
def test_interruptions_start_while_the_other_goes_on(talk, expected):
    assert interruptions(talk) == expected


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        (spans((0, 0, 10), (1, 4, 8)), [4, 4]),
        (spans((0, 0, 10), (1, 9.9, 12), (0, 12, 13)), [0.1, 0.1, 0]),
        (spans((0, 0, 10), (0, 4, 8)), [0, 0]),  # the same voice
        (spans((0, 0, 10), (1, 1, 3), (1, 5, 6)), [3, 2, 1]),
        (spans((0, 0, 10), (1, 1, 4), (2, 3, 6)), [5, 3, 3]),  # three at once count once
    ],
)
def test_seconds_in_which_two_talk(talk, expected):
    assert overlaps_s(talk) == expected


def test_talk_counts_overlaps_once():
    assert talk_s(spans((0, 0, 10), (1, 4, 8), (1, 9, 12), (0, 20, 21))) == 13
    assert talk_s([]) == 0
