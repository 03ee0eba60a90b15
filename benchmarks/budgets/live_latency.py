"""From a word's end at the microphone to its utterance at the client, two calls held at a time."""

from __future__ import annotations

import json
import tempfile
import threading
import time
import wave
from pathlib import Path

from websockets.sync.client import ClientConnection, connect

from benchmarks.measurement import Measurement, p
from benchmarks.service import Service

CALL = Path(__file__).resolve().parents[2] / "samples" / "calls" / "late-delivery.wav"
CALLS = 2
FRAME_S = 0.02
BUDGET_S = 1.0


def measure(pages: Path | None) -> Measurement:  # noqa: ARG001 - every budget has the same signature
    """The sample call, sent at the pace of speech by two clients at once. A message counts from the last voice it covers."""
    taken: dict[str, list[float]] = {"partial": [], "final": []}
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        service = Service(Path(folder) / "var")
        try:
            service.start()
            clients = [threading.Thread(target=_hold, args=(service.url.replace("http", "ws"), taken)) for _ in range(CALLS)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
        finally:
            service.stop()
    most = {kind: p(0.95, values) for kind, values in taken.items()}
    text = ", ".join(f"{kind} p50 {p(0.5, values):.2f} s, p95 {most[kind]:.2f} s ({len(values)})" for kind, values in taken.items())
    return Measurement(
        "live-latency", f"last voice to its utterance, {CALLS} live calls", f"p95 <= {BUDGET_S:g} s", text, max(most.values()) / BUDGET_S
    )


def _hold(url: str, taken: dict[str, list[float]]) -> None:
    """One call; the clock starts when the recogniser has loaded."""
    with wave.open(str(CALL)) as file, connect(f"{url}/calls/stream", open_timeout=60) as call:
        rate, channels = file.getframerate(), file.getnchannels()
        call.send(json.dumps({"sample_rate": rate, "channels": channels, "language": "en"}))
        call.recv(timeout=120)
        started = time.perf_counter()
        listener = threading.Thread(target=_listen, args=(call, started, taken))
        listener.start()
        sent = 0
        while pcm := file.readframes(round(rate * FRAME_S)):
            sent += 1
            time.sleep(max(0.0, started + sent * FRAME_S - time.perf_counter()))
            call.send(pcm)
        call.send('{"end": true}')
        listener.join()


def _listen(call: ClientConnection, started: float, taken: dict[str, list[float]]) -> None:
    for message in call:
        told = json.loads(message)
        if told["type"] in taken:
            taken[told["type"]].append(time.perf_counter() - started - told["end_s"])
