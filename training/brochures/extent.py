"""Fitting how far an offer reaches: the sides of labelled boxes against the print that was found of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from workers.brochures.companions import old_prices
from workers.brochures.extent import SIDES, extent_rows
from workers.brochures.layout import Area
from workers.brochures.look import Look
from workers.brochures.reading import core

if TYPE_CHECKING:
    from training.brochures.fitting import Example

SHAPE: dict[str, Any] = {"max_iter": 120, "learning_rate": 0.08, "max_leaf_nodes": 10, "min_samples_leaf": 50, "l2_regularization": 2.0}


@dataclass(frozen=True)
class Reaches:
    """The offers that were found on a page, as `extents` sees them, and the labelled boxes of those that have one, by number; in page heights."""

    look: Look
    cores: Sequence[Area]
    boxes: Mapping[int, Area]
    weight: float


def reaches_of(one: Example) -> Reaches:
    """What was found of a page by models that have not seen it. An offer is the labelled one that its price and its name are."""
    olds = old_prices(one.look, one.chance, one.pairs)
    boxes = {}
    for number, pair in enumerate(one.pairs):
        owner = one.price_of.get(pair.token)
        if owner is not None and owner in {one.named.get(line) for line in one.groups[pair.group].lines}:
            x0, y0, x1, y1 = one.source.offers[owner]["bbox"]
            boxes[number] = Area(x0 * one.look.aspect, y0, x1 * one.look.aspect, y1)
    cores = [core(one.look.prices[pair.token], one.groups[pair.group], olds.get(number)) for number, pair in enumerate(one.pairs)]
    return Reaches(one.look, cores, boxes, one.weight)


def fitted_reaches(found: Sequence[Reaches]) -> HistGradientBoostingRegressor:
    """How far beyond its print each side of an offer lies, in page heights, from `extent_rows`."""
    rows, steps, weights = [], [], []
    for one in found:
        if one.boxes:
            numbers = list(one.boxes)
            rows.append(extent_rows(one.look, one.cores)[numbers].reshape(len(numbers) * SIDES, -1))
            steps.append(np.ravel([_steps(one.cores[number], one.boxes[number]) for number in numbers]))
            weights.append(np.full(len(numbers) * SIDES, one.weight))
    model = HistGradientBoostingRegressor(random_state=0, early_stopping=False, **SHAPE)
    return model.fit(np.vstack(rows), np.concatenate(steps), sample_weight=np.concatenate(weights))


def _steps(core: Area, box: Area) -> tuple[float, float, float, float]:
    return core.left - box.left, core.top - box.top, box.right - core.right, box.bottom - core.bottom
