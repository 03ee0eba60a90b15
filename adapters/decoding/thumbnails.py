"""A page for people to look at: smaller, as JPEG, lying as it was sent."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image

from adapters.imaging import PageImage
from schemas.pages import Straightening

QUALITY: Final = 72
"""Of the JPEG: type stays readable at a quarter of the bytes of the page's own 92."""


def thumbnail(page: PageImage, long_side_px: int) -> PageImage:
    """`page` with its long side at most `long_side_px`, in the frame of the image as sent, which is the one that rows state their places in.

    What a straightened page left out of that image is white. `page.encoded` was made, or decoded before, by `open_pages`.
    """
    with Image.open(BytesIO(page.encoded), formats=["JPEG", "PNG"]) as image:
        image.draft("RGB", (long_side_px, long_side_px))  # the JPEG decoder itself scales by 2, 4 or 8
        small = image.convert("RGB")
    small.thumbnail((long_side_px, long_side_px), Image.Resampling.LANCZOS)
    if page.straightened is not None:
        small = _laid_back(small, page.straightened, long_side_px)
    out = BytesIO()
    small.save(out, "JPEG", quality=QUALITY, optimize=True)
    return PageImage(encoded=out.getvalue(), width_px=small.width, height_px=small.height)


def _laid_back(page: Image.Image, straightened: Straightening, long_side_px: int) -> Image.Image:
    """The straightened page where it lay on the image as sent. Pillow asks where each pixel comes from: the way back of `to_sent`, in pixels."""
    import numpy as np

    shrunk = min(1.0, long_side_px / max(straightened.width_px, straightened.height_px))
    size = max(1, round(straightened.width_px * shrunk)), max(1, round(straightened.height_px * shrunk))
    back = np.linalg.inv(np.array(straightened.to_sent, dtype=np.float64).reshape(3, 3))
    pixels = np.diag([page.width, page.height, 1.0]) @ back @ np.diag([1 / size[0], 1 / size[1], 1.0])
    coefficients = [float(value) for value in (pixels / pixels[2, 2]).flatten()[:8]]
    return page.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR, fillcolor="white")
