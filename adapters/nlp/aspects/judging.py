"""A trained judge of aspects: a linear model over the words around a term, beside what the opinion words say."""

from __future__ import annotations

from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.polarity import Felt, pulls, squashed
from adapters.nlp.aspects.runs import Nearest, Runs
from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.lexical.opinions import Opinions
from adapters.nlp.lexical.reading import Reading
from schemas.errors import ModelDamaged
from schemas.language import Polarity

WINDOW: Final = 5
"""Tokens on either side that are read with the side they stand on."""
LONGEST: Final = 60
"""Tokens of the sentence on either side that are read; bounds what a text without full stops costs."""
BORDER: Final = "<>"
FIGURES: Final = 8


def contexts(reading: Reading, runs: Runs, said: Opinions, near: Nearest) -> tuple[list[list[str]], NDArray[np.float32]]:
    """Words around each run, as a linear model reads them, and (runs, `FIGURES`) what its opinion words say."""
    flat, sentence_of = reading.flat, said.sentence_of
    begin = np.searchsorted(sentence_of, sentence_of[runs.first], "left").tolist()
    end = np.searchsorted(sentence_of, sentence_of[runs.first], "right").tolist()
    found = []
    for first, last, start, stop in zip(runs.first.tolist(), runs.last.tolist(), begin, end, strict=True):
        words = flat[max(start, first - LONGEST) : min(stop, last + 1 + LONGEST)]
        left = [f"{word}<" for word in flat[max(start, first - WINDOW) : first]]
        right = [f"{word}>" for word in flat[last + 1 : min(stop, last + 1 + WINDOW)]]
        own = [f"{word}@" for word in flat[first : min(last + 1, first + WINDOW)]]
        found.append([*words, BORDER, *left, BORDER, *right, BORDER, *own])
    return found, _figures(runs, said, near)


def _figures(runs: Runs, said: Opinions, near: Nearest) -> NDArray[np.float32]:
    if not len(runs.first):
        return np.zeros((0, FIGURES), np.float32)
    one = pulls(runs, said, near)
    score = squashed(one.total)
    columns = [
        score,
        squashed(one.left),
        squashed(one.right),
        squashed(one.sentence),
        np.abs(score),
        np.minimum(one.denials, 2),
        one.silent,
        score > 0,
    ]
    return np.stack(columns, 1).astype(np.float32)


def checked(model: LinearModel) -> LinearModel:
    """Raises `ModelDamaged` for a model that does not judge aspects by our figures."""
    if not set(model.labels) <= set(get_args(Polarity)) or model.figures != FIGURES:
        raise ModelDamaged("the model judges no aspects, or was trained by another version; train it again")
    return model


def judged(model: LinearModel, reading: Reading, runs: Runs, said: Opinions, near: Nearest) -> Felt:
    """How the text feels about each run, as the model says. The score is the chance of praise less that of blame."""
    tokens, figures = contexts(reading, runs, said, near)
    if not tokens:
        return Felt([], np.zeros(0), np.zeros(0, np.int64))
    found = model.probabilities(tokens, figures)
    sides = [found[:, model.labels.index(name)] if name in model.labels else np.zeros(len(tokens)) for name in ("positive", "negative")]
    names: list[Polarity] = [_polarity(model.labels[at]) for at in found.argmax(axis=1).tolist()]
    return Felt(names, sides[0] - sides[1], pulls(runs, said, near).opinion)


def _polarity(label: str) -> Polarity:
    return next(name for name in get_args(Polarity) if name == label)
