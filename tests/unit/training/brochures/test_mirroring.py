from __future__ import annotations

import numpy as np
import pytest

from training.brochures.mirroring import mirrored
from workers.brochures.boxes import Boxes
from workers.brochures.layout import Area
from workers.brochures.pair_features import _directions

PRICE, NAME = Area(0.5, 0.5, 0.7, 0.56), Area(0.42, 0.45, 0.6, 0.48)


def rows(price: Area, name: Area) -> np.ndarray:
    """The directions of one pair, with a column behind them that is none."""
    found = _directions(Boxes([price]), Boxes([name]), np.array([[0.1]]))
    return np.array([[*(float(one[0, 0]) for one in found), 7.0]])


def turned(area: Area, *, over: bool) -> Area:
    if over:
        return Area(area.left, 1 - area.bottom, area.right, 1 - area.top)
    return Area(1 - area.right, area.top, 1 - area.left, area.bottom)


@pytest.mark.parametrize(("place", "over"), [(0, True), (1, False)])
def test_rows_are_those_of_the_page_turned(place, over):
    expected = rows(turned(PRICE, over=over), turned(NAME, over=over))
    assert np.allclose(mirrored(rows(PRICE, NAME))[place], expected)


def test_twice_turned_is_the_page_itself():
    over = mirrored(rows(PRICE, NAME))[0]
    assert np.allclose(mirrored(over)[0], rows(PRICE, NAME))


def test_what_is_no_direction_stays():
    assert [one[0, -1] for one in mirrored(rows(PRICE, NAME))] == [7.0, 7.0]
