"""Names of products and companies that calls are likely to hold: given to recognisers that take them, mended where others misheard, found as terms.

A window of one to three words is a misheard name when it sounds the same ("moo lane": Moolane), or nearly so and looks much alike ("moolaine"); an
everyday word alone never is. Sound is a rough transcription of spelling that serves English and Romance languages alike (`sound`). Measured on 25,373
turns of English telephone talk (Switchboard) with 50 brand-like names: 0.05 of 1,000 words are mended falsely ("orange" to Orangea).
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from schemas.rows.call import CallSpanRow, UtteranceRow
from schemas.settings import CallSettings
from workers.calls.phrases import base

ADAPTER: Final = "tamiz/1/vocabulary"
MOST_WORDS: Final = 3
"""Words of a misheard name: recognisers break names up, seldom into more."""
_NEAR: Final = 0.8
"""Likeness of sound, 0 to 1, from which a word nobody knows is the name."""
_NEARER: Final = 0.85
"""The same for several words with everyday ones among them."""
_LOOKS: Final = 0.7
"""Likeness of letters that must come with it."""
_LEAST_SOUNDS: Final = 5
"""A shorter name is only mended where it sounds the same: one sound of four is a quarter of it."""
_LEAST_SAME: Final = 3
_MOST_NAMES: Final = 1000
_LONGEST_NAME: Final = 100
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_JOIN: Final = re.compile(r"[ \t-]+")
_POSSESSIVE: Final = re.compile(r"['’]s$")
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^(kn|gn|pn)", "n"),
        ("^wr", "r"),
        ("^ps", "s"),
        ("^x", "s"),
        ("sch|sh", "S"),
        ("tch|ch", "C"),
        ("ph", "f"),
        ("ght", "t"),
        ("gh", "g"),
        ("th", "t"),
        ("wh", "w"),
        ("ck|q(u(?=[eiao]))?|c(?![eiy])", "k"),
        ("c", "s"),
        ("x", "ks"),
        ("z", "s"),
        ("g(?=[eiy])", "j"),
        ("h", ""),
        (r"(.)\1+", r"\1\1"),
        ("([^aeiou])\\1", r"\1"),
        ("a([^aeiouy])e$", r"e\1"),
        ("([aeiouy][^aeiouy]+)e$", r"\1"),
        ("ai|ay|ei|ey|ae", "e"),
        ("ee|ea|ie|y", "i"),
        ("oo|ou|ew|ue|ui", "u"),
        ("oa|ow|oe|au|aw", "o"),
        (r"([aeiou])\1+", r"\1"),
    )
)


@dataclass(frozen=True, slots=True)
class _Name:
    written: str
    letters: str
    sound: str


@dataclass(frozen=True, slots=True)
class _Known:
    """The vocabulary by how its names are written, by their letters, their sound, and of the longer ones by their first sound."""

    written: Mapping[str, _Name]
    letters: Mapping[str, _Name]
    sounds: Mapping[str, Sequence[_Name]]
    starts: Mapping[str, Sequence[_Name]]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: as it is written in the vocabulary, and where (code points, end exclusive)."""

    name: str
    char_start: int
    char_end: int


def vocabulary(metadata: Mapping[str, JsonValue], settings: CallSettings) -> tuple[str, ...]:
    """The names a call may hold: the metadata's `vocabulary` (a list, also as JSON, or text with commas), then the settings'; each once."""
    names = [name.strip() for name in _listed(metadata.get("vocabulary")) if isinstance(name, str)]
    return tuple(dict.fromkeys(name for name in (*names, *settings.vocabulary) if 0 < len(name) <= _LONGEST_NAME))[:_MOST_NAMES]


def _listed(given: JsonValue) -> Sequence[JsonValue]:
    """An object's own metadata can only be text."""
    if not isinstance(given, str):
        return given if isinstance(given, list) else []
    try:
        read = json.loads(given)
    except ValueError:
        return given.split(",")
    return read if isinstance(read, list) else []


def with_names(rows: Sequence[UtteranceRow], names: Sequence[str], language: str | None = None) -> tuple[UtteranceRow, ...]:
    """The rows with misheard names mended; one that changed keeps what the recogniser wrote as `raw_text`."""
    if not names:
        return tuple(rows)
    return tuple(
        row.model_copy(update={"text": text, "raw_text": row.raw_text or row.text})
        if (text := mended(row.text, names, row.language or language)) != row.text
        else row
        for row in rows
    )


def mended(text: str, names: Sequence[str], language: str | None = None) -> str:
    """The text with each misheard name as the vocabulary writes it."""
    for one in reversed(mentions(text, names, language)):
        text = f"{text[: one.char_start]}{one.name}{text[one.char_end :]}"
    return text


