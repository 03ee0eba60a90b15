"""Second phase: messages that vanish in the broker after they were published, and how soon the sweeper makes up for it."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import material
from benchmarks.chaos import engines
from benchmarks.chaos.run import container, percentiles
from benchmarks.service import WORKERS, Service
from schemas.documents import CostClass, State, document_id
from schemas.errors import NotFound
from workers.container import BUCKET, Container

SLOTS = 12
"""So that the window (2 x slots per queue) lets a batch of this many be published at once."""

QUEUES = {CostClass.TEXT: ("documents", "txt"), CostClass.OCR: ("scans", "png"), CostClass.AUDIO: ("calls", "wav")}
WAIT_S = 90.0


def lose_messages(folder: Path, seed: int, count: int) -> dict[str, Any]:
    """Lose `count` messages, a window at a time: stop the workers, let the service publish, remove the message files, let the workers go on."""
    data = folder / "var"
    service = Service(data, {**engines.environment(), "TAMIZ_SLOTS": str(SLOTS)})
    box = container(data, slots=SLOTS)
    rng = random.Random(f"{seed}/lost")
    lost: dict[str, float] = {}
    try:
        service.start()
        _warm_up(service, box)
        while len(lost) < count:
            _signal_workers(service, signal.SIGSTOP)
            batch = _drop(service, rng, len(lost), min(count - len(lost), 2 * SLOTS * len(QUEUES)))
            lost |= _lose(service, box, batch)
            _say(f"{len(lost)} messages lost; waiting for them ...")
            _settle(box, batch)
        service.stop()
    finally:
        service.kill()
    waited = [_claimed_at(box, document) - at for document, at in lost.items() if _loaded(box, document)]
    box.ledger.close()
    missing = len(lost) - len(waited)
    return {
        "lost": len(lost),
        "recovered": len(waited),
        "from_loss_to_claim_s": percentiles(waited),
        "violations": [f"{missing} of {len(lost)} lost messages were not made up for"] if missing else [],
    }


def _warm_up(service: Service, box: Container) -> None:
    """Start a parser child in every slot: a claim must not wait for a slot whose child is still being started."""
    _settle(box, _drop(service, random.Random(0), 10**6, 4 * SLOTS))


def _drop(service: Service, rng: random.Random, first: int, count: int) -> list[str]:
    """Put `count` new documents into the bucket; their ids."""
    keys = []
    for number in range(first, first + count):
        folder, ending = list(QUEUES.values())[number % len(QUEUES)]
        content = {
            "txt": lambda: material.prose(rng, 3).encode(),
            "png": lambda: material.page_image(material.sentence(rng)),
            "wav": lambda: material.tone(rng, 0.3, 1),
        }[ending]()
        path = service.bucket / folder / f"lost-{number}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.part")
        beside.write_bytes(content)
        beside.rename(path)
        keys.append(f"{folder}/{path.name}")
    return [document_id(BUCKET, key) for key in keys]


def _lose(service: Service, box: Container, batch: list[str]) -> dict[str, float]:
    """Wait until the batch is published, remove its message files, let the workers go on; when each message was lost (wall time)."""
    deadline = time.monotonic() + WAIT_S
    while sum(box.ledger.counts().published.values()) < len(batch) and time.monotonic() < deadline:
        time.sleep(0.02)
    lost: dict[str, float] = {}
    for path in (service.data / "broker").glob("*/[0-9]*"):
        document = next((one for one in batch if one in _text(path)), None)
        path.unlink(missing_ok=True)
        if document is not None:
            lost[document] = time.time()
    _signal_workers(service, signal.SIGCONT)
    return lost


def _text(path: Path) -> str:
    """A message with its body decoded: Celery's arguments are base64 in the embedded transport."""
    import base64
    import json

    try:
        return base64.b64decode(json.loads(path.read_text())["body"]).decode()
    except (OSError, ValueError, KeyError):
        return ""


def _signal_workers(service: Service, number: int) -> None:
    for role in WORKERS:
        pid = service.pid_of(role)
        if pid is not None:
            os.kill(pid, number)


def _settle(box: Container, batch: list[str]) -> None:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline and not all(_loaded(box, document) for document in batch):
        time.sleep(0.2)


def _loaded(box: Container, document: str) -> bool:
    try:
        return box.ledger.document(document).state is State.LOADED
    except NotFound:  # nobody has looked at the folder yet
        return False


def _claimed_at(box: Container, document: str) -> float:
    """When the document was first claimed, wall time."""
    return next(step.at for step in box.ledger.history(document) if step.to_state == State.PROCESSING).timestamp()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
