"""What speaks for a voice being the agent's or the customer's, as numbers that are weighed and added up (`words/role_weights.toml`).

Phrases of `words/roles.toml` need a good transcript; of everyday words ("your", "my", "which") a recogniser that misses every second word still hears
two of three, so each has a small weight of its own. Whom a voice speaks of, who asks, who speaks first, how long the turns are and the habits of
`habits` count beside them.
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

from schemas.rows.call import UtteranceRow
from workers.calls.habits import habits
from workers.calls.phrases import base, expression, plain, words

_FEW_PERSONS: Final = 8
"""Words of persons that count as said either way: a "my" or two, which may be misheard, tell little."""
_FEW_WORDS: Final = 20
"""Words that count as said beside those that were: a voice of three words is no tenth of a call."""
_MANY_WORDS: Final = 50
"""Words from which a voice that is alone is told by what it says more than by how little that is."""
_USUAL_TURN: Final = 2.0
"""Logarithm of the words of a usual turn."""
_QUESTIONS: Final = 4
"""Questions of a call from which it tells something who asks more of them."""
_WORDS: Final = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Lists:
    """One language's phrases, as expressions over lower-case words with a space around each."""

    said: Mapping[str, re.Pattern[str]]
    """By clue: `agent_strong`, `agent`, `customer_strong`, `customer`."""
    ivr: re.Pattern[str]
    self: re.Pattern[str]
    you: re.Pattern[str]
    thanks: str


@dataclass(frozen=True)
class Weights:
    """Log-odds for the agent. `everyday`: by language, of `sqrt(times said) / (words + 20) ** 0.25`, so that twice the talk counts a fifth more."""

    clues: Mapping[str, float]
    everyday: Mapping[str, Mapping[str, float]]
    alone: Mapping[str, float]
    """By language, added for a voice that is all there is, as far as it says anything: of `words / (words + 50)`."""


PHRASES: Final = ("agent_strong", "agent", "customer_strong", "customer")


@cache
def lists(language: str) -> Lists | None:
    """The phrases of a language (base tag); None for one without."""
    table: dict[str, str] | None = tomllib.loads((_WORDS / "roles.toml").read_text("utf-8")).get(language)
    if table is None:
        return None
    said = {name: expression(table[name]) for name in PHRASES}
    return Lists(said, expression(table["ivr"]), expression(table["self"]), expression(table["you"]), table["thanks"])


@cache
def weights() -> Weights:
    """What the project ships; the head of its file says what it was fitted on."""
    table: dict[str, Any] = tomllib.loads((_WORDS / "role_weights.toml").read_text("utf-8"))
    return Weights(table["clues"], table["everyday"], table["alone"])


def lists_of(row: UtteranceRow, default: str | None) -> Lists | None:
    """The phrases of a turn's language."""
    return lists(base(row.language or default))


def voice_of(row: UtteranceRow) -> str:
    """Who speaks, as far as the row tells: the speaker's name, else the channel."""
    return row.speaker if row.speaker is not None else "" if row.channel is None else f"channel {row.channel}"


def turns_of(rows: Sequence[UtteranceRow]) -> dict[str, list[UtteranceRow]]:
    """Each voice's turns that have words; turns of nobody in particular are left out."""
    found: dict[str, list[UtteranceRow]] = defaultdict(list)
    for row in rows:
        if voice_of(row) and row.text.strip():
            found[voice_of(row)].append(row)
    return dict(found)


def clues(rows: Sequence[UtteranceRow], default: str | None = None, company: Sequence[str] = ()) -> dict[str, dict[str, float]]:
    """How much of each clue every voice shows. `default`: the language of rows that state none; `company`: names of the agent's side."""
    texts = turns_of(rows)
    voices = {row.utterance_no: voice for voice, turns in texts.items() for row in turns}
    languages = Counter(base(row.language or default) for turns in texts.values() for row in turns)
    most = lists(languages.most_common(1)[0][0]) if languages else None
    usual = habits(rows, voices, default, most.thanks if most else "")
    return {
        voice: {
            **_phrases(turns, default),
            **_lengths(turns, default),
            "persons": _persons(turns, default),
            **({"first": _opens(turns, rows), "asks": _asking(rows, voice)} if len(texts) > 1 else {}),
            "company": _named(turns, company),
            **usual.get(voice, {}),
        }
        for voice, turns in texts.items()
    }


