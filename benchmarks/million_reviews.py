"""`python -m benchmarks.million_reviews`: one file of a million reviews dropped into the bucket of a running service.

Says reviews a second from the drop to SQL, the most memory of every process, how long single reviews take to SQL meanwhile, and with `--kill` what
is left after SIGKILL of a parser child, a worker and the loader in the middle. `--reviews FILE` repeats real reviews (JSON lines with `text`), each
time with other words at its end, so that no two are alike.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

from benchmarks import material
from benchmarks.measurement import p, say
from benchmarks.service import Service, end_on_sigterm
from schemas.documents import State, document_id
from schemas.errors import NotFound
from workers.container import BUCKET, Container, read_settings

KEY = "reviews/million.jsonl"
WAIT_S = 3000.0
_WORDS = "market shelf monday basket cousin window yellow bottle morning recipe corner thursday".split()


def main() -> int:
    """0 when every review arrived once."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million_reviews", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--reviews", type=Path, help="JSON lines with `text` to repeat with changes; invented ones else")
    parser.add_argument("--kill", action="store_true", help="kill -9 a child, a worker and the loader while it runs")
    parser.add_argument("--warehouse", help="`postgresql://...` of an empty database instead of DuckDB")
    options = parser.parse_args()
    end_on_sigterm()
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        service = Service(Path(folder) / "var", _beside(options.warehouse) if options.warehouse else None)
        box = Container(read_settings(data=service.data))
        try:
            service.start()
            size = _written(service, options.reviews, options.count)
            watch = _Watch(service)
            watch.start()
            if options.kill:
                threading.Thread(target=_kill_some, args=(service,), daemon=True).start()
            seconds = _until_loaded(box)
            watch.stop()
            found = _count(service)
        finally:
            service.stop()
            box.ledger.close()
    say(f"{options.count / seconds:,.0f} reviews/s ({options.count:,} of {size / options.count:.0f} bytes in {seconds:.0f} s)")
    say("  memory, MB at most: " + ", ".join(f"{name} {most >> 20}" for name, most in sorted(watch.most.items())))
    if watch.taken:
        say(f"  single reviews meanwhile: p50 {p(0.5, watch.taken):.2f} s, p95 {p(0.95, watch.taken):.2f} s, {len(watch.taken)} of them")
    say(f"  rows {found[0]:,}, different review numbers {found[1]:,}")
    return 0 if found == (options.count, options.count) else 1


def _beside(url: str) -> dict[str, str]:
    """Settings of a deployment on that database, whoever its role is."""
    return {"TAMIZ_WAREHOUSE_URL": url, "TAMIZ_OPTIONS": json.dumps({"warehouse": {"postgres": {"allow_unconfined": True}}})}


def _written(service: Service, source: Path | None, count: int) -> int:
    """Bytes of the file, which appears by rename."""
    rng = random.Random(1)
    beside = service.bucket / "reviews" / ".million.part"
    beside.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("w", encoding="utf-8") as file:
        for row in _real(source, rng, count) if source else (material.review(rng) for _ in range(count)):
            file.write(json.dumps(row) + "\n")
    size = beside.stat().st_size
    beside.rename(service.bucket / KEY)
    return size


def _real(source: Path, rng: random.Random, count: int) -> Iterator[dict[str, object]]:
    rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
    for number in range(count):
        row = rows[number % len(rows)]
        text = f"{row['text']} {' '.join(rng.sample(_WORDS, 4))}"
        yield {"id": f"r{number}", "rating": row.get("stars"), "product": row.get("product"), "text": text}


class _Watch(threading.Thread):
    """Looks at every process's memory, and sends one review every two seconds to see how long it takes."""

    def __init__(self, service: Service) -> None:
        super().__init__(daemon=True)
        self._service = service
        self._ended = threading.Event()
        self.most: dict[str, int] = {}
        self.taken: list[float] = []

    def run(self) -> None:
        rng = random.Random(2)
        with httpx.Client(base_url=self._service.url, timeout=60) as client:
            number = 0
            while not self._ended.wait(0.5):
                self._look()
                if number % 4 == 0:
                    with suppress(httpx.HTTPError, TimeoutError):
                        self.taken.append(_single(client, rng, number))
                number += 1

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _look(self) -> None:
        roles = {self._service.pid_of(role): role for role in ("api", "keeper", "loader", "worker", "worker-small")}
        for process in self._service.processes():
            with suppress(psutil.Error):
                name = roles.get(process.pid, "child" if "adapters.sandbox.main" in process.cmdline() else "up")
                self.most[name] = max(self.most.get(name, 0), process.memory_info().rss)


def _single(client: httpx.Client, rng: random.Random, number: int) -> float:
    """Seconds from the POST of one review to its row."""
    name = f"single-{number}.json"
    started = time.perf_counter()
    content = material.reviews_json([material.review(rng)])
    client.post("/documents", files={"file": (name, content, "application/json")}, data={"kind": "review"}).raise_for_status()
    query = {"sql": f"select count(*) from reviews r join documents d using (document_id) where d.source_uri like '%/{name}'", "format": "json"}
    while time.perf_counter() - started < 60:
        row = client.post("/sql", json=query).raise_for_status().json()["rows"][0]
        if int(next(iter(row.values() if isinstance(row, dict) else row))) > 0:
            return time.perf_counter() - started
    raise TimeoutError(f"{name} did not become visible in 60 s")


def _kill_some(service: Service) -> None:
    """A child, the worker and the loader, some seconds apart. The supervisor starts them again."""
    for wait_s, victim in ((20, "child"), (10, "worker"), (10, "loader"), (30, "child"), (10, "loader")):
        time.sleep(wait_s)
        children = service.parser_children()
        pid = children[-1][1] if victim == "child" and children else service.pid_of(victim)
        if pid:
            say(f"  kill -9 {victim}")
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _until_loaded(box: Container) -> float:
    started = time.perf_counter()
    while time.perf_counter() - started < WAIT_S:
        with suppress(NotFound):
            status = box.ledger.document(document_id(BUCKET, KEY))
            if status.state is State.LOADED:
                return time.perf_counter() - started
            if status.state in (State.DEAD, State.REJECTED):
                raise RuntimeError(f"the file ended {status.state.value}: {status.error_code} {status.error_message}")
        time.sleep(0.05)
    raise TimeoutError(f"not loaded after {WAIT_S:.0f} s")


def _count(service: Service) -> tuple[int, int]:
    document = document_id(BUCKET, KEY)
    query = {"sql": f"select count(*) a, count(distinct review_no) b from reviews where document_id = '{document}'"}
    rows = httpx.post(f"{service.url}/sql", json=query, timeout=120).raise_for_status().json()["rows"]
    values = list(rows[0].values() if isinstance(rows[0], dict) else rows[0])
    return int(values[0]), int(values[1])


if __name__ == "__main__":
    raise SystemExit(main())
