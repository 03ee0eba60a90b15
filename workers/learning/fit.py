"""Logistic regression on n-grams and figures: the words' scales, the weights, and their probabilities calibrated on rows they had not seen.

Binary and multinomial logistic regression with an L2 penalty. N-grams are scaled by their naive-Bayes log ratios (Wang and Manning, "Baselines and
Bigrams: Simple, Good Sentiment and Topic Classification", ACL 2012) where labels are few, by their rarity (idf) where they are many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.learned.linear import Floats, Kind, LinearModel, as_probabilities, columns_of, standard
from adapters.nlp.learned.ngrams import Grams, Sparse, Vocabulary
from workers.learning.matrix import Matrix
from workers.learning.solver import minimum

FIGURE_WEIGHT: Final = 0.3
"""Length of one standard deviation of a figure beside a text's n-grams, which have length 1 together; 0.1 to 1 tell reviews equally well."""
TOLERANCE: Final = 1e-2
"""Share of the first gradient at which fitting ends; a tenth of it takes twice as long and tells no held-out row better."""


@dataclass(frozen=True)
class FitOptions:
    """How a model is fitted."""

    kind: Kind = "single"
    strength: float = 5.0
    """Weight of the rows against the penalty (C of LIBLINEAR); higher follows the rows more closely."""
    balance: float = 0.5
    """0: labels count as often as they stand in the rows; 1: as if each stood equally often. The probabilities assume the same shares."""
    scaling: Literal["bayes", "rarity"] = "bayes"
    grams: Grams = field(default_factory=Grams)
    folds: int = 5
    passes: int = 150


@dataclass(frozen=True)
class Rows:
    """Labelled texts: `targets` is (texts, labels), 1 where a label holds; `extra` is (texts, figures)."""

    tokens: Sequence[Sequence[str]]
    extra: NDArray[np.float32] | None
    labels: tuple[str, ...]
    targets: Floats

    def __len__(self) -> int:
        return len(self.tokens)

    def taken(self, which: NDArray[np.intp]) -> Rows:
        """Only these rows, in this order."""
        extra = None if self.extra is None else self.extra[which]
        return Rows([self.tokens[at] for at in which], extra, self.labels, self.targets[which])

    @classmethod
    def of(cls, tokens: Sequence[Sequence[str]], extra: NDArray[np.float32] | None, labels: Sequence[str]) -> Rows:
        """Rows of one label each; the labels in alphabetical order. Raises `ValueError` when there are fewer than two."""
        names = tuple(sorted(set(labels)))
        if len(names) < 2 or len(labels) != len(tokens):
            raise ValueError("fitting takes a label for each text and at least two different ones")
        place = {name: at for at, name in enumerate(names)}
        targets = np.zeros((len(labels), len(names)))
        targets[np.arange(len(labels)), [place[label] for label in labels]] = 1
        return cls(tokens, extra, names, targets)


def fit(tokens: Sequence[Sequence[str]], extra: NDArray[np.float32] | None, labels: Sequence[str], options: FitOptions) -> LinearModel:
    """A calibrated model of texts with one label each. Raises `ValueError` for fewer than two labels."""
    from workers.learning.crossing import fit_crossed

    return fit_crossed(Rows.of(tokens, extra, labels), options).model


def fit_once(rows: Rows, options: FitOptions) -> LinearModel:
    """The weights alone; its probabilities are those of its own rows, too sure of themselves."""
    vocabulary = Vocabulary.learn(rows.tokens, options.grams)
    features = vocabulary.features(rows.tokens)
    scales = _scales(features, rows, len(vocabulary), options)
    extra = rows.extra if rows.extra is not None else np.zeros((len(rows), 0), np.float32)
    means, deviations = _moments(extra)
    problem = _Problem(Matrix(features, scales), standard(extra, means, deviations) * FIGURE_WEIGHT, rows.targets, options)
    weights, figures, bias = problem.solved(options.passes)
    return LinearModel(
        rows.labels,
        options.kind,
        vocabulary,
        weights=(weights * scales).astype(np.float32),
        scales=scales.astype(np.float32),
        bias=bias,
        figure_weights=figures * FIGURE_WEIGHT,
        figure_means=means,
        figure_scales=deviations,
        slopes=np.ones(len(bias)),
        shifts=np.zeros(len(bias)),
        card={},
    )


