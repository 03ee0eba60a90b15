"""How right a model is: per label, per language, and whether its probabilities mean what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.learned.linear import Floats, Kind, chosen
from schemas.documents import Value
from workers.evaluation.calibration import Calibration, Claim, calibration
from workers.evaluation.shares import share

Marks = NDArray[np.bool_]
LEAST_IN_A_LANGUAGE: Final = 20
"""Rows of a language below which its figures are left out of the report."""


class LabelFigures(Value):
    """One label: rows that have it, and how it was found."""

    rows: int
    precision: float
    recall: float
    f1: float


class PolarityFigures(Value):
    """Positive against negative, neutral rows aside: the sign of the score, 0 counting as positive."""

    rows: int
    accuracy: float
    balanced_accuracy: float
    """Mean of the shares right among positive and among negative rows: what data with as many of both would show."""
    ece: float
    balanced_ece: float


class Judged(Value):
    """A model's figures on rows it has not seen."""

    rows: int
    accuracy: float
    """Share of rows whose labels are said exactly."""
    macro_f1: float
    micro_f1: float
    labels: dict[str, LabelFigures]
    calibration: Calibration
    polarity: PolarityFigures | None = None


class LanguageFigures(Value):
    """One language's rows."""

    rows: int
    accuracy: float
    macro_f1: float


def judged(labels: Sequence[str], kind: Kind, probabilities: Floats, targets: Floats, *, sentiment: bool) -> Judged:
    """Figures of `probabilities` (texts, labels) against `targets`."""
    said, true = chosen(probabilities, kind), targets > 0
    hits, claims, rows = (said & true).sum(axis=0), said.sum(axis=0), true.sum(axis=0)
    each = {
        label: LabelFigures(
            rows=int(rows[at]),
            precision=share(int(hits[at]), int(claims[at])),
            recall=share(int(hits[at]), int(rows[at])),
            f1=_f1(hits, claims, rows, at),
        )
        for at, label in enumerate(labels)
    }
    present = [figures.f1 for figures in each.values() if figures.rows]
    places = np.argwhere(said)
    sure = [Claim(float(probabilities[text, label]), bool(true[text, label])) for text, label in places]
    return Judged(
        rows=len(targets),
        accuracy=share(int((said == true).all(axis=1).sum()), len(targets)),
        macro_f1=share(sum(present), len(present)),
        micro_f1=share(2 * int(hits.sum()), int(claims.sum() + rows.sum())),
        labels=each,
        calibration=calibration(sure),
        polarity=polarity_figures(labels, probabilities, targets) if sentiment else None,
    )


def _f1(hits: NDArray[np.intp], claims: NDArray[np.intp], rows: NDArray[np.intp], at: int) -> float:
    return share(2 * int(hits[at]), int(claims[at] + rows[at]))


def polarity_figures(labels: Sequence[str], probabilities: Floats, targets: Floats) -> PolarityFigures | None:
    """None where a side is missing."""
    if not {"negative", "positive"} <= set(labels):
        return None
    against, praise = labels.index("negative"), labels.index("positive")
    clear = (targets[:, against] + targets[:, praise]) > 0
    true = targets[clear, praise] > 0
    sides = probabilities[clear][:, [against, praise]]
    chance = sides[:, 1] / np.maximum(sides.sum(axis=1), 1e-12)
    right = (chance >= 0.5) == true
    confidence = np.maximum(chance, 1 - chance)
    even = 1 / np.maximum(np.bincount(true.astype(np.intp), minlength=2), 1)[true.astype(np.intp)]
    return PolarityFigures(
        rows=len(true),
        accuracy=share(int(right.sum()), len(true)),
        balanced_accuracy=balanced(right, true),
        ece=_ece(confidence, right, np.ones(len(true))),
        balanced_ece=_ece(confidence, right, even),
    )


def balanced(right: Marks, true: Marks) -> float:
    """Mean over both sides of the share that is right; of one side alone, its share."""
    sides = [right[true == side] for side in (False, True) if (true == side).any()]
    return share(sum(float(side.mean()) for side in sides), len(sides))


def _ece(confidence: Floats, right: Marks, weights: Floats) -> float:
    """Expected calibration error over ten bins of equal width, rows weighted."""
    bins = np.minimum((confidence * 10).astype(np.intp), 9)
    gaps = np.bincount(bins, weights * (confidence - right), 10)
    return share(float(np.abs(gaps).sum()), float(weights.sum()))


def by_language(languages: Sequence[str], labels: Sequence[str], kind: Kind, probabilities: Floats, targets: Floats) -> dict[str, LanguageFigures]:
    """Figures of every language with enough rows, the most frequent first."""
    spoken = np.array(languages)
    names, counts = np.unique(spoken, return_counts=True)
    found = {}
    for at in np.argsort(-counts, kind="stable"):
        if counts[at] >= LEAST_IN_A_LANGUAGE:
            which = spoken == names[at]
            one = judged(labels, kind, probabilities[which], targets[which], sentiment=False)
            found[str(names[at])] = LanguageFigures(rows=one.rows, accuracy=one.accuracy, macro_f1=one.macro_f1)
    return found
