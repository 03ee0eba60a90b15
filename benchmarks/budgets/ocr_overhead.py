"""What the service costs beside its OCR engine alone, on a folder of brochure pages with an empty store of kept outputs.

Three ways over the same pages on the same cores, turn by turn: the service; our engine bare, one process of one thread a core; and rapidocr as it
comes, without a parameter, in one process with all its threads and in one process a core: its better time counts.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from benchmarks.budgets.pages import page_images
from benchmarks.budgets.reading import bare_seconds, default_reader, service_seconds, tuned_reader
from benchmarks.measurement import Measurement, say

BARE, DEFAULTS = 1.05, 0.95
ROUNDS = 2


def measure(pages: Path | None) -> Measurement:
    """Best of two rounds of each; pages that warm the engines do not count. A folder of pages is read whole."""
    images = page_images(pages, None)
    cores = os.cpu_count() or 1
    ways = {
        "service": partial(service_seconds, images, cores),
        "bare": partial(bare_seconds, images, cores, tuned_reader),
        "defaults, one process": partial(bare_seconds, images, 1, default_reader, warm=cores),
        "defaults, a process a core": partial(bare_seconds, images, cores, default_reader),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            taken[name].append(way())
            say(f"  {name}: {taken[name][-1]:.1f} s")
    count = len(images) - cores
    service, bare, one, each = (min(seconds) / count for seconds in taken.values())
    text = (
        f"{service / bare:.3f}x of the bare engine, {service / min(one, each):.3f}x of rapidocr's defaults "
        f"({service:.2f}, {bare:.2f}, {min(one, each):.2f} s a page, {count} pages)"
    )
    ratio = max(service / bare / BARE, service / min(one, each) / DEFAULTS)
    what = "service against the bare OCR engine's best time, and against rapidocr at its defaults"
    return Measurement("ocr-overhead", what, f"<= {BARE}x, <= {DEFAULTS}x", text, ratio)
