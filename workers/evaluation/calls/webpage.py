"""The report on calls as one HTML file that needs no network: tables, what they say drawn, and what went wrong in the calls' own words."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

from workers.evaluation.calls.diarisation import DiarisationError
from workers.evaluation.calls.questions import IntentScores
from workers.evaluation.calls.recordings import ALL
from workers.evaluation.calls.report import CallReport, DialogueReport, SpeechReport
from workers.evaluation.calls.roles import RoleScores
from workers.evaluation.calls.tables import INTENTS, PACE, QUESTIONS, QUIET, ROLES, SPEAKERS, WORDS, figure, mistakes, tables
from workers.evaluation.calls.words import WordErrors
from workers.evaluation.charts import Bar, bars, matrix
from workers.evaluation.markup import Markup, element
from workers.evaluation.shares import share
from workers.evaluation.tables import plain
from workers.evaluation.webpage import cards, page, section

STYLE: Final = Path(__file__).with_name("webpage.css")
INTENTS_SHOWN: Final = 12
"""Labels of a matrix of intents, the most frequent; what else is said of them is one column."""
NOTHING_SAID, OTHERS = "nothing said", "others"
_TITLE: Final = "Calls: words, speakers, roles, questions and intents against labels"


def document(report: CallReport) -> str:
    """The whole file."""
    drawn = _drawings(report)
    body = element(
        "main",
        element("h1", _TITLE),
        *[part for one in report.speech for part in _heading(one.stt, _speech_cards(one))],
        *(_heading("transcripts", _dialogue_cards(report.dialogues)) if report.dialogues else ()),
        *[element("div", section(table, *drawn.get(table.title, ())), class_="drawn") for table in tables(report)],
        *[element("section", section(table), class_="mistakes") for table in mistakes(report)],
    )
    return page(_TITLE, body, STYLE)


def _heading(name: str, shown: list[tuple[str, str, str]]) -> list[Markup]:
    return [element("h2", plain(name)), cards(shown)]


def _speech_cards(of: SpeechReport) -> list[tuple[str, str, str]]:
    shown: list[tuple[str, str, str]] = []
    if words := of.words.get(ALL):
        shown.append(("word error rate", figure(words.rate), f"{words.words} words"))
    if found := of.speakers:
        shown.append(("diarisation error", figure(found.whole.rate), f"with a collar {figure(found.collar.rate)}"))
    if of.quiet:
        furthest = max(of.quiet, key=lambda one: abs(one.off))
        shown.append(("non-talk time, furthest off", f"{furthest.off:+.3f}", f"of {len(of.quiet)} recordings"))
    if roles := of.roles:
        shown.append(("roles", f"{roles.right} of {roles.calls}", f"time {figure(roles.time_accuracy)}"))
    shown.append(("real-time factor", figure(of.pace.real_time_factor), f"of processor {figure(of.pace.processor_factor)}"))
    return shown


def _dialogue_cards(of: DialogueReport) -> list[tuple[str, str, str]]:
    shown = [("questions F1", figure(found.f1), plain(name)) for name, found in of.questions.items()]
    return shown + [
        ("intents right", figure(found.accuracy), plain(f"{name}, macro-F1 {figure(found.macro_f1)}")) for name, found in of.intents.items()
    ]


def _drawings(report: CallReport) -> dict[str, list[Markup]]:
    """What stands beside a table, by its title; nothing where there is no table."""
    speech = report.speech
    roles = [(one.stt, one.roles) for one in speech if one.roles and one.roles.said_s]
    intents = report.dialogues.intents.items() if report.dialogues else ()
    return {
        WORDS: [_words(report)],
        SPEAKERS: [_speakers(report)],
        QUIET: [_quiet(report)],
        ROLES: [_captioned(f"{stt}: seconds by true role and ours", _roles(found)) for stt, found in roles],
        PACE: [_pace(report)],
        QUESTIONS: [_questions(report.dialogues)] if report.dialogues else [],
        INTENTS: [_captioned(f"{name}: turns by label and by what was said", _intents(found)) for name, found in intents],
    }


def _captioned(caption: str, drawn: Markup) -> Markup:
    return element("figure", element("figcaption", plain(caption)), drawn)


def _words(report: CallReport) -> Markup:
    found = [Bar(f"{one.stt}, {group}", (_wrong_words(errors),)) for one in report.speech for group, errors in one.words.items()]
    return bars(found, ("wrong", "left out", "made up"), "Word error rate by recogniser and language")


def _wrong_words(of: WordErrors) -> tuple[tuple[float, ...], str]:
    parts = (of.substitutions, of.deletions, of.insertions)
    return tuple(share(part, of.words) for part in parts), figure(of.rate)


def _speakers(report: CallReport) -> Markup:
    several = len(report.speech) > 1
    found = [
        Bar(f"{one.stt}: {each.name}" if several else each.name, (_confusions(each.whole),))
        for one in report.speech
        for each in (one.speakers.each if one.speakers else ())
    ]
    return bars(found, ("missed", "false", "confused"), "Diarisation error of each recording")


def _confusions(of: DiarisationError) -> tuple[tuple[float, ...], str]:
    return tuple(share(part, of.speech_s) for part in (of.missed_s, of.false_s, of.confused_s)), figure(of.rate)


def _quiet(report: CallReport) -> Markup:
    several = len(report.speech) > 1
    found: list[Bar] = []
    for one in report.speech:
        for each in one.quiet:
            labelled, ours = share(each.labelled_s, each.duration_s), share(each.ours_s, each.duration_s)
            name = f"{one.stt}: {each.name}" if several else each.name
            found.append(Bar(name, (((labelled, 0.0), figure(labelled)), ((0.0, ours), figure(ours)))))
    return bars(found, ("labelled", "ours"), "Share of each recording in which nobody speaks")


def _pace(report: CallReport) -> Markup:
    paces = [(one.stt, one.pace.real_time_factor, one.pace.processor_factor) for one in report.speech]
    found = [Bar(stt, (((clock, 0.0), figure(clock)), ((0.0, processor), figure(processor)))) for stt, clock, processor in paces]
    return bars(found, ("by the clock", "of processor"), "Real-time factor of each recogniser")


def _questions(of: DialogueReport) -> Markup:
    found = [
        Bar(name, (((each.precision, 0.0), figure(each.precision)), ((0.0, each.recall), figure(each.recall)))) for name, each in of.questions.items()
    ]
    return bars(found, ("precision", "recall"), "Precision and recall of questions")


def _roles(of: RoleScores) -> Markup:
    said: dict[str, dict[str, float]] = {true: {str(role): seconds for role, seconds in ours.items()} for true, ours in sorted(of.said_s.items())}
    columns = list(dict.fromkeys([*said, *sorted(role for ours in said.values() for role in ours)]))
    return matrix(said, columns, "Seconds by true role and by ours")


def _intents(of: IntentScores) -> Markup:
    """The most frequent labels; of what was said the same ones, all others, and nothing."""
    frequent = [label for label, _ in Counter({label: sum(said.values()) for label, said in of.said.items()}).most_common(INTENTS_SHOWN)]
    columns = [*frequent, OTHERS, NOTHING_SAID]
    cells: dict[str, dict[str, float]] = {}
    for label in frequent:
        row = cells.setdefault(label, {})
        for said, turns in of.said[label].items():
            name = (said if said in frequent else OTHERS) if said else NOTHING_SAID
            row[name] = row.get(name, 0.0) + turns
    return matrix(cells, columns, "Turns by labelled intent and by what was said")
