"""Word lists as data: opinion words with their strength, what turns or strengthens them, and stop words, one TOML file per language.

A word carries a value from -3 (awful) to 3 (great). Forms without accents are added beside the accented ones, because reviews drop them.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

VALUES: Mapping[str, float] = {"great": 3.0, "good": 2.0, "fair": 1.0, "poor": -1.0, "bad": -2.0, "awful": -3.0}
PACKS = ("en", "es", "de", "fr", "it", "pt")
"""Languages with an opinion lexicon."""
SHIPPED = "shipped"
"""Name of the models that come with Tamiz."""

STRENGTHEN, WEAKEN = 1.3, 0.7
"""Factors of `very` and `slightly`; those of VADER (Hutto and Gilbert 2014: +-0.293 on a 4-point scale) taken as ratios."""


class Role:
    """What a token does to the words around it. Plain numbers: comparing enum members took a third of the time of judging a text."""

    WORD: Final = 0
    NEGATES: Final = 1
    SCALES: Final = 2
    LESSENS: Final = 3  # "poco limpio": turns praise, softens blame
    UNREAL: Final = 4  # "I wish it were good"
    IRONIC: Final = 5  # "yeah right": may mean the opposite
    CONTRASTS: Final = 6
    ENDS_CLAUSE: Final = 7
    ENDS_SENTENCE: Final = 8


PHRASE_ROLES: Mapping[str, int] = {"none": Role.WORD, "negates": Role.NEGATES, "unreal": Role.UNREAL, "ironic": Role.IRONIC}
"""Lists of phrases that judge nothing: they take their words' values away and may act on what follows."""


class Option(NamedTuple):
    """A phrase behind its first word: the rest of its words, its value and its role."""

    rest: list[str]
    value: float
    role: int


class Mark(NamedTuple):
    """What is known of one token: its value, its role, the factor of a scaling word, and the phrases it begins.

    `phrases` are found by their second word, the longest first.
    """

    value: float
    role: int
    factor: float
    phrases: Mapping[str, Sequence[Option]]


@dataclass(frozen=True, slots=True)
class Pack:
    """One language's lists. `marks` holds every token that matters to sentiment, `stop` the words that carry no content."""

    language: str
    marks: Mapping[str, Mark]
    stop: frozenset[str]
    vocabulary: frozenset[str]
    negates_backwards: bool


_BREAKS = {
    **{mark: Mark(0.0, Role.ENDS_CLAUSE, 1.0, {}) for mark in ",:;()"},
    **{mark: Mark(0.0, Role.ENDS_SENTENCE, 1.0, {}) for mark in ".!?…\n¡¿"},
}


@cache
def pack(language: str) -> Pack:
    """The lists of one of `PACKS`. Raises `KeyError` for an ending class the file does not define."""
    data = _read(f"{language}.toml")
    endings: dict[str, list[str]] = data["endings"]
    values = _values(data, endings)
    phrases = _phrases(data["phrases"])
    roles = _roles(data["modifiers"])
    marks: dict[str, Mark] = {}
    for word in {*values, *phrases, *roles}:
        role, factor = roles.get(word, (Role.WORD, 1.0))
        marks[word] = Mark(values.get(word, 0.0), role, factor, phrases.get(word, {}))
    marks.update(wordless())
    marks.update(_BREAKS)
    stop = frozenset(_words(data["stop"]["words"], {}))
    return Pack(language, marks, stop, stop | frozenset(values) | frozenset(roles), bool(data["negates_backwards"]))


def _values(data: Mapping[str, Any], endings: Mapping[str, Iterable[str]]) -> dict[str, float]:
    """Values of the opinion words. Portuguese `más`, "bad ones", is without its accent `mas`, "but": such a form is no opinion."""
    values = {word: VALUES[key] for key, text in data["words"].items() for word in _words(text, endings)}
    written = {word for text in data["words"].values() for word in _written(text, endings)}
    function = set(data["stop"]["words"].split()) - written
    return {word: value for word, value in values.items() if word not in function}


