"""One brochure of 40 pictures in a PDF: two slots against one. A document is split into parts of a few pages, so both have work."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from benchmarks.budgets.pages import page_images
from benchmarks.budgets.reading import service_seconds
from benchmarks.measurement import Measurement

LIMIT = 1.9
PAGES = 40


def measure(pages: Path | None) -> Measurement:
    """Seconds from the drop until all of it is in the warehouse; the engines are warm."""
    images = page_images(pages, PAGES + 2)
    warm, content = images[:2], scanned_pdf([content for _, content in images[2:]])
    document = ("brochure.pdf", content)
    one = service_seconds([warm[0], document], 1)
    two = service_seconds([*warm, document], 2)
    text = f"{one / two:.2f}x ({two:.1f} s against {one:.1f} s for {len(images) - 2} pages)"
    return Measurement("long-brochure", "a PDF of 40 pictures, two workers against one", f">= {LIMIT}x", text, LIMIT * two / one)


def scanned_pdf(pictures: list[bytes]) -> bytes:
    """A PDF of one picture a page, no text in it."""
    from PIL import Image

    sheets = [Image.open(BytesIO(picture)).convert("RGB") for picture in pictures]
    out = BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=150)
    return out.getvalue()
