"""A PDF brochure with a text layer: pages a second of one core, read only and with offers."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measurement import Measurement
from schemas.documents import Kind
from workers.container import Container, read_settings
from workers.pages.reading import read_pages
from workers.pipeline import Source, Steps, Tools

READ_PER_S, OFFERS_PER_S = 50, 20
PAGES = 100
TIMES = 3
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "brochures" / "moolane-week-48.pdf"
FIXTURES = ROOT / "tests" / "fixtures" / "pdf"
"""The same flyer by fifteen programs."""


def measure(pages: Path | None) -> Measurement:  # noqa: ARG001 - every budget has the same signature
    """Seconds of processor time, so that other programs do not count; best of a few rounds, turn by turn."""
    reading, offers = [], []
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        path = Path(folder) / "brochure.pdf"
        path.write_bytes(_long(SAMPLE.read_bytes()))
        box = Container(read_settings(data=Path(folder) / "var"))
        pipeline = _pipeline()
        for _ in range(TIMES):
            reading.append(_per_second(lambda: read_pages(_source(path), range(1, PAGES + 1), _tools(box, Path(folder)))))
            offers.append(_per_second(lambda: pipeline.extract(_source(path), None, _tools(box, Path(folder)))))
    program, slowest = min(_by_program().items(), key=lambda item: item[1])
    text = f"reading {max(reading):.0f} (slowest of {len(list(FIXTURES.glob('*.pdf')))} programs' files: {slowest:.0f}, {program}), "
    text += f"with offers {max(offers):.0f} pages/s a core"
    ratio = max(READ_PER_S / max(reading), READ_PER_S / slowest, OFFERS_PER_S / max(offers))
    return Measurement("text-layer", "PDF with a text layer", f"reading >= {READ_PER_S}, with offers >= {OFFERS_PER_S} pages/s a core", text, ratio)


def _pipeline():  # type: ignore[no-untyped-def]  # the concrete class is the pipeline's own business
    from workers.brochures.pipeline import BrochurePipeline

    return BrochurePipeline()


def _by_program() -> dict[str, float]:
    """Pages a second of the files of other programs, one page each, read again and again."""
    from adapters.decoding.pages import open_pages
    from schemas.settings import Limits

    speeds = {}
    for path in sorted(FIXTURES.glob("*.pdf")):
        with open_pages(path, "application/pdf", Limits()) as file:
            speeds[path.stem] = max(_per_second(lambda file=file: [file.text_layer(file.page_count) for _ in range(PAGES)]) for _ in range(TIMES))
    return speeds


def _per_second(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return PAGES / (time.process_time() - started)


def _tools(box: Container, folder: Path) -> Tools:
    return box.engines.tools(Kind.BROCHURE, folder, Steps())


def _source(path: Path) -> Source:
    return Source(
        path=path,
        name=path.name,
        document_id="a" * 26,
        source_uri=path.as_uri(),
        version="1",
        media_type="application/pdf",
        size_bytes=path.stat().st_size,
        sha256="0" * 64,
    )


def _long(sample: bytes) -> bytes:
    """The sample's pages over and over."""
    import pypdfium2

    short, long = pypdfium2.PdfDocument(sample), pypdfium2.PdfDocument.new()
    while len(long) < PAGES:
        long.import_pages(short)
    out = io.BytesIO()
    long.save(out)
    return out.getvalue()
