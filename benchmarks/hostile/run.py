"""Drops everything hostile beside good documents into a running service with its real engines, and looks what became of it."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from benchmarks import material
from benchmarks.hostile import bombs, mutants, oddities
from benchmarks.hostile.watch import Fence, MemoryWatch, pids
from benchmarks.service import Service
from schemas.documents import State, document_id
from schemas.errors import error_for_code
from schemas.ledger import DocumentStatus
from schemas.warehouse import QueryLimits
from workers.container import BUCKET, Container, read_settings

CAP_BYTES = 1 << 30
"""TAMIZ_CHILD_MEMORY_BYTES as it ships."""

OVERSHOOT = 1.1
"""The parent reads a child's memory every 50 ms; what it allocates in between is let through."""

TIMEOUT_S = 30.0
GOOD = 20
_ENDED = {State.LOADED, State.REJECTED, State.DEAD}


@dataclass
class Findings:
    """What was seen; `violations` must be empty."""

    files: int = 0
    seconds: float = 0.0
    states: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    refused_uploads: dict[str, int] = field(default_factory=dict)
    crashed_parsers: list[str] = field(default_factory=list)
    """Typed all the same: the child died, the document is dead, nobody else noticed."""
    child_peak_mib: int = 0
    worker_peak_mib: int = 0
    good_latency_s: dict[str, float] = field(default_factory=dict)
    slowest_s: float = 0.0
    violations: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Attack:
    """How much is dropped: mutants of each seed, whether the bombs that take seconds to make are in it, and a folder of more."""

    seed: int
    mutants_each: int = 12
    also: Path | None = None
    minutes: float = 25.0


def attack(root: Path, wanted: Attack, files: Iterable[tuple[str, bytes]] | None = None) -> Findings:
    """Run it all below `root`. `files` replaces what is generated."""
    fence = Fence(root, (root / "var", root / "var.log"))
    service = Service(root / "var", {**fence.environment, "TAMIZ_DOCUMENT_TIMEOUT_S": str(TIMEOUT_S)})
    box = Container(read_settings(data=service.data))
    found, started = Findings(), time.monotonic()
    hostile = chain(files if files is not None else generated(wanted), _more(wanted.also))
    try:
        service.start()
        before = pids(service)
        with MemoryWatch(service) as memory:
            keys, good = _drop(service, hostile, wanted.seed)
            keys += oddities.named_files(service.bucket)
            oddities.plant(service.bucket)
            uploads = _upload(service, found)
            _wait(box, [document_id(BUCKET, key) for key in (*keys, *good)] + uploads, found, wanted.minutes * 60)
        _check_processes(service, before, found)
        _check_rows(box, found)
        service.stop()
    finally:
        service.kill()
    found.files, found.seconds = len(keys) + len(uploads), round(time.monotonic() - started, 1)
    found.child_peak_mib, found.worker_peak_mib = memory.peak_bytes >> 20, memory.worker_peak_bytes >> 20
    _check_documents(box, good, found)
    if memory.peak_bytes > CAP_BYTES * OVERSHOOT:
        found.violations.append(f"a parser child reached {found.child_peak_mib} MiB; its cap is {CAP_BYTES >> 20}")
    found.violations += [f"written outside the data directory: {path}" for path in fence.broken()]
    box.ledger.close()
    return found


def generated(wanted: Attack) -> Iterable[tuple[str, bytes]]:
    """Everything this project makes itself."""
    return chain(bombs.claims(), bombs.bombs(), oddities.liars(), oddities.texts(), mutants.mutants(random.Random(wanted.seed), wanted.mutants_each))


def _more(folder: Path | None) -> Iterable[tuple[str, bytes]]:
    """Files of a folder; the name of their own folder stays, but as no key pattern: the content decides what they are."""
    if folder is not None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield f"also-{path.parent.name}/{path.name}", path.read_bytes()


