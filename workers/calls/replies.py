"""Spoken answers to a call: which rules of the settings hold for it, and their texts with the facts of the call. Pure.

A fact is put in as plain text and never read as a template again: what a sender writes into metadata cannot name further facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Formatter
from typing import Any, Final

from schemas.call_rules import FACTS, NO_OUTCOME, Reply, ReplyWhen
from schemas.extractions import CallExtraction, Problem
from schemas.rows.call import CallSpanRow, ReplyRow

ADAPTER: Final = "tamiz/1/replies"
"""What stands in a row that nobody spoke; one that was spoken names the voice."""

MOST_CHARS: Final = 200
"""Characters of one fact in a text: a name or a number, not a letter."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The replies of a call, numbered from 1 and not yet spoken, and what kept others from being made."""

    rows: tuple[ReplyRow, ...]
    problems: tuple[Problem, ...]


def answers(call: CallExtraction, rules: Sequence[Reply]) -> Answers:
    """A reply for each rule that holds, in the rules' order. A rule that names a fact this call does not have is left out, with a problem."""
    if not call.calls or not rules:
        return Answers((), ())
    rows, problems = list[ReplyRow](), list[Problem]()
    for rule in rules:
        evidence = _holding(rule.when, call)
        if evidence is None:
            continue
        text = _filled(rule.text, _facts(call, rule.when))
        if isinstance(text, Problem):
            problems.append(text.model_copy(update={"message": f"the reply `{rule.name}` was not made: {text.message}"}))
        else:
            rows.append(_row(len(rows) + 1, rule, text, call, evidence))
    return Answers(tuple(rows), tuple(problems))


def with_replies(call: CallExtraction, rules: Sequence[Reply]) -> CallExtraction:
    """The call with its replies as texts; a voice may speak them."""
    found = answers(call, rules)
    return call.model_copy(update={"replies": found.rows, "problems": (*call.problems, *found.problems)})


def language_of(rule: Reply, call: CallExtraction) -> str | None:
    """What a reply is spoken in: the rule's language, else the call's."""
    return rule.language or call.language


def _holding(when: ReplyWhen, call: CallExtraction) -> list[CallSpanRow] | None:
    """The spans that a rule's conditions rest on; None where one of them does not hold."""
    header, found = call.calls[0], list[CallSpanRow]()
    if when.languages and not any(_speaks(call.language, tag) for tag in when.languages):
        return None
    if when.outcomes:
        outcome = header.outcome or NO_OUTCOME
        if outcome not in when.outcomes:
            return None
        found += [span for span in call.call_spans if span.kind == "outcome" and span.name == outcome][-1:]
    if when.categories:
        matched = set(header.categories or ()) if isinstance(header.categories, Mapping | list) else set()
        if matched.isdisjoint(when.categories):
            return None
        found += [span for span in call.call_spans if span.kind == "category" and span.name in when.categories][:1]
    if when.intents:
        asked = [span for span in _asked(call, when) if span.name in when.intents]
        if not asked:
            return None
        found += asked[:1]
    return found


def _asked(call: CallExtraction, when: ReplyWhen) -> list[CallSpanRow]:
    return [span for span in call.call_spans if span.kind == "operation" and when.role in (None, span.role)]


def _speaks(language: str | None, tag: str) -> bool:
    """Whether a language is the one of the tag, or a region's form of it."""
    return language is not None and f"{language.lower()}-".startswith(f"{tag.lower()}-")


def _facts(call: CallExtraction, when: ReplyWhen) -> dict[str, Any]:
    """What is known of the call, by the names that texts use."""
    header = call.calls[0]
    known: dict[str, Any] = {name: getattr(header, name) for name in ("customer_id", "agent_id", "queue", "direction", "disposition", "csat")}
    known |= {name: call.metadata.get(name) for name in ("product", "company")}
    intents = [span.name for span in _asked(call, when) if not when.intents or span.name in when.intents]
    matched = [name for name in (header.categories or ()) if not when.categories or name in when.categories]
    known |= {"outcome": header.outcome, "intent": next(iter(intents), None), "category": next(iter(matched), None)}
    known |= {"language": call.language, "started_at": header.started_at, "duration_s": header.duration_s}
    return known


def _filled(text: str, known: Mapping[str, Any]) -> str | Problem:
    """The text with its facts; a problem where the call lacks one of them."""
    said = ""
    for before, fact, form, _ in Formatter().parse(text):
        said += before
        if fact is None:
            continue
        value = _written(fact, known.get(fact), form or "")
        if value is None:
            return Problem(code="invalid_metadata", message=f"its text names {{{fact}}}, which this call does not have")
        said += value
    return " ".join(said.split())


def _written(fact: str, value: Any, form: str) -> str | None:
    """A fact as it is spoken; None where there is none. Brackets are dropped: espeak-ng takes `[[...]]` for phonemes."""
    if FACTS[fact] == "time":
        return value.astimezone(UTC).strftime(form or "%Y-%m-%d %H:%M") if isinstance(value, datetime) else None
    if FACTS[fact] == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return format(float(value), form) if form else f"{value:g}"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    plain = "".join(letter if letter.isprintable() and letter not in "[]<>{}" else " " for letter in str(value)[:MOST_CHARS])
    return " ".join(plain.split()) or None


def _row(number: int, rule: Reply, text: str, call: CallExtraction, evidence: Sequence[CallSpanRow]) -> ReplyRow:
    place = evidence[0] if evidence else call.calls[0]
    return ReplyRow(
        reply_no=number,
        outcome=call.calls[0].outcome or NO_OUTCOME,
        rule=rule.name,
        text=text,
        confidence=min((span.confidence for span in evidence), default=1.0),
        method="derived",
        adapter=ADAPTER,
        flags=("not_spoken",),
        channel=place.channel,
        start_s=place.start_s,
        end_s=place.end_s,
    )