def row_weights(targets: Floats, options: FitOptions) -> Floats:
    """(texts,): what each row counts, 1 on average."""
    if options.kind == "multi":
        return np.ones(len(targets))
    shares = np.maximum(targets.sum(axis=0), 1) / len(targets)
    found = np.asarray(targets @ (1 / (shares * len(shares))) ** options.balance)
    return np.asarray(found / found.mean())


def assumed_shares(targets: Floats, options: FitOptions) -> Floats:
    """(labels,): how often each label is assumed to come, which is what the probabilities rest on."""
    counted: Floats = targets.T @ row_weights(targets, options) / len(targets)
    return counted


def _scales(features: Sparse, rows: Rows, size: int, options: FitOptions) -> Floats:
    """(features,): how much each n-gram tells."""
    if options.scaling == "rarity":
        held = np.bincount(features.indices, minlength=size)
        return np.asarray(np.log((1 + len(rows)) / (1 + held)) + 1)
    of = features.rows()
    inside = np.array([1.0 + np.bincount(features.indices, rows.targets[of, label], size) for label in range(len(rows.labels))])
    every = 1.0 + np.bincount(features.indices, minlength=size)
    outside = np.maximum(every - inside, 0) + 1.0
    ratios = np.log(inside / inside.sum(axis=1, keepdims=True)) - np.log(outside / outside.sum(axis=1, keepdims=True))
    found: Floats = np.sqrt(np.square(ratios).mean(axis=0))
    return found + 1e-3


def _moments(extra: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Mean and deviation of each figure; a constant one has deviation 1."""
    finite = np.where(np.isfinite(extra), extra, 0.0).astype(np.float64)
    deviations = finite.std(axis=0)
    return finite.mean(axis=0), np.where(deviations > 1e-9, deviations, 1.0)


class _Problem:
    """The penalised log loss of all columns at once. A point holds, column after column: n-gram weights, figure weights, bias."""

    def __init__(self, matrix: Matrix, figures: Floats, targets: Floats, options: FitOptions) -> None:
        self._matrix, self._figures = matrix, figures
        self._columns = columns_of(targets.shape[1], options.kind)
        self._targets = targets[:, 1:] if self._columns < targets.shape[1] else targets
        self._kind: Kind = "multi" if self._columns == 1 else options.kind
        self._counts = options.strength * row_weights(targets, options)

    def solved(self, passes: int) -> tuple[Floats, Floats, Floats]:
        """N-gram weights (columns, features), figure weights (columns, figures) and bias (columns,)."""
        size = self._matrix.features
        width = size + self._figures.shape[1] + 1
        point = minimum(self._loss, np.zeros(self._columns * width), passes, TOLERANCE).reshape(self._columns, width)
        return point[:, :size], point[:, size:-1], point[:, -1]

    def _loss(self, point: Floats) -> tuple[float, Floats]:
        parts, size = point.reshape(self._columns, -1), self._matrix.features
        scores = self._figures @ parts[:, size:-1].T + parts[:, -1]
        for column in range(self._columns):
            scores[:, column] += self._matrix.scores(parts[column, :size])
        found = as_probabilities(scores, self._kind)
        loss = float(log_loss(found, self._targets, self._kind) @ self._counts) + 0.5 * float(np.square(parts[:, :-1]).sum())
        gaps = (found - self._targets) * self._counts[:, None]
        gradient = parts.copy()
        gradient[:, -1] = gaps.sum(axis=0)
        gradient[:, size:-1] += gaps.T @ self._figures
        for column in range(self._columns):
            gradient[column, :size] += self._matrix.gathered(np.ascontiguousarray(gaps[:, column]))
        return loss, gradient.ravel()


def log_loss(probabilities: Floats, targets: Floats, kind: Kind) -> Floats:
    """(texts,): the surprise at each row's labels, in nats."""
    held = np.log(np.maximum(probabilities, 1e-15))
    if kind != "multi":
        return np.asarray(-(targets * held).sum(axis=1))
    missing = np.log(np.maximum(1 - probabilities, 1e-15))
    return np.asarray(-(targets * held + (1 - targets) * missing).sum(axis=1))
