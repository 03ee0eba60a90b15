"""How far offers reach. What the shipped model says of real pages is measured, not tested: `docs/accuracy.md`."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.workers.brochures.printed import a_page, grid_page, offer_lines, printed
from workers.brochures.extent import SIDES, extent_rows, extents
from workers.brochures.layout import Area
from workers.brochures.lexicon import lexicon
from workers.brochures.look import look_at
from workers.brochures.reading import read_page, shipped

DE = lexicon("de")
CORES = [Area(0.1, 0.1, 0.3, 0.2), Area(0.4, 0.1, 0.6, 0.2), Area(0.1, 0.5, 0.3, 0.6), Area(0.4, 0.5, 0.6, 0.6)]


class Steps:
    """A model that says the same step for every side."""

    def __init__(self, step: float) -> None:
        self.step = step

    def sums(self, rows):
        return np.full(len(rows), self.step)


def look(*lines, rules=()):
    return look_at(a_page(*lines, printed("Solange der Vorrat reicht", 0.1, 0.95, 0.5, 0.96), rules=rules), DE)


def test_no_offers_reach_nowhere():
    assert extents(look(), [], shipped().extent) == []


def test_a_row_for_each_side_of_each_offer():
    rows = extent_rows(look(), CORES)
    assert rows.shape[:2] == (len(CORES), SIDES)
    assert np.isfinite(rows).all()
    assert extent_rows(look(), CORES[:1]).shape[2] == rows.shape[2]


def test_an_offer_grows_by_what_the_model_says_and_stays_on_the_page():
    grown = extents(look(), CORES[:1], Steps(0.05))[0]
    assert (grown.left, grown.top, grown.right, grown.bottom) == pytest.approx((0.05, 0.05, 0.35, 0.25))
    aspect = look().aspect
    whole = extents(look(), CORES[:1], Steps(5.0))[0]
    assert (whole.left, whole.top, whole.right, whole.bottom) == pytest.approx((0.0, 0.0, aspect, 1.0))


def test_an_offer_never_shrinks_below_its_print():
    assert extents(look(), CORES, Steps(-0.5)) == CORES


def test_the_order_of_offers_does_not_matter():
    page = look(rules=((0.0, 0.35, 1.0, 0.35),))
    rows = extent_rows(page, CORES)
    assert np.allclose(extent_rows(page, CORES[::-1]), rows[::-1])


def test_what_stands_on_a_side_is_seen_on_that_side_only():
    alone, beside = extent_rows(look(), CORES[:1]), extent_rows(look(), CORES[:2])
    own = slice(0, 5)  # free space, and the offer that ends it
    assert not np.allclose(alone[0, 2, own], beside[0, 2, own])
    for side in (0, 1, 3):
        assert np.allclose(alone[0, side, own], beside[0, side, own])


def test_an_edge_is_seen_by_the_offers_on_both_sides_of_it():
    with_edge, without = (extent_rows(look(rules=rules), CORES) for rules in (((0.0, 0.35, 1.0, 0.35),), ((0.0, 0.99, 1.0, 0.99),)))
    assert not np.allclose(with_edge[0, 3], without[0, 3])
    assert not np.allclose(with_edge[2, 1], without[2, 1])


def test_boxes_hold_their_offers_print():
    reading = read_page(grid_page(3, 4), DE)
    assert len(reading.offers) == 12
    for offer in reading.offers:
        whole, print_ = offer.extent, offer.group.area.around(offer.price.area)
        assert (whole.left, whole.top) <= (print_.left, print_.top)
        assert whole.left <= print_.left <= print_.right <= whole.right
        assert whole.top <= print_.top <= print_.bottom <= whole.bottom


def test_a_lone_offer_has_a_box():
    (offer,) = read_page(a_page(*offer_lines("Butter", "1.49", 0.3, 0.3)), DE).offers
    assert offer.extent.width > 0 < offer.extent.height
