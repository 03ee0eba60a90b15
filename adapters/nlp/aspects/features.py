"""What a trained tagger looks at around each token: words, endings, word classes, categories and opinion words of the neighbourhood.

Every feature is a number, mixed from its template and its values and cut to `BITS` (Weinberger et al., "Feature Hashing for Large Scale Multitask
Learning", ICML 2009): no vocabulary has to be stored, and a batch is done by whole arrays.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.finding import ENOUGH, weigh
from adapters.nlp.aspects.runs import Runs, noun_runs
from adapters.nlp.aspects.scene import Scene, before, behind
from adapters.nlp.lexical.opinions import Opinions
from adapters.nlp.lexical.reading import Reading

BITS = 18
"""262,144 places for some 150,000 features of 6,000 sentences."""
Numbers = NDArray[np.uint64]
_SPREAD, _STEP = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
"""Odd constants of Fibonacci hashing (Knuth, volume 3, 6.4) and of Vigna's mixers."""
PARTS = 7
"""The word, its first three and five letters, its last two, three and four, and itself without the s of a plural."""
MOST_WORDS = 200_000
"""Spellings kept before they are begun anew: some 30 MB."""


class Spellings:
    """Numbers of words and of their beginnings and endings; kept from batch to batch."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._rows: dict[str, int] = {}
        self._table = np.zeros((4096, PARTS), np.uint64)

    def of(self, words: Sequence[str]) -> Numbers:
        """(words, `PARTS`)."""
        if len(self._rows) > MOST_WORDS:
            self._clear()
        found = np.fromiter(map(self._rows.get, words, repeat(-1)), np.int64, len(words))
        for at in np.flatnonzero(found < 0).tolist():
            found[at] = self._row(words[at])
        return self._table[found]

    def _row(self, word: str) -> int:
        if word in self._rows:
            return self._rows[word]
        row = len(self._rows)
        if row == len(self._table):
            self._table = np.concatenate((self._table, np.zeros_like(self._table)))
        parts = (word, word[:3], word[-2:], word[-3:], word[-4:], word[:5], word.rstrip("s"))
        self._table[row] = [zlib.crc32(part.encode("utf-8", "surrogatepass")) + 1 for part in parts]
        self._rows[word] = row
        return row


def features_of(reading: Reading, scene: Scene, said: Opinions, spellings: Spellings) -> NDArray[np.int32]:
    """(templates, tokens): the numbers of each token's features, below 2 ** BITS."""
    inside = _Neighbours(reading)
    word, first, two, three, four, five, stem = (np.ascontiguousarray(column) for column in spellings.of(reading.flat).T)
    kinds = scene.classes.astype(np.uint64) + np.uint64(1)
    named = (scene.categories + 2).astype(np.uint64)
    generic = scene.generic.astype(np.uint64)
    capital = scene.capital.astype(np.uint64) + np.uint64(2) * scene.joined.astype(np.uint64)
    chosen = _chosen(scene, said)
    feeling = np.zeros(len(kinds), np.uint64)
    feeling[said.at] = np.where(said.value > 0, 2, 1)
    w1, w2, v1, v2 = inside(word, -1), inside(word, -2), inside(word, 1), inside(word, 2)
    k1, k2, m1, m2 = inside(kinds, -1), inside(kinds, -2), inside(kinds, 1), inside(kinds, 2)
    singles = [word, w1, w2, v1, v2, first, two, three, four, inside(three, -1), inside(three, 1), chosen]
    singles += [inside(chosen, -1), inside(chosen, 1), named, inside(named, -1), inside(named, 1), inside(feeling, -1), inside(feeling, 1)]
    s1, s2 = inside(stem, 1), inside(stem, -1)
    singles += [five, stem, s1, s2]
    pairs = [
        (stem, s1),
        (s2, stem),
        (w1, word),
        (word, v1),
        (k1, kinds),
        (kinds, m1),
        (capital, kinds),
        (generic, kinds),
        (chosen, word),
        (named, k1),
        (three, k1),
        (k2, m2),
        (w1, v1),
        (stem, m1),
    ]
    triples = [(k1, kinds, m1), (k2, k1, kinds), (kinds, m1, m2), (k1, word, m1), (named, k1, m1), (w2, w1, kinds), (kinds, v1, v2)]
    templates: list[tuple[Numbers, ...]] = [*((one,) for one in singles), *pairs, *triples]
    found = np.empty((len(templates), len(word)), np.int32)
    for number, values in enumerate(templates):
        found[number] = _mixed(number, values)
    return found


def _mixed(template: int, values: Sequence[Numbers]) -> Numbers:
    total = values[0] + np.uint64(template + 1)
    total *= _SPREAD
    for value in values[1:]:
        total ^= total >> np.uint64(29)
        total += value
        total *= _SPREAD
    total ^= total >> np.uint64(29)
    total *= _STEP
    total >>= np.uint64(64 - BITS)
    return total


def _chosen(scene: Scene, said: Opinions) -> Numbers:
    """What the rules make of each token: 0 none, then first or later token of a run that they like little, somewhat, or take."""
    runs: Runs = noun_runs(scene)
    level = np.digitize(weigh(scene, runs, said), (ENOUGH - 1.5, ENOUGH, ENOUGH + 1.5))
    marks = np.zeros(len(scene.classes) + 1, np.int64)
    marks[runs.first] += 1 + level
    marks[runs.last + 1] -= 1 + level
    found = np.cumsum(marks)[:-1].astype(np.uint64) * np.uint64(2)
    found[runs.first] += np.uint64(1)
    return found


class _Neighbours:
    """Values of the token some places further on, 0 where the text has ended."""

    def __init__(self, reading: Reading) -> None:
        self._text = reading.text_of + 1

    def __call__(self, values: Numbers, by: int) -> Numbers:
        move, steps = (before, -by) if by < 0 else (behind, by)
        moved: Numbers = np.where(move(self._text, steps) == self._text, move(values, steps), 0)
        return moved