def everyday(turns: Sequence[UtteranceRow], default: str | None = None) -> dict[tuple[str, str], float]:
    """How much one voice says each word, by language and word, as `Weights.everyday` takes it."""
    said = Counter((base(row.language or default), word) for row in turns for word in words(row.text))
    much = (said.total() + _FEW_WORDS) ** 0.25
    return {word: math.sqrt(count) / much for word, count in said.items()}


def odds(rows: Sequence[UtteranceRow], default: str | None = None, company: Sequence[str] = ()) -> dict[str, float]:
    """Log-odds of each voice that it is the agent's. Of several voices only the difference means anything."""
    by, texts = weights(), turns_of(rows)
    found = {}
    for voice, seen in clues(rows, default, company).items():
        told = sum(by.clues[name] * value for name, value in seen.items())
        said = everyday(texts[voice], default)
        found[voice] = told + sum(by.everyday.get(language, {}).get(word, 0.0) * much for (language, word), much in said.items())
    if len(found) == 1:
        (voice,) = found
        found[voice] += sum(by.alone.get(language, 0.0) * much for language, much in talk(texts[voice], default).items())
    return found


def talk(turns: Sequence[UtteranceRow], default: str | None = None) -> dict[str, float]:
    """How much one voice says in each language, 0 to 1, as `Weights.alone` takes it."""
    count = Counter(base(row.language or default) for row in turns for _ in words(row.text))
    return {language: many / (count.total() + _MANY_WORDS) for language, many in count.items()}


def _phrases(turns: Sequence[UtteranceRow], default: str | None) -> dict[str, float]:
    """Different phrases of each list; the second counts less than the first."""
    hits: dict[str, set[str]] = {name: set() for name in PHRASES}
    for row in turns:
        found = lists_of(row, default)
        if found is not None:
            for name, phrases in found.said.items():
                hits[name].update(phrases.findall(plain(row.text)))
    return {name: math.sqrt(len(several)) for name, several in hits.items()}


def _lengths(turns: Sequence[UtteranceRow], default: str | None) -> dict[str, float]:
    """How long a voice's turns are, its first and its last, as the logarithm of words, 0 near six; they outlive the worst recogniser.

    Agents explain and see callers off; callers tell what they want when they first get to speak, and say little after that.
    """
    counts = [count for row in turns if lists_of(row, default) is not None and (count := len(words(row.text)))]
    if not counts:
        return {}
    lengths = {"length": sum(counts) / len(counts), "opening": counts[0], "closing": counts[-1]}
    much = sum(counts) / (sum(counts) + _FEW_WORDS)
    return {name: (math.log(count + 1) - _USUAL_TURN) * much for name, count in lengths.items()}


def _named(turns: Sequence[UtteranceRow], company: Sequence[str]) -> float:
    """1 for a voice that says the company's name."""
    return float(any(f" {' '.join(words(name))} " in plain(row.text) for row in turns for name in company if name))


def _opens(turns: Sequence[UtteranceRow], rows: Sequence[UtteranceRow]) -> float:
    """0 to 1 for whoever speaks first, as far as they say anything: most calls come in, and the called one says who they are.

    Worth little, as calls also go out.
    """
    first = next((row for row in rows if row.text.strip() and voice_of(row)), None)
    count = sum(len(words(row.text)) for row in turns)
    return count / (count + _FEW_WORDS) if turns and first is turns[0] else 0.0


def _asking(rows: Sequence[UtteranceRow], voice: str) -> float:
    """-1 to 1: the share of the call's questions that are this voice's, against the half; 0 where there are too few to tell."""
    asked = [voice_of(row) for row in rows if row.is_question]
    return 2 * asked.count(voice) / len(asked) - 1 if len(asked) >= _QUESTIONS else 0.0


def _persons(turns: Sequence[UtteranceRow], default: str | None) -> float:
    """-1 to 1: how much more a voice speaks of whom it speaks to ("your card") than of itself ("my card"); near 0 for few such words."""
    texts = [(found, plain(row.text)) for row in turns if (found := lists_of(row, default)) is not None]
    own = sum(len(found.self.findall(text)) for found, text in texts)
    other = sum(len(found.you.findall(text)) for found, text in texts)
    return (other - own) / (other + own + _FEW_PERSONS)
