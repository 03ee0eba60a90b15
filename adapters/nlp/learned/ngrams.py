"""Word n-grams of whole batches: one look-up per token, everything after it in numpy.

A vocabulary knows words, and the pairs and triples of them that training text holds often enough. What stands in a text's first sentence, where
reviews put their verdict, may count a second time as a feature of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
SENTENCE_ENDS: Final = (".", "!", "?", "…", "\n")
MOST_WORDS: Final = 2_000_000
"""A triple's key is a pair's number times the number of words; beyond this it would pass 63 bits only with 4e12 pairs."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """Features of texts: those of text `i` are `indices[offsets[i]:offsets[i + 1]]`, ascending, each once."""

    indices: Ints
    offsets: Longs

    @property
    def lengths(self) -> Longs:
        """Features per text."""
        return np.diff(self.offsets)

    def rows(self) -> Ints:
        """The text of each feature."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), self.lengths)


@dataclass(frozen=True, slots=True)
class Grams:
    """Which n-grams become features: up to `longest` words, in at least `least` texts, at most `most` of each length (the most frequent stay)."""

    longest: int = 2
    least: int = 2
    most: int = 120_000
    lead: bool = True
    """Whether n-grams of a text's first sentence are features of their own beside."""


class Laid(NamedTuple):
    """Tokens of texts end to end: `codes` are places in `words`, where each token stands once, and `lengths` how many of them each text has."""

    words: Sequence[str]
    codes: Longs
    lengths: Longs

    @classmethod
    def of(cls, tokens: Sequence[Sequence[str]]) -> Laid:
        """Texts as lists of tokens."""
        lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
        numbers = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(tokens)))}
        codes = np.fromiter(map(numbers.__getitem__, chain.from_iterable(tokens)), np.int64, int(lengths.sum()))
        return cls(list(numbers), codes, lengths)


