"""Page files: PDFs and images, opened under caps and handed out page by page.

Pages count from 1. Caps are checked against what the file declares before anything is decoded.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from adapters.decoding.heif import HEIC_TYPE, HeifPages
from adapters.decoding.images import IMAGE_FORMATS, ImagePages
from adapters.decoding.pdf import PdfPages
from adapters.imaging import PageImage
from schemas.errors import UnsupportedType
from schemas.pages import Page
from schemas.settings import Limits

PDF_TYPE = "application/pdf"
PAGE_TYPES = frozenset({PDF_TYPE, HEIC_TYPE, *IMAGE_FORMATS})
"""Sniffed media types that `open_pages` reads."""


class PageFile(Protocol):
    """An open page file. SHALL be closed; MAY be used as a context manager."""

    @property
    def page_count(self) -> int:
        """Pages of the file, at least 1."""
        ...

    def text_layer(self, page_no: int) -> Page | None:
        """The text that the file itself holds for a page; None when it has none that is usable and the page must be read by an OCR engine."""
        ...

    def image(self, page_no: int) -> PageImage:
        """The page upright as JPEG or PNG, long side at most about 2,000 px. Raises `Malformed`, `Truncated`, `TooLarge` for this page alone."""
        ...

    def close(self) -> None:
        """Let the file go. May be called twice."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def open_pages(path: Path, media_type: str, limits: Limits) -> PageFile:
    """Open a PDF or an image whose type was sniffed as `media_type`.

    Raises `UnsupportedType`, `Empty` (no bytes, no pages), `Encrypted`, `Malformed`, `Truncated`, `TooLarge` (pixels, frames or pages).
    """
    if media_type == PDF_TYPE:
        return PdfPages(path, limits)
    if media_type == HEIC_TYPE:
        return HeifPages(path, limits)
    if media_type in IMAGE_FORMATS:
        return ImagePages(path, media_type, limits)
    raise UnsupportedType(f"{media_type} is no page file; {', '.join(sorted(PAGE_TYPES))} are")
