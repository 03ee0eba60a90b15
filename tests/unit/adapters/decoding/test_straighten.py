from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from adapters.decoding.pages import open_pages
from adapters.decoding.straighten import LONG_SIDE_PX, as_page, encode, levelled, sheet_on, turned
from samples.generator.photo import HEIGHT, WIDTH, Conditions, photograph
from schemas.pages import projected
from schemas.settings import Limits
from tests.brochure_pages import drawn_page

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@pytest.fixture(scope="module")
def photo():
    return photograph(drawn_page(), 4, Conditions(turn=7, tilt=0.05, fill=0.8))


def pixels(page) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(page.encoded)).convert("RGB"), dtype=float)


def marked() -> Image.Image:
    """60 x 40, white, a black square at the top left."""
    sheet = Image.new("RGB", (60, 40), "white")
    sheet.paste("black", (0, 0, 16, 16))
    return sheet


def square_at(page) -> tuple[float, float]:
    """The middle of what is dark, in fractions."""
    rows, columns = np.nonzero(pixels(page).mean(axis=2) < 100)
    return (columns.mean() + 0.5) / page.width_px, (rows.mean() + 0.5) / page.height_px


def test_a_photographed_page_is_laid_flat_and_says_where_it_lay(tmp_path, photo):
    path = tmp_path / "a.jpg"
    path.write_bytes(photo.jpeg)
    with open_pages(path, "image/jpeg", Limits()) as file:
        page, again = file.image(1), file.image(1)
    assert page.encoded == again.encoded
    assert page.straightened is not None
    assert (page.straightened.width_px, page.straightened.height_px) == (WIDTH, HEIGHT)
    for corner, true in zip(page.straightened.sent(WHOLE), photo.corners, strict=True):
        assert np.hypot(corner[0] - true[0], corner[1] - true[1]) < 0.015
    flat = Image.fromarray(drawn_page()[:, :, ::-1]).resize((page.width_px, page.height_px))
    shades = [np.asarray(one.convert("L").resize((90, 127)), dtype=float).ravel() for one in (Image.open(BytesIO(page.encoded)), flat)]
    assert np.corrcoef(*shades)[0, 1] > 0.9


def test_a_large_photograph_is_laid_flat_from_its_own_pixels(tmp_path, photo):
    path = tmp_path / "a.jpg"
    Image.open(BytesIO(photo.jpeg)).resize((2 * WIDTH, 2 * HEIGHT)).save(path)
    with open_pages(path, "image/jpeg", Limits()) as file:
        page = file.image(1)
    assert page.straightened is not None
    assert max(page.width_px, page.height_px) == LONG_SIDE_PX
    assert page.straightened.height_px <= LONG_SIDE_PX


def test_a_page_that_needs_nothing_is_only_encoded():
    image = Image.fromarray(drawn_page()[:, :, ::-1])
    assert sheet_on(image) is None
    assert as_page(image.copy()) == encode(image)


@pytest.mark.parametrize("image", [Image.new("L", (600, 1), 255), Image.new("RGB", (1, 1)), Image.new("L", (700, 900), 0)])
def test_pictures_of_nothing_hold_no_sheet(image):
    assert sheet_on(image) is None


@pytest.mark.parametrize(("quarters", "corner"), [(1, (0.8, 0.13)), (2, (0.87, 0.8)), (3, (0.2, 0.87))])
def test_turns_go_clockwise_and_can_be_undone_on_paper(quarters, corner):
    page = turned(encode(marked()), quarters)
    assert square_at(page) == pytest.approx(corner, abs=0.03)
    assert page.straightened is not None
    assert projected(page.straightened.to_sent, square_at(page)) == pytest.approx((8 / 60, 8 / 40), abs=0.03)


def test_two_turns_are_one_and_four_are_none():
    page = encode(marked())
    for _ in range(4):
        page = turned(page, 1)
    assert page.straightened is not None
    assert page.straightened.to_sent == pytest.approx((1, 0, 0, 0, 1, 0, 0, 0, 1))
    assert turned(turned(page, 1), 1).straightened == turned(page, 2).straightened


@pytest.mark.parametrize("angle", [-8.0, 5.0, 90.0])
def test_levelling_keeps_the_whole_page_and_finds_every_place_again(angle):
    page = encode(marked())
    level, move = levelled(page, angle)
    seen = square_at(level)
    assert projected(move, (8 / 60, 8 / 40)) == pytest.approx(seen, abs=0.03)
    assert level.straightened is not None
    assert projected(level.straightened.to_sent, seen) == pytest.approx((8 / 60, 8 / 40), abs=0.03)
    assert all(-0.01 <= value <= 1.01 for corner in WHOLE for value in projected(move, corner))
    assert pixels(level)[0, -1].min() > 230 or angle == 90.0


def test_what_was_said_about_a_page_stays():
    page = encode(marked()).model_copy(update={"language": "de"})
    assert turned(page, 1).language == "de"
    assert levelled(page, 3.0)[0].language == "de"
