"""From what a text's words add up to, to its polarity, score and confidence: learned weights, calibrated, with the bounds of neutral and mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.learned.ngrams import Laid
from adapters.nlp.lexical.figures import NAMES, figures_of, sentence_sums
from adapters.nlp.lexical.lexicons import Role
from adapters.nlp.lexical.opinions import Opinions
from adapters.nlp.lexical.reading import Reading
from schemas.errors import ModelDamaged
from schemas.language import Polarity, SentencePolarity

SHIPPED = Path(__file__).parents[1] / "learned" / "shipped" / "sentiment"
EVERY_LANGUAGE = "any"
"""Folder of the model of figures alone, for languages without one of their own."""
NEUTRAL = 0.2
"""Scores nearer to 0 are neutral: three texts in five at most have the sign that they show."""
BLAME_WEIGHT = 1.5
"""Praise is the habit of reviews; blame counts half as much again (Taboada et al. 2011, section 2.6)."""
MIXED_LEAST, MIXED_RATIO = 2.0, 0.5
"""Mixed: the weaker side has at least a full opinion word's weight and half of the stronger one's."""
MIXED_SCORE, UNCLEAR = 0.9, 0.5
"""Scores up to which sentences for and against make a text mixed, and words within its sentences."""
FEWEST = 6
"""Tokens from which a shipped model of n-grams is asked: in less, single words outvote what negation and set phrases make of them ("not bad")."""
SENTENCE = 0.5
"""Sum of values from which a sentence has a side: half a fair word."""
IRONIC = 0.3
"""What is left of the certainty of a text that may mean the opposite of what it says."""
ALONE = 0.6
"""The same for emoji in a language we have no words of."""


class Verdicts(NamedTuple):
    """Of each text of a batch: polarity, score -1..1, and the probability that the sign of the score is right."""

    polarity: list[Polarity]
    score: NDArray[np.float64]
    confidence: NDArray[np.float64]


class Sentiment:
    """Judges batches by the shipped models, or by `trained` ones (language -> model; `any` for the rest) where there are some."""

    def __init__(self, trained: Mapping[str, LinearModel]) -> None:
        self._models = _shipped() | {language: checked(model) for language, model in trained.items()}
        self._trained = frozenset(trained)

    def speaks(self, language: str | None) -> bool:
        """Whether there is a model of this very language."""
        return language in self._models

    def judge(self, reading: Reading, found: Opinions, languages: Sequence[str | None], known: NDArray[np.bool_]) -> Verdicts:
        """The feeling of each text. `known` tells texts in a language with lists; of the others only emoji are read."""
        columns = figures_of(reading, found)
        favour, against = np.full(reading.size, 0.5), np.full(reading.size, 0.5)
        lengths = np.diff(reading.starts).tolist()
        names = np.array([self._name(language, length) for language, length in zip(languages, lengths, strict=True)])
        for name in np.unique(names):
            texts = names == name
            favour[texts], against[texts] = sides(self._models[str(name)], reading.laid(texts), columns[texts])
        silent = np.bincount(found.text, minlength=reading.size) == 0
        bare = silent & (names == EVERY_LANGUAGE) & (EVERY_LANGUAGE not in self._trained)  # figures of nothing say nothing
        favour[bare] = against[bare] = 0.5
        ironic = np.bincount(reading.text_of[found.role == Role.IRONIC], minlength=reading.size) > 0
        damped = np.where(ironic, IRONIC, 1.0) * np.where(known, 1.0, ALONE)
        score = (favour - against) * damped
        sure = (1 + np.abs(favour - against) / np.maximum(favour + against, 1e-9) * damped) / 2
        return Verdicts(_polarities(score, _torn(found, reading.size, np.abs(score))), np.round(score, 4), np.round(sure, 3))

    def _name(self, language: str | None, length: int) -> str:
        """The model that judges a text of so many tokens."""
        if language in self._trained or (language in self._models and length >= FEWEST):
            return str(language)
        return EVERY_LANGUAGE


def sentence_polarity(found: Opinions) -> list[Polarity]:
    """Polarity of each sentence of the batch, numbered as in `Opinions.sentence_of`, by the sum of its opinion words in their context."""
    return [polarity_of(total) for total in sentence_sums(found).tolist()]


def sentence_spans(reading: Reading, found: Opinions) -> list[list[SentencePolarity]]:
    """The sentences of each text that take a side, from their first token to their last."""
    spans: list[list[SentencePolarity]] = [[] for _ in range(reading.size)]
    totals = sentence_sums(found)
    sided = np.flatnonzero(np.abs(totals) >= SENTENCE)
    first = np.searchsorted(found.sentence_of, sided, "left")
    last = np.searchsorted(found.sentence_of, sided, "right") - 1
    ends = reading.ends[last] - np.array([reading.flat[at] == "\n" for at in last.tolist()], np.int64)
    columns = (
        reading.text_of[first].tolist(),
        reading.begins[first].tolist(),
        ends.tolist(),
        totals[sided].tolist(),
    )
    for text, start, end, total in zip(*columns, strict=True):
        spans[text].append((start, end, "positive" if total > 0 else "negative"))
    return spans


def polarity_of(total: float) -> Polarity:
    """Polarity of a sentence or clause whose opinion words add up to `total`."""
    return "positive" if total >= SENTENCE else "negative" if total <= -SENTENCE else "neutral"


def sides(model: LinearModel, laid: Laid, columns: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities that each text is positive and that it is negative; what is left of 1 a model calls neither."""
    found = model.probabilities_of(laid, columns if model.figures else None)
    return found[:, model.labels.index("positive")], found[:, model.labels.index("negative")]


def checked(model: LinearModel) -> LinearModel:
    """Raises `ModelDamaged` for a model that does not tell positive from negative by our figures."""
    if not {"negative", "positive"} <= set(model.labels) or model.figures not in (0, len(NAMES)):
        raise ModelDamaged(
            "the model is no sentiment model of this version: it lacks the labels positive and negative or takes other figures; train it again"
        )
    return model


def _shipped() -> dict[str, LinearModel]:
    return {folder.name: checked(LinearModel.load(folder)) for folder in sorted(SHIPPED.iterdir()) if folder.is_dir()}


def _torn(found: Opinions, texts: int, size: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Texts that are mixed: whole sentences for and against, or words for and against in a text without a clear side. `size` is |score|."""
    opens = np.flatnonzero(np.concatenate(([True], np.diff(found.sentence) > 0))[: len(found.sentence)])
    sums = np.add.reduceat(found.value, opens) if len(opens) else found.value
    return (_alike(sums, found.text[opens], texts) & (size < MIXED_SCORE)) | (_alike(found.value, found.text, texts) & (size < UNCLEAR))


def _alike(value: NDArray[np.float64], text: NDArray[np.int64], texts: int) -> NDArray[np.bool_]:
    """Texts whose values for and against weigh alike."""
    praise, blame = (np.bincount(text, np.maximum(side, 0.0), texts) for side in (value, -BLAME_WEIGHT * value))
    weaker, stronger = np.minimum(praise, blame), np.maximum(praise, blame)
    return (weaker >= MIXED_LEAST) & (weaker >= MIXED_RATIO * stronger)


def _polarities(score: NDArray[np.float64], torn: NDArray[np.bool_]) -> list[Polarity]:
    codes = np.where(torn, 3, np.where(np.abs(score) < NEUTRAL, 1, np.where(score > 0, 2, 0)))
    names: tuple[Polarity, ...] = ("negative", "neutral", "positive", "mixed")
    return [names[code] for code in codes.tolist()]
