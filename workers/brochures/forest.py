"""Gradient-boosted trees, evaluated: what `training` fitted with scikit-learn, from plain arrays in an `.npz` file, without scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from workers.brochures.boxes import Matrix

FOLDER: Final = Path(__file__).parent / "models"
"""Where the shipped models lie, each with its card."""
ROWS: Final = 256
"""Rows that are looked at together: what they need fits a processor's cache."""


@dataclass(frozen=True)
class _Flat:
    """All nodes of all trees in one row, four to five times as fast to walk; `children` are right and left of each node, a leaf's are itself."""

    roots: np.ndarray[Any, np.dtype[np.intp]]
    feature: np.ndarray[Any, np.dtype[np.intp]]
    threshold: Matrix
    missing_left: np.ndarray[Any, np.dtype[np.bool_]]
    children: np.ndarray[Any, np.dtype[np.intp]]
    value: Matrix


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
        raw = self.sums(rows)
        if raw.shape[1] == 1:
            yes = 1 / (1 + np.exp(-raw[:, 0]))
            return np.column_stack([1 - yes, yes])
        power = np.exp(raw - raw.max(axis=1, keepdims=True))
        return np.asarray(power / power.sum(axis=1, keepdims=True))

    def sums(self, rows: Matrix) -> Matrix:
        """rows x outputs: what the trees of each output sum up to, as a regression means them."""
        votes = np.concatenate([self._votes(rows[start : start + ROWS]) for start in range(0, max(1, len(rows)), ROWS)])
        return np.stack([votes[:, self.output == number].sum(axis=1) for number in range(len(self.baseline))], axis=1) + self.baseline

    def _votes(self, rows: Matrix) -> Matrix:
        """rows x trees."""
        flat = self._flat
        values, starts = rows.ravel(), (np.arange(len(rows)) * rows.shape[1])[:, None]
        node = np.broadcast_to(flat.roots, (len(rows), len(flat.roots)))
        for _ in range(self.depth):
            seen = values.take(flat.feature.take(node) + starts)
            goes_left = (seen <= flat.threshold.take(node)) | (np.isnan(seen) & flat.missing_left.take(node))
            node = flat.children.take(2 * node + goes_left)
        return np.asarray(flat.value.take(node))

    @cached_property
    def _flat(self) -> _Flat:
        trees, nodes = self.feature.shape
        roots = np.arange(trees) * nodes
        own, leaf = np.arange(nodes), self.feature < 0
        sides = [np.where(leaf, own, side) + roots[:, None] for side in (self.right, self.left)]
        return _Flat(
            roots=roots,
            feature=np.maximum(self.feature, 0).astype(np.intp).ravel(),
            threshold=self.threshold.ravel(),
            missing_left=self.missing_left.ravel(),
            children=np.stack(sides, axis=-1).ravel(),
            value=self.value.ravel(),
        )


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
