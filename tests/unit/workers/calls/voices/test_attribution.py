"""Turns given to voices."""

from __future__ import annotations

import pytest

from schemas.transcripts import Segment, TimedWord
from workers.calls.turns import Turn
from workers.calls.voices.attribution import attributed
from workers.calls.voices.speakers import ALONE, VoiceSpan


def turn(*words, start=None, end=None):
    """A turn of (text, start, end)."""
    timed = tuple(TimedWord(text=text, start_s=first, end_s=last, confidence=0.5) for text, first, last in words)
    return Turn(0, Segment(start_s=words[0][1] if start is None else start, end_s=words[-1][2] if end is None else end, words=timed), "en", "a/1/b")


def span(start, end, speaker):
    return VoiceSpan(start, end, speaker, 0.9)


def told(turns, spans):
    return [(one.speaker, one.turn.segment.text, one.turn.segment.start_s, one.turn.segment.end_s) for one in attributed(turns, spans)]


def test_a_turn_is_cut_where_another_voice_goes_on():
    whole = turn(("how", 0.1, 0.4), ("are", 0.5, 0.8), ("fine", 1.1, 1.5), ("thanks", 1.6, 2.0), start=0.0, end=2.2)
    found = told([whole], [span(0, 1.0, 1), span(1.0, 2.2, 2)])
    assert found == [(1, "how are", 0.0, 0.8), (2, "fine thanks", 1.1, 2.2)]


def test_a_word_belongs_to_whoever_says_most_of_it():
    assert told([turn(("hello", 0.0, 1.0))], [span(0, 0.3, 1), span(0.3, 1.0, 2)]) == [(2, "hello", 0.2, 1.0)]


def test_too_short_a_change_is_none():
    whole = turn(("one", 0.0, 0.5), ("two", 0.5, 0.7), ("three", 0.7, 1.5))
    assert told([whole], [span(0, 0.5, 1), span(0.5, 0.7, 2), span(0.7, 1.5, 1)]) == [(1, "one two three", 0.0, 1.5)]


def test_words_near_nobody_go_with_the_words_before():
    whole = turn(("uh", 0.0, 0.3), ("yes", 2.0, 2.5), ("sir", 4.0, 4.4))
    assert told([whole], [span(1.9, 2.6, 3)]) == [(3, "uh yes sir", 1.8, 2.7)]


def test_a_long_silence_ends_a_turn_whatever_was_recognised_in_it():
    whole = turn(("good", 0.0, 0.5), ("noise", 1.0, 3.0), ("bye", 4.0, 4.6))
    found = told([whole], [span(0, 0.9, 1), span(3.9, 4.6, 1)])
    assert found == [(1, "good noise", 0.0, 1.0), (1, "bye", 4.0, 4.6)]


def test_a_turn_begins_and_ends_with_the_voice():
    whole = turn(("hello", 2.0, 2.4), start=0.0, end=6.0)
    assert told([whole], [span(2, 2.5, 1), span(2.6, 3, 1)]) == [(1, "hello", 1.9, 3.1)]


def test_a_lone_voice_begins_and_ends_turns_without_a_name():
    noisy = turn(("hum", 0.2, 1.5), ("hello", 2.0, 2.4), ("click", 5.0, 5.2), ("bye", 8.1, 8.5), start=0.0, end=12.0)
    found = told([noisy], [span(2, 2.6, ALONE), span(8, 8.6, ALONE)])
    assert found == [(None, "hum hello click", 1.9, 2.7), (None, "bye", 8.1, 8.7)]


@pytest.mark.parametrize(("start", "speaker"), [(1.4, 1), (1.7, None)])
def test_a_turn_nobody_understood_goes_to_the_nearest_voice(start, speaker):
    mumbled = Turn(0, Segment(start_s=start, end_s=start + 0.2), "en", "a/1/b")
    assert told([mumbled], [span(0, 1, 1)]) == [(speaker, "", start, start + 0.2)]


def test_pieces_are_in_order_of_time():
    turns = [turn(("a", 0.0, 1.0), ("b", 3.0, 4.0)), turn(("c", 1.5, 2.5))]
    assert [one[1] for one in told(turns, [span(0, 1, 1), span(1.5, 2.5, 1), span(3, 4, 2)])] == ["a", "c", "b"]


def test_without_voices_turns_stay_as_they_are():
    whole = turn(("a", 0.0, 1.0), ("b", 3.0, 4.0))
    assert [(one.turn, one.speaker) for one in attributed([whole], [])] == [(whole, None)]
