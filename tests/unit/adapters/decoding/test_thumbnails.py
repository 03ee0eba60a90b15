from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from adapters.decoding.thumbnails import thumbnail
from adapters.imaging import PageImage


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
