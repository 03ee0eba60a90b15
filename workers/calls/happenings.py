"""What happens in a call: what the caller wants (operations), what is wrong (issues), what they suggest, what is promised (actions), how it ends.

Rules over frames (`workers.calls.frames`) from `words/happenings/`, in the words of the side that says such things. What is denied ("I don't want to
cancel") or only thought of ("if I cancelled") counts for nothing. They need no training; a classifier of the deployment's own labels takes the place
of the operations where one is in force.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from schemas.rows.call import CallSpanRow, UtteranceRow
from workers.calls.frames import Frames
from workers.calls.phrases import base, sentences

ADAPTER: Final = "tamiz/2/frames"
CONFIDENCE: Final = 0.8
"""66 of the first 80 findings in calls that the rules had not met were right (docs/calls.md). Where nobody knows the role, a little less."""
UNKNOWN_ROLE: Final = 0.8
_WORDS: Final = Path(__file__).parent / "words" / "happenings"
_LANGUAGES: Final = frozenset(("en", "es", "de", "fr", "it", "pt"))
_ELIDING: Final = frozenset(("fr", "it"))
_SAID_BY: Final = {"operation": "customer", "issue": "customer", "suggestion": "customer", "action": "agent"}
"""Whose words count; of `outcome`, both. A table of the data file called `outcome_agent` holds what only agents end a call with."""
_ABLE_TO_WANT: Final = frozenset(("operation", "issue"))
"""Who cannot pay wants to, and what cannot be opened is broken; an agent who cannot send does not send."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened in an utterance: `kind` and `name` of the data file, and the sentence it stands in."""

    utterance_no: int
    kind: str
    name: str
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    name: str
    side: str | None
    pattern: re.Pattern[str]

    def counts(self, role: str) -> bool:
        return role == "unknown" or self.side in (None, role)


@dataclass(frozen=True, slots=True)
class _Rules:
    frames: Frames
    rules: tuple[_Rule, ...]


@cache
def _rules(language: str) -> _Rules | None:
    if language not in _LANGUAGES:
        return None
    tables = tomllib.loads((_WORDS / f"{language}.toml").read_text("utf-8"))
    frames = Frames(tables["lists"], elides=language in _ELIDING)
    return _Rules(frames, tuple(_compiled(tables, frames)))


def _compiled(tables: dict[str, dict[str, str]], frames: Frames) -> Iterator[_Rule]:
    for table, names in tables.items():
        kind, _, side = table.partition("_")
        if kind != "lists":
            for name, text in names.items():
                yield _Rule(kind, name, side or _SAID_BY.get(kind), frames.pattern(text))


def frames_of(language: str) -> Frames | None:
    """The frames of a language (`es`), with its lists; None for one without rules."""
    rules = _rules(language)
    return rules.frames if rules is not None else None


def happenings(rows: Sequence[UtteranceRow], default_language: str | None = None) -> list[Happening]:
    """All that happens, in the order it is said; each name once an utterance. Nothing in a language without rules."""
    found: list[Happening] = []
    for row in rows:
        rules = _rules(base(row.language or default_language))
        if rules is not None and row.text.strip() and row.role != "ivr":
            found += _in(row, rules)
    return found


def intent_of(found: Sequence[Happening]) -> dict[int, str]:
    """The first operation of each utterance that has one, by utterance number."""
    intents: dict[int, str] = {}
    for one in found:
        if one.kind == "operation":
            intents.setdefault(one.utterance_no, one.name)
    return intents


def outcome_of(found: Sequence[Happening]) -> str | None:
    """How the call ended: the last outcome that was said; None where nobody said any."""
    return next((one.name for one in reversed(found) if one.kind == "outcome"), None)


def spans_of(found: Sequence[Happening], rows: Sequence[UtteranceRow]) -> list[CallSpanRow]:
    """A span for each, where its utterance stands."""
    by_number = {row.utterance_no: row for row in rows}
    return [_span(one, by_number[one.utterance_no]) for one in found]


def _span(one: Happening, row: UtteranceRow) -> CallSpanRow:
    start = row.text.find(one.text)
    place = {"char_start": start, "char_end": start + len(one.text)} if start >= 0 else {}
    return CallSpanRow.model_validate(
        {"span_no": 1, "kind": one.kind, "name": one.name, "text": one.text, "role": row.role, "channel": row.channel}
        | {"utterance_no": row.utterance_no, **place}
        | {"start_s": row.start_s, "end_s": row.end_s, "confidence": one.confidence, "method": "derived", "adapter": ADAPTER}
    )


def _in(row: UtteranceRow, rules: _Rules) -> list[Happening]:
    """What an utterance holds, in the order it is said."""
    parts = [(sentence, rules.frames.clean(sentence)) for sentence in sentences(row.text)]
    sure = round(CONFIDENCE * (UNKNOWN_ROLE if row.role == "unknown" else 1.0), 4)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for rule in rules.rules:
        place = _place(rule, [text for _, text in parts], rules.frames) if rule.counts(row.role) else None
        if place is not None:
            found[rule.kind, rule.name] = min(place, found.get((rule.kind, rule.name), place))
    ordered = sorted(found.items(), key=lambda pair: pair[1])
    return [Happening(row.utterance_no, kind, name, parts[place[0]][0], sure) for (kind, name), place in ordered]


def _place(rule: _Rule, texts: Sequence[str], frames: Frames) -> tuple[int, int] | None:
    """The sentence and place of the first match that nothing before it denies."""
    for number, text in enumerate(texts):
        for match in rule.pattern.finditer(text):
            if not frames.denied(text, match, inability=rule.kind not in _ABLE_TO_WANT):
                return number, match.start()
    return None
