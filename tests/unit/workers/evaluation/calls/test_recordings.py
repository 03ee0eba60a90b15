from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.unit.workers.evaluation.calls.cases import lost, read, said
from workers.evaluation.calls.diarisation import Talk
from workers.evaluation.calls.gold import Recording, Turn
from workers.evaluation.calls.recordings import Readings, speech_report
from workers.evaluation.calls.report import CallReport, Fault
from workers.evaluation.calls.roles import RoleSpan
from workers.evaluation.calls.tables import ROWS_SHOWN, tables
from workers.evaluation.calls.transcripts import dialogue_report
from workers.evaluation.labelled import BadRow, FileCount
from workers.evaluation.tables import as_markdown, as_text

WORDS = Recording("w.jsonl", "a.wav", Path("/set/a.wav"), "en", "ten of clubs", None, None)
TALKS = Recording("t.jsonl", "b.wav", Path("/set/b.wav"), None, None, (Talk(0, 4, "ann"), Talk(4, 8, "bob")), None)
ROLES = Recording("r.jsonl", "c.wav", Path("/set/c.wav"), None, None, None, (RoleSpan("agent", 0), RoleSpan("customer", 1)))
LOST = Recording("w.jsonl", "d.mp3", Path("/set/d.mp3"), "es", "hola", None, None)


def readings(*recordings: Recording) -> Readings:
    runs = {
        WORDS.path: read(said(1, "Ten of"), said(2, "clubs, clubs."), duration_s=2.0, seconds=3.0),
        TALKS.path: read(said(1, start_s=0.0, end_s=8.0), duration_s=8.0, non_talk_s=1.0, seconds=3.0),
        ROLES.path: read(
            said(1, role="agent", start_s=0.0, end_s=3.0), said(2, role="agent", channel=1, start_s=3.0, end_s=5.0), duration_s=5.0, seconds=1.5
        ),
        LOST.path: lost(),
    }
    return Readings({one.path: runs[one.path] for one in recordings}, processor_s=6.0, jobs=2)


def report() -> CallReport:
    speech = speech_report("auto", [WORDS, TALKS, ROLES, LOST], readings(WORDS, TALKS, ROLES, LOST), 5)
    turn = Turn("q.jsonl", "1", None, "Pay?", None, None, True, ("pay",))
    return CallReport(
        measured_on=date(2026, 11, 21),
        split="test",
        told_language=True,
        models="var/models",
        files=(FileCount(file="w.jsonl", rows=3, measured=2, unlabelled=1, other_split=0, bad=0),),
        bad=tuple(BadRow(file="w.jsonl", line_no=number, why="is no JSON") for number in range(ROWS_SHOWN + 1)),
        speech=(speech,),
        dialogues=dialogue_report({("q.jsonl", "1"): [turn]}, [read(said(1, is_question=True))], 5),
        failed=(Fault(stt="faster-whisper", code="model_missing", message="no model"),),
    )


def test_words_are_counted_by_language_and_a_lost_recording_heard_nothing() -> None:
    """`ten of clubs clubs` has one word too many; `hola` is left out."""
    found = speech_report("auto", [WORDS, LOST], readings(WORDS, LOST), 5)
    assert {name: (of.words, of.insertions, of.deletions, of.rate) for name, of in found.words.items()} == {
        "all": (4, 1, 1, 0.5),
        "language en": (3, 1, 0, pytest.approx(1 / 3)),
        "language es": (1, 0, 1, 1.0),
    }
    assert [(one.name, one.code) for one in found.unread] == [("d.mp3", "malformed")]
    assert found.adapters == ("pocketsphinx/5/en-us",)
    assert (found.speakers, found.roles) == (None, None)


def test_speakers_are_whoever_we_tell_apart() -> None:
    """One voice for two people of 4 s each: half of it is confused."""
    found = speech_report("auto", [TALKS], readings(TALKS), 5).speakers
    assert found is not None
    (each,) = found.each
    assert (each.speakers, each.ours, each.whole.confused_s, found.whole.rate) == (2, 1, 4.0, 0.5)
    assert found.collar.speech_s == 7.0  # a quarter of a second at each end, half a second at the change


