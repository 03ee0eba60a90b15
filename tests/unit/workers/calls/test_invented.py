"""What recognisers write into silence goes only where nobody speaks."""

from __future__ import annotations

import pytest

from schemas.transcripts import Segment, TimedWord
from workers.calls.invented import believable, known_filler
from workers.calls.turns import Span, Turn


def turn(text, start=0.0, end=2.0, channel=0):
    words = tuple(TimedWord(text=word, start_s=start, end_s=end, confidence=1) for word in text.split())
    return Turn(channel, Segment(start_s=start, end_s=end, words=words), "en", "x/1/y")


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
    assert believable([filler], []) == []
    assert believable([filler], [Span(1, 0.0, 2.0)]) == []
    assert believable([filler], [Span(0, 2.0, 4.0)]) == []
    assert believable([filler], [Span(0, 1.0, 4.0)]) == [filler]


def test_a_click_is_no_voice_and_pieces_of_voice_add_up():
    filler = turn("Thanks for watching!")
    assert believable([filler], [Span(0, 0.0, 0.1)]) == []
    assert believable([filler], [Span(0, 0.0, 0.1), Span(0, 1.0, 1.125)]) == [filler]


def test_all_else_stays_whatever_is_heard():
    said = [turn("My order is late"), turn("")]
    assert believable(said, []) == said
