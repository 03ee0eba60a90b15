"""The word lists of all languages as tables: one number per word, and what each language knows of it, so that a batch is judged by whole arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.lexical.lexicons import PACKS, Mark, Option, Overlay, Pack, function_words, on_things, pack, wordless

ANY = 0
"""Row of the tables for a text whose language has no lists: only emoji speak there."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Tables over `ids`; row 0 is `ANY`, row `n` is `PACKS[n - 1]`. Column 0 is a word that no list holds."""

    ids: Mapping[str, int]
    values: NDArray[np.float32]
    things: NDArray[np.float32]
    """Values where a word speaks of the thing next to it (`lexicons.on_things`)."""
    roles: NDArray[np.int8]
    factors: NDArray[np.float32]
    begins: NDArray[np.bool_]
    """Whether a phrase of the language begins with the word."""
    empty: NDArray[np.bool_]
    """Whether the word makes no term: stop words, opinion words, signs. In row 0: of any language."""
    voters: tuple[str, ...]
    ballots: NDArray[np.uint8]
    """(words, voters): 1 where the voter's language knows the word."""
    pairs: NDArray[np.int64]
    """(row * words + first word) * words + second word of all phrases, ascending, each once."""
    phrases: Sequence[Sequence[Option]]
    """The phrases that begin with each of `pairs`, the longest first."""
    opens: NDArray[np.bool_]
    """Whether a pair of `thing_pairs` begins with the word."""
    thing_pairs: NDArray[np.int64]
    """Pairs that say something of things, numbered as `pairs` and ascending; never empty."""
    thing_values: NDArray[np.float64]
    backwards: NDArray[np.bool_]
    """By row: whether a negation may follow what it negates."""


@cache
def compiled() -> Compiled:
    """All packs, built once in a process."""
    packs, spoken, known = [pack(language) for language in PACKS], [on_things(language) for language in PACKS], function_words()
    ids = _numbers(packs, known, spoken)
    values, factors = (np.full((len(packs) + 1, len(ids) + 1), start, np.float32) for start in (0.0, 1.0))
    roles = np.zeros(values.shape, np.int8)
    begins, empty, opens = (np.zeros(values.shape, np.bool_) for _ in range(3))
    _fill(values, roles, factors, ids, ANY, wordless())
    for row, lists in enumerate(packs, 1):
        _fill(values, roles, factors, ids, row, lists.marks)
        begins[row, [ids[word] for word, mark in lists.marks.items() if mark.phrases]] = True
        judging = (word for word, mark in lists.marks.items() if mark.value or mark.role)
        empty[row, [ids[word] for word in (*lists.stop, *judging)]] = True
    empty[ANY] = empty[1:].any(axis=0)
    things = values.copy()
    for row, overlay in enumerate(spoken, 1):
        things[row, [ids[word] for word in overlay.words]] = list(overlay.words.values())
        opens[row, [ids[first] for first, _ in overlay.pairs]] = True
    starts = ((row, first, mark.phrases) for row, lists in enumerate(packs, 1) for first, mark in lists.marks.items())
    phrases = {_pair(ids, row, first, second): options for row, first, found in starts for second, options in found.items()}
    told = {_pair(ids, row, *words): value for row, overlay in enumerate(spoken, 1) for words, value in overlay.pairs.items()}
    return Compiled(
        ids=ids,
        values=values,
        things=things,
        roles=roles,
        factors=factors,
        begins=begins,
        empty=empty,
        voters=tuple(known),
        ballots=_ballots(ids, known),
        pairs=np.array(sorted(phrases)),
        phrases=[phrases[pair] for pair in sorted(phrases)],
        opens=opens,
        thing_pairs=np.array(sorted(told)),
        thing_values=np.array([told[pair] for pair in sorted(told)]),
        backwards=np.array([False, *(lists.negates_backwards for lists in packs)]),
    )


def _ballots(ids: Mapping[str, int], known: Mapping[str, frozenset[str]]) -> NDArray[np.uint8]:
    found = np.zeros((len(ids) + 1, len(known)), np.uint8)
    for column, words in enumerate(known.values()):
        found[[ids[word] for word in words], column] = 1
    return found


def _pair(ids: Mapping[str, int], row: int, first: str, second: str) -> int:
    """The number of two words of a row, as `Compiled.pairs` has it."""
    return (row * (len(ids) + 1) + ids[first]) * (len(ids) + 1) + ids[second]


def rows_of(languages: Sequence[str | None]) -> NDArray[np.int64]:
    """Row of each language code (`es`, `es-MX`); `ANY` where there are no lists."""
    rows = {language: row for row, language in enumerate(PACKS, 1)}
    return np.array([rows.get(language.partition("-")[0].lower(), ANY) if language else ANY for language in languages], np.int64)


def _numbers(packs: Sequence[Pack], known: Mapping[str, frozenset[str]], spoken: Sequence[Overlay]) -> dict[str, int]:
    words: dict[str, None] = dict.fromkeys(sorted(wordless()))
    for lists in packs:
        words.update(dict.fromkeys((*sorted(lists.marks), *sorted(lists.stop))))
        words.update(dict.fromkeys(second for mark in lists.marks.values() for second in mark.phrases))
    for vocabulary in known.values():
        words.update(dict.fromkeys(sorted(vocabulary)))
    for overlay in spoken:
        words.update(dict.fromkeys((*overlay.words, *(half for pair in overlay.pairs for half in pair))))
    return {word: number for number, word in enumerate(words, 1)}


def _fill(
    values: NDArray[np.float32], roles: NDArray[np.int8], factors: NDArray[np.float32], ids: Mapping[str, int], row: int, marks: Mapping[str, Mark]
) -> None:
    for word, mark in marks.items():
        at = ids[word]
        values[row, at], roles[row, at], factors[row, at] = mark.value, mark.role, mark.factor
