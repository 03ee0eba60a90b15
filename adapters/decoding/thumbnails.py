"""A page for people to look at: smaller, as JPEG."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image

from adapters.imaging import PageImage

QUALITY: Final = 72
"""Of the JPEG: type stays readable at a quarter of the bytes of the page's own 92."""


def thumbnail(page: PageImage, long_side_px: int) -> PageImage:
    """`page` with its long side at most `long_side_px`; it was encoded by us, or decoded before."""
    with Image.open(BytesIO(page.encoded), formats=["JPEG", "PNG"]) as image:
        image.draft("RGB", (long_side_px, long_side_px))  # the JPEG decoder itself scales by 2, 4 or 8
        small = image.convert("RGB")
    small.thumbnail((long_side_px, long_side_px), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "JPEG", quality=QUALITY, optimize=True)
    return PageImage(encoded=out.getvalue(), width_px=small.width, height_px=small.height)
