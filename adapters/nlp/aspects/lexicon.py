"""What is known of single words: their class, whether they name an aspect and of which category, whether they name too much to be one.

A word is looked up in the hand-written `grammar.toml`, then (English) in the lexicon of Brill's tagger, then guessed by its ending; what is left
is a noun.
"""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.lexical.lexicons import PACKS, pack, plain

LANGUAGES = ("en", "es", "de", "fr", "it", "pt", "nl")
"""Languages whose nouns can be told apart."""
MOST_WORDS = 150_000
"""Words one table holds before it is begun anew: some 20 MB."""
LONGEST = 40
"""Letters of the longest word looked at; what is longer is no word."""
GENERIC, WHOLE = 1, 2
"""What `generic` says of a noun: too wide to be an aspect, or a name of the whole that was visited."""


class Class:
    """Word classes, as plain numbers so that whole arrays compare."""

    OTHER: Final = 0
    DETERMINER: Final = 1
    PRONOUN: Final = 2
    PREPOSITION: Final = 3
    CONJUNCTION: Final = 4
    MODAL: Final = 5
    BE: Final = 6
    VERB: Final = 7
    VERB_S: Final = 8
    PAST: Final = 9
    PARTICIPLE: Final = 10
    GERUND: Final = 11
    ADJECTIVE: Final = 12
    ADVERB: Final = 13
    NUMBER: Final = 14
    NOUN: Final = 15


NAMES: Mapping[str, int] = {name.lower(): value for name, value in vars(Class).items() if name.isupper()}
_FIRST_HALVES = frozenset({"high", "low", "well", "non", "full"})
_SECOND_HALVES = ("ed", "ing", "able", "free", "friendly", "style", "like")
_ADJECTIVE_ENDINGS = ("ous", "ful", "less", "able", "ible", "ish", "ive", "ic", "ical", "ary", "iest", "ier")


def english_guess(word: str) -> str:
    """The class of an English word that no list holds, by its ending."""
    if "-" in word:
        first, _, last = word.rpartition("-")
        return "adjective" if last.endswith(_SECOND_HALVES) or first in _FIRST_HALVES else "noun"
    if len(word) > 4 and word.endswith("ly"):
        return "adverb"
    if len(word) > 5 and word.endswith("ing"):
        return "gerund"
    if len(word) > 4 and word.endswith("ed"):
        return "participle"
    return "adjective" if len(word) > 5 and word.endswith(_ADJECTIVE_ENDINGS) else "noun"


