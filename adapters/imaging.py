"""The image both page families (ocr, vision) take."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from schemas.documents import Value
from schemas.pages import Straightening


class PageImage(Value):
    """One page as an encoded image (PNG or JPEG), upright, with its size in pixels. `encoded` is what kept outputs are keyed by."""

    encoded: bytes
    width_px: int
    height_px: int
    language: str | None = None
    straightened: Straightening | None = None
    """Where the page lies on the image as sent; None: it is that image."""


@lru_cache(maxsize=1)
def pixels_of(encoded: bytes) -> Any:
    """An encoded page as rows of blue, green, red, to be read only; None for bytes that are no image. The last page is remembered: engine, ink and
    crops look at one page after the other."""
    import cv2
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(encoded, dtype=np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION) if encoded else None
    if pixels is not None:
        pixels.flags.writeable = False
    return pixels
