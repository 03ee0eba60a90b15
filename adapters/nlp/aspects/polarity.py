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
from adapters.nlp.aspects.scene import Bools, Ints
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.lexicons import Role
from adapters.nlp.lexical.opinions import Opinions, opinions
from adapters.nlp.lexical.reading import of_tokens
from schemas.language import Polarity

Floats = NDArray[np.float64]
FADING = 10.0
"""Tokens over which an opinion word's weight falls to 1/e."""
ACROSS = 0.3
"""What is left of it behind a comma, a bracket or a "but"."""
WITHIN = 0.5
"""What an opinion word that is part of the term itself counts."""
SENTENCE = 0.2
"""What each opinion word of the sentence counts besides."""
DENIED = -0.6
"""Sum for a sentence that denies something but has no opinion word: "does not support that function"."""
HABIT = 0.075
"""Praise is the habit of reviews (Taboada et al. 2011, 2.6): faint praise is neither."""
NEUTRAL = 0.14
"""Scores nearer to 0 are neutral: a sum of 0.175, what half a fair word five tokens away adds."""
SQUASH = 1.5
"""score = sum / sqrt(sum^2 + 1.5): one good word next to the term makes 0.8."""


class Pulls(NamedTuple):
    """What pulls at each run: the nearest opinion word on its left and on its right (faded values), all of the sentence, and what that comes to."""

    left: Floats
    right: Floats
    sentence: Floats
    denials: Ints
    """Negators in the sentence."""
    silent: Bools
    """Whether the sentence has no opinion word."""
    opinion: Ints
    """Place in `Opinions` of the word that pulls most; -1 for none."""
    total: Floats


class Felt(NamedTuple):
    """For each run: polarity, score -1 to 1, and the place in `Opinions` of the word that says it (-1 for none)."""

    polarity: list[Polarity]
    score: Floats
    opinion: Ints


def pulls(runs: Runs, said: Opinions, near: Nearest) -> Pulls:
    """What the sentence of each run says for and against it."""
    size = len(said.sentence_of)
    sentences = int(said.sentence_of[-1]) + 1 if size else 0
    borders = np.cumsum(said.role >= Role.CONTRASTS)
    value, at = np.append(said.value, 0.0), np.minimum(np.append(said.at, 0), max(size - 1, 0))
    left = _weight(near.left, near.left_by, np.abs(borders[runs.first] - borders[at[near.left]]))
    left[near.left_by == 0] *= WITHIN
    left *= value[near.left]
    right = value[near.right] * _weight(near.right, near.right_by, np.abs(borders[runs.last] - borders[at[near.right]]))
    mine = said.sentence_of[runs.first]
    sentence = np.bincount(said.sentence, said.value, sentences).astype(np.float64)[mine]
    silent = np.bincount(said.sentence, minlength=sentences)[mine] == 0
    denials = np.bincount(said.sentence_of, said.role == Role.NEGATES, sentences)[mine].astype(np.int64)
    spoken = left + right + SENTENCE * sentence - HABIT
    total = np.where(silent, np.where(denials > 0, DENIED, 0.0), spoken)
    return Pulls(left, right, sentence, denials, silent, np.where(np.abs(left) >= np.abs(right), near.left, near.right), total)


def feelings(runs: Runs, said: Opinions, near: Nearest) -> Felt:
    """How the text feels about each run, by its opinion words."""
    if not len(runs.first):
        return Felt([], np.zeros(0), np.zeros(0, np.int64))
    found = pulls(runs, said, near)
    score = squashed(found.total)
    return Felt([polarity_name(one) for one in score.tolist()], score, found.opinion)


def squashed(total: Floats) -> Floats:
    """Sums as scores from -1 to 1."""
    return total / np.sqrt(total * total + SQUASH)


def _weight(which: Ints, by: Ints, borders: Ints) -> Floats:
    return np.where(which >= 0, np.exp(-by / FADING) * ACROSS ** np.minimum(borders, 9), 0.0)


def polarity_name(score: float) -> Polarity:
    """The polarity of a score."""
    return "neutral" if abs(score) < NEUTRAL else "positive" if score > 0 else "negative"


def polarity_of(tokens: Sequence[str], span: tuple[int, int], language: str | None) -> Polarity:
    """Polarity of the tokens `span[0]` to `span[1]` (end exclusive) of a text that `lexical.tokens.tokenize` split, by its opinion words.

    Raises `ValueError` for an empty span.
    """
    start, end = span
    if not 0 <= start < end <= len(tokens):
        raise ValueError(f"the span {span} holds no token of {len(tokens)}")
    said = opinions(of_tokens([tokens]), rows_of([language])).on_things()
    runs = Runs(np.array([start]), np.array([end - 1]), np.array([end - 1]))
    return feelings(runs, said, nearest(runs, said)).polarity[0]
