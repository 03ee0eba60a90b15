"""What a text is about: content words and pairs of neighbouring content words, weighted by how often they stand in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.lexical.compiled import compiled
from adapters.nlp.lexical.reading import Reading
from schemas.language import Term

PAIR_BONUS = 1.5
"""A pair that stands together says more than its two words apart."""
SHORTEST = 3
"""Letters of the shortest word that is a term of its own."""
TRIED = 3
"""Candidates looked at per term asked for: some stand only within pairs that were taken."""


class _Candidates(NamedTuple):
    """Words and pairs of the whole batch: the text, how often, the place of the first token, and whether it is a pair."""

    text: NDArray[np.int64]
    often: NDArray[np.int64]
    at: NDArray[np.int64]
    pair: NDArray[np.bool_]


def find_terms(reading: Reading, rows: NDArray[np.int64], limit: int) -> list[list[Term]]:
    """The `limit` heaviest terms of each text where they first stand, the heaviest first, with weight 1.

    No term holds a stop word, an opinion word or a sign of its text's language.
    """
    found: list[list[Term]] = [[] for _ in range(reading.size)]
    content = ~compiled().empty[rows[reading.text_of], reading.ids]
    if not limit or not content.any():
        return found
    words, pairs = _words(reading, content), _pairs(reading, content)
    candidates = _Candidates(*(np.concatenate(both) for both in zip(words, pairs, strict=True)))
    weight = np.where(candidates.pair, PAIR_BONUS, 1.0) * candidates.often
    order = np.lexsort((candidates.at, -weight, candidates.text))
    text = candidates.text[order]
    rank = np.arange(len(order)) - np.searchsorted(text, text)
    order = order[rank < limit * TRIED]
    bounds = np.searchsorted(candidates.text[order], np.arange(reading.size + 1)).tolist()
    ranked = list(zip(*(column[order].tolist() for column in (candidates.at, weight, candidates.pair, candidates.often)), strict=True))
    for number, lower in enumerate(reading.lower):
        mine = ranked[bounds[number] : bounds[number + 1]]
        if mine:
            found[number] = _chosen(lower, reading.flat, mine, limit)
    return found


def _words(reading: Reading, content: NDArray[np.bool_]) -> _Candidates:
    at = np.flatnonzero(content & (reading.ends - reading.begins >= SHORTEST))
    return _counted(reading, at, reading.codes[at], len(reading.words), pair=False)


def _pairs(reading: Reading, content: NDArray[np.bool_]) -> _Candidates:
    at = np.flatnonzero(content[:-1] & content[1:] & (reading.text_of[:-1] == reading.text_of[1:]))
    width = len(reading.words)
    return _counted(reading, at, reading.codes[at] * width + reading.codes[at + 1], width * width, pair=True)


def _counted(reading: Reading, at: NDArray[np.int64], codes: NDArray[np.int64], width: int, *, pair: bool) -> _Candidates:
    text = reading.text_of[at]
    _, first, counts = np.unique(text * width + codes, return_index=True, return_counts=True)
    return _Candidates(text[first], counts, at[first], np.full(len(first), pair))


def _chosen(lower: str, flat: list[str], ranked: list[tuple[int, float, bool, int]], limit: int) -> list[Term]:
    """The heaviest candidates (place, weight, whether a pair, how often it stands there) of one text that stand there as they are written."""
    found: list[Term] = []
    inside: dict[str, int] = {}
    heaviest = ranked[0][1]
    for at, weight, pair, often in ranked:
        term = f"{flat[at]} {flat[at + 1]}" if pair else flat[at]
        if not pair and inside.get(term) == often:
            continue  # every time it stands, it stands in a pair that was taken
        start = _stands_at(term, lower)
        if start < 0:
            continue
        if pair:
            for word in {flat[at], flat[at + 1]}:
                inside[word] = inside.get(word, 0) + often
        found.append(Term(term, round(weight / heaviest, 3), start, start + len(term)))
        if len(found) == limit:
            break
    return found


def _stands_at(term: str, lower: str) -> int:
    """Where `term` first stands as whole words; -1 when a digit or sign separates its words."""
    start = lower.find(term)
    while start >= 0:
        end = start + len(term)
        if not (start and lower[start - 1].isalpha()) and not (end < len(lower) and lower[end].isalpha()):
            return start
        start = lower.find(term, start + 1)
    return -1