class WordTable:
    """Words of one language as rows of arrays, found as texts bring them. Row 0 is no word (punctuation, emoji, what is too long)."""

    def __init__(self, language: str) -> None:
        """Raises `KeyError` for a language that is not one of `LANGUAGES`."""
        self.language = language
        self._known = _classes(language)
        self._guesses = _guesses(language)
        self._categories = _category_words(language)
        self._feelings = _feelings(language)
        self._generic = _generic_words(language, "words")
        self._whole = _generic_words(language, "whole")
        self._clear()
        self.compounds = frozenset(word for word in self._categories if "-" in word)
        """Terms of two words and more that name a category, hyphens for their spaces."""
        self.openings = frozenset(word.partition("-")[0] for word in self.compounds)
        """Their first words."""

    def _clear(self) -> None:
        self._rows: dict[str, int] = {}
        self.classes = np.zeros(4096, np.uint8)
        self.categories = np.full(4096, -1, np.int16)
        self.generic = np.zeros(4096, np.uint8)
        self._size = 1

    def rows(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The row of each word; words are in lower case."""
        if self._size > MOST_WORDS:
            self._clear()
        get = self._rows.get
        found = np.fromiter(map(get, words, repeat(-1)), np.int64, len(words))
        missing = np.flatnonzero(found < 0)
        for at in missing.tolist():
            found[at] = self._row(words[at])
        return found

    def _row(self, word: str) -> int:
        if word in self._rows:
            return self._rows[word]
        if not word[0].isalpha() or len(word) > LONGEST:
            if len(word) == 1:
                self._rows[word] = 0
            return 0
        row = self._size
        self._size += 1
        if row == len(self.classes):
            self.classes = np.concatenate((self.classes, np.zeros_like(self.classes)))
            self.categories = np.concatenate((self.categories, np.full_like(self.categories, -1)))
            self.generic = np.concatenate((self.generic, np.zeros_like(self.generic)))
        self._rows[word] = row
        self.classes[row] = self._class(word)
        self.categories[row] = _by_form(self._categories, word, self.language, -1)
        self.generic[row] = WHOLE if word in self._whole else GENERIC if word in self._generic or len(word) == 1 else 0
        return row

    def _class(self, word: str) -> int:
        known = self._known.get(word)
        if known is not None:
            return known
        if "'" in word:
            return Class.DETERMINER if word.endswith("'s") else Class.MODAL
        if self.language == "en":
            return NAMES[english_guess(word)]
        if word in self._feelings and word not in self._categories:
            return Class.ADJECTIVE
        for length in range(min(7, len(word) - 2), 1, -1):
            guess = self._guesses.get(word[-length:])
            if guess is not None and word not in self._categories:
                return guess
        return Class.NOUN


@cache
def table(language: str) -> WordTable:
    """The table of a language, shared by the process."""
    return WordTable(language)


@cache
def category_names() -> tuple[str, ...]:
    """Canonical categories, in the order of the file."""
    return tuple(_read("categories.toml"))


def category_of(term: str, language: str) -> str | None:
    """The category a term's head names (its last word; in Romance languages its first), else that of any of its words; None when none is known."""
    words = term.lower().split()
    known = _category_words(language)
    order = words if language in HEAD_FIRST else words[::-1]
    for word in ("-".join(words), *order):
        number = _by_form(known, word, language, -1)
        if number >= 0:
            return category_names()[number]
    return None


HEAD_FIRST = frozenset({"es", "fr", "it", "pt"})
"""Languages whose terms begin with their head."""
_PLURALS: Mapping[str, Sequence[tuple[str, str]]] = {
    "en": (("ies", "y"), ("es", ""), ("s", "")),
    "es": (("es", ""), ("s", "")),
    "fr": (("aux", "al"), ("x", ""), ("s", "")),
    "de": (("en", ""), ("er", ""), ("n", ""), ("e", ""), ("s", "")),
    "it": (("chi", "co"), ("che", "ca"), ("i", "o"), ("i", "e"), ("e", "a")),
    "pt": (("ões", "ão"), ("ns", "m"), ("es", ""), ("s", "")),
    "nl": (("en", ""), ("s", ""), ("'s", "")),
}


def _by_form(known: Mapping[str, int], word: str, language: str, missing: int) -> int:
    """What is known of a word or of the singular it may be the plural of."""
    if word in known:
        return known[word]
    for ending, singular in _PLURALS[language]:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            found = known.get(word[: len(word) - len(ending)] + singular)
            if found is not None:
                return found
    return missing


@cache
def _category_words(language: str) -> dict[str, int]:
    """Category number by word; where a word stands twice, the later category counts. Without accents too."""
    found: dict[str, int] = {}
    for number, words in enumerate(_read("categories.toml").values()):
        for word in words.get(language, "").split():
            found[word] = number
    for word, number in tuple(found.items()):
        found.setdefault(plain(word), number)
    return found


@cache
def _generic_words(language: str, which: str) -> frozenset[str]:
    words = _read("generic.toml")[which][language].split()
    return frozenset(words) | {plain(word) for word in words} | {word + "s" for word in words if language == "en"}


@cache
def _classes(language: str) -> dict[str, int]:
    grammar = _read("grammar.toml")[language]
    endings: Mapping[str, Iterable[str]] = grammar.get("endings", {})
    found: dict[str, int] = {}
    for name, number in NAMES.items():
        for entry in grammar.get(name, "").split():
            stem, _, kind = entry.partition("@")
            for ending in endings[kind] if kind else ("",):
                found.setdefault(stem + ending, number)
    if language == "en":
        for name, words in _english():
            for word in words:
                found.setdefault(word, NAMES[name])
    elif language != "de":
        for word, number in tuple(found.items()):
            found.setdefault(plain(word), number)
    return found


def _english() -> Iterable[tuple[str, list[str]]]:
    packed = files("adapters.nlp").joinpath("aspects", "data", "classes_en.txt.gz").read_bytes()
    for line in gzip.decompress(packed).decode().splitlines():
        if not line.startswith("#"):
            name, *words = line.split(" ")
            yield name, words


@cache
def _feelings(language: str) -> frozenset[str]:
    """Opinion words and stop words of the language's lexicon: few of them are nouns that name an aspect."""
    if language not in PACKS:
        return frozenset()
    lists = pack(language)
    return lists.stop | {word for word, mark in lists.marks.items() if mark.value or mark.role}


@cache
def _guesses(language: str) -> dict[str, int]:
    guess = _read("grammar.toml")[language].get("guess", {})
    return {ending: NAMES[name] for name, text in guess.items() for ending in text.split()}


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("adapters.nlp").joinpath("aspects", "data", name).read_text("utf-8"))
