"""What kind of goods an offer is, by the words of its name; the words stand in `data/categories.toml`.

The thing itself is named by the longest word that says something (`Alpenmilch Schokolade` is chocolate) and, in German compounds, by their end
(`Apfelsaft` is a drink). Where two kinds are named equally well, none is said.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from workers.brochures.lexicon import LANGUAGES

_FILE: Final = Path(__file__).parent / "data" / "categories.toml"
CLEAR: Final = 1.15
"""How much more the first category must score than the second."""
INSIDE: Final = 0.6
"""What a word counts that stands before the hyphen of a compound (`Joghurt-Dressing`), where it describes the thing."""
BESIDE: Final = 0.5
"""What a word counts that names what comes with the thing (`Schnitzel mit Reis`)."""

_ACCOMPANIMENTS = "accompaniments"
_BETWEEN = re.compile(r"[^\w&.'’-]+")
_TOKEN = re.compile(r"[^\W_]+(?:['’&.][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Words:
    """Words of some languages with their categories; starred entries by where the star stands."""

    whole: dict[str, str]
    endings: dict[str, str]
    beginnings: dict[str, str]
    inner: tuple[tuple[str, str], ...]
    phrases: tuple[tuple[str, str], ...]
    accompaniments: frozenset[str]


def categories() -> tuple[str, ...]:
    """The vocabulary: every category there is."""
    return tuple(category for category in _data() if category != _ACCOMPANIMENTS)


def category_of(name: str | None, language: str | None = None) -> str | None:
    """The category of a product by its printed name, in the words of its BCP 47 language, or of all when it is unknown. None when unsure."""
    if not name:
        return None
    words = _words(_languages(language))
    text = " ".join(name.casefold().split())
    scores: dict[str, float] = {}
    weight = 1.0
    for score, category in _phrases(text, words):
        scores[category] = max(scores.get(category, 0.0), score)
    for compound in text.split():
        weight = BESIDE if compound in words.accompaniments else weight
        for score, category in _compound(compound, words):
            scores[category] = max(scores.get(category, 0.0), weight * score)
    ranked = sorted(scores.items(), key=lambda found: -found[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] < CLEAR * ranked[1][1]):
        return None
    return ranked[0][0]


def _phrases(text: str, words: _Words) -> list[tuple[float, str]]:
    plain = _BETWEEN.sub(" ", text)
    padded = f" {plain} "
    return [(float(len(phrase)), category) for phrase, category in words.phrases if f" {phrase}" in padded]


def _compound(compound: str, words: _Words) -> list[tuple[float, str]]:
    """What a word says; of a compound with hyphens all parts do, those before the last less."""
    found: list[tuple[float, str]] = []
    parts = [part for part in compound.split("-") if part]
    whole = _TOKEN.search(compound)
    if len(parts) > 1 and (category := words.whole.get(compound.strip(".,;:!*()"))):
        return [(float(len(compound)), category)]
    for place, part in enumerate(parts):
        token = _TOKEN.search(part)
        if token is None:
            continue
        last = place == len(parts) - 1
        found += [(score * (1.0 if last else INSIDE), category) for score, category in _token(token[0], words)]
    return found if whole else []


def _token(token: str, words: _Words) -> list[tuple[float, str]]:
    """The longest entry of each sort that fits a word; its end, which names the thing, before its beginning."""
    found: list[tuple[float, str]] = []
    if token in words.whole:
        found.append((float(len(token)), words.whole[token]))
    sizes = range(len(token), 1, -1)
    ending = next(((size + 0.5, category) for size in sizes if (category := words.endings.get(token[-size:]))), None)
    beginning = next(((float(size), category) for size in sizes if (category := words.beginnings.get(token[:size]))), None)
    fitting = [one for one in (ending, beginning) if one is not None]
    found += [max(one for one in fitting if one[1] == fitting[0][1])] if fitting else []
    found += [(float(len(part)), category) for part, category in words.inner if part in token]
    return found


def _languages(language: str | None) -> tuple[str, ...]:
    primary = (language or "").split("-")[0].lower()
    return (primary,) if primary in LANGUAGES else LANGUAGES


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def _words(languages: Sequence[str]) -> _Words:
    whole: dict[str, str] = {}
    endings: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    inner: list[tuple[str, str]] = []
    phrases: list[tuple[str, str]] = []
    for category in categories():
        by_language = _data()[category]
        for entry in (entry for language in languages for entry in by_language[language]):
            word = entry.strip("*").casefold()
            if " " in word:
                phrases.append((word if entry.endswith("*") else f"{word} ", category))
            elif entry.startswith("*") and entry.endswith("*"):
                inner.append((word, category))
            elif entry.startswith("*"):
                endings.setdefault(word, category)
            elif entry.endswith("*"):
                beginnings.setdefault(word, category)
            else:
                whole.setdefault(word, category)
    beside = frozenset(word for language in languages for word in _data()[_ACCOMPANIMENTS][language])
    return _Words(whole, endings, beginnings, tuple(inner), tuple(phrases), beside)
