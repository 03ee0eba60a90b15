from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.unit.workers.evaluation.calls.cases import lost, read, said
from tests.unit.workers.evaluation.reviews.test_webpage import HOSTILE, Seen
from workers.evaluation.calls.diarisation import Talk
from workers.evaluation.calls.gold import Recording, Turn
from workers.evaluation.calls.recordings import Readings, speech_report
from workers.evaluation.calls.report import CallReport, Fault
from workers.evaluation.calls.roles import RoleSpan
from workers.evaluation.calls.tables import mistakes, tables
from workers.evaluation.calls.transcripts import dialogue_report
from workers.evaluation.calls.webpage import INTENTS_SHOWN, STYLE, document
from workers.evaluation.labelled import BadRow
from workers.evaluation.tables import as_markdown, as_text


def report(text: str = "Some text.", *, engines: int = 1) -> CallReport:
    """One of everything that is drawn or quoted, named and spoken `text`."""
    one = Recording("r.jsonl", text, Path("/set/a.wav"), "en", f"said {text}", (Talk(0, 4, text),), (RoleSpan("agent"),))
    gone = Recording("r.jsonl", text, Path("/set/b.wav"), None, "x", None, None)
    runs = {
        one.path: read(said(1, text, role="customer", speaker=text, start_s=0.0, end_s=4.0), duration_s=5.0, non_talk_s=1.0),
        gone.path: lost(),
    }
    turns = [Turn("q", text, text, text, None, text, True, (text,)), Turn("q", text, None, text, None, text, False, ())]
    said_of = [read(said(1, intent=f"other {text}"), said(2, is_question=True))]
    return CallReport(
        measured_on=date(2026, 11, 21),
        split=None,
        told_language=True,
        models=None,
        files=(),
        bad=(BadRow(file=text, line_no=3, why=text),),
        speech=tuple(speech_report(f"{number} {text}", [one, gone], Readings(runs, 2.0, 1), 5) for number in range(engines)),
        dialogues=dialogue_report({(text, text): turns}, said_of, 5),
        failed=(Fault(stt=text, code="model_missing", message=text),),
    )


def test_everything_measured_is_drawn() -> None:
    """Words, speakers, silence, roles, pace, questions and intents."""
    seen = Seen(document(report()))
    assert seen.tags.count("svg") == 7
    assert "customer, said" not in seen.text
    assert "agent, said customer: 4 (100%)" in seen.text
    assert Seen(document(report(engines=2))).tags.count("svg") == 8  # the seconds of roles are drawn for each recogniser


def test_what_was_not_measured_is_not_drawn() -> None:
    bare = report().model_copy(update={"speech": (), "dialogues": None})
    assert "svg" not in Seen(document(bare)).tags


def test_mistakes_are_quoted_and_stay_out_of_the_documentation() -> None:
    found = report("words of a call")
    titles = [table.title for table in mistakes(found)]
    assert titles == [
        *("0 words of a call: worst heard", "0 words of a call: turns under a wrong role"),
        *("Questions that were missed", "Turns taken for questions", "Intents taken for others"),
    ]
    assert "said words of a call" in as_text(mistakes(found))
    assert "said words of a call" not in as_markdown(tables(found))


def test_rare_intents_are_put_together() -> None:
    turns = [Turn("q", "1", None, "x", None, None, None, (f"intent {number:02}",)) for number in range(INTENTS_SHOWN + 3)]
    ours = read(*(said(number, intent=f"intent {INTENTS_SHOWN + 1:02}") for number in range(1, len(turns))))
    only = report().model_copy(update={"speech": (), "dialogues": dialogue_report({("q", "1"): turns}, [ours], 5)})
    text = Seen(document(only)).text
    assert "intent 00, said others: 1 (100%)" in text
    assert f"intent {INTENTS_SHOWN:02}, said" not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_changes_nothing(text: str) -> None:
    plain, seen = Seen(document(report())), Seen(document(report(text)))
    assert seen.tags == plain.tags
    assert "\x1b" not in seen.text


def test_the_style_fetches_nothing() -> None:
    assert "url(" not in STYLE.read_text("utf-8")
