"""A file of 100,000 reviews to SQL, with the default language engine."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from benchmarks import material
from benchmarks.measurement import Measurement
from benchmarks.service import Service
from schemas.documents import State, document_id
from schemas.errors import NotFound
from workers.container import BUCKET, Container, read_settings

LIMIT_PER_S = 5_000
REVIEWS = 100_000
KEY = "reviews/hundred-thousand.jsonl"
WAIT_S = 600.0


def measure(pages: Path | None) -> Measurement:  # noqa: ARG001 - every budget has the same signature
    """Reviews a second from the drop until the warehouse has them all."""
    rng = random.Random(1)
    content = material.reviews_jsonl([material.review(rng) for _ in range(REVIEWS)])
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        service = Service(Path(folder) / "var")
        box = Container(read_settings(data=service.data))
        try:
            service.start()
            seconds = _until_loaded(service, box, content)
        finally:
            service.stop()
            box.ledger.close()
    text = f"{REVIEWS / seconds:,.0f} reviews/s ({len(content) / 1e6:.0f} MB in {seconds:.0f} s)"
    return Measurement(
        "review-throughput", "a file of 100,000 reviews to SQL", f">= {LIMIT_PER_S:,} reviews/s", text, LIMIT_PER_S * seconds / REVIEWS
    )


def _until_loaded(service: Service, box: Container, content: bytes) -> float:
    beside = service.bucket / "reviews" / ".large.part"
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_bytes(content)
    started = time.perf_counter()
    beside.rename(service.bucket / KEY)
    while time.perf_counter() - started < WAIT_S:
        try:
            status = box.ledger.document(document_id(BUCKET, KEY))
        except NotFound:
            status = None
        if status is not None and status.state in (State.LOADED, State.DEAD, State.REJECTED):
            if status.state is not State.LOADED:
                raise RuntimeError(f"the file ended {status.state.value}: {status.error_code} {status.error_message}")
            return time.perf_counter() - started
        time.sleep(0.05)
    raise TimeoutError(f"not loaded after {WAIT_S:.0f} s")
