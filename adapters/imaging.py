"""The image both page families (ocr, vision) take."""

from __future__ import annotations

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
