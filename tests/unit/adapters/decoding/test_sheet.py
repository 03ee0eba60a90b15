from __future__ import annotations

import cv2
import numpy as np
import pytest

from adapters.decoding.sheet import SMALL_PX, find_sheet
from samples.generator.photo import TABLES, Conditions, photograph
from tests.brochure_pages import aslant_panel_page, drawn_page


def small(bgr) -> np.ndarray:
    scale = SMALL_PX / max(bgr.shape[:2])
    return cv2.cvtColor(cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)


def photo(conditions, seed=3, page=None):
    """The small picture of a page photographed, and where its corners are in it."""
    taken = photograph(drawn_page() if page is None else page, seed, conditions)
    picture = small(cv2.imdecode(np.frombuffer(taken.jpeg, np.uint8), cv2.IMREAD_COLOR))
    return picture, np.array(taken.corners) * (picture.shape[1], picture.shape[0])


@pytest.mark.parametrize("table", TABLES)
def test_a_sheet_is_found_on_every_table(table):
    picture, corners = photo(Conditions(turn=6, tilt=0.05, fill=0.8, table=table))
    found = find_sheet(picture)
    assert found is not None
    assert np.abs(found - corners).max() < 0.012 * SMALL_PX


@pytest.mark.parametrize(("seed", "turn", "fill"), [(5, 12, 0.62), (6, -12, 0.7), (7, 3, 0.95)])
def test_a_sheet_far_away_turned_or_nearly_filling_the_picture_is_found(seed, turn, fill):
    picture, corners = photo(Conditions(turn=turn, tilt=0.07, fill=fill, shade=0.4, noise=7, blur=1.1, quality=60), seed)
    found = find_sheet(picture)
    assert found is not None
    assert np.abs(found - corners).max() < 0.015 * SMALL_PX


def test_the_same_picture_gives_the_same_corners():
    picture, _ = photo(Conditions(turn=5, table="cloth"))
    assert np.array_equal(find_sheet(picture), find_sheet(picture.copy()))


def test_a_page_that_fills_the_picture_is_no_sheet():
    assert find_sheet(small(drawn_page())) is None


def test_a_panel_set_aslant_is_no_sheet():
    assert find_sheet(small(aslant_panel_page())) is None


def test_the_same_panel_is_taken_for_the_page_when_nothing_is_printed_around_it():
    """What the test above hangs on: take the print away, and the panel is a sheet on a white table."""
    page = aslant_panel_page()
    page[:128], page[1122:] = 255, 255
    assert find_sheet(small(page)) is not None


def test_a_sheet_that_lies_straight_is_left_alone():
    picture, _ = photo(Conditions(turn=0, tilt=0.0, bulge=0.0))
    assert find_sheet(picture) is None


def test_a_sheet_cut_off_by_the_picture_is_left_alone():
    picture, corners = photo(Conditions(turn=8, tilt=0.03, fill=0.9))
    cut = np.ascontiguousarray(picture[:, round(corners[:, 0].min()) + 40 :])
    assert find_sheet(cut) is None


@pytest.mark.parametrize("seed", range(3))
def test_blank_noisy_and_striped_pictures_hold_no_sheet(seed):
    random = np.random.default_rng(seed)
    noise = random.integers(0, 256, (512, 380, 3)).astype(np.uint8)
    stripes = np.where(np.add.outer(np.arange(512), np.arange(380))[..., None] % 40 < 20, 255, noise // 4).astype(np.uint8)
    for picture in (np.full((512, 380, 3), 255, np.uint8), noise, stripes, noise[:7], noise[:, :1]):
        assert find_sheet(np.ascontiguousarray(picture)) is None