class Overlay(NamedTuple):
    """What a language's words and pairs of words say of the thing next to them, where it is not what they say of the whole; 0 is nothing."""

    words: dict[str, float]
    pairs: dict[tuple[str, str], float]


@cache
def on_things(language: str) -> Overlay:
    """The part of `things.toml` on a language; empty for one it does not name. Raises `ValueError` for a pair that is not of two words."""
    found = Overlay({}, {})
    data: Mapping[str, Mapping[str, Any]] = _read("things.toml").get(language, {})
    for key, value in (*VALUES.items(), ("silent", 0.0)):
        found.words.update(dict.fromkeys(_words(data.get("words", {}).get(key, ""), {}), value))
        for phrase in data.get("pairs", {}).get(key, ()):
            for form in (phrase, plain(phrase)):
                first, second = form.split()
                found.pairs[first, second] = value
    return found


@cache
def emoji() -> Mapping[str, Mark]:
    """Feelings that are the same in every language."""
    return _signs("emoji.toml")


@cache
def wordless() -> Mapping[str, Mark]:
    """Emoji, and marks such as `8/10`."""
    return {**emoji(), **_signs("ratings.toml")}


@cache
def function_words() -> Mapping[str, frozenset[str]]:
    """Function words by language: those of the packs with their opinion words, and those of neighbours without a pack."""
    neighbours = {language: frozenset(_words(text, {})) for language, text in _read("function_words.toml").items()}
    return {language: pack(language).vocabulary for language in PACKS} | neighbours


def plain(word: str) -> str:
    """`word` without its accents."""
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("adapters.nlp").joinpath("data", name).read_text("utf-8"))


def _signs(name: str) -> dict[str, Mark]:
    return {sign.lower(): Mark(VALUES[key], Role.WORD, 1.0, {}) for key, text in _read(name).items() for sign in text.split()}


def _words(text: str, endings: Mapping[str, Iterable[str]]) -> list[str]:
    """All forms of a list, each with and without accents."""
    return list(dict.fromkeys(form for word in _written(text, endings) for form in (word, plain(word))))


def _written(text: str, endings: Mapping[str, Iterable[str]]) -> list[str]:
    """All forms of a list: `lov@e` with the endings of class `e`."""
    found: list[str] = []
    for entry in text.split():
        stem, _, name = entry.partition("@")
        found += [stem + ending for ending in endings[name]] if name else [stem]
    return found


def _phrases(data: Mapping[str, list[str]]) -> dict[str, dict[str, list[Option]]]:
    """Phrases of two words and more, by first and second word. Where a phrase stands twice, the first entry counts."""
    found: dict[tuple[str, ...], tuple[float, int]] = {}
    for key, phrases in data.items():
        sense = (VALUES.get(key, 0.0), PHRASE_ROLES.get(key, Role.WORD))
        for phrase in phrases:
            found.setdefault(tuple(phrase.split()), sense)
            found.setdefault(tuple(plain(phrase).split()), sense)
    by_words: dict[str, dict[str, list[Option]]] = {}
    for (first, *rest), sense in sorted(found.items(), key=lambda item: -len(item[0])):
        by_words.setdefault(first, {}).setdefault(rest[0], []).append(Option(rest, *sense))
    return by_words


def _roles(data: Mapping[str, str]) -> dict[str, tuple[int, float]]:
    kinds: dict[str, tuple[int, float]] = {
        "strengthen": (Role.SCALES, STRENGTHEN),
        "weaken": (Role.SCALES, WEAKEN),
        "lessens": (Role.LESSENS, WEAKEN),
        "contrast": (Role.CONTRASTS, 1.0),
        "unreal": (Role.UNREAL, 1.0),
        "ironic": (Role.IRONIC, 1.0),
        "negators": (Role.NEGATES, 1.0),
    }
    return {word: role for name, role in kinds.items() for word in _words(data.get(name, ""), {})}
