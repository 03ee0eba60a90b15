from __future__ import annotations

from pathlib import Path

from tests.unit.workers.evaluation.calls.cases import read, said
from workers.evaluation.calls.gold import Recording, Turn
from workers.evaluation.calls.heard import utterances
from workers.evaluation.calls.mistakes import SHOWN_CHARS, Said, miscast, misheard, misjudged, mistaken
from workers.evaluation.calls.roles import RoleSpan


def turn(
    number: int, *, asked: bool | None = None, ours: bool | None = None, wanted: str = "", intent: str | None = None, of: str = "a", text: str = ""
) -> Said:
    (found,) = utterances(read(said(1, is_question=ours, intent=intent)).line)
    return Said(
        of, number, Turn(of, "7", None, text or f"turn {number}", None, "bank" if wanted else None, asked, (wanted,) if wanted else ()), found
    )


def test_questions_are_taken_evenly_and_every_set_is_heard() -> None:
    turns = [turn(number, asked=True, ours=False) for number in range(10)] + [turn(11, asked=True, of="b"), turn(12, asked=True, ours=True)]
    assert [(one.of, one.turn_no) for one in misjudged(turns, asked=True, worst=4)] == [("a", 0), ("a", 5), ("b", 11)]
    assert misjudged(turns, asked=False, worst=4) == ()


def test_what_asks_nothing_and_was_taken_for_a_question_is_invented() -> None:
    turns = [turn(1, asked=False, ours=True), turn(2, asked=False, ours=False), turn(3, ours=True), turn(4, asked=False)._replace(ours=None)]
    assert [(one.turn_no, one.dialogue) for one in misjudged(turns, asked=False, worst=4)] == [(1, "7")]


def test_wishes_are_counted_by_what_they_were_taken_for() -> None:
    turns = [
        *(turn(number, wanted="pay", intent="cancel", text=f"Pay {number}") for number in (1, 2)),
        turn(3, wanted="pay"),
        turn(4, wanted="pay", intent="pay"),
        turn(5, wanted="order")._replace(ours=None),
    ]
    found = [(one.of, one.label, one.said, one.turns, one.text) for one in mistaken(turns, 5)]
    assert found == [("a bank", "pay", "cancel", 2, "Pay 1"), ("a bank", "order", None, 1, "turn 5"), ("a bank", "pay", None, 1, "turn 3")]
    assert len(mistaken(turns, 1)) == 1


def recording(name: str, text: str | None, *roles: RoleSpan) -> Recording:
    return Recording("r.jsonl", name, Path(name), "en", text, None, roles or None)


def test_the_worst_recordings_come_first_and_those_that_were_not_read_not_at_all() -> None:
    recordings = [recording("fine", "one"), recording("bad", "one two"), recording("worse", "one two three"), recording("lost", "one")]
    spoken = {Path(name): utterances(read(said(1, "one")).line) for name in ("fine", "bad", "worse")}
    assert [(one.name, one.stretch.wrong) for one in misheard(recordings, spoken, 5)] == [("worse", 2), ("bad", 1)]
    assert [one.name for one in misheard(recordings, spoken, 1)] == ["worse"]


def test_of_a_call_a_few_turns_are_quoted_the_longest_first() -> None:
    long, short = (recording(name, None, RoleSpan("agent")) for name in ("long", "short"))
    rows = [said(number, f"turn {number}", role="customer", start_s=float(number), end_s=2.0 * number) for number in range(1, 6)]
    spoken = {
        long.path: utterances(read(*rows).line),
        short.path: utterances(read(said(1, "x" * 999, role="customer", start_s=0.0, end_s=3.5)).line),
    }
    found = miscast([long, short, recording("silent", None)], spoken, 9)
    assert [(one.name, one.seconds) for one in found] == [("long", 5.0), ("long", 4.0), ("short", 3.5), ("long", 3.0)]
    assert found[2].text == "x" * SHOWN_CHARS + "..."
