"""Linear chains of a batch laid out side by side, so that one numpy step serves the same place of every sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.scene import Ints
from adapters.nlp.lexical.opinions import Opinions

OUTSIDE, BEGINS, CONTINUES = 0, 1, 2
LABELS = 3
"""Outside, first and further tokens of a term (Ramshaw and Marcus 1995)."""
LONGEST = 100
"""Tokens of a chain; a longer sentence is cut, which bounds what a text without full stops costs."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chains:
    """Chains sorted by length, the longest first: step `t` concerns the first `alive[t]` of them, `places[t]` are their tokens there."""

    places: list[Ints]
    alive: list[int]

    @classmethod
    def of(cls, said: Opinions, text_of: Ints) -> Chains:
        """One chain per sentence."""
        return cls.cut(said.sentence_of, text_of)

    @classmethod
    def cut(cls, sentence_of: Ints, text_of: Ints) -> Chains:
        """Chains of tokens that share sentence and text, cut after `LONGEST`."""
        size = len(sentence_of)
        if not size:
            return cls([], [])
        at = np.arange(size)
        new = np.concatenate(([True], (np.diff(sentence_of) != 0) | (np.diff(text_of) != 0)))
        since = at - np.maximum.accumulate(np.where(new, at, 0))
        starts = np.flatnonzero(since % LONGEST == 0)
        lengths = np.diff(np.append(starts, size))
        order = np.argsort(-lengths, kind="stable")
        starts, lengths = starts[order], lengths[order]
        alive = np.searchsorted(-lengths, -np.arange(int(lengths[0])), "left").tolist()
        return cls([starts[:count] + step for step, count in enumerate(alive)], alive)


def best_labels(chains: Chains, scores: Floats, moves: Floats) -> NDArray[np.int8]:
    """The likeliest label of each token (Viterbi).

    `scores` (tokens, labels) speak for each label, `moves` (labels + 1, labels) for its following another; row `LABELS` is the start.
    """
    found = np.zeros(len(scores), np.int8)
    if not chains.places:
        return found
    columns = np.ascontiguousarray(scores.T)
    came: list[NDArray[np.int8]] = []
    best = columns[:, chains.places[0]] + moves[LABELS][:, None]
    finals = [best]
    for places, count in zip(chains.places[1:], chains.alive[1:], strict=True):
        top, way = _highest(best[:, None, :count] + moves[:LABELS, :, None])
        came.append(way)
        best = top + columns[:, places]
        finals.append(best)
    label = np.zeros(0, np.int64)
    for step in range(len(finals) - 1, -1, -1):
        mine = _highest(finals[step])[1].astype(np.int64)
        if step + 1 < len(finals):
            ongoing = chains.alive[step + 1]
            mine[:ongoing] = came[step][label, np.arange(ongoing)]
        label = mine
        found[chains.places[step]] = label
    return found


def _highest(values: Floats) -> tuple[Floats, NDArray[np.int8]]:
    """The highest of the first axis, and its place; of equals the first. Whole rows compare three times as fast as numpy reduces so short an axis."""
    top, place = values[0], np.zeros(values.shape[1:], np.int8)
    for number in range(1, len(values)):
        place[values[number] > top] = number
        top = np.maximum(top, values[number])
    return top, place