class Vocabulary:
    """Words, longer n-grams and lead n-grams, numbered one after another in this order."""

    def __init__(self, words: Sequence[str], levels: Sequence[Longs], leads: Ints) -> None:
        """`levels`: ascending keys of the pairs, then of the triples: number of what comes before in its level * words + last word.
        `leads`: ascending numbers of those features that have a twin for the first sentence. Raises `ValueError` for keys that are not of `words`.
        """
        self.words = tuple(words)
        self.levels = tuple(levels)
        self.leads = leads
        self._ids = {word: number for number, word in enumerate(self.words)}
        self._starts = np.cumsum([0, len(self.words), *map(len, self.levels)])
        self._check()
        self._twins = np.full(self._starts[-1] + 1, -1, np.int32)
        self._twins[leads] = np.arange(len(leads), dtype=np.int32) + self._starts[-1]
        self._ending = np.zeros(len(self.words) + 1, np.bool_)
        self._ending[[self._ids[sign] for sign in SENTENCE_ENDS if sign in self._ids]] = True

    def _check(self) -> None:
        count = len(self.words)
        if len(self._ids) != count or count > MOST_WORDS:
            raise ValueError("words stand twice or are too many")
        for below, level in pairwise([np.arange(count), *self.levels]):
            if level.size and (level[0] < 0 or level[-1] >= len(below) * count or (np.diff(level) <= 0).any()):
                raise ValueError("n-grams are not in order or of other words")
        if self.leads.size and (self.leads[0] < 0 or self.leads[-1] >= self._starts[-1] or (np.diff(self.leads) <= 0).any()):
            raise ValueError("lead n-grams are not in order or of other n-grams")

    def __len__(self) -> int:
        return int(self._starts[-1]) + len(self.leads)

    @classmethod
    def learn(cls, tokens: Sequence[Sequence[str]], grams: Grams) -> Vocabulary:
        """The vocabulary of training texts. An empty token is no word, and no pair reaches over it."""
        counted: dict[str, int] = {}
        for text in tokens:
            for word in set(text) - {""}:
                counted[word] = counted.get(word, 0) + 1
        frequent = sorted((-count, word) for word, count in counted.items() if count >= grams.least)
        vocabulary = cls([word for _, word in frequent[: min(grams.most, MOST_WORDS)]], (), np.zeros(0, np.int32))
        laid = Laid.of(tokens)
        for _ in range(grams.longest - 1):
            spread = _Spread(laid, vocabulary)
            keys = _frequent(*spread.keys(), grams)
            vocabulary = cls(vocabulary.words, (*vocabulary.levels, keys), vocabulary.leads)
        if not grams.lead:
            return vocabulary
        spread = _Spread(laid, vocabulary)
        found, rows = spread.lead()
        leads = _frequent(found.astype(np.int64), rows, Grams(least=max(grams.least, 3), most=grams.most))
        return cls(vocabulary.words, vocabulary.levels, leads.astype(np.int32))

    def features(self, tokens: Sequence[Sequence[str]]) -> Sparse:
        """The n-grams of each text that are known here."""
        return self.features_of(Laid.of(tokens))

    def features_of(self, laid: Laid) -> Sparse:
        """The same of texts that are laid out already."""
        found, rows = _Spread(laid, self).all()
        size, texts = len(self), len(laid.lengths)
        codes = each_once(rows * size + found)
        offsets = np.searchsorted(codes, np.arange(texts + 1, dtype=np.int64) * size)
        lengths = np.diff(offsets)
        indices = codes - np.repeat(np.arange(texts, dtype=np.int64) * size, lengths)
        return Sparse(indices.astype(np.int32), offsets.astype(np.int64))

    def named(self, feature: int) -> str:
        """An n-gram as a person reads it; `^` marks one of the first sentence."""
        if feature >= self._starts[-1]:
            return "^ " + self.named(int(self.leads[feature - self._starts[-1]]))
        parts: list[str] = []
        level = int(np.searchsorted(self._starts, feature, "right")) - 1
        number = feature - int(self._starts[level])
        while level:
            number, last = divmod(int(self.levels[level - 1][number]), len(self.words))
            parts.append(self.words[last])
            level -= 1
        return " ".join(reversed([*parts, self.words[number]])).replace("\n", "\\n")

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` reads; `KINDS` says of which kind."""
        encoded = [word.encode("utf-8", "surrogatepass") for word in self.words]
        pairs, triples = [*self.levels, np.zeros(0, np.int64), np.zeros(0, np.int64)][:2]
        return {
            "words": np.frombuffer(b"".join(encoded), "|u1"),
            "word_ends": np.cumsum([len(word) for word in encoded]).astype("<i8"),
            "pairs": pairs.astype("<i8"),
            "triples": triples.astype("<i8"),
            "leads": self.leads.astype("<i4"),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Vocabulary:
        """Raises `ValueError` for arrays that do not agree with each other."""
        data, ends = arrays["words"].tobytes(), arrays["word_ends"]
        if (ends.size and (ends[0] <= 0 or ends[-1] != len(data) or (np.diff(ends) <= 0).any())) or (not ends.size and data):
            raise ValueError("the words do not end where they should")
        words = [data[first:last].decode("utf-8", "surrogatepass") for first, last in pairwise([0, *ends.tolist()])]
        levels = [arrays["pairs"], arrays["triples"]]
        while levels and not levels[-1].size:
            levels.pop()
        return cls(words, levels, arrays["leads"])


KINDS: Final = {"words": "|u1", "word_ends": "<i8", "pairs": "<i8", "triples": "<i8", "leads": "<i4"}


def places_in(ascending: Longs, keys: Longs) -> Longs:
    """What `np.searchsorted` finds; from one end to the other a long list is searched three times as fast as to and fro."""
    order = np.argsort(keys)
    found = np.empty(len(keys), np.int64)
    found[order] = np.searchsorted(ascending, keys[order])
    return found


def each_once(numbers: Longs) -> Longs:
    """What `np.unique` finds, by sorting: for a batch it is five times as fast as numpy's hashing."""
    ordered = np.sort(numbers)
    fresh = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]


class _Spread:
    """Tokens of a batch laid end to end as word numbers, -1 where unknown."""

    def __init__(self, laid: Laid, vocabulary: Vocabulary) -> None:
        self._of = vocabulary
        self.ids = np.fromiter(map(vocabulary._ids.get, laid.words, repeat(-1)), np.int32, len(laid.words))[laid.codes]
        self.rows = np.repeat(np.arange(len(laid.lengths), dtype=np.int64), laid.lengths)
        self._first = np.cumsum(laid.lengths) - laid.lengths

    def _levels(self) -> Iterator[tuple[Ints, NDArray[np.intp]]]:
        """Per length: number of each known n-gram within its length, and where it begins."""
        places = np.flatnonzero(self.ids >= 0)
        numbers = self.ids[places]
        yield numbers, places
        for length, level in enumerate(self._of.levels, 1):
            keys, places = self._longer(numbers, places, length)
            where = places_in(level, keys).astype(np.int32)
            where[where == len(level)] = 0
            known = level[where] == keys if len(level) else np.zeros(len(keys), bool)
            numbers, places = where[known], places[known]
            yield numbers, places

    def _longer(self, numbers: Ints, places: NDArray[np.intp], length: int) -> tuple[Longs, NDArray[np.intp]]:
        """Keys of n-grams of `length` words with the word behind them, within a text."""
        inside = places < len(self.ids) - length
        numbers, places = numbers[inside], places[inside]
        follows = self.ids[places + length]
        held = (follows >= 0) & (self.rows[places] == self.rows[places + length])
        return numbers[held].astype(np.int64) * len(self._of.words) + follows[held], places[held]

    def keys(self) -> tuple[Longs, Longs]:
        """Keys one longer than the longest n-grams known, with their texts."""
        numbers, places = list(self._levels())[-1]
        keys, places = self._longer(numbers, places, len(self._of.levels) + 1)
        return keys, self.rows[places]

    def _known(self) -> tuple[Ints, NDArray[np.intp]]:
        levels = list(self._levels())
        numbers = [numbers + start for (numbers, _), start in zip(levels, self._of._starts.astype(np.int32).tolist(), strict=False)]
        return np.concatenate(numbers), np.concatenate([places for _, places in levels])

    def _ahead(self, places: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which places stand before their text's first sentence ends."""
        ending = np.flatnonzero(self._of._ending[self.ids])
        limit = np.full(len(self._first), len(self.ids), np.int64)
        np.minimum.at(limit, self.rows[ending], ending)
        return places < limit[self.rows[places]]

    def lead(self) -> tuple[Ints, Longs]:
        """N-grams of first sentences, with their texts."""
        numbers, places = self._known()
        ahead = self._ahead(places)
        return numbers[ahead], self.rows[places[ahead]]

    def all(self) -> tuple[Longs, Longs]:
        """Every known n-gram and every known lead, with their texts."""
        numbers, places = self._known()
        rows = self.rows[places]
        if self._of.leads.size:
            twins = self._of._twins[numbers]
            ahead = np.flatnonzero(twins >= 0)
            ahead = ahead[self._ahead(places[ahead])]
            numbers, rows = np.concatenate([numbers, twins[ahead]]), np.concatenate([rows, rows[ahead]])
        return numbers.astype(np.int64), rows


def _frequent(keys: Longs, rows: Longs, grams: Grams) -> Longs:
    """Keys that stand in enough texts, ascending."""
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    fresh = np.ones(len(keys), bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
    found, counts = np.unique(keys[fresh], return_counts=True)
    kept = counts >= grams.least
    found, counts = found[kept], counts[kept]
    if len(found) > grams.most:
        found = np.sort(found[np.lexsort((found, -counts))[: grams.most]])
    return found
