"""The image both page families (ocr, vision) take."""

from __future__ import annotations

from schemas.documents import Value


class PageImage(Value):
    """One page as an encoded image (PNG or JPEG), upright, with its size in pixels. `encoded` is what kept outputs are keyed by."""

    encoded: bytes
    width_px: int
    height_px: int
    language: str | None = None
