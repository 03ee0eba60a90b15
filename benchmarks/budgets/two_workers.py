"""Two slots against one, on brochure pages."""

from __future__ import annotations

from pathlib import Path

from benchmarks.budgets.pages import page_images
from benchmarks.budgets.reading import service_seconds
from benchmarks.measurement import Measurement

LIMIT = 1.9
PAGES = 12


def measure(pages: Path | None) -> Measurement:
    """Pages a second with two slots against one; both without the pages that warm the engines."""
    images = page_images(pages, PAGES)
    one = (len(images) - 1) / service_seconds(images, 1)
    two = (len(images) - 2) / service_seconds(images, 2)
    text = f"{two / one:.2f}x ({two:.2f} against {one:.2f} pages/s)"
    return Measurement("two-workers", "two workers against one", f">= {LIMIT}x", text, LIMIT * one / two)