def _drop(service: Service, hostile: Iterable[tuple[str, bytes]], seed: int) -> tuple[list[str], dict[str, float]]:
    """Hostile files by rename, a good one every now and then; keys, and when (wall time) each good one was dropped."""
    rng = random.Random(f"{seed}/good")
    keys: list[str] = []
    good: dict[str, float] = {}
    files = list(hostile)
    every = max(1, len(files) // GOOD)
    for number, (key, content) in enumerate(files):
        _put(service.bucket, key, content)
        keys.append(key)
        if number % every == 0 and len(good) < GOOD:
            name = f"reviews/good-{len(good)}.json"
            _put(service.bucket, name, material.reviews_json([material.review(rng) for _ in range(3)]))
            good[name] = time.time()
    return keys, good


def _put(bucket: Path, key: str, content: bytes) -> None:
    path = bucket / key
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(".dropping.part")
    beside.write_bytes(content)
    beside.rename(path)


def _upload(service: Service, found: Findings) -> list[str]:
    """A text under every hostile name; the ids of those that were taken. The others must be refused with a typed problem."""
    taken: list[str] = []
    codes: Counter[str] = Counter()
    for number, name in enumerate(oddities.POST_NAMES):
        headers = {"Content-Type": "text/plain", "X-File-Name": quote(name.encode("utf-8", "surrogatepass"))}
        answer = httpx.post(f"{service.url}/documents", headers=headers, content=f"A harmless text, number {number}.\n".encode(), timeout=30)
        if answer.status_code in (200, 202):
            taken.append(answer.json()["document_id"])
        elif answer.status_code < 500:
            codes[answer.json()["code"]] += 1
        else:
            found.violations.append(f"uploading {name[:40]!r} was answered {answer.status_code}")
    found.refused_uploads = dict(codes)
    return taken


def _wait(box: Container, documents: list[str], found: Findings, seconds: float) -> None:
    """Until every document has ended and the warehouse knows."""
    deadline, last = time.monotonic() + seconds, 0.0
    while time.monotonic() < deadline:
        counts = box.ledger.counts()
        if sum(counts.by_state.values()) >= len(documents) and not counts.waiting and not counts.pending_load:
            return
        if time.monotonic() - last > 15:
            last = time.monotonic()
            print(f"{counts.waiting} wait, {counts.pending_load} to be loaded", file=sys.stderr, flush=True)
        time.sleep(0.3)
    found.violations.append(f"not everything ended within {seconds / 60:.0f} minutes: {box.ledger.counts().model_dump_json()}")


def _check_processes(service: Service, before: Mapping[str, int | None], found: Findings) -> None:
    for role, pid in pids(service).items():
        if pid != before[role]:
            found.violations.append(f"the process {role} died: {before[role]} became {pid}")


def _check_rows(box: Container, found: Findings) -> None:
    """No row holds what only /etc/passwd does."""
    limits = QueryLimits(rows=100, seconds=60)
    leaked = box.warehouse.query(f"select document_id from extractions where payload::varchar like '%{oddities.SECRET}%'", limits)
    box.warehouse.close()
    found.violations += [f"{row[0]} shows what stands in /etc/passwd" for row in leaked.rows]


def _check_documents(box: Container, good: Mapping[str, float], found: Findings) -> None:
    from benchmarks.chaos.audit import all_documents

    states: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    by_key: dict[str, DocumentStatus] = {}
    for status in all_documents(box.ledger):
        by_key[status.key] = status
        states[status.state.value] += 1
        if status.state not in _ENDED:
            found.violations.append(f"{status.key[:80]!r} is {status.state.value}")
        elif status.state is not State.LOADED:
            codes[status.error_code or "none"] += 1
            _check_code(status, found)
        found.slowest_s = max(found.slowest_s, round((status.duration_ms or 0) / 1000, 1))
    found.states, found.codes = dict(states), dict(codes.most_common())
    latencies = []
    for key, dropped in good.items():
        ended = by_key.get(key)
        if ended is None or ended.state is not State.LOADED or ended.loaded_at is None:
            found.violations.append(f"the good document {key} is {ended.state.value if ended else 'unknown'}")
        else:
            latencies.append(ended.loaded_at.timestamp() - dropped)
    if latencies:
        found.good_latency_s = {"median": round(statistics.median(latencies), 2), "max": round(max(latencies), 2)}


def _check_code(status: DocumentStatus, found: Findings) -> None:
    try:
        error_for_code(status.error_code or "", "")
    except ValueError:
        found.violations.append(f"{status.key[:80]!r} ended with the code {status.error_code!r}, which is none")
    if status.error_code == "parser_crashed":
        found.crashed_parsers.append(f"{status.key[:80]!r}: {status.error_message}")
        if "failed on the document with" in (status.error_message or ""):  # no native code died: an exception nobody typed is a bug
            found.violations.append(found.crashed_parsers[-1])


def summary(found: Findings) -> dict[str, Any]:
    """As JSON."""
    return dict(vars(found))
