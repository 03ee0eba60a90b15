"""Resident memory of the parser child that reads pages: between pages, at its peak, and whether it grows."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import linear_regression

from adapters.sandbox.child import Child
from adapters.sandbox.workdir import make_workdir
from benchmarks import material
from benchmarks.budgets.pages import again, page_images
from benchmarks.chaos import engines
from benchmarks.measurement import Measurement, say
from workers.consumer import parser_spec
from workers.container import Container, read_settings
from workers.exchange import INPUT, WorkRequest

BETWEEN_MB, PEAK_MB, SLOPE_KB = 600, 800, 20
DRAWN, PAGES = 24, 500
"""Pages read when they are drawn here, and when a folder is given: that many in all, changed a little from the second round on."""

NULL_PAGES = 10_000
SETTLED = 0.5
"""Share of the pages after which growth counts: caches and heaps are full by then."""


@dataclass(frozen=True)
class Memory:
    """MB between pages and at the peak, kB a page of growth."""

    between: float
    peak: float
    slope: float


def measure(pages: Path | None) -> Measurement:
    """The real engine over the pages, then the null engine over ten thousand small ones."""
    engines.allow_here()
    images = page_images(pages, PAGES if pages else DRAWN)
    count = PAGES if pages else DRAWN
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        real = _resident(Container(read_settings(data=Path(folder) / "real")), partial(again, images), count)
        say(f"  {real}")
        null = Container(read_settings(data=Path(folder) / "null", plugins=engines.PLUGINS, **{**engines.CHOSEN, "nlp": "null"}))
        small = material.page_image("Natural yogurt 2.49")
        growth = _resident(null, lambda _: small, NULL_PAGES).slope
    text = (
        f"{real.between:.0f} MB between pages, {real.peak:.0f} MB at its peak, {real.slope:.1f} kB a page over {count} pages, "
        f"{growth:.2f} kB a page over {NULL_PAGES:,} through the null engine"
    )
    budget = f"<= {BETWEEN_MB} MB, <= {PEAK_MB} MB, <= {SLOPE_KB} kB a page"
    ratio = max(real.between / BETWEEN_MB, real.peak / PEAK_MB, real.slope / SLOPE_KB, growth / SLOPE_KB)
    return Measurement("memory", "resident memory of an OCR worker's child", budget, text, ratio)


def _resident(box: Container, page: Callable[[int], bytes], count: int) -> Memory:
    """Read pages 0 to `count` in one child that is never recycled."""
    spec = parser_spec(box)
    limits = spec.limits.model_copy(update={"recycle_after": 10**9, "recycle_above_bytes": 10**12, "resident_bytes": 4 * 1024**3})
    root = box.settings.data / "children"
    root.mkdir(parents=True)
    child = Child(spec.model_copy(update={"limits": limits}), make_workdir(root))
    sizes = []
    try:
        for number in range(count):
            content = page(number)
            (child.workdir / INPUT).write_bytes(content)
            child.call("work", _request(number, content).model_dump(mode="json"), deadline_s=300)
            child.settle()
            sizes.append(_megabytes(child, "VmRSS"))
        peak = _megabytes(child, "VmHWM")
    finally:
        child.close()
    late = sizes[int(len(sizes) * SETTLED) :]
    slope = linear_regression(range(len(late)), late).slope * 1000 if len(late) > 1 else 0.0
    return Memory(max(sizes), peak, slope)


def _request(number: int, content: bytes) -> WorkRequest:
    return WorkRequest(
        document_id="a" * 26,
        key=f"brochures/{number}.jpg",
        name=f"{number}.jpg",
        source_uri=f"file:///brochures/{number}.jpg",
        version=str(number),
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
    )


def _megabytes(child: Child, what: str) -> float:
    found = re.search(rf"^{what}:\s+(\d+) kB", Path(f"/proc/{child.pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0
