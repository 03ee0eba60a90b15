"""A call's turns understood as a whole: roles, questions and answers, what happens, feelings, pauses. Pure, over rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.call_rules import Category
from schemas.rows.call import CallSpanRow, UtteranceRow
from workers.calls.categories import categories, category_spans
from workers.calls.feelings import sentiment_by_role
from workers.calls.happenings import happenings, intent_of, outcome_of, spans_of
from workers.calls.holds import hold_s, holds
from workers.calls.questions import find_questions
from workers.calls.roles import cast, voice_of
from workers.calls.silences import ADAPTER, cuttings_short, silences
from workers.calls.summary import summary
from workers.calls.vocabulary import terms


@dataclass(frozen=True, slots=True)
class Understood:
    """The turns with what was found in them, the spans of the call in order of time, and columns of its header."""

    rows: tuple[UtteranceRow, ...]
    spans: tuple[CallSpanRow, ...]
    header: dict[str, Any]


def with_roles(rows: Sequence[UtteranceRow], language: str | None, company: Sequence[str] = ()) -> tuple[UtteranceRow, ...]:
    """The rows with questions marked and the roles that nobody stated told by what is said; `role_confidence` is 1 where somebody stated it."""
    asked = find_questions(rows, language)
    marked = [
        row.model_copy(
            update={
                "is_question": row.utterance_no in asked,
                "answered_by": question.answered_by if (question := asked.get(row.utterance_no)) else None,
                "role_confidence": None if row.role == "unknown" else 1.0,
            }
        )
        for row in rows
    ]
    open_ones = [row for row in marked if row.role == "unknown"]
    roles = cast(marked, language, company) if open_ones else {}
    stated = {voice_of(row): row.role for row in marked if row.role != "unknown"}
    return tuple(
        row.model_copy(update={"role": found.role, "role_confidence": found.confidence})
        if row.role == "unknown" and voice_of(row) not in stated and (found := roles.get(voice_of(row)))
        else row
        for row in marked
    )


def understood(
    rows: Sequence[UtteranceRow], language: str | None, duration_s: float | None, rules: Sequence[Category] = (), names: Sequence[str] = ()
) -> Understood:
    """Everything that rests on the words and roles of the whole call; `rows` come from `with_roles`, with sentiment. `names`: its vocabulary."""
    found = happenings(rows, language)
    intents = intent_of(found)
    told = tuple(row.model_copy(update={"intent": row.intent or intents.get(row.utterance_no)}) for row in rows)
    matched = categories(told, duration_s, rules)
    waits = holds(told, duration_s, language)
    pauses = [*silences(told, duration_s), *waits, *_interruptions(told)]
    spans = [*_questions(told), *spans_of(found, told), *terms(told, names, language), *pauses, *category_spans(matched)]
    header = {
        "sentiment": sentiment_by_role(told, duration_s),
        "outcome": outcome_of(found),
        "categories": matched or None,
        "hold_s": hold_s(told, waits, language),
        "summary": summary(told, found),
    }
    return Understood(told, _numbered(spans), header)


def _interruptions(rows: Sequence[UtteranceRow]) -> list[CallSpanRow]:
    """Those of every turn that is one, with its number."""
    return [span.model_copy(update={"utterance_no": row.utterance_no}) for row in rows for span in cuttings_short([row])]


def _questions(rows: Sequence[UtteranceRow]) -> list[CallSpanRow]:
    return [
        CallSpanRow.model_validate(
            {"span_no": 1, "kind": "question", "name": "answered" if row.answered_by else "open", "text": row.text, "role": row.role}
            | {"utterance_no": row.utterance_no, "char_start": 0, "char_end": len(row.text)}
            | {"channel": row.channel, "start_s": row.start_s, "end_s": row.end_s, "confidence": 0.7, "method": "derived", "adapter": ADAPTER}
        )
        for row in rows
        if row.is_question
    ]


def _numbered(spans: Sequence[CallSpanRow]) -> tuple[CallSpanRow, ...]:
    """In order of time where there is any, numbered from 1."""
    ordered = sorted(spans, key=lambda span: span.start_s if span.start_s is not None else -1.0)
    return tuple(span.model_copy(update={"span_no": number}) for number, span in enumerate(ordered, start=1))
