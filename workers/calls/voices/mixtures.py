"""Mixtures of Gaussians with diagonal covariances: fitted to a recording, and adapted to one voice of it (Reynolds, Quatieri and Dunn 2000)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_ROUNDS: Final = 12
_LEAST_VARIANCE: Final = 0.1
"""Of the variance of all frames: narrower Gaussians stand for single sounds."""
_MOST_FRAMES: Final = 20_000
"""Frames a fit looks at, spread evenly: more change nothing for eight Gaussians of twenty numbers."""


@dataclass(frozen=True)
class Mixture:
    """Weights of shape (k,), means and variances of shape (k, numbers)."""

    weights: Floats
    means: Floats
    variances: Floats

    def posteriors(self, frames: Floats) -> tuple[Floats, Floats]:
        """Shares of each Gaussian in each frame, shape (frames, k), and the log-likelihood of each frame."""
        inverse = 1 / self.variances
        constant = np.log(self.weights) - 0.5 * ((self.means**2 * inverse).sum(1) + np.log(2 * np.pi * self.variances).sum(1))
        logs = frames @ (self.means * inverse).T - 0.5 * (frames**2) @ inverse.T + constant
        most = logs.max(axis=1, keepdims=True)
        shares = np.exp(logs - most)
        total = shares.sum(axis=1, keepdims=True)
        return (shares / total).astype(np.float32), (most + np.log(total))[:, 0].astype(np.float32)

    def adapted(self, frames: Floats, relevance: float) -> Mixture:
        """The mixture with means drawn to `frames`; a Gaussian that holds `relevance` of them goes half the way."""
        shares, _ = self.posteriors(frames)
        held = shares.sum(axis=0)[:, None]
        means = (shares.T @ frames + relevance * self.means) / (held + relevance)
        return Mixture(self.weights, means.astype(np.float32), self.variances)


def fit(frames: Floats, size: int, seed: int) -> Mixture:
    """`size` Gaussians by expectation maximisation from frames drawn by `seed`: the same recording gives the same mixture."""
    frames = frames[:: max(1, -(-len(frames) // _MOST_FRAMES))]
    spread = frames.var(axis=0) + 1e-3
    drawn = np.random.default_rng(seed).choice(len(frames), size, replace=len(frames) < size)
    mixture = Mixture(np.full(size, 1 / size, np.float32), frames[drawn], np.tile(spread, (size, 1)))
    for _ in range(_ROUNDS):
        shares, _ = mixture.posteriors(frames)
        held = shares.sum(axis=0)[:, None] + 1e-6
        means = shares.T @ frames / held
        variances = np.maximum(shares.T @ frames**2 / held - means**2, _LEAST_VARIANCE * spread)
        mixture = Mixture((held / held.sum())[:, 0].astype(np.float32), means.astype(np.float32), variances.astype(np.float32))
    return mixture
