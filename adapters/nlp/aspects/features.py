"""What a trained tagger looks at around each token: words, endings, word classes, categories and opinion words of the neighbourhood.

Every feature is a number, mixed from its template and its values and cut to `BITS` (Weinberger et al., "Feature Hashing for Large Scale Multitask
Learning", ICML 2009): no vocabulary has to be stored, and a batch is done by whole arrays.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.finding import ENOUGH, weigh
from adapters.nlp.aspects.runs import Runs, noun_runs
from adapters.nlp.aspects.scene import Ints, Scene, before, behind
from adapters.nlp.lexical.opinions import Opinions
from adapters.nlp.lexical.reading import Reading

BITS = 18
"""262,144 places for some 150,000 features of 6,000 sentences."""
Numbers = NDArray[np.uint64]
T = TypeVar("T", bound=np.generic)
_SPREAD, _STEP = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
"""Odd constants of Fibonacci hashing (Knuth, volume 3, 6.4) and of Vigna's mixers."""
SPELLED = (
    ((0, 0), (1, 5), (2, 6), (3, 7), (4, 8), (5, 19), (6, 20)),
    ((0, 1), (3, 9), (6, 22)),
    ((0, 3), (3, 10), (6, 21)),
    ((0, 2),),
    ((0, 4),),
)
"""Templates of spelling alone: (part, template) of the token itself, the one before, the one behind, the second before and the second behind."""
PLACES = (0, -1, 1, -2, 2)
"""Where the tokens of `SPELLED` stand."""
TRAITS: Sequence[tuple[tuple[str, ...], tuple[tuple[int, tuple[int, ...]], ...]]] = (
    (("kind-2", "kind-1", "kind"), ((38, (0, 1, 2)),)),
    (("kind-1", "kind", "kind+1"), ((27, (0, 1)), (28, (1, 2)), (37, (0, 1, 2)))),
    (("kind", "kind+1", "kind+2"), ((39, (0, 1, 2)),)),
    (("kind-2", "kind+2"), ((34, (0, 1)),)),
    (("named", "kind-1", "kind+1"), ((14, (0,)), (32, (0, 1)), (41, (0, 1, 2)))),
    (("capital", "generic", "kind"), ((29, (0, 2)), (30, (1, 2)))),
    (("chosen-1", "chosen", "chosen+1"), ((12, (0,)), (11, (1,)), (13, (2,)))),
    (("named-1", "named+1", "feeling-1", "feeling+1"), ((15, (0,)), (16, (1,)), (17, (2,)), (18, (3,)))),
)
"""Templates of traits alone, in groups whose traits take few values together: traits, then (template, which of the traits it joins)."""
SIZES = {"kind": 17, "named": 40, "chosen": 10, "feeling": 3, "capital": 4, "generic": 3}
"""Values of each trait, whatever token's."""
TEMPLATES = 44
PARTS = 7
"""The word, its first three and five letters, its last two, three and four, and itself without the s of a plural."""
MOST_WORDS = 200_000
"""Spellings kept before they are begun anew: some 30 MB."""


class Spellings:
    """Numbers of words and of their beginnings and endings; kept from batch to batch."""

    begun: int = 0
    """How often the table was begun anew."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._rows: dict[str, int] = {}
        self.numbers = np.zeros((4096, PARTS), np.uint64)
        self.begun += 1

    def of(self, words: Sequence[str]) -> Numbers:
        """(words, `PARTS`)."""
        rows = self.rows(words)
        return self.numbers[rows]

    def rows(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Places of words in `numbers`, good until the next call; 0 is the place of no word."""
        if len(self._rows) > MOST_WORDS:
            self._clear()
        found = np.fromiter(map(self._rows.get, words, repeat(-1)), np.int64, len(words))
        for at in np.flatnonzero(found < 0).tolist():
            found[at] = self._row(words[at])
        return found

    @property
    def size(self) -> int:
        """Places taken in `numbers`."""
        return len(self._rows) + 1

    def _row(self, word: str) -> int:
        if word in self._rows:
            return self._rows[word]
        row = self.size
        if row == len(self.numbers):
            self.numbers = np.concatenate((self.numbers, np.zeros_like(self.numbers)))
        parts = (word, word[:3], word[-2:], word[-3:], word[-4:], word[:5], word.rstrip("s"))
        self.numbers[row] = [zlib.crc32(part.encode("utf-8", "surrogatepass")) + 1 for part in parts]
        self._rows[word] = row
        return row


