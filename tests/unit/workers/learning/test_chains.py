from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from adapters.nlp.aspects.chains import LABELS, Chains, best_labels
from tests.unit.adapters.nlp.aspects.test_chains import drawn, weight
from workers.learning.chains import _Problem, fit_chains, forward_backward


def test_forward_backward_is_the_sum_over_all_labellings():
    lengths = [3, 1, 2]
    chains, scores, moves = drawn(lengths)
    total, chances, expected = forward_backward(chains, scores, moves)
    start, log_sums, seen = 0, 0.0, np.zeros_like(moves)
    for length in lengths:
        ways = list(product(range(LABELS), repeat=length))
        weights = np.exp([weight(labels, scores[start : start + length], moves) for labels in ways])
        log_sums += float(np.log(weights.sum()))
        for labels, share in zip(ways, weights / weights.sum(), strict=True):
            for one, other in zip([LABELS, *labels], labels, strict=False):
                seen[one, other] += share
        first = [sum(share for labels, share in zip(ways, weights / weights.sum(), strict=True) if labels[0] == label) for label in range(LABELS)]
        assert chances[start] == pytest.approx(first)
        start += length
    assert total == pytest.approx(log_sums)
    assert expected == pytest.approx(seen)


def test_the_slope_is_that_of_the_value():
    random = np.random.default_rng(3)
    chains, _, _ = drawn([3, 2, 4])
    features = random.integers(0, 5, (2, 9))
    problem = _Problem(chains, features, random.integers(0, LABELS, 9).astype(np.int8), 5, 0.5)
    point = random.normal(size=(5 + LABELS + 1) * LABELS)
    _, slope = problem.loss(point)
    for at in range(len(point)):
        step = np.zeros_like(point)
        step[at] = 1e-5
        assert slope[at] == pytest.approx((problem.loss(point + step)[0] - problem.loss(point - step)[0]) / 2e-5, abs=1e-5)


def test_learns_what_features_and_neighbours_say():
    sentence_of = np.repeat(np.arange(40), 5)
    words = np.tile([0, 1, 2, 0, 3], 40)
    labels = np.tile([0, 1, 2, 0, 0], 40).astype(np.int8)
    chains = Chains.cut(sentence_of, sentence_of)
    fitted = fit_chains(chains, words[None, :] + 10, labels, 64, 0.1)
    scores = fitted.weights[words + 10].astype(np.float64)
    assert best_labels(chains, scores, fitted.moves).tolist() == labels.tolist()
    assert not fitted.weights[[0, 5, 63]].any()
