"""PDF files as pages, through pypdfium2: text layers straight from the file, images rendered when an engine must see the page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from adapters.decoding.straighten import LONG_SIDE_PX, as_page, encode
from adapters.decoding.text_layer import read_text_layer
from adapters.imaging import PageImage
from schemas.errors import Empty, Encrypted, Malformed, TooLarge, Truncated
from schemas.pages import Page
from schemas.settings import Limits

MOST_SCALE: Final = 8.0
"""Pixels per point at most (576 dpi), so that a stamp-sized page is not blown up without end."""
_END_MARK: Final = b"%%EOF"
_TAIL_BYTES: Final = 2_048


class PdfPages:
    """A PDF file. An empty user password is tried; raises at construction what `open_pages` documents."""

    def __init__(self, path: Path, limits: Limits) -> None:
        if not path.stat().st_size:
            raise Empty("the PDF file holds no bytes")
        self._limits = limits
        self._document = _open(path)
        self.page_count: int = len(self._document)
        if not 1 <= self.page_count <= limits.pages:
            self.close()
            if self.page_count < 1:
                raise Empty("the PDF has no pages that could be read")
            raise TooLarge(f"the PDF has {self.page_count} pages, more than {limits.pages} (TAMIZ_LIMITS__PAGES)")

    def text_layer(self, page_no: int) -> Page | None:
        """The page's own text, or None when it is missing or not usable."""
        with self._page(page_no) as page:
            return read_text_layer(page)

    def image(self, page_no: int) -> PageImage:
        """The page rendered so that its long side is about `LONG_SIDE_PX` pixels, as JPEG; a photograph that is a page by itself is laid flat.

        A page with a text layer is left as it lies, so that its image and its text are of one frame.
        """
        with self._page(page_no) as page:
            width, height = page.get_size()
            scale = min(LONG_SIDE_PX / max(width, height), MOST_SCALE)
            if math.ceil(width * scale) * math.ceil(height * scale) > self._limits.image_pixels:
                raise TooLarge(f"page {page_no} has more pixels than {self._limits.image_pixels} (TAMIZ_LIMITS__IMAGE_PIXELS)")
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            try:
                picture = bitmap.to_pil().convert("RGB")
                return as_page(picture) if read_text_layer(page) is None else encode(picture)
            finally:
                bitmap.close()

    def close(self) -> None:
        """Close the document."""
        self._document.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _page(self, page_no: int) -> Iterator[Any]:
        try:
            page = self._document[page_no - 1]
        except pdfium.PdfiumError as error:
            raise Malformed(f"page {page_no} of the PDF is broken") from error
        try:
            width, height = page.get_size()
            if not (math.isfinite(width) and math.isfinite(height) and min(width, height) >= 1 and max(width, height) < 1e6):
                raise Malformed(f"page {page_no} of the PDF has no usable size ({width:g} x {height:g} points)")
            yield page
        except pdfium.PdfiumError as error:
            raise Malformed(f"page {page_no} of the PDF cannot be drawn") from error
        finally:
            page.close()


def _open(path: Path) -> Any:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise Encrypted("the PDF needs a password; store a copy without one") from error
        if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
            raise Encrypted("the PDF is encrypted in a way nothing here can open; store a copy without encryption") from error
        if error.err_code == pdfium_c.FPDF_ERR_PAGE:
            raise Empty("the PDF has no pages that could be read") from error
        if not _has_end(path):
            raise Truncated("the PDF ends before its content does; send the whole file") from error
        raise Malformed("the PDF is broken and cannot be opened") from error


def _has_end(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return _END_MARK in file.read()
