"""Who is the agent and who the customer: told by what they say, never by the order of channels.

Each speaker's turns are searched for what agents say ("how can I help", a verification question, the company's name) and what customers say ("I am
calling because", "my order"); who opens an incoming call and who asks more speaks for the agent. The evidence of both sides adds up to log-odds of
the one way round against the other, so that the weaker half of a call is told by the stronger one. What both do whatever they say it with (`habits`)
counts beside it. Lists and weights are in `words/roles.toml`.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas.rows.call import Role, UtteranceRow
from workers.calls.habits import habits
from workers.calls.phrases import base, expression, plain

LEAST: Final = 0.6
"""A role is stated from this confidence on; below it everybody stays `unknown`."""
RECORDED_WORDS: Final = 0.5
"""A speaker is a recorded voice when at least this share of its turns holds a phrase of one, and it asks for nothing itself."""
OPENING_TURNS: Final = 6
_FEW_PERSONS: Final = 3
"""Words of persons that count as said either way: one "my" tells little."""
_CAP: Final = 6.0
"""Log-odds beyond which more evidence changes nothing: words never make a role as sure as the sender does."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The role of one speaker, and how sure it is (0 to 1)."""

    role: Role
    confidence: float


@dataclass(frozen=True)
class _Lists:
    """One language's phrases, as expressions over lower-case words with a space around each."""

    strong: Mapping[str, re.Pattern[str]]
    said: Mapping[str, re.Pattern[str]]
    ivr: re.Pattern[str]
    self: re.Pattern[str]
    you: re.Pattern[str]


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words" / "roles.toml").read_text("utf-8"))


@cache
def _lists(language: str) -> _Lists | None:
    table = _tables().get(language)
    if table is None or language == "weights":
        return None
    return _Lists(
        {side: expression(table[f"{side}_strong"]) for side in ("agent", "customer")},
        {side: expression(table[side]) for side in ("agent", "customer")},
        expression(table["ivr"]),
        expression(table["self"]),
        expression(table["you"]),
    )


def cast(rows: Sequence[UtteranceRow], default_language: str | None = None, company: Sequence[str] = ()) -> dict[str, Cast]:
    """Roles by speaker (`voice_of`). `company`: names by which the agent's side calls itself. Nobody is named where the words do not tell."""
    texts = _texts(rows)
    if not texts:
        return {}
    evidence = _odds(texts, rows, default_language, company)
    found: dict[str, Cast] = {voice: Cast("ivr", 0.9) for voice, turns in texts.items() if _recorded(turns, rows, default_language)}
    people = [voice for voice in texts if voice not in found]
    if len(people) == 1:
        return found | _alone(people[0], evidence[people[0]])
    if len(people) < 2:
        return found
    agent = max(people, key=lambda voice: evidence[voice])
    others = [voice for voice in people if voice != agent]
    odds = evidence[agent] - sum(evidence[voice] for voice in others) / len(others)
    confidence = _logistic(odds)
    if confidence < LEAST:
        return found
    found[agent] = Cast("agent", confidence)
    for voice in others:
        sure = confidence if len(others) == 1 else _logistic((odds - evidence[voice]) / 2)
        if sure >= LEAST:
            found[voice] = Cast("customer", sure)
    return found


def _odds(texts: Mapping[str, Sequence[UtteranceRow]], rows: Sequence[UtteranceRow], default: str | None, company: Sequence[str]) -> dict[str, float]:
    """Log-odds of each voice that it is the agent's."""
    tables = _tables()
    voices = {row.utterance_no: voice for voice, turns in texts.items() for row in turns}
    languages = Counter(base(row.language or default) for turns in texts.values() for row in turns)
    thanks = tables.get(languages.most_common(1)[0][0], {}).get("thanks", "")
    usual = habits(rows, voices, default, tables["weights"], thanks)
    return {voice: _evidence(turns, rows, voice, default, company) + usual.get(voice, 0.0) for voice, turns in texts.items()}


