"""Who is the agent and who the customer: told by what they say, never by the order of channels.

What each speaker says is weighed (`clues`), and the evidence of both sides adds up to log-odds of the one way round against the other, so that the
weaker half of a call is told by the stronger one. A voice that is alone on a recording is told by itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.rows.call import Role, UtteranceRow
from workers.calls.clues import lists_of, odds, turns_of, voice_of
from workers.calls.phrases import plain

__all__ = ["Cast", "cast", "voice_of"]

LEAST: Final = 0.6
"""A role is stated from this confidence on; below it everybody stays `unknown`."""
RECORDED_WORDS: Final = 0.5
"""A speaker is a recorded voice when at least this share of its turns holds a phrase of one, and it asks for nothing itself."""
OPENING_TURNS: Final = 6
_CAP: Final = 6.0
"""Log-odds beyond which more evidence changes nothing: words never make a role as sure as the sender does."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The role of one speaker, and how sure it is (0 to 1)."""

    role: Role
    confidence: float


def cast(rows: Sequence[UtteranceRow], default_language: str | None = None, company: Sequence[str] = ()) -> dict[str, Cast]:
    """Roles by speaker (`voice_of`). `company`: names by which the agent's side calls itself. Nobody is named where the words do not tell."""
    texts = turns_of(rows)
    found: dict[str, Cast] = {voice: Cast("ivr", 0.9) for voice, turns in texts.items() if _recorded(turns, rows, default_language)}
    people = [voice for voice in texts if voice not in found]
    if not people:
        return found
    evidence = odds(rows, default_language, company)
    if len(people) == 1:
        return found | _alone(people[0], evidence[people[0]])
    return found | _several({voice: evidence[voice] for voice in people})


def _alone(voice: str, told: float) -> dict[str, Cast]:
    """One voice: the half of a call that was recorded, told by itself."""
    confidence = _logistic(abs(told))
    return {voice: Cast("agent" if told > 0 else "customer", confidence)} if confidence >= LEAST else {}


def _several(evidence: Mapping[str, float]) -> dict[str, Cast]:
    """One of several voices is the agent's, the others are customers as far as that is sure."""
    agent = max(evidence, key=lambda voice: evidence[voice])
    others = [voice for voice in evidence if voice != agent]
    told = evidence[agent] - sum(evidence[voice] for voice in others) / len(others)
    confidence = _logistic(told)
    if confidence < LEAST:
        return {}
    found = {agent: Cast("agent", confidence)}
    for voice in others:
        sure = confidence if len(others) == 1 else _logistic((told - evidence[voice]) / 2)
        if sure >= LEAST:
            found[voice] = Cast("customer", sure)
    return found


def _logistic(told: float) -> float:
    return round(1 / (1 + math.exp(-max(-_CAP, min(_CAP, told)))), 4)


def _recorded(turns: Sequence[UtteranceRow], rows: Sequence[UtteranceRow], default: str | None) -> bool:
    """Whether a voice is a machine's: most of its turns, early in the call, hold what only machines say."""
    opening = {id(row) for row in rows[:OPENING_TURNS]}
    said = [found.ivr.search(plain(row.text)) is not None for row in turns if (found := lists_of(row, default)) is not None]
    return bool(said) and sum(said) / len(said) >= RECORDED_WORDS and any(id(row) in opening for row in turns)
