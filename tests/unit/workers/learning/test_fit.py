"""Fitting, held against scikit-learn; folds; calibration."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from adapters.nlp.learned.linear import as_probabilities
from adapters.nlp.learned.ngrams import Grams, Vocabulary
from workers.learning.crossing import calibration_of, fit_crossed, folds_of
from workers.learning.fit import FitOptions, Rows, assumed_shares, fit, fit_once
from workers.learning.matrix import Matrix
from workers.learning.solver import minimum


def noisy(rows: int, seed: int, labels: int = 3) -> Rows:
    """Texts whose words lean to their label."""
    draw = random.Random(seed)
    names = [f"label{draw.choices(range(labels), [3, *[1] * (labels - 1)])[0]}" for _ in range(rows)]
    texts = [[f"{name}-{draw.randrange(6)}" if draw.random() < 0.4 else f"word{draw.randrange(40)}" for _ in range(8)] for name in names]
    return Rows.of(texts, None, names)


@pytest.mark.parametrize("labels", [2, 3])
def test_weights_are_those_of_another_implementation(labels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.learning.fit.TOLERANCE", 1e-7)
    rows = noisy(300, 1, labels)
    options = FitOptions(strength=2.0, balance=0.0, scaling="rarity", grams=Grams(longest=1, lead=False), passes=500)
    ours = fit_once(rows, options)
    features = ours.vocabulary.features(rows.tokens)
    dense = np.zeros((len(rows), len(ours.vocabulary)))
    dense[features.rows(), features.indices] = ours.scales[features.indices]
    dense /= np.linalg.norm(dense, axis=1, keepdims=True)
    theirs = LogisticRegression(C=2.0, tol=1e-10, max_iter=5000).fit(dense, rows.targets.argmax(axis=1))
    assert ours.probabilities(rows.tokens) == pytest.approx(theirs.predict_proba(dense), abs=2e-3)


def test_the_matrix_multiplies_from_both_sides_and_knows_empty_rows() -> None:
    texts = [["a", "b"], [], ["b", "b", "c"], ["a"], []]
    vocabulary = Vocabulary.learn(texts, Grams(longest=2, least=1, lead=False))
    scales = np.linspace(1, 2, len(vocabulary))
    matrix, features = Matrix(vocabulary.features(texts), scales), vocabulary.features(texts)
    dense = np.zeros((5, len(vocabulary)))
    dense[features.rows(), features.indices] = scales[features.indices]
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12)
    left, right = np.arange(5.0), np.arange(float(len(vocabulary)))
    assert matrix.scores(right) == pytest.approx(dense @ right)
    assert matrix.gathered(left) == pytest.approx(left @ dense)


def test_the_solver_finds_the_bottom_of_a_narrow_valley() -> None:
    bends = np.array([1.0, 1e3])
    found = minimum(lambda point: (0.5 * float(bends @ (point - 3) ** 2), bends * (point - 3)), np.zeros(2), 200, 1e-9)
    assert found == pytest.approx([3, 3], abs=1e-5)


def test_the_same_words_lie_in_one_fold_and_labels_are_spread() -> None:
    rows = noisy(400, 2)
    twice = Rows([*rows.tokens, *rows.tokens], None, rows.labels, np.vstack([rows.targets, rows.targets]))
    fold = folds_of(twice.tokens, twice.targets, 5)
    assert (fold[:400] == fold[400:]).all()
    per_fold = np.array([rows.targets[fold[:400] == number].sum(axis=0) for number in range(5)])
    assert (per_fold.max(axis=0) - per_fold.min(axis=0) <= 1).all()


@pytest.mark.parametrize("labels", [2, 3])
def test_calibration_undoes_a_slope_and_a_shift(labels: int) -> None:
    draw = np.random.default_rng(3)
    columns = 1 if labels == 2 else labels
    true = draw.normal(0, 2, (20_000, columns))
    chances = as_probabilities(true, "single")
    targets = np.eye(labels)[[draw.choice(labels, p=row) for row in chances]]
    slopes, shifts = calibration_of(3 * true + 1, targets, FitOptions(balance=0.0))
    assert slopes == pytest.approx(1 / 3, abs=0.02)
    assert (slopes[0] * (3 * true + 1) + shifts - true).std(axis=1).mean() == pytest.approx(0, abs=0.1)
    assert as_probabilities(slopes * (3 * true + 1) + shifts, "single") == pytest.approx(chances, abs=0.03)


def test_labels_that_exclude_each_other_are_not_shifted() -> None:
    """Rows of which the first label was never recognised: one slope is learned of them, and no preference for it."""
    scores = np.random.default_rng(3).normal(0, 2, (2_000, 3))
    targets = np.eye(3)[np.argmax(scores - [4, 0, 0], axis=1)]
    slopes, shifts = calibration_of(scores, targets, FitOptions(balance=0.0))
    assert shifts.tolist() == [0, 0, 0]
    assert len(set(slopes.tolist())) == 1


def test_crossed_rows_are_judged_by_models_that_have_not_seen_them() -> None:
    names = ["yes", "no"] * 100
    alone = Rows.of([[f"only{at}", "same"] for at in range(200)], None, names)
    crossed = fit_crossed(alone, FitOptions(grams=Grams(least=1, longest=1, lead=False), balance=0.0))
    assert abs(float((crossed.unseen.argmax(axis=1) == alone.targets.argmax(axis=1)).mean()) - 0.5) < 0.2
    assert (crossed.model.probabilities(alone.tokens).argmax(axis=1) == alone.targets.argmax(axis=1)).all()


@pytest.mark.parametrize(("balance", "share"), [(0.0, 0.9), (1.0, 0.5), (0.5, 0.75)])
def test_balance_says_which_shares_are_assumed(balance: float, share: float) -> None:
    targets = np.eye(2)[[0] * 90 + [1] * 10]
    assert assumed_shares(targets, FitOptions(balance=balance)) == pytest.approx([share, 1 - share])


def test_fitting_needs_two_labels() -> None:
    with pytest.raises(ValueError, match="two different"):
        fit([["a"], ["b"]], None, ["x", "x"], FitOptions())


def test_fitting_twice_gives_the_same_model() -> None:
    rows = noisy(200, 4)
    first, second = (fit_crossed(rows, FitOptions()).model for _ in range(2))
    assert first.weights.tobytes() == second.weights.tobytes()
    assert first.slopes.tolist() == second.slopes.tolist()