def voice_of(row: UtteranceRow) -> str:
    """Who speaks, as far as the row tells: the speaker's name, else the channel."""
    return row.speaker if row.speaker is not None else "" if row.channel is None else f"channel {row.channel}"


def _alone(voice: str, odds: float) -> dict[str, Cast]:
    """One voice: the half of a call that was recorded, told by itself."""
    confidence = _logistic(abs(odds))
    return {voice: Cast("agent" if odds > 0 else "customer", confidence)} if confidence >= LEAST else {}


def _logistic(odds: float) -> float:
    return round(1 / (1 + math.exp(-max(-_CAP, min(_CAP, odds)))), 4)


def _texts(rows: Sequence[UtteranceRow]) -> dict[str, list[UtteranceRow]]:
    """Each voice's turns that have words; turns of nobody in particular are left out."""
    found: dict[str, list[UtteranceRow]] = defaultdict(list)
    for row in rows:
        if voice_of(row) and row.text.strip():
            found[voice_of(row)].append(row)
    return dict(found)


def _known(row: UtteranceRow, default: str | None) -> _Lists | None:
    return _lists(base(row.language or default))


def _evidence(turns: Sequence[UtteranceRow], rows: Sequence[UtteranceRow], voice: str, default: str | None, company: Sequence[str]) -> float:
    """Log-odds that this voice is the agent's: each phrase counts once."""
    weights = _tables()["weights"]
    hits: dict[tuple[str, str], set[str]] = defaultdict(set)
    named = {name.lower() for name in company if name}
    total = 0.0
    for row in turns:
        lists, text = _known(row, default), plain(row.text)
        if any(f" {name} " in text for name in named):
            total, named = total + weights["company"], set()
        if lists is None:
            continue
        for side in ("agent", "customer"):
            hits["strong", side].update(lists.strong[side].findall(text))
            hits["said", side].update(lists.said[side].findall(text))
    for (kind, side), phrases in hits.items():
        total += (1 if side == "agent" else -1) * weights[kind] * math.sqrt(len(phrases))
    total += weights["persons"] * _persons(turns, default)
    return float(total + weights["first"] * _opens(rows, voice) + weights["asks"] * _asking(turns, rows, voice))


def _opens(rows: Sequence[UtteranceRow], voice: str) -> float:
    """1 for whoever speaks first: most calls come in, and the called one says who they are. Worth little, as calls also go out."""
    first = next((voice_of(row) for row in rows if row.text.strip() and voice_of(row)), None)
    return 1.0 if first == voice else 0.0


def _asking(turns: Sequence[UtteranceRow], rows: Sequence[UtteranceRow], voice: str) -> float:
    """-1 to 1: the share of the call's questions that are this voice's, against the half; 0 where there are too few to tell."""
    asked = [voice_of(row) for row in rows if row.is_question]
    return 2 * asked.count(voice) / len(asked) - 1 if len(asked) >= 4 and turns else 0.0


def _persons(turns: Sequence[UtteranceRow], default: str | None) -> float:
    """-1 to 1: how much more a voice speaks of whom it speaks to ("your card") than of itself ("my card"); near 0 for few such words."""
    texts = [(lists, plain(row.text)) for row in turns if (lists := _known(row, default)) is not None]
    own = sum(len(lists.self.findall(text)) for lists, text in texts)
    other = sum(len(lists.you.findall(text)) for lists, text in texts)
    return (other - own) / (other + own + _FEW_PERSONS)


def _recorded(turns: Sequence[UtteranceRow], rows: Sequence[UtteranceRow], default: str | None) -> bool:
    """Whether a voice is a machine's: most of its turns, early in the call, hold what only machines say."""
    opening = {id(row) for row in rows[:OPENING_TURNS]}
    said = [lists.ivr.search(plain(row.text)) is not None for row in turns if (lists := _known(row, default)) is not None]
    return bool(said) and sum(said) / len(said) >= RECORDED_WORDS and any(id(row) in opening for row in turns)
