"""Linear models over word n-grams and a few dense figures: what `tamiz train` fits and the local engine asks.

A text's features weigh `scale / norm of its scales` each (naive-Bayes ratios as scales: Wang and Manning, "Baselines and Bigrams", ACL 2012), so a
long text has no louder voice than a short one. Scores become probabilities by a slope and a shift per label fitted on rows the model had not seen
(Platt 1999; one slope for all labels where they exclude each other, as in Guo et al. 2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.learned import archive
from adapters.nlp.learned.ngrams import KINDS, Laid, Sparse, Vocabulary
from schemas.errors import ModelDamaged

Floats = NDArray[np.float64]
Kind = Literal["single", "shared", "multi"]
"""`single`: labels exclude each other; `shared`: they nearly always do, and a text of two divides itself between them; `multi`: each label is a
question of its own."""
_ARRAYS: Final = KINDS | {
    "weights": "<f4:2",
    "scales": "<f4",
    "bias": "<f8",
    "figure_weights": "<f8:2",
    "figure_means": "<f8",
    "figure_scales": "<f8",
    "slopes": "<f8",
    "shifts": "<f8",
}
SAID: Final[Mapping[Kind, float]] = {"single": 1.1, "shared": 0.4, "multi": 0.5}
"""Probability from which a label is said beside the likeliest one; of exclusive labels none is."""
_KINDS: Final[Mapping[str, Kind]] = {kind: kind for kind in SAID}
MOST_FIGURE: Final = 5.0
"""Standard deviations at which a figure is cut off, so that one odd text cannot outweigh its words."""


@dataclass(frozen=True)
class LinearModel:
    """Labels, weights and how scores become probabilities. K labels have K columns of scores; two that exclude each other have one, the second's."""

    labels: tuple[str, ...]
    kind: Kind
    vocabulary: Vocabulary
    weights: NDArray[np.float32]
    """(columns, features), the scale of each feature multiplied in."""
    scales: NDArray[np.float32]
    """(features,), for a text's norm."""
    bias: Floats
    figure_weights: Floats
    """(columns, figures), for figures brought to mean 0 and deviation 1."""
    figure_means: Floats
    figure_scales: Floats
    slopes: Floats
    """(columns,)"""
    shifts: Floats
    card: Mapping[str, Any]
    """What the model is: data, figures, assumptions. JSON values."""

    @property
    def figures(self) -> int:
        """Dense figures a text must come with; 0: none."""
        return len(self.figure_means)

    def probabilities(self, tokens: Sequence[Sequence[str]], extra: NDArray[np.float32] | None = None) -> Floats:
        """(texts, labels), calibrated. Rows add up to 1 where labels exclude each other. `extra` is (texts, figures).

        Raises `ValueError` for an `extra` of another shape than the model was fitted with.
        """
        return self.probabilities_of(Laid.of(tokens), extra)

    def probabilities_of(self, laid: Laid, extra: NDArray[np.float32] | None = None) -> Floats:
        """The same of texts that are laid out already."""
        return self.calibrated(self.scores(self.vocabulary.features_of(laid), extra))

    def scores(self, features: Sparse, extra: NDArray[np.float32] | None) -> Floats:
        """(texts, columns), before calibration."""
        texts = len(features.offsets) - 1
        found = np.empty((texts, len(self.bias)))
        rows = features.rows()
        norm = norms(features, rows, self.scales)
        for column, weights in enumerate(self.weights):
            found[:, column] = np.bincount(rows, weights[features.indices], texts)
        found *= norm[:, None]
        found += self.bias
        if self.figures or extra is not None:
            if extra is None or extra.shape != (texts, self.figures):
                raise ValueError(f"this model takes {self.figures} figures beside each text's words")
            found += standard(extra, self.figure_means, self.figure_scales) @ self.figure_weights.T
        return found

    def calibrated(self, scores: Floats) -> Floats:
        """Probabilities of scores."""
        return as_probabilities(scores * self.slopes + self.shifts, self.kind)

    def with_card(self, card: Mapping[str, Any]) -> LinearModel:
        """The same model with more on its card."""
        return replace(self, card={**self.card, **card})

    def save(self, folder: Path) -> None:
        """Write `weights.npz` and `model.json` into `folder`. Raises `OSError`."""
        own = {name: np.ascontiguousarray(getattr(self, name), dtype=_ARRAYS[name].partition(":")[0]) for name in _ARRAYS.keys() - KINDS.keys()}
        archive.write(folder, self.vocabulary.arrays() | own, {**self.card, "labels": list(self.labels), "kind": self.kind})

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Raises `ModelMissing` and `ModelDamaged`."""
        arrays, card = archive.read(folder, _ARRAYS)
        labels, kind = card.get("labels"), _KINDS.get(str(card.get("kind")))
        if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels) or kind is None:
            raise ModelDamaged(f"the card in {folder} does not name its labels; train the model again")
        try:
            vocabulary = Vocabulary.from_arrays({name: arrays.pop(name) for name in KINDS})
        except ValueError as error:
            raise ModelDamaged(f"the n-grams in {folder} do not agree with each other: {error}; train the model again") from error
        _agreeing(folder, len(labels), len(vocabulary), kind, arrays)
        return cls(tuple(labels), kind, vocabulary, card=card, **arrays)


def _agreeing(folder: Path, labels: int, features: int, kind: Kind, arrays: Mapping[str, NDArray[Any]]) -> None:
    columns, figures = columns_of(labels, kind), len(arrays["figure_means"])
    wanted = {
        **{"weights": (columns, features), "scales": (features,), "bias": (columns,), "figure_weights": (columns, figures)},
        **{"figure_scales": (figures,), "slopes": (columns,), "shifts": (columns,)},
    }
    odd = [name for name, shape in wanted.items() if arrays[name].shape != shape]
    if odd or labels < 2 or (arrays["figure_scales"] <= 0).any():
        raise ModelDamaged(
            f"the weights in {folder} are not those of {labels} labels and {features} n-grams ({', '.join(odd)}); train the model again"
        )


def columns_of(labels: int, kind: Kind) -> int:
    """Columns of scores for so many labels."""
    return 1 if kind != "multi" and labels == 2 else labels


def norms(features: Sparse, rows: NDArray[np.int32], scales: NDArray[Any]) -> Floats:
    """(texts,): what each text's weights are multiplied with; 0 for a text without a known n-gram."""
    texts = len(features.offsets) - 1
    lengths = np.sqrt(np.bincount(rows, np.square(scales[features.indices]), texts))
    return np.divide(1.0, lengths, out=np.zeros(texts), where=lengths > 0)


def standard(extra: NDArray[Any], means: Floats, scales: Floats) -> Floats:
    """Figures brought to mean 0 and deviation 1, cut off at `MOST_FIGURE`; what is not finite counts as the mean."""
    found = np.where(np.isfinite(extra), extra, means)
    return np.clip((found - means) / scales, -MOST_FIGURE, MOST_FIGURE)


def chosen(probabilities: Floats, kind: Kind) -> NDArray[np.bool_]:
    """(texts, labels): the labels said of each text. The likeliest always; where several may hold, also those from `SAID` on."""
    found: NDArray[np.bool_] = probabilities >= SAID[kind]
    found[np.arange(len(probabilities)), probabilities.argmax(axis=1)] = True
    return found


def as_probabilities(scores: Floats, kind: Kind) -> Floats:
    """Softmax over exclusive labels, a sigmoid per label else; one column of scores is the second of two exclusive labels."""
    if kind == "multi" or scores.shape[1] == 1:
        found = 0.5 * (1 + np.tanh(0.5 * scores))
        return found if kind == "multi" else np.hstack([1 - found, found])
    raised: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised
