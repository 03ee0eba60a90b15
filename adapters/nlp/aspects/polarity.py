"""How a text feels about a place in it: the opinion words of the sentence, the nearer and the more surely in the same clause the more they count.

Opinion words come with their value in context (negation, intensifiers, wishes: `adapters.nlp.lexical.opinions`). The nearest on either side counts
most, as in the distance-weighted sums of Ding, Liu and Yu, "A Holistic Lexicon-Based Approach to Opinion Mining", WSDM 2008; the whole sentence
a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.runs import Nearest, Runs, nearest
from adapters.nlp.aspects.scene import Ints
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.lexicons import Role
from adapters.nlp.lexical.opinions import Opinions, opinions
from adapters.nlp.lexical.reading import of_tokens
from schemas.language import Polarity

FADING = 10.0
"""Tokens over which an opinion word's weight falls to 1/e."""
ACROSS = 0.3
"""What is left of it behind a comma, a bracket or a "but"."""
WITHIN = 0.5
"""What an opinion word that is part of the term itself counts."""
SENTENCE = 0.2
"""What each opinion word of the sentence counts besides."""
DENIED = -0.25
"""Score of a sentence that denies something but has no opinion word: "does not support that function"."""
NEUTRAL = 0.04
"""Scores nearer to 0 are neutral."""
SQUASH = 1.5
"""score = sum / sqrt(sum^2 + 1.5): one good word next to the term makes 0.8."""


class Felt(NamedTuple):
    """For each run: score -1 to 1, and the place in `Opinions` of the word that says it (-1 for none)."""

    score: NDArray[np.float64]
    opinion: Ints


def feelings(runs: Runs, said: Opinions, near: Nearest) -> Felt:
    """How the text feels about each run."""
    size = len(said.sentence_of)
    if not len(runs.first):
        return Felt(np.zeros(0), np.zeros(0, np.int64))
    sentences = int(said.sentence_of[-1]) + 1
    borders = np.cumsum(said.role >= Role.CONTRASTS)
    value, at = np.append(said.value, 0.0), np.minimum(np.append(said.at, 0), size - 1)
    left = _weight(near.left, near.left_by, np.abs(borders[runs.first] - borders[at[near.left]]))
    left[near.left_by == 0] *= WITHIN
    right = _weight(near.right, near.right_by, np.abs(borders[runs.last] - borders[at[near.right]]))
    sentence = said.sentence_of[runs.first]
    total = value[near.left] * left + value[near.right] * right
    total += SENTENCE * np.bincount(said.sentence, said.value, sentences)[sentence]
    silent = np.bincount(said.sentence, minlength=sentences)[sentence] == 0
    denied = np.bincount(said.sentence_of, said.role == Role.NEGATES, sentences)[sentence] > 0
    total[silent & denied] = DENIED
    opinion = np.where(np.abs(value[near.left]) * left >= np.abs(value[near.right]) * right, near.left, near.right)
    return Felt(total / np.sqrt(total * total + SQUASH), opinion)


def _weight(which: Ints, by: Ints, borders: Ints) -> NDArray[np.float64]:
    return np.where(which >= 0, np.exp(-by / FADING) * ACROSS ** np.minimum(borders, 9), 0.0)


def polarity_name(score: float) -> Polarity:
    """The polarity of a score."""
    return "neutral" if abs(score) < NEUTRAL else "positive" if score > 0 else "negative"


def polarity_of(tokens: Sequence[str], span: tuple[int, int], language: str | None) -> Polarity:
    """Polarity of the tokens `span[0]` to `span[1]` (end exclusive) of a text that `lexical.tokens.tokenize` split.

    Raises `ValueError` for an empty span.
    """
    start, end = span
    if not 0 <= start < end <= len(tokens):
        raise ValueError(f"the span {span} holds no token of {len(tokens)}")
    said = opinions(of_tokens([tokens]), rows_of([language]))
    runs = Runs(np.array([start]), np.array([end - 1]), np.array([end - 1]))
    return polarity_name(float(feelings(runs, said, nearest(runs, said)).score[0]))