def test_nobody_speaks_where_no_labelled_segment_is() -> None:
    """Of 10 s: talk from 1 to 5 (two at once) and from 8 on, past the end. A recording that was not read has no figure."""
    talks = (Talk(1, 4, "ann"), Talk(3, 5, "bob"), Talk(8, 12, "ann"), Talk(11, 13, "bob"))
    one, other = (Recording("t.jsonl", name, Path("/set") / name, None, None, talks, None) for name in ("a.wav", "b.wav"))
    runs = {one.path: read(duration_s=10.0, non_talk_s=3.0), other.path: lost()}
    (found,) = speech_report("auto", [one, other], Readings(runs, 1.0, 1), 5).quiet
    assert (found.name, found.duration_s, found.labelled_s, found.ours_s, found.off) == ("a.wav", 10.0, 4.0, 3.0, -0.1)


def test_roles_are_held_against_channels() -> None:
    found = speech_report("auto", [ROLES], readings(ROLES), 5).roles
    assert found is not None
    assert (found.calls, found.right, found.each[0].heard) == (1, 0, {"agent": "agent", "customer": "agent"})


def test_the_pace_is_that_of_what_was_read() -> None:
    pace = speech_report("auto", [WORDS, TALKS, ROLES, LOST], readings(WORDS, TALKS, ROLES, LOST), 5).pace
    assert (pace.recordings, pace.audio_s, pace.real_time_factor, pace.processor_factor, pace.jobs) == (3, 15.0, 0.5, 0.4, 2)


def test_the_worst_is_quoted_of_what_was_read() -> None:
    recordings = [WORDS, TALKS, ROLES, LOST]
    found = speech_report("auto", recordings, readings(*recordings), 5)
    assert [(one.name, one.stretch.said, one.stretch.heard) for one in found.misheard] == [("a.wav", "ten of clubs", "ten of clubs clubs")]
    assert [(one.name, one.start_s, one.role, one.ours, one.seconds) for one in found.miscast] == [("c.wav", 3.0, "customer", "agent", 2.0)]


def test_the_tables_say_what_was_measured() -> None:
    found = {table.title: table for table in tables(report())}
    assert list(found) == [
        *("Word error rate", "Diarisation error rate", "Time in which nobody speaks", "Roles", "Pace", "Questions", "Intents"),
        *("Files", "Bad rows", "Not read", "Recognisers not measured"),
    ]
    assert found["Word error rate"].rows[0] == ("auto", "all", "4", "0", "1", "1", "0.500")
    assert found["Diarisation error rate"].rows[1] == ("auto", "b.wav", "2", "1", "8.0", "0.0", "0.0", "4.0", "0.500", "0.500")
    assert found["Time in which nobody speaks"].rows == (("auto", "b.wav", "8.0", "0.0", "1.0", "+0.125"),)
    assert found["Roles"].rows == (("auto", "all", "0 of 1", "", "0.600"), ("auto", "c.wav", "wrong", "agent: agent, customer: agent", "-"))
    assert found["Questions"].rows == (("q.jsonl", "1", "1", "1", "1.000", "1.000", "1.000"),)
    assert found["Intents"].rows == (("q.jsonl", "1", "0", "0", "0.000", "0.000"),)
    assert "classifier in force" in found["Intents"].note
    assert "rows of the split 'test'" in found["Intents"].note
    assert (len(found["Bad rows"].rows), found["Bad rows"].note) == (ROWS_SHOWN, "And 1 more.")
    assert found["Not read"].rows == (("auto", "d.mp3", "malformed", "The file is broken."),)
    assert "0.1+abc" in as_text(tables(report()))
    assert "| auto | all |" in as_markdown(tables(report()))
