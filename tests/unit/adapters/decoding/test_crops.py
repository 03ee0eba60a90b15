from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from adapters.decoding.crops import LONG_SIDE_PX, crop_jpegs
from adapters.imaging import PageImage
from schemas.errors import Malformed
from schemas.pages import Box


def page(image: Image.Image) -> PageImage:
    out = BytesIO()
    image.save(out, "PNG")
    return PageImage(encoded=out.getvalue(), width_px=image.width, height_px=image.height)


def test_a_crop_shows_its_box_with_a_little_around_it():
    drawn = Image.new("RGB", (1000, 1000), "white")
    drawn.paste("black", (200, 300, 600, 500))
    [jpeg] = crop_jpegs(page(drawn), [Box(x0=0.2, y0=0.3, x1=0.6, y1=0.5)])
    assert jpeg is not None
    seen = Image.open(BytesIO(jpeg)).convert("L")
    assert seen.size == (416, 216)
    assert (seen.getpixel((2, 2)) > 240, seen.getpixel((208, 108)) < 15) == (True, True)


def test_a_large_piece_is_made_smaller_and_a_small_one_is_not_blown_up():
    drawn = page(Image.new("L", (2000, 1000), "white"))
    sizes = [
        Image.open(BytesIO(jpeg or b"")).size for jpeg in crop_jpegs(drawn, [Box(x0=0, y0=0, x1=1, y1=1), Box(x0=0.5, y0=0.5, x1=0.52, y1=0.52)])
    ]
    assert sizes == [(LONG_SIDE_PX, LONG_SIDE_PX // 2), (72, 36)]


def test_a_box_of_no_size_shows_nothing():
    assert list(crop_jpegs(page(Image.new("RGB", (100, 100))), [Box(x0=0.5, y0=0.5, x1=0.5, y1=0.5)])) == [None]


def test_bytes_that_are_no_image():
    with pytest.raises(Malformed):
        list(crop_jpegs(PageImage(encoded=b"none", width_px=1, height_px=1), []))
