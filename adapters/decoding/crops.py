"""Pieces cut out of a page for people to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Final

from PIL import Image

from adapters.imaging import PageImage, pixels_of
from schemas.errors import Malformed
from schemas.pages import Box

LONG_SIDE_PX: Final = 480
"""Longer side of a crop at most: a name in 8 pt type stays readable, and a crop stays at about 30 kB."""
QUALITY: Final = 80
MARGIN: Final = 0.008
"""Shown around a box on each side, as a fraction of the page: boxes of text end at its letters."""
LEAST_PX: Final = 8
"""Boxes of less in width or height hold nothing to look at."""


def crop_jpegs(image: PageImage, boxes: Sequence[Box]) -> Iterator[bytes | None]:
    """One JPEG per box (fractions of the page), None for a box too small to show anything. The page is decoded once.

    The same image and boxes give the same bytes. Raises `Malformed` for a page that cannot be decoded.
    """
    pixels = pixels_of(image.encoded)
    if pixels is None:
        raise Malformed("the page image cannot be decoded")
    height, width = pixels.shape[:2]
    for box in boxes:
        edges = (
            round(max(0.0, box.x0 - MARGIN) * width),
            round(max(0.0, box.y0 - MARGIN) * height),
            round(min(1.0, box.x1 + MARGIN) * width),
            round(min(1.0, box.y1 + MARGIN) * height),
        )
        yield _encoded(_cut(pixels, edges)) if min(edges[2] - edges[0], edges[3] - edges[1]) >= LEAST_PX else None


def _cut(pixels: Any, edges: tuple[int, int, int, int]) -> Image.Image:
    left, top, right, bottom = edges
    return Image.fromarray(pixels[top:bottom, left:right, ::-1].copy(), "RGB")


def _encoded(piece: Image.Image) -> bytes:
    piece.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX), Image.Resampling.BICUBIC, reducing_gap=2.0)
    out = BytesIO()
    piece.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
