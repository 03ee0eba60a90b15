from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from adapters.decoding.rules import MOST, SHORTEST, rules_on

WIDE, HIGH = 700, 990


def drawn(paint, ground="white", size=(WIDE, HIGH)):
    sheet = Image.new("RGB", size, ground)
    paint(ImageDraw.Draw(sheet))
    return np.asarray(sheet)[:, :, ::-1].copy()


def near(rule, wanted):
    return all(abs(one - other) < 0.012 for one, other in zip(rule, wanted, strict=True))


def fractions(left, top, right, bottom):
    return left / WIDE, top / HIGH, right / WIDE, bottom / HIGH


@pytest.mark.parametrize("fill", [(250, 220, 0), (200, 20, 30), (235, 235, 235), (20, 20, 60)])
def test_the_four_sides_of_a_panel(fill):
    left, top, right, bottom = 100, 200, 500, 700
    found = rules_on(drawn(lambda pen: pen.rectangle((left, top, right, bottom), fill=fill)))
    sides = [(left, top, right, top), (left, bottom, right, bottom), (left, top, left, bottom), (right, top, right, bottom)]
    for side in sides:
        assert sum(near(rule, fractions(*side)) for rule in found) == 1, side
    assert len(found) == 4


def test_a_thin_line_between_offers():
    found = rules_on(drawn(lambda pen: pen.line((50, 500, 650, 500), fill=(90, 90, 90), width=2)))
    assert len(found) == 1
    assert near(found[0], fractions(50, 500, 650, 500))


def test_edges_are_level_or_upright():
    found = rules_on(drawn(lambda pen: pen.rectangle((100, 200, 500, 700), outline="black", width=2)))
    assert found
    for x0, y0, x1, y1 in found:
        assert (x0 == x1) != (y0 == y1)
        assert x0 <= x1
        assert y0 <= y1


def test_a_slanting_edge_is_none():
    assert rules_on(drawn(lambda pen: pen.polygon([(100, 200), (600, 320), (560, 800), (60, 680)], fill=(200, 20, 30)))) == ()


def test_short_strokes_are_none():
    short = int(SHORTEST * HIGH * 0.7)
    assert rules_on(drawn(lambda pen: pen.line((100, 500, 100 + short, 500), fill="black", width=3))) == ()


def test_blank_paper_has_none():
    assert rules_on(drawn(lambda pen: None)) == ()


@pytest.mark.parametrize("seed", range(3))
def test_noise_has_none(seed):
    assert rules_on(np.random.default_rng(seed).integers(0, 255, (HIGH, WIDE, 3), dtype=np.uint8)) == ()


def test_soft_shades_have_none():
    shade = np.tile(np.linspace(0, 255, WIDE), (HIGH, 1))[..., None].repeat(3, 2).astype(np.uint8)
    assert rules_on(shade) == ()


def test_a_page_of_many_pixels_says_the_same():
    def panel(scale):
        corners = tuple(scale * side for side in (100, 200, 500, 700))
        return drawn(lambda pen: pen.rectangle(corners, fill=(250, 220, 0)), size=(WIDE * scale, HIGH * scale))

    small, large = rules_on(panel(1)), rules_on(panel(3))
    assert len(small) == len(large) == 4
    for one, other in zip(sorted(small), sorted(large), strict=True):
        assert near(one, other)


def test_gratings_are_looked_at_only_so_far():
    def paint(pen):
        for row in range(0, 4 * HIGH, 8):
            pen.line((0, row, WIDE, row), fill="black", width=3)

    assert len(rules_on(drawn(paint, size=(WIDE, 4 * HIGH)))) <= 2 * MOST


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (2, 900), (900, 2), (5000, 1), (1, 5000), (5000, 20)])
def test_slivers_are_no_trouble(size):
    assert isinstance(rules_on(np.zeros((size[1], size[0], 3), np.uint8)), tuple)
