"""Sends the documents: files renamed into place or written where they lie, observations repeated, uploads repeated under one key, all shuffled."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from benchmarks.chaos.documents import Planned, Way
from benchmarks.service import Service
from schemas.documents import document_id
from schemas.errors import LedgerUnavailable, NotFound, TamizError
from workers.container import BUCKET, Container

GAP_S = 1.5
"""Mean seconds between two things done to one document: about as long as one takes, so that many are overtaken in flight."""

_RETRY_S = 0.3
_SENDERS = 8


@dataclass
class Sent:
    """What was sent, and what came back."""

    ids: dict[int, str] = field(default_factory=dict)
    """Document id by number."""
    events: int = 0
    retries: int = 0
    """Requests repeated because nobody answered, or with 5xx."""
    refused: list[str] = field(default_factory=list)
    """Answers no sender should get."""


Action = Callable[[Planned], None]


class Feeder:
    """Works off one plan within about `seconds`; `stop` ends it early."""

    def __init__(self, service: Service, container: Container, seed: int, stop: threading.Event) -> None:
        self.sent = Sent()
        self._service = service
        self._box = container
        self._seed = seed
        self._stop = stop
        self._lock = threading.Lock()
        self._temporary = itertools.count()

    def run(self, documents: Sequence[Planned], seconds: float) -> None:
        """Send everything; returns when all senders are done. What a sender raises is raised here."""
        started = time.monotonic()
        with ThreadPoolExecutor(_SENDERS) as senders:
            shares = [documents[first::_SENDERS] for first in range(_SENDERS)]
            for future in [senders.submit(self._send_share, share, seconds, started) for share in shares]:
                future.result()

    def _send_share(self, documents: Sequence[Planned], seconds: float, started: float) -> None:
        rng = random.Random(f"{self._seed}/{documents[0].number if documents else 0}")
        timed: list[tuple[float, int, Planned, Action]] = []
        for one in documents:
            at = rng.uniform(0, seconds)
            for action in self._actions(rng, one):
                timed.append((at, len(timed), one, action))
                at += rng.expovariate(1 / GAP_S)
        for at, _, one, action in sorted(timed, key=lambda entry: entry[:2]):
            if self._stop.wait(max(0.0, started + at - time.monotonic())):
                return
            action(one)
            with self._lock:
                self.sent.events += 1

    def _actions(self, rng: random.Random, one: Planned) -> list[Action]:
        if one.way is Way.POST:
            actions: list[Action] = [self._post] * one.copies
        else:
            actions = [self._observe] if rng.random() < 0.1 else []  # an event may be ahead of what it is about
            for version in range(len(one.versions)):
                actions += [self._writer(version), *[self._observe] * (one.copies - 1)]
        if one.reprocessed and not one.deleted:
            actions.insert(rng.randint(1, len(actions)), self._reprocess)
        return [*actions, self._delete] if one.deleted else actions

    # --- what a sender does ---

    def _writer(self, version: int) -> Action:
        def write(one: Planned) -> None:
            path = self._service.bucket / one.key
            path.parent.mkdir(parents=True, exist_ok=True)
            if one.way is Way.PLAIN:
                path.write_bytes(one.versions[version])
            else:
                beside = path.with_name(f".{next(self._temporary)}.part")
                beside.write_bytes(one.versions[version])
                beside.rename(path)
            self._know(one, document_id(BUCKET, one.key))

        return write

    def _observe(self, one: Planned) -> None:
        """An event that comes again, or too early."""
        while not self._stop.is_set():
            try:
                self._box.intake.observe_key(one.key)
            except LedgerUnavailable:
                self._again()
            else:
                return

    def _post(self, one: Planned) -> None:
        answer = self._ask("POST", "/documents", headers={"Idempotency-Key": f"chaos-{one.number}"}, files={"file": (one.name, one.versions[-1])})
        if answer.status_code in (200, 202):
            self._know(one, answer.json()["document_id"])
        else:
            self._refuse(one, answer)

    def _reprocess(self, one: Planned) -> None:
        if one.way is Way.POST:
            answer = self._ask("POST", f"/documents/{self.sent.ids[one.number]}/reprocess", headers={"Content-Type": "application/json"})
            if answer.status_code >= 400:
                self._refuse(one, answer)
            return
        try:
            self._box.ledger.reprocess(document_id(BUCKET, one.key))
        except NotFound:  # its first event is still on the way
            return
        except TamizError:
            self._again()

    def _delete(self, one: Planned) -> None:
        if one.way is not Way.POST:
            (self._service.bucket / one.key).unlink()
            return
        answer = self._ask("DELETE", f"/documents/{self.sent.ids[one.number]}")
        if answer.status_code >= 400 and answer.status_code != 404:
            self._refuse(one, answer)

    def _ask(self, method: str, path: str, **request: object) -> httpx.Response:
        """One request, repeated until somebody answers it as something other than an accident: what every careful sender does."""
        deadline = time.monotonic() + 120
        while True:
            try:
                answer = httpx.request(method, self._service.url + path, timeout=20, **request)  # type: ignore[arg-type]
                if answer.status_code < 500:
                    return answer
            except httpx.HTTPError:
                answer = httpx.Response(503, text="nobody answered")
            if time.monotonic() > deadline or self._stop.is_set():
                return answer
            self._again()

    def _again(self) -> None:
        with self._lock:
            self.sent.retries += 1
        self._stop.wait(_RETRY_S)

    def _know(self, one: Planned, document: str) -> None:
        with self._lock:
            if self.sent.ids.setdefault(one.number, document) != document:
                self.sent.refused.append(f"{one.key}: the same upload became {document} and {self.sent.ids[one.number]}")

    def _refuse(self, one: Planned, answer: httpx.Response) -> None:
        with self._lock:
            self.sent.refused.append(f"{one.key}: {answer.status_code} {answer.text[:200]}")
