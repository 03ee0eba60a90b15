"""What a text is about: content words and pairs of neighbouring content words, weighted by how often they stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from itertools import pairwise
from typing import NamedTuple

PAIR_BONUS = 1.5
"""A pair that stands together says more than its two words apart."""


class FoundTerm(NamedTuple):
    """A term, its weight within the text (the heaviest has 1) and where it first stands."""

    term: str
    weight: float
    char_start: int
    char_end: int


def find_terms(tokens: list[str], lower: str, skip: Set[str], limit: int) -> list[FoundTerm]:
    """The `limit` heaviest terms, the heaviest first. `skip` holds tokens that are no content: stop words, opinion words, punctuation."""
    content = ["" if token in skip else token for token in tokens]
    counts = Counter(content)
    del counts[""]
    weights: dict[str, float] = {word: count for word, count in counts.items() if len(word) > 2}
    if not weights or not limit:
        return []
    pairs = Counter([a + " " + b for a, b in pairwise(content) if a and b])
    for pair, count in pairs.items():
        weights[pair] = count * PAIR_BONUS
    ranked = sorted(weights, key=weights.__getitem__, reverse=True)[: limit * 3]
    found: list[FoundTerm] = []
    inside: dict[str, int] = {}
    heaviest = weights[ranked[0]]
    for term in ranked:
        weight = weights[term]
        if len(found) == limit:
            break
        if inside.get(term) == counts[term]:
            continue  # every time it stands, it stands in a pair that was taken
        start = _stands_at(term, lower)
        if start < 0:
            continue
        if " " in term:
            inside |= {word: inside.get(word, 0) + round(weight / PAIR_BONUS) for word in term.split(" ")}
        found.append(FoundTerm(term, round(weight / heaviest, 3), start, start + len(term)))
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
