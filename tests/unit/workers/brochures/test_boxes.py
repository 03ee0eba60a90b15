from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.workers.brochures.printed import piece
from workers.brochures.boxes import Boxes, apart, colours, sizes
from workers.brochures.layout import Area

sides = st.floats(-2, 2, allow_nan=False)
areas = st.builds(lambda a, b, c, d: Area(min(a, c), min(b, d), max(a, c), max(b, d)), sides, sides, sides, sides)


@given(st.lists(areas, min_size=1, max_size=5), st.lists(areas, min_size=1, max_size=5))
def test_distances_are_those_of_the_areas(ones, others):
    across, down = Boxes(ones).across(Boxes(others)), Boxes(ones).down(Boxes(others))
    white = Boxes(ones).white(Boxes(others))
    for row, one in enumerate(ones):
        for column, other in enumerate(others):
            assert (across[row, column], down[row, column]) == pytest.approx(one.gap(other))
            assert white[row, column] == pytest.approx(math.hypot(*one.gap(other)))


def test_no_areas_are_no_columns():
    assert len(Boxes([])) == 0
    assert Boxes([]).white(Boxes([Area(0, 0, 1, 1)])).shape == (0, 1)


def test_middles():
    boxes = Boxes([Area(0, 0, 1, 0.5)])
    assert (boxes.x.tolist(), boxes.y.tolist()) == ([0.5], [0.25])


def test_colours_nobody_looked_at_are_apart_from_nothing():
    found = colours([(0.0, 0.0, 0.0), None, (1.0, 1.0, 1.0)])
    assert found.shape == (3, 3)
    distance = apart(found, found)
    assert distance[0, 2] == pytest.approx(math.sqrt(3))
    assert distance[0, 0] == 0
    assert np.isnan(distance[1]).all()
    assert colours([]).shape == (0, 3)


def test_sizes_are_type_sizes():
    assert sizes([piece("a", 0, 0, 0.02), piece("b", 0, 0, 0.03)]).tolist() == [0.02, 0.03]