def features_of(reading: Reading, scene: Scene, said: Opinions, spellings: Spellings) -> NDArray[np.int32]:
    """(templates, tokens): the numbers of each token's features, below 2 ** BITS."""
    numbers = spellings.of(reading.flat)
    inside = Neighbours(reading)
    found = np.empty((TEMPLATES, len(reading.flat)), np.int32)
    for place, templates in zip(PLACES, SPELLED, strict=True):
        for part, template in templates:
            found[template] = hashed(template, (inside(np.ascontiguousarray(numbers[:, part]), place),))
    traits = traits_of(reading, scene, said)
    for axes, members in TRAITS:
        for template, which in members:
            found[template] = hashed(template, [traits[axes[axis]].astype(np.uint64) for axis in which])
    for template, values in mixed(reading, numbers, traits).items():
        found[template] = hashed(template, values)
    return found


def traits_of(reading: Reading, scene: Scene, said: Opinions) -> dict[str, Ints]:
    """What a token is and its neighbours are, each a small number below that of `SIZES`; 0 beyond the text's ends."""
    inside = Neighbours(reading)
    kind, named, chosen = scene.classes.astype(np.int64) + 1, scene.categories.astype(np.int64) + 2, _chosen(scene, said)
    feeling = np.zeros(len(kind), np.int64)
    feeling[said.at] = np.where(said.value > 0, 2, 1)
    return {
        "kind": kind,
        **{f"kind{by:+}": inside(kind, by) for by in (-2, -1, 1, 2)},
        "named": named,
        "chosen": chosen,
        **{f"{name}{by:+}": inside(values, by) for name, values in (("named", named), ("chosen", chosen), ("feeling", feeling)) for by in (-1, 1)},
        "capital": scene.capital + 2 * scene.joined.astype(np.int64),
        "generic": scene.generic.astype(np.int64),
    }


def mixed(reading: Reading, numbers: Numbers, traits: Mapping[str, Ints]) -> dict[int, tuple[Numbers, ...]]:
    """Values of the templates that join spellings to each other or to traits; `numbers` are those of the tokens' spellings."""
    inside = Neighbours(reading)
    word, three, stem = (np.ascontiguousarray(numbers[:, part]) for part in (0, 3, 6))
    kind, k1, m1, chosen = (traits[name].astype(np.uint64) for name in ("kind", "kind-1", "kind+1", "chosen"))
    w1, w2, v1, v2 = inside(word, -1), inside(word, -2), inside(word, 1), inside(word, 2)
    return {
        23: (stem, inside(stem, 1)),
        24: (inside(stem, -1), stem),
        25: (w1, word),
        26: (word, v1),
        31: (chosen, word),
        33: (three, k1),
        35: (w1, v1),
        36: (stem, m1),
        40: (k1, word, m1),
        42: (w2, w1, kind),
        43: (kind, v1, v2),
    }


def hashed(template: int, values: Sequence[Numbers]) -> Numbers:
    """Numbers below 2 ** BITS of a template's values."""
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


def _chosen(scene: Scene, said: Opinions) -> Ints:
    """What the rules make of each token: 0 none, then first or later token of a run that they like little, somewhat, or take."""
    runs: Runs = noun_runs(scene)
    level = np.digitize(weigh(scene, runs, said), (ENOUGH - 1.5, ENOUGH, ENOUGH + 1.5))
    marks = np.zeros(len(scene.classes) + 1, np.int64)
    marks[runs.first] += 1 + level
    marks[runs.last + 1] -= 1 + level
    found = 2 * np.cumsum(marks)[:-1]
    found[runs.first] += 1
    return found


class Neighbours:
    """Values of the token some places further on, 0 where the text has ended."""

    def __init__(self, reading: Reading) -> None:
        self._text = reading.text_of + 1
        self._edges: dict[int, Ints] = {}

    def __call__(self, values: NDArray[T], by: int) -> NDArray[T]:
        move, steps = (before, -by) if by < 0 else (behind, by)
        if by not in self._edges:
            self._edges[by] = np.flatnonzero(move(self._text, steps) != self._text)
        moved: NDArray[T] = move(values, steps)
        moved[self._edges[by]] = 0
        return moved
