"""Groups of windows that sound alike, by spectral clustering (Ng, Jordan and Weiss 2001; von Luxburg 2007)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

_STARTS, _ROUNDS = 10, 30


class Spectrum:
    """The eigenvectors of a symmetric similarity of windows, negative ones taken as none, divided by the windows' sums."""

    def __init__(self, similarity: Floats) -> None:
        positive = np.maximum(similarity, 0).astype(np.float64)
        np.fill_diagonal(positive, 0)
        scale = 1 / np.sqrt(positive.sum(axis=1) + 1e-9)
        values, vectors = np.linalg.eigh(positive * scale[:, None] * scale)
        self.values: NDArray[np.float64] = values[::-1]
        """From the largest, 1, on: as many as there are groups lie near 1."""
        self._vectors: NDArray[np.float64] = vectors[:, ::-1]

    def largest(self, count: int) -> NDArray[np.float64]:
        """The `count` largest eigenvalues, 0 for those that are not there."""
        return np.append(self.values, np.zeros(count))[:count]

    def groups(self, count: int) -> Labels:
        """The group of each window, 0 to count - 1."""
        rows = self._vectors[:, :count]
        rows = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
        return _k_means(rows, count)


MOST_WINDOWS: Final = 800
"""Windows clustered at once: the eigenvectors of 800 take half a second and 10 MB."""


def _k_means(rows: NDArray[np.float64], count: int) -> Labels:
    """The best of `_STARTS` drawn starts; the draws are the same every time."""
    draw = np.random.default_rng(0)
    best, labels = np.inf, np.zeros(len(rows), np.int64)
    for _ in range(_STARTS):
        centres = rows[draw.choice(len(rows), count, replace=len(rows) < count)]
        for _ in range(_ROUNDS):
            distances = ((rows[:, None] - centres[None]) ** 2).sum(axis=2)
            nearest = distances.argmin(axis=1)
            centres = np.stack([rows[nearest == one].mean(axis=0) if (nearest == one).any() else centres[one] for one in range(count)])
        if (total := float(distances.min(axis=1).sum())) < best:
            best, labels = total, nearest
    return labels
