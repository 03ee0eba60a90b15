"""Cells on a page."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from training.composer.layouts import LAYOUTS
from training.composer.sheet import Rect

AREA = Rect(20, 80, 575, 800)


@pytest.mark.parametrize("count", [1, 2, 5, 9, 24, 60, 150])
@pytest.mark.parametrize("name", LAYOUTS)
def test_cells_are_as_many_as_asked_inside_the_area_and_apart(name: str, count: int) -> None:
    for seed in range(5):
        cells = LAYOUTS[name](AREA, count, 4, Random(seed), 1.0)
        assert len(cells) == count
        for cell in cells:
            assert cell.width > 0
            assert cell.height > 0
            assert AREA.x0 - 1e-6 <= cell.x0
            assert cell.x1 <= AREA.x1 + 1e-6
            assert AREA.y0 - 1e-6 <= cell.y0
            assert cell.y1 <= AREA.y1 + 1e-6
        assert all(one.overlap(other) < 1e-6 for one, other in combinations(cells, 2))
