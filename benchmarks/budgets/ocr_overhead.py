"""What the service costs on top of its OCR engine, on a folder of brochure pages with an empty store of kept outputs."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.budgets.pages import page_images
from benchmarks.budgets.reading import bare_seconds, service_seconds
from benchmarks.measurement import Measurement

LIMIT = 1.05
PAGES = 32
ROUNDS = 2


def measure(pages: Path | None) -> Measurement:
    """Best of two rounds of each, turn by turn, as many engines and slots as cores; pages that warm the engines do not count."""
    images = page_images(pages, PAGES)
    cores = os.cpu_count() or 1
    bare, service = [], []
    for _ in range(ROUNDS):
        bare.append(bare_seconds(images, cores))
        service.append(service_seconds(images, cores))
    count = len(images) - cores
    factor = min(service) / min(bare)
    text = f"{factor:.3f}x ({min(service) / count:.2f} against {min(bare) / count:.2f} s a page, {count} pages)"
    return Measurement("ocr-overhead", "service against the bare OCR engine's best time", f"<= {LIMIT}x", text, factor / LIMIT)