def mentions(text: str, names: Sequence[str], language: str | None = None) -> list[Mention]:
    """Where the names stand, misheard ones too; in order, none over another. At each place the longest window that is a name counts."""
    known = _prepared(tuple(names))
    tokens = [(match.start(), match.end()) for match in _TOKEN.finditer(text)]
    everyday = _everyday(base(language))
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        window = next(_windows(text, tokens, at, known, everyday), None)
        if window is None:
            at += 1
            continue
        mention, length = window
        found.append(mention)
        at += length
    return found


def terms(rows: Sequence[UtteranceRow], names: Sequence[str], language: str | None = None) -> list[CallSpanRow]:
    """A span for each name in each utterance, in the words it stands in; numbered from 1."""
    return [
        CallSpanRow(
            span_no=1,
            kind="term",
            name=mention.name,
            text=row.text[mention.char_start : mention.char_end],
            role=row.role,
            utterance_no=row.utterance_no,
            char_start=mention.char_start,
            char_end=mention.char_end,
            channel=row.channel,
            start_s=row.start_s,
            end_s=row.end_s,
            confidence=0.9,
            method="derived",
            adapter=ADAPTER,
        )
        for row in (rows if names else ())
        for mention in mentions(row.text, names, row.language or language)
    ]


def _windows(text: str, tokens: Sequence[tuple[int, int]], at: int, known: _Known, everyday: frozenset[str]) -> Iterator[tuple[Mention, int]]:
    """The names that the words from here are, longest window first, with the number of words."""
    for length in range(min(MOST_WORDS, len(tokens) - at), 0, -1):
        spans = tokens[at : at + length]
        if any(not _JOIN.fullmatch(text[one[1] : other[0]]) for one, other in pairwise(spans)):
            continue
        start, end = spans[0][0], spans[-1][1]
        if owner := _POSSESSIVE.search(text[start:end]):
            end = start + owner.start()
        name = _best([text[first:last] for first, last in (*spans[:-1], (spans[-1][0], end))], known, everyday)
        if name is not None:
            yield Mention(name.written, start, end), length


def _best(heard: Sequence[str], known: _Known, everyday: frozenset[str]) -> _Name | None:
    """The name these words are; of several, the most alike. An everyday word alone is none, but for the name as it is written."""
    if len(heard) == 1 and heard[0] in known.written:
        return known.written[heard[0]]
    common = [word.lower().replace("’", "'") in everyday for word in heard]
    if len(heard) == 1 and common[0]:
        return None
    letters, noise = _letters("".join(heard)), sound(heard)
    if letters in known.letters:
        return known.letters[letters]
    same = known.sounds.get(noise, ()) if len(noise) >= _LEAST_SAME else ()
    if same:
        return max(same, key=lambda name: _alike(letters, name.letters))
    least = _NEARER if any(common) else _NEAR
    near = [name for name in known.starts.get(noise[:1], ()) if _alike(noise, name.sound) >= least and _alike(letters, name.letters) >= _LOOKS]
    return max(near, key=lambda name: _alike(noise, name.sound) + _alike(letters, name.letters), default=None)


def _alike(one: str, other: str) -> float:
    """1 less the share of characters to insert, delete or replace (Levenshtein, of the longer's length)."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.normalized_similarity(one, other)


@cache
def _prepared(names: tuple[str, ...]) -> _Known:
    all_names = [_Name(name, _letters(name), sound(_TOKEN.findall(name))) for name in names if _letters(name)]
    sounds: dict[str, list[_Name]] = {}
    starts: dict[str, list[_Name]] = {}
    for name in all_names:
        sounds.setdefault(name.sound, []).append(name)
        if len(name.sound) >= _LEAST_SOUNDS:
            starts.setdefault(name.sound[:1], []).append(name)
    return _Known({name.written: name for name in all_names}, {name.letters: name for name in all_names}, sounds, starts)


def sound(heard: Sequence[str]) -> str:
    """Roughly how words sound, run together: spellings of one sound are one sign, silent letters are left out."""
    return re.sub(r"(.)\1+", r"\1", "".join(_sound(_letters(word)) for word in heard))


@lru_cache(maxsize=50_000)
def _sound(letters: str) -> str:
    for pattern, sign in _SOUNDS:
        letters = pattern.sub(sign, letters)
    return letters


def _letters(text: str) -> str:
    """Lower-case letters and digits without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if char.isalnum())


@cache
def _everyday(language: str) -> frozenset[str]:
    """Words of everyday talk; all languages' where the language is not known."""
    tables = tomllib.loads((Path(__file__).parent / "words" / "everyday.toml").read_text("utf-8"))
    lists = [tables[language]] if language in tables else list(tables.values())
    return frozenset(word for words in lists for word in words.split())
