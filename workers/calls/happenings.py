"""What happens in a call: what the caller wants (operations), what is wrong (issues), what they suggest, what is promised (actions), how it ends.

Rules over phrases from `words/happenings.toml`, in the words of the side that says such things; a negated phrase ("I don't want to cancel") counts
for nothing. They need no training; a classifier of the deployment's own labels takes the place of the operations where one is in force.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas.rows.call import CallSpanRow, UtteranceRow
from workers.calls.phrases import base, expression, plain, sentences

ADAPTER: Final = "tamiz/1/phrases"
CONFIDENCE: Final = 0.6
"""A phrase says that much; a role that nobody knows, a little less."""
UNKNOWN_ROLE: Final = 0.8
NEGATION_WORDS: Final = 4
_NEGATIONS: Final = frozenset(
    "not don't didn't doesn't won't never no can't isn't wasn't nicht kein keine nie pas jamais non não nunca sin tampoco".split()
)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened in an utterance: `kind` and `name` of the data file, and the sentence it stands in."""

    utterance_no: int
    kind: str
    name: str
    text: str
    confidence: float


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words" / "happenings.toml").read_text("utf-8"))


@cache
def _rules(language: str) -> Mapping[str, Mapping[str, re.Pattern[str]]] | None:
    table = _tables().get(language)
    if table is None or language == "said_by":
        return None
    return {kind: {name: expression(phrases) for name, phrases in names.items()} for kind, names in table.items()}


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
    return CallSpanRow.model_validate(
        {"span_no": 1, "kind": one.kind, "name": one.name, "text": one.text, "role": row.role, "channel": row.channel}
        | {"start_s": row.start_s, "end_s": row.end_s, "confidence": one.confidence, "method": "derived", "adapter": ADAPTER}
    )


def _in(row: UtteranceRow, rules: Mapping[str, Mapping[str, re.Pattern[str]]]) -> list[Happening]:
    """What an utterance holds, in the order it is said."""
    said_by = _tables()["said_by"]
    parts = [(sentence, plain(sentence)) for sentence in sentences(row.text)]
    sure = round(CONFIDENCE * (UNKNOWN_ROLE if row.role == "unknown" else 1.0), 4)
    found: list[tuple[tuple[int, int], Happening]] = []
    for kind, names in rules.items():
        if row.role != "unknown" and said_by[kind] not in ("both", row.role):
            continue
        for name, phrases in names.items():
            place = _place(phrases, [text for _, text in parts], kind)
            if place is not None:
                found.append((place, Happening(row.utterance_no, kind, name, parts[place[0]][0], sure)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _place(phrases: re.Pattern[str], texts: Sequence[str], kind: str) -> tuple[int, int] | None:
    """The sentence and place of the first phrase that nothing before it denies. Issues are denials themselves ("it does not work")."""
    for number, text in enumerate(texts):
        for match in phrases.finditer(text):
            if kind in ("issue", "outcome") or not _denied(text[: match.start()]):
                return number, match.start()
    return None


def _denied(before: str) -> bool:
    return not _NEGATIONS.isdisjoint(before.split()[-NEGATION_WORDS:])
