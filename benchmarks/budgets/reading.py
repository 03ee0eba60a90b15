"""Reading a folder of page images: through the service with so many slots, and through bare engines in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.queues import Queue
from pathlib import Path

from benchmarks.service import Service
from schemas.documents import State
from workers.container import Container, read_settings

Images = Sequence[tuple[str, bytes]]
Read = Callable[[bytes], object]
WAIT_S = 900.0


def service_seconds(images: Images, slots: int) -> float:
    """From the drop of all pages at once until the warehouse has every one; every slot has read one page before."""
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        service = Service(Path(folder) / "var", {"TAMIZ_SLOTS": str(slots)})
        box = Container(read_settings(data=service.data))
        try:
            service.start()
            warm = [(f"warm-{number}-{images[number][0]}", images[number][1]) for number in range(slots)]
            _drop(service, warm)
            _until_loaded(box, slots)
            started = time.perf_counter()
            _drop(service, images[slots:])
            _until_loaded(box, len(images))
            return time.perf_counter() - started
        finally:
            service.stop()
            box.ledger.close()


def bare_seconds(images: Images, engines: int, reader: Callable[[], Read], warm: int | None = None) -> float:
    """The same pages through `engines` processes that hold nothing but what `reader` makes, warmed by the first `warm` pages (one each)."""
    first = engines if warm is None else warm
    context = multiprocessing.get_context("spawn")
    waiting: Queue[bytes | None] = context.Queue()
    said: Queue[str] = context.Queue()
    readers = [context.Process(target=_read_all, args=(waiting, said, images[number][1], reader), daemon=True) for number in range(engines)]
    for process in readers:
        process.start()
    for _ in readers:
        said.get(timeout=WAIT_S)
    started = time.perf_counter()
    for _, content in images[first:]:
        waiting.put(content)
    for _ in readers:
        waiting.put(None)
    for _ in readers:
        said.get(timeout=WAIT_S)
    taken = time.perf_counter() - started
    for process in readers:
        process.join()
    return taken


def tuned_reader() -> Read:
    """Our adapter as it is set by default, on one thread."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    from adapters import registry
    from adapters.imaging import PageImage

    engine = registry.create("ocr", "rapidocr")
    return lambda content: engine.read(PageImage(encoded=content, width_px=1, height_px=1))


def default_reader() -> Read:
    """rapidocr without a parameter: its own models, sizes, batches and threads."""
    import logging

    import rapidocr

    engine = rapidocr.RapidOCR()
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return engine


def _read_all(waiting: Queue[bytes | None], said: Queue[str], first: bytes, reader: Callable[[], Read]) -> None:
    read = reader()
    read(first)
    said.put("warm")
    while (content := waiting.get()) is not None:
        read(content)
    said.put("done")


def _drop(service: Service, images: Images) -> None:
    folder = service.bucket / "brochures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in images:
        beside = folder / f".{name}.part"
        beside.write_bytes(content)
        beside.rename(folder / name)


def _until_loaded(box: Container, count: int) -> None:
    deadline = time.perf_counter() + WAIT_S
    while (ended := box.ledger.counts().by_state).get(State.LOADED, 0) < count:
        if ended.get(State.DEAD, 0) + ended.get(State.REJECTED, 0):
            raise RuntimeError(f"a page could not be read: {ended}")
        if time.perf_counter() > deadline:
            raise TimeoutError(f"{count} pages were not loaded in {WAIT_S:.0f} s: {ended}")
        time.sleep(0.1)  # each look takes a millisecond of the cores that are measured
