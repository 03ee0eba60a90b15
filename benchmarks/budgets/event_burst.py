"""10,000 uploads of one small review each, sent at an even pace within 10 s: how soon each is acknowledged, and whether any is lost."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path

from benchmarks import material
from benchmarks.measurement import Measurement, p
from benchmarks.service import Service
from workers.container import Container, read_settings

EVENTS, SECONDS = 10_000, 10.0
P99_S = 0.5
CONNECTIONS = 32
DRAIN_S = 120.0


def measure(pages: Path | None) -> Measurement:  # noqa: ARG001 - every budget has the same signature
    """An acknowledgement's delay counts from when its event was due to be sent, so that a slow service cannot slow its own measurement."""
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        service = Service(Path(folder) / "var")
        box = Container(read_settings(data=service.data))
        try:
            service.start()
            started = time.perf_counter()
            delays, refused = asyncio.run(_burst(service))
            took = time.perf_counter() - started
            known = sum(box.ledger.counts().by_state.values())
        finally:
            service.stop()
            box.ledger.close()
    lost = len(delays) - known
    most, half = p(0.99, delays), p(0.5, delays)
    text = f"p99 {most * 1000:.0f} ms, p50 {half * 1000:.0f} ms; {lost} lost, {refused} refused; {len(delays) / took:.0f} acknowledged/s"
    ratio = max(most / P99_S, 10.0 if lost or refused else 0.0)
    return Measurement("event-burst", "10,000 events in 10 s through POST", "p99 acknowledged <= 500 ms, none lost", text, ratio)


async def _burst(service: Service) -> tuple[list[float], int]:
    """Delays of the acknowledged ones in seconds, and how many were refused."""
    rng = random.Random(1)
    bodies = [material.reviews_json([material.review(rng)]) for _ in range(EVENTS)]
    delays: list[float] = []
    refused = 0
    numbers = iter(range(EVENTS))
    start = time.perf_counter() + 0.5

    async def send() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        for number in numbers:
            due = start + number * SECONDS / EVENTS
            if (ahead := due - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            writer.write(_request(service.port, bodies[number]))
            if await _status(reader) == 202:
                delays.append(time.perf_counter() - due)
            else:
                refused += 1
        writer.close()

    async with asyncio.timeout(SECONDS + DRAIN_S):
        await asyncio.gather(*(send() for _ in range(CONNECTIONS)))
    return delays, refused


def _request(port: int, body: bytes) -> bytes:
    head = f"POST /documents HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one whole answer; its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])
