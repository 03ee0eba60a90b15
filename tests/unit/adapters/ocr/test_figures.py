from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from adapters.ocr.figures import MOST, ROW, Figures, as_printed, figures_at
from tests.unit.adapters.ocr.price_art import BLACK, NAVY, RED, WHITE, YELLOW, Drawn, Glyph, art, figures


def best(drawn, box=None):
    """What was found with the most figures: the other reading takes counters for ink."""
    return max(figures_at(drawn.pixels, box or drawn.box), key=lambda found: found.count)


RAISED = figures("1", 100) + figures("49", 55)


@pytest.mark.parametrize(
    ("ink", "ground"), [(BLACK, WHITE), (WHITE, BLACK), (RED, YELLOW), (WHITE, RED), (YELLOW, NAVY)], ids=["print", "night", "yellow", "red", "navy"]
)
def test_raised_cents_in_any_colours(ink, ground):
    found = best(art(*RAISED, ink=ink, ground=ground))
    assert (found.count, found.raised, found.point_after, found.dash) == (3, 2, None, False)


@pytest.mark.parametrize(
    ("glyphs", "said"),
    [
        (figures("12", 100) + figures("99", 55), (4, 2, None, False)),
        ([*figures("1", 100), Glyph(".", 100, 88), *figures("49", 55)], (3, 2, 1, False)),
        ([*figures("1", 100), Glyph(".", 100, 88), *figures("49", 100)], (3, 0, 1, False)),
        (figures("149", 100), (3, 0, None, False)),
        ([*figures("5", 100), Glyph(".", 100, 88), Glyph("-", 100, 55)], (1, 0, 1, True)),
        ([*RAISED, Glyph("€", 30)], (4, 3, None, False)),
        ([Glyph("€", 100), *RAISED], (4, 2, None, False)),
        ([*RAISED, Glyph("*", 40)], (3, 2, None, False)),
    ],
    ids=["two units", "dot", "level", "without a dot", "dash", "euro sign behind", "euro sign before", "star"],
)
def test_what_stands_beside_figures(glyphs, said):
    found = best(art(*glyphs))
    assert (found.count, found.raised, found.point_after, found.dash) == said


def test_figures_grow_from_the_part_that_was_read():
    drawn = art(*RAISED)
    left, top, _, bottom = drawn.box
    found = best(drawn, (left, top, left + 40, bottom))
    assert found.count == 3
    assert found.box == pytest.approx(drawn.box, abs=3)


def test_the_panel_that_a_price_stands_on_is_no_figure():
    found = best(art(*RAISED, ink=WHITE, ground=NAVY, panel=(90, 40, 330, 200)))
    assert (found.count, found.raised) == (3, 2)
    assert found.box[0] > 100


def test_cents_that_touch_are_never_counted_as_one_figure_of_a_price():
    found = figures_at(art(*figures("1", 100), *figures("49", 55, gap=-3)).pixels, art(*RAISED).box)
    assert all(as_printed(one, "149") is None for one in found)


def test_figures_are_set_level():
    image = best(art(*RAISED)).image
    assert image.shape[0] == ROW + 16
    assert image.shape[2] == 3
    dark = np.flatnonzero((image[..., 0] < 128).any(axis=1))
    assert (dark[0], dark[-1]) == (pytest.approx(8, abs=2), pytest.approx(ROW + 7, abs=2))
    columns = (image[..., 0] < 128).any(axis=0)
    starts = int(np.count_nonzero(np.diff(columns.astype(int)) == 1))
    assert starts == 3
    halves = np.array_split(np.flatnonzero(columns), 3)
    for part in halves:
        rows = np.flatnonzero((image[:, part, 0] < 128).any(axis=1))
        assert rows[-1] - rows[0] > 0.9 * ROW


def test_large_figures_are_measured_in_pixels_of_the_page():
    small = best(art(*RAISED))
    double = art(*figures("1", 200), *figures("49", 110), size=(840, 480), at=(240, 140))
    assert best(double).count == small.count
    assert best(double).box == pytest.approx(double.box, abs=6)


@pytest.mark.parametrize("seed", range(4))
def test_noise_says_nothing_that_could_be_a_price(seed):
    pixels = np.random.default_rng(seed).integers(0, 255, (240, 420, 3), dtype=np.uint8)
    for found in figures_at(pixels, (120, 70, 250, 170)):
        assert not (found.raised == 2 and found.count >= 3)


@pytest.mark.parametrize("box", [(120, 70, 250, 170), (-50, -50, 80, 60), (380, 200, 500, 300)])
def test_flat_and_shaded_grounds_have_no_figures(box):
    flat = np.full((240, 420, 3), 200, np.uint8)
    shaded = np.repeat(np.tile(np.linspace(0, 255, 420).astype(np.uint8), (240, 1))[..., None], 3, 2)
    assert figures_at(flat, box) == figures_at(shaded, box) == []


@pytest.mark.parametrize("box", [(120, 70, 122, 170), (120, 70, 250, 75), (120, 70, 120, 70)])
def test_boxes_too_small_to_tell(box):
    assert figures_at(art(*RAISED).pixels, box) == []


def test_too_many_signs_in_a_row_are_no_price():
    long = art(*figures("1" * (MOST + 3), 60), size=(600, 240), at=(60, 70))
    assert all(found.count <= MOST for found in figures_at(long.pixels, long.box))


def test_figures_at_the_very_edge_are_left_out():
    drawn = art(*RAISED, at=(0, 0))
    assert all(found.count < 3 for found in figures_at(drawn.pixels, drawn.box))


PLAIN = Figures(image=None, box=(0.0, 0.0, 1.0, 1.0), count=3, raised=2, point_after=None, dash=False)


@pytest.mark.parametrize(
    ("changed", "read", "printed"),
    [
        ({}, "149", "1.49"),
        ({"count": 4}, "1299", "12.99"),
        ({}, "O49", "0.49"),
        ({"count": 4, "raised": 3}, "149€", "1.49€"),
        ({"count": 4}, "€149", "€1.49"),
        ({"raised": 0}, "149", "149"),
        ({"raised": 0, "point_after": 1}, "149", "1.49"),
        ({"raised": 0, "point_after": 2}, "149", "149"),
        ({"count": 1, "raised": 0, "dash": True}, "5", "5.-"),
        ({"count": 1, "raised": 0}, "5", "5"),
        ({}, "1.49", "1.49"),
    ],
)
def test_a_price_as_it_is_printed(changed, read, printed):
    assert as_printed(replace(PLAIN, **changed), read) == printed


@pytest.mark.parametrize(
    ("changed", "read"),
    [({}, "14"), ({}, "1499"), ({}, ""), ({}, "abc"), ({"count": 2}, "49"), ({"raised": 1}, "149"), ({"count": 4, "raised": 3}, "1499")],
    ids=["too few", "too many", "nothing", "letters", "cents alone", "one raised", "three raised"],
)
def test_a_reading_that_the_ink_does_not_bear_out_is_none(changed, read):
    assert as_printed(replace(PLAIN, **changed), read) is None


def test_drawings_are_what_they_say():
    drawn = art(*RAISED)
    assert isinstance(drawn, Drawn)
    left, top, right, bottom = drawn.box
    dark = np.argwhere(drawn.pixels[..., 0] < 128)
    assert dark.min(axis=0).tolist() == pytest.approx([top, left], abs=2)
    assert dark.max(axis=0).tolist() == pytest.approx([bottom, right], abs=2)
