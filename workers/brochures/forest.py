"""Gradient-boosted trees, evaluated: what `training` fitted with scikit-learn, from plain arrays in an `.npz` file, without scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from workers.brochures.boxes import Matrix

FOLDER: Final = Path(__file__).parent / "models"
"""Where the shipped models lie, each with its card."""


@dataclass(frozen=True)
class Forest:
    """Trees of one model; arrays are trees x nodes, `feature` is -1 in a leaf, and `output` says which class a tree votes for.

    One output is a yes-or-no question; more are classes that exclude each other.
    """

    feature: np.ndarray[Any, np.dtype[np.int16]]
    threshold: Matrix
    missing_left: np.ndarray[Any, np.dtype[np.bool_]]
    left: np.ndarray[Any, np.dtype[np.int16]]
    right: np.ndarray[Any, np.dtype[np.int16]]
    value: Matrix
    output: np.ndarray[Any, np.dtype[np.int16]]
    baseline: Matrix
    depth: int

    def chances(self, rows: Matrix) -> Matrix:
        """rows x classes, each row's sum 1. `rows` is rows x features; NaN takes the way that training gave to what is missing."""
        trees = np.arange(self.feature.shape[0])
        node = np.zeros((len(rows), len(trees)), dtype=np.intp)
        at = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            feature = self.feature[trees, node]
            seen = rows[at, feature]
            goes_left = np.where(np.isnan(seen), self.missing_left[trees, node], seen <= self.threshold[trees, node])
            node = np.where(feature < 0, node, np.where(goes_left, self.left[trees, node], self.right[trees, node]))
        votes = self.value[trees, node]
        raw = np.stack([votes[:, self.output == number].sum(axis=1) for number in range(len(self.baseline))], axis=1) + self.baseline
        if raw.shape[1] == 1:
            yes = 1 / (1 + np.exp(-raw[:, 0]))
            return np.column_stack([1 - yes, yes])
        power = np.exp(raw - raw.max(axis=1, keepdims=True))
        return np.asarray(power / power.sum(axis=1, keepdims=True))


def save(path: Path, forests: dict[str, Forest]) -> None:
    """Write named models into one file, the same bytes for the same models."""
    arrays = {f"{name}.{field}": np.asarray(getattr(forest, field)) for name, forest in forests.items() for field in Forest.__dataclass_fields__}
    small = {key: value.astype(np.float32) if value.dtype == np.float64 else value for key, value in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, **small)


@lru_cache(maxsize=8)
def load(path: Path) -> dict[str, Forest]:
    """Models by name; reads arrays only, never objects."""
    with np.load(path, allow_pickle=False) as file:
        names = sorted({key.split(".")[0] for key in file.files})
        return {name: _forest({field: file[f"{name}.{field}"] for field in Forest.__dataclass_fields__}) for name in names}


def _forest(arrays: dict[str, Any]) -> Forest:
    depth = int(arrays.pop("depth"))
    return Forest(**{field: array.astype(np.float64) if array.dtype == np.float32 else array for field, array in arrays.items()}, depth=depth)
