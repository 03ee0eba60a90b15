"""A call in three sentences at most, all of them somebody's own: why they called, what was done, how it ended. Extractive.

What a sentence is good for is told by `happenings`, so it works in the languages they have phrases for; in others the longest of the customer's early
turns stands for the reason, and nothing for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from schemas.rows.call import UtteranceRow
from workers.calls.happenings import Happening
from workers.calls.phrases import sentences, words

LONGEST: Final = 400
"""Characters of a summary: what fits a line of a list of calls."""
_SENTENCE: Final = 132
"""Characters of one of its sentences: three and two spaces make 398."""
_EARLY_TURNS: Final = 6
"""Turns of the customer in which a reason is looked for: greetings and a recorded prompt come before it, seldom more."""
_LEAST_WORDS: Final = 4
"""A shorter turn says yes, no or hello."""
_LOOKING: Final = "check"
"""The action of looking something up: it says the least of what was done."""


def summary(rows: Sequence[UtteranceRow], found: Sequence[Happening]) -> str | None:
    """At most three sentences and 400 characters; None where nobody says anything to go by. `found`: `happenings(rows)`."""
    parts = [_reason(rows, found), _done(found), _ended(found)]
    kept: list[str] = []
    for part in parts:
        shortened = _shortened(part) if part else ""
        if shortened and shortened not in kept:
            kept.append(shortened)
    return " ".join(kept) or None


def _reason(rows: Sequence[UtteranceRow], found: Iterable[Happening]) -> str | None:
    """The first thing wanted or complained of; else the longest sentence of the customer's longest early turn."""
    said = next((one.text for one in found if one.kind in ("operation", "issue")), None)
    if said is not None:
        return said
    speaks = [row for row in rows if row.role == "customer"] or [row for row in rows if row.role == "unknown"]
    long_enough = [row for row in speaks[:_EARLY_TURNS] if len(words(row.text)) >= _LEAST_WORDS]
    if not long_enough:
        return None
    turn = max(long_enough, key=lambda row: len(words(row.text)))
    return max(sentences(turn.text), key=lambda sentence: len(words(sentence)))


def _done(found: Sequence[Happening]) -> str | None:
    """The last thing promised or done that is not told as the end; having looked something up only where that was all."""
    end = _ended(found)
    actions = [one for one in found if one.kind == "action" and one.text != end]
    told = [one for one in actions if one.name != _LOOKING] or actions
    return told[-1].text if told else None


def _ended(found: Iterable[Happening]) -> str | None:
    outcomes = [one for one in found if one.kind == "outcome"]
    return outcomes[-1].text if outcomes else None


def _shortened(sentence: str) -> str:
    """One line that ends as a sentence does; a longer one is cut between words."""
    line = " ".join(sentence.split())
    if len(line) > _SENTENCE:
        head = line[: _SENTENCE - 1]
        line = f"{head.rpartition(' ')[0] or head}…"
    return line if line[-1:] in ".?!…" or not line else f"{line}."
