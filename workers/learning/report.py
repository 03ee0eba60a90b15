"""What is said of a training: figures, what the words tell, where it went wrong. JSON beside the weights; tables and a page are drawn from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.learned.linear import Floats, LinearModel
from adapters.nlp.learned.store import Task
from schemas.documents import Value
from workers.evaluation.calibration import Calibration
from workers.learning.contest import Contest
from workers.learning.corpus import Corpus
from workers.learning.crossing import Crossed
from workers.learning.fit import FitOptions, fit_once
from workers.learning.judging import Judged, LanguageFigures, by_language, judged

CURVE: Final = (0.125, 0.25, 0.5)
"""Shares of the rows that the learning curve is fitted on, beside all of them."""
TELLING: Final = 15
WORST: Final = 20
EXCERPT_CHARS: Final = 280


class CurvePoint(Value):
    """A model of fewer rows, judged on the held-out rows."""

    rows: int
    accuracy: float
    macro_f1: float


class Mistake(Value):
    """A row the model was sure of and wrong about."""

    text: str
    labels: tuple[str, ...]
    said: str
    confidence: float


class LearningReport(Value):
    """One training. `crossed` are rows judged by models that had not seen them; `held_out` are rows nothing was fitted on."""

    task: Task
    name: str
    trained_at: datetime
    sources: tuple[dict[str, Any], ...]
    asked: dict[str, Any]
    counts: dict[str, int]
    rows: int
    label_rows: dict[str, int]
    kind: str
    features: int
    options: dict[str, Any]
    assumed_shares: dict[str, float]
    crossed: Judged
    before_calibration: Calibration
    held_out: Judged
    languages: dict[str, LanguageFigures]
    curve: tuple[CurvePoint, ...]
    telling: dict[str, tuple[tuple[str, float], ...]]
    worst: tuple[Mistake, ...]
    contest: Contest


def learning_curve(learned: Corpus, held: Corpus, model: LinearModel, options: FitOptions, told: Callable[[str], None]) -> tuple[CurvePoint, ...]:
    """Models of the first eighth, quarter and half of the rows, which lie in no order of theirs, and of all."""
    points = []
    for portion in CURVE:
        some = learned.rows.taken(np.arange(int(len(learned) * portion)))
        if (some.targets.sum(axis=0) > 0).sum() < 2 or len(some) < options.folds:
            continue
        told(f"learning curve: {len(some)} rows")
        points.append(_point(len(some), replace(fit_once(some, options), slopes=model.slopes, shifts=model.shifts), held))
    return (*points, _point(len(learned), model, held))


def _point(rows: int, model: LinearModel, held: Corpus) -> CurvePoint:
    found = judged_by(model, held, sentiment=False)
    return CurvePoint(rows=rows, accuracy=found.accuracy, macro_f1=found.macro_f1)


def judged_by(model: LinearModel, held: Corpus, *, sentiment: bool) -> Judged:
    """A model's figures on a corpus of its own labels."""
    return judged(model.labels, model.kind, model.probabilities(held.rows.tokens, held.rows.extra), held.rows.targets, sentiment=sentiment)


def telling(model: LinearModel) -> dict[str, tuple[tuple[str, float], ...]]:
    """The n-grams that speak most for each label: their share of the score in a text of nothing else."""
    weights = model.weights if len(model.weights) == len(model.labels) else np.vstack([-model.weights, model.weights])
    own: NDArray[Any] = weights if model.kind == "multi" else weights - weights.mean(axis=0)
    found = {}
    for label, row in zip(model.labels, own, strict=True):
        most = np.argsort(-row, kind="stable")[:TELLING]
        found[label] = tuple((model.vocabulary.named(int(at)), round(float(row[at]), 3)) for at in most if row[at] > 0)
    return found


def worst_mistakes(corpus: Corpus, unseen: Floats) -> tuple[Mistake, ...]:
    """The likeliest label is wrong, and the surest come first."""
    likeliest = unseen.argmax(axis=1)
    places = np.arange(len(corpus))
    wrong = np.flatnonzero(corpus.rows.targets[places, likeliest] == 0)
    ordered = wrong[np.argsort(-unseen[wrong, likeliest[wrong]], kind="stable")][:WORST]
    return tuple(
        Mistake(
            text=" ".join(corpus.examples[at].text.split())[:EXCERPT_CHARS],
            labels=corpus.examples[at].labels,
            said=corpus.rows.labels[likeliest[at]],
            confidence=round(float(unseen[at, likeliest[at]]), 4),
        )
        for at in ordered.tolist()
    )


def figures_of(learned: Corpus, held: Corpus, crossed: Crossed, *, sentiment: bool) -> dict[str, Any]:
    """The fields of a `LearningReport` that judge."""
    labels, kind, targets = learned.rows.labels, learned.kind, learned.rows.targets
    return {
        "crossed": judged(labels, kind, crossed.unseen, targets, sentiment=sentiment),
        "before_calibration": judged(labels, kind, crossed.raw, targets, sentiment=False).calibration,
        "held_out": judged_by(crossed.model, held, sentiment=sentiment),
        "languages": by_language(learned.languages, labels, kind, crossed.unseen, targets),
        "telling": telling(crossed.model),
        "worst": worst_mistakes(learned, crossed.unseen),
    }
