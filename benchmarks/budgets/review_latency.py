"""From the drop of a review file (one review) to its row in SQL."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks import material
from benchmarks.measurement import Measurement, p
from benchmarks.service import Service

P50_S, P95_S = 0.3, 1.0
TIMES, WARM = 50, 3


def measure(pages: Path | None) -> Measurement:  # noqa: ARG001 - every budget has the same signature
    """p50 and p95 over fifty files, one after another, asked through `POST /sql`."""
    rng = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        service = Service(Path(folder) / "var")
        try:
            service.start()
            with httpx.Client(base_url=service.url, timeout=60) as client:
                taken = [_one(service, client, rng, number) for number in range(TIMES + WARM)][WARM:]
        finally:
            service.stop()
    half, most = p(0.5, taken), p(0.95, taken)
    text = f"p50 {half:.2f} s, p95 {most:.2f} s"
    return Measurement(
        "review-latency", "drop of one review to visible in SQL", f"p50 <= {P50_S} s, p95 <= {P95_S:g} s", text, max(half / P50_S, most / P95_S)
    )


def _one(service: Service, client: httpx.Client, rng: random.Random, number: int) -> float:
    path = service.bucket / "reviews" / f"latency-{number}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(".latency.part")
    beside.write_bytes(material.reviews_json([material.review(rng)]))
    query = {"sql": f"select count(*) from reviews r join documents d using (document_id) where d.source_uri like '%/latency-{number}.json'"}
    started = time.perf_counter()
    beside.rename(path)
    while time.perf_counter() - started < 60:
        answer = client.post("/sql", json=query).raise_for_status().json()
        if int(next(iter(answer["rows"][0].values() if isinstance(answer["rows"][0], dict) else answer["rows"][0]))) > 0:
            return time.perf_counter() - started
    raise TimeoutError(f"{path.name} did not become visible in 60 s")
