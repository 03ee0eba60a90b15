"""Fitting a linear-chain conditional random field: the likelihood of labelled chains and its slope, by forward and backward sums over batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.chains import LABELS, Chains, Floats
from workers.learning.solver import minimum

PASSES = 80
"""More passes gained nothing on held-out sentences."""


@dataclass(frozen=True)
class Fitted:
    """`weights` (features, labels) and `moves` (labels + 1, labels) as in `Tagger`."""

    weights: NDArray[np.float32]
    moves: Floats


def fit_chains(chains: Chains, features: NDArray[np.int32], labels: NDArray[np.int8], size: int, penalty: float) -> Fitted:
    """Weights of `size` features. `features` is (templates, tokens); `penalty` is that of the squared weights (1 / variance of their prior)."""
    known, compact = np.unique(features, return_inverse=True)
    problem = _Problem(chains, compact.reshape(features.shape), labels, len(known), penalty)
    point = minimum(problem.loss, np.zeros((len(known) + LABELS + 1) * LABELS), PASSES, 1e-4).reshape(-1, LABELS)
    weights = np.zeros((size, LABELS), np.float32)
    weights[known] = point[: len(known)]
    return Fitted(weights, point[len(known) :])


class _Problem:
    """The penalised negative log likelihood. A point holds the features' weights, then the moves."""

    def __init__(self, chains: Chains, features: NDArray[np.int64], labels: NDArray[np.int8], known: int, penalty: float) -> None:
        self._chains, self._known, self._penalty = chains, known, penalty
        self._features = features
        order = np.argsort(self._features.ravel(), kind="stable")
        self._holders = order % len(labels)
        self._starts = np.concatenate(([0], np.cumsum(np.bincount(self._features.ravel(), minlength=known))[:-1]))
        self._truth = np.zeros((len(labels), LABELS))
        self._truth[np.arange(len(labels)), labels] = 1
        self._moved = self._moves_made(labels)

    def _moves_made(self, labels: NDArray[np.int8]) -> Floats:
        made = np.zeros((LABELS + 1, LABELS))
        if self._chains.places:
            made[LABELS] = np.bincount(labels[self._chains.places[0]], minlength=LABELS)
        for places in self._chains.places[1:]:
            pairs = labels[places - 1].astype(np.int64) * LABELS + labels[places]
            made[:LABELS] += np.bincount(pairs, minlength=LABELS**2).reshape(LABELS, LABELS)
        return made

    def loss(self, point: Floats) -> tuple[float, Floats]:
        """Value and slope at a point."""
        both = point.reshape(-1, LABELS)
        weights, moves = both[: self._known], both[self._known :]
        scores = np.zeros(self._truth.shape)
        for row in self._features:
            scores += weights[row]
        total, chances, expected = forward_backward(self._chains, scores, moves)
        value = total - float((scores * self._truth).sum()) - float((moves * self._moved).sum())
        gaps = chances - self._truth
        slope = np.concatenate(
            [np.stack([np.add.reduceat(gaps[self._holders, label], self._starts) for label in range(LABELS)], 1), expected - self._moved]
        )
        return value + 0.5 * self._penalty * float(point @ point), slope.ravel() + self._penalty * point


def forward_backward(chains: Chains, scores: Floats, moves: Floats) -> tuple[float, Floats, Floats]:
    """Log of the sum over all labellings, the chance of each label at each token, and how often each move is expected. Scaled sums (Rabiner 1989)."""
    steps = len(chains.places)
    forward: list[Floats] = []
    scale: list[Floats] = []
    top = scores.max(axis=1)
    raised, step_up = np.exp(scores - top[:, None]), np.exp(moves)
    total = float(top.sum())
    for step, places in enumerate(chains.places):
        before = step_up[LABELS][None, :] if step == 0 else forward[-1][: len(places)] @ step_up[:LABELS]
        now = before * raised[places]
        sums = now.sum(axis=1, keepdims=True)
        forward.append(now / sums)
        scale.append(sums)
        total += float(np.log(sums).sum())
    chances, expected = np.zeros(scores.shape), np.zeros(moves.shape)
    back = np.zeros((0, LABELS))
    for step in range(steps - 1, -1, -1):
        places = chains.places[step]
        full = np.ones((len(places), LABELS))
        if step + 1 < steps:
            ahead = back * raised[chains.places[step + 1]] / scale[step + 1]
            full[: len(ahead)] = ahead @ step_up[:LABELS].T
            expected[:LABELS] += (forward[step][: len(ahead)].T @ ahead) * step_up[:LABELS]
        back = full
        chances[places] = forward[step] * back
    if steps:
        expected[LABELS] = chances[chains.places[0]].sum(axis=0)
    return total, chances, expected
