from __future__ import annotations

import json

import pytest

from tests.unit.workers.evaluation.calls.cases import lost, read, said
from workers.evaluation.calls.gold import Turn
from workers.evaluation.calls.transcripts import dialogue_report, transcript_of, with_bare


def turn(text: str, *, asked: bool | None = None, intents: tuple[str, ...] = (), speaker: str | None = None, domain: str | None = None) -> Turn:
    return Turn("a.jsonl", "1", speaker, text, "es", domain, asked, intents)


def test_a_transcript_holds_what_was_said_and_no_label() -> None:
    found = json.loads(transcript_of([turn("\u00bfQu\u00e9?", asked=True, speaker="A"), turn("", intents=("pay",))], told_language=True))
    assert found == {"utterances": [{"text": "\u00bfQu\u00e9?", "speaker": "A"}, {"text": ""}], "language": "es"}
    assert "language" not in json.loads(transcript_of([turn("Hola.")], told_language=False))


def test_questions_are_measured_bare_too_where_most_turns_are_written_with_marks() -> None:
    plain, marked, wanted = turn("como est\u00e1s", asked=True), turn("C\u00f3mo est\u00e1s, Ana?", asked=True), turn("Pay!", intents=("pay",))
    found = with_bare({("a", "1"): [plain], ("a", "2"): [marked, marked], ("b", "1"): [wanted], ("c", "1"): [plain, marked]})
    assert list(found) == [("a", "1"), ("a", "2"), ("b", "1"), ("c", "1"), ("a, bare", "1"), ("a, bare", "2")]
    assert [one.text for one in found["a, bare", "2"]] == ["c\u00f3mo est\u00e1s ana"] * 2


def test_turns_meet_our_utterances_by_number_and_a_lost_dialogue_says_nothing() -> None:
    one = [turn("Hi.", asked=False), turn("Well?", asked=True), turn("", asked=False), turn("What?", asked=True)]
    two = [turn("Pay.", intents=("pay",), domain="bank"), turn("Pay.", intents=("pay",), domain="bank")]
    runs = [read(said(1, is_question=True), said(2, is_question=True), said(4)), read(said(1, intent="pay"), said(2)), lost()]
    found = dialogue_report({("a", "1"): one, ("b", "1"): two, ("a", "2"): one[:2]}, runs, 5)
    assert (found.dialogues, found.turns) == (3, 8)
    questions = found.questions["a"]
    assert (questions.labelled, questions.stated, questions.right) == (3, 2, 1)
    assert questions.f1 == pytest.approx(2 * 1 / (3 + 2))
    assert (found.intents["b bank"].turns, found.intents["b bank"].accuracy) == (2, 0.5)
    assert [(one.name, one.code) for one in found.unread] == [("a: 2", "malformed")]
