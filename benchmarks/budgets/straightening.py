"""What a page that lies straight pays for those that do not: the look for a photographed sheet and at the lines' direction, beside its OCR."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from benchmarks.budgets.pages import page_images
from benchmarks.measurement import Measurement

SHARE: Final = 0.02
MOST_PAGES: Final = 12
ROUNDS: Final = 3
BROCHURE: Final = Path(__file__).resolve().parents[2] / "samples" / "brochures" / "moolane-week-48.pdf"


def measure(pages: Path | None) -> Measurement:
    """Processor time of both on one thread, best of three rounds a page; without a folder of pages, those of the sample brochure are drawn."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    import cv2
    from PIL import Image

    from adapters import registry
    from adapters.decoding.straighten import encode, sheet_on
    from workers.pages.upright import confidence, sideways, slant

    cv2.setNumThreads(1)
    engine = registry.create("ocr", "rapidocr")
    looked, read = [], []
    for content in _contents(pages):
        picture = Image.open(BytesIO(content)).convert("RGB")
        page = engine.read(encode(picture.copy()))
        read.append(_best(lambda picture=picture: engine.read(encode(picture.copy()))))
        looked.append(_best(lambda picture=picture: sheet_on(picture)) + _best(lambda page=page: (confidence(page), sideways(page), slant(page))))
    share = sum(looked) / sum(read)
    text = f"{share:.1%} ({statistics.median(looked) * 1000:.0f} ms beside {statistics.median(read):.2f} s a page, {len(read)} pages)"
    return Measurement("straightening", "looks that a straight page pays, against its OCR", f"<= {SHARE:.0%}", text, share / SHARE)


def _contents(pages: Path | None) -> list[bytes]:
    if pages is not None:
        return [content for _, content in page_images(pages, MOST_PAGES)]
    import pypdfium2

    drawn = []
    with pypdfium2.PdfDocument(BROCHURE) as document:
        for page in document:
            out = BytesIO()
            page.render(scale=2).to_pil().convert("RGB").save(out, "PNG")
            drawn.append(out.getvalue())
    return drawn


def _best(run: Callable[[], object]) -> float:
    """Seconds of processor time."""
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        run()
        taken.append(time.process_time() - started)
    return min(taken)
