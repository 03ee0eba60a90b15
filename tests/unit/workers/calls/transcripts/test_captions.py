from __future__ import annotations

import pytest

from workers.calls.transcripts.captions import SUBRIP, WEBVTT, captions_of, read_captions

VTT = """WEBVTT - a call

NOTE
made by hand

STYLE
::cue { color: red }

first
00:01.000 --> 00:02.500 align:start
<v.loud Ana Ruiz>Good <b>morning</b>, Fern&amp;Co.</v>

01:00:00.000 --> 01:00:03.000
<v Ben>My parcel
is late.
"""

SRT = """1
00:00:01,000 --> 00:00:02,000
AGENT: Good morning.

2
00:00:02,500 --> 00:00:04,000
and welcome

3
00:00:05,000 --> 00:00:06,000
CALLER 1: <i>Hello</i>
"""


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (VTT, WEBVTT),
        ("\ufeffWEBVTT\n\n", WEBVTT),
        (SRT, SUBRIP),
        ("00:00:01,000 --> 00:00:02,000\nHello", SUBRIP),
        ("WEBVTTX\n", None),
        ("1\nnothing timed", None),
        ("", None),
    ],
)
def test_captions_are_told_by_their_first_lines(head, answer):
    assert captions_of(head) == answer


def test_voice_tags_name_speakers_and_marks_are_no_words():
    found = read_captions(VTT)
    assert found.source == "webvtt"
    assert [(turn.number, turn.speaker, turn.start_s, turn.end_s, turn.text) for turn in found.turns] == [
        (1, "Ana Ruiz", 1.0, 2.5, "Good morning, Fern&Co."),
        (2, "Ben", 3600.0, 3603.0, "My parcel is late."),
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_name_before_a_colon_speaks_until_the_next_name(ends):
    found = read_captions(SRT.replace("\n", ends))
    assert [(turn.speaker, turn.text) for turn in found.turns] == [("AGENT", "Good morning."), ("AGENT", "and welcome"), ("CALLER 1", "Hello")]


def test_a_colon_in_a_sentence_names_nobody():
    cues = [f"{n}\n00:00:0{n},000 --> 00:00:0{n},500\n{said}\n" for n, said in enumerate(["One thing: it broke", "so I", "sent it", "back"], start=1)]
    assert [turn.speaker for turn in read_captions("\n".join(cues)).turns] == [None] * 4


def test_a_cue_with_unreadable_times_is_kept_and_its_line_is_said():
    found = read_captions("WEBVTT\n\n00:05.000 --> 00:01.000\nbackwards\n\n99:99:99 --> soon\nlater\n\n00:06.000 --> 00:07.000\n\n")
    assert [(turn.text, turn.start_s) for turn in found.turns] == [("backwards", None), ("later", None), ("", 6.0)]
    assert [(problem.item_no, problem.line_no) for problem in found.problems] == [(1, 3), (2, 6)]
