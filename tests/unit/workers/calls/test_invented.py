"""What recognisers write where nobody speaks goes, and is said to."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from schemas.transcripts import Segment, TimedWord
from workers.calls.invented import believable, flagged, known_filler
from workers.calls.turns import Span, Turn


def word(text, start, end, sure=1.0):
    return TimedWord(text=text, start_s=start, end_s=end, confidence=sure)


def turn(text, start=0.0, end=2.0, channel=0, sure=1.0):
    words = tuple(word(one, start, end, sure) for one in text.split())
    return Turn(channel, Segment(start_s=start, end_s=end, words=words), "en", "x/1/y")


def left(turns, talk, voices=None):
    return believable(turns, talk, voices or {}).turns


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Untertitel von Stephanie Geiges",
        "Subtítulos por la comunidad de Amara.org",
        "¡Suscríbete!",
        "Gracias por ver el video.",
    ],
)
def test_known_fillers(text):
    assert known_filler(text)


@pytest.mark.parametrize("text", ["", "Thank you.", "Thanks for watching the kids.", "okay", "The subtitle is wrong."])
def test_what_people_say(text):
    assert not known_filler(text)


def test_a_filler_goes_only_without_a_voice_on_its_channel():
    filler = turn("Thanks for watching!")
    assert left([filler], []) == []
    assert left([filler], [Span(1, 0.0, 2.0)]) == []
    assert left([filler], [Span(0, 2.0, 4.0)]) == []
    assert left([filler], [Span(0, 1.0, 4.0)]) == [filler]


def test_a_click_is_no_voice_and_pieces_of_voice_add_up():
    filler = turn("Thanks for watching!")
    assert left([filler], [Span(0, 0.0, 0.1)]) == []
    assert left([filler], [Span(0, 0.0, 0.1), Span(0, 1.0, 1.125)]) == [filler]


def test_a_turn_nobody_understood_goes_without_talk():
    noise = turn("")
    assert left([noise], []) == []
    assert left([noise], [Span(0, 1.0, 2.0)]) == [noise]


def test_words_the_recogniser_was_not_sure_of_go_without_a_voice_near_them():
    unsure, sure = turn("two", sure=0.3), turn("two", sure=0.5)
    assert left([unsure, sure], [], {0: []}) == [sure]
    assert left([unsure], [], {0: [Span(0, 2.4, 4.0)]}) == [unsure]
    assert left([unsure], [], {0: [Span(0, 2.6, 4.0)]}) == []
    assert left([unsure], [], {1: []}) == [unsure]  # nobody looked for voices on its channel


def test_of_a_turn_the_words_that_are_left_are_its_own():
    words = (word("to", 0.0, 0.5, 0.1), word("my", 4.0, 4.5, 0.2), word("order", 4.5, 5.0, 0.9), word("to", 9.0, 9.5, 0.1))
    heard = Turn(0, Segment(start_s=0.0, end_s=10.0, words=words), "en", "x/1/y", "because")
    (found,) = left([heard], [], {0: [Span(0, 4.0, 5.0)]})
    assert (found.segment.text, found.segment.start_s, found.segment.end_s, found.why) == ("my order", 4.0, 5.0, "because")


def test_edges_stay_where_the_first_and_the_last_word_do():
    words = (word("my", 1.0, 1.5), word("to", 5.0, 5.5, 0.1), word("order", 8.0, 8.5))
    (found,) = left([Turn(0, Segment(start_s=0.5, end_s=9.0, words=words), "en", "x/1/y")], [], {0: []})
    assert (found.segment.text, found.segment.start_s, found.segment.end_s) == ("my order", 0.5, 9.0)


def test_what_is_left_out_is_said():
    found = believable([turn("Thanks for watching!"), turn("", channel=1), turn("to", sure=0.1, channel=1), turn("hello")], [], {1: []})
    assert [(one.code, one.message) for one in found.problems] == [
        ("no_voice", "channel 0: 3 words that the recogniser heard where nobody speaks left out"),
        ("no_voice", "channel 1: 1 word and 1 turn without words that the recogniser heard where nobody speaks left out"),
    ]
    assert believable([turn("hello")], [], {}).problems == ()


def test_sure_words_where_nobody_talks_are_flagged():
    def row(text, start, flags=()):
        return UtteranceRow(utterance_no=1, text=text, start_s=start, end_s=start + 1, channel=0, confidence=1, adapter="x/1/y", flags=flags)

    rows = [row("thank", 0.0, ("language_assumed",)), row("hello", 5.0), row("", 0.0)]
    assert [one.flags for one in flagged(rows, [Span(0, 6.4, 8.0)])] == [("language_assumed", "no_voice"), (), ()]
