from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from adapters.decoding.thumbnails import thumbnail
from adapters.imaging import PageImage
from schemas.pages import Straightening


def page(width: int, height: int, form: str, mode: str = "RGB") -> PageImage:
    out = BytesIO()
    Image.new(mode, (width, height), "red" if mode == "RGB" else 128).save(out, form)
    return PageImage(encoded=out.getvalue(), width_px=width, height_px=height)


@pytest.mark.parametrize(
    "given, expected",
    [
        (page(1000, 2000, "JPEG"), (100, 200)),
        (page(900, 300, "PNG"), (200, 67)),
        (page(300, 300, "PNG", "L"), (200, 200)),
        (page(50, 80, "JPEG"), (50, 80)),
    ],
)
def test_the_long_side_is_cut_down(given: PageImage, expected: tuple[int, int]) -> None:
    small = thumbnail(given, 200)
    with Image.open(BytesIO(small.encoded)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", expected)
    assert (small.width_px, small.height_px) == expected


def test_a_straightened_page_lies_where_its_sender_sees_it() -> None:
    """A red page that lay in the lower right quarter of a picture twice as large."""
    quarter = Straightening(to_sent=(0.5, 0, 0.5, 0, 0.5, 0.5, 0, 0, 1), width_px=800, height_px=400)
    small = thumbnail(page(400, 200, "PNG").model_copy(update={"straightened": quarter}), 200)
    with Image.open(BytesIO(small.encoded)) as image:
        assert image.size == (200, 100)
        corners = [image.getpixel(place) for place in ((10, 10), (190, 10), (10, 90), (190, 90))]
    red, green, _ = zip(*corners, strict=True)
    assert min(red) > 240
    assert [value > 200 for value in green] == [True, True, True, False]
