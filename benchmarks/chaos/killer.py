"""Kills a random process every few seconds, and remembers when and which."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.chaos.stores import Stores
from benchmarks.service import WORKERS, Service

WEIGHTS = {"parser-child": 55, "worker": 20, "loader": 10, "api": 5, "keeper": 5, "broker-wiped": 5}
"""Per cent of the kills."""

FREEZE_EVERY_S = 25.0
FREEZE_S = 19.0
"""Longer than a lease (15 s) and one sweep: the worker wakes up late and tries to write what it has."""


@dataclass(frozen=True)
class Kill:
    """One kill: `pid` is the process that died, `worker` the worker whose attempts died with it. `at` is wall time, as in the ledger."""

    at: float
    kind: str
    pid: int
    worker: int | None


class Killer:
    """Kills until it is stopped; everything at once when it is told."""

    def __init__(self, service: Service, stores: Stores, seed: int, mean_s: float) -> None:
        self.kills: list[Kill] = []
        self.freezes = 0
        self._service = service
        self._stores = stores
        self._rng = random.Random(f"{seed}/kills")
        self._mean_s = mean_s
        self._stop = threading.Event()
        self._quiet = threading.Lock()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._kill_now_and_then, self._freeze_now_and_then)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No more kills; who is frozen goes on."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def power_cut(self) -> float:
        """kill -9 of everything, supervisor included, and a new start; returns the seconds that took."""
        with self._quiet:
            workers = [self._service.pid_of(role) for role in WORKERS]
            at = time.time()
            self._service.kill()
            self.kills += [Kill(at, "everything", pid, pid) for pid in workers if pid is not None]
            return self._service.start()

    def by_kind(self) -> dict[str, int]:
        """How many of each; everything at once counts as one."""
        counts = Counter(kill.kind for kill in self.kills)
        if counts["everything"]:
            counts["everything"] = len({kill.at for kill in self.kills if kill.kind == "everything"})
        return {**dict.fromkeys(WEIGHTS, 0), **counts}

    def _kill_now_and_then(self) -> None:
        while not self._stop.wait(self._rng.expovariate(1 / self._mean_s)):
            kind = self._rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            with self._quiet:
                self._victims(kind)()

    def _victims(self, kind: str) -> Callable[[], None]:
        if kind == "parser-child":
            return self._kill_child
        if kind == "broker-wiped":
            return self._wipe_broker
        return lambda: self._kill_role(self._rng.choice(WORKERS) if kind == "worker" else kind, kind)

    def _kill_child(self) -> None:
        children = self._service.parser_children()
        if children:
            worker, child = self._rng.choice(children)
            self._kill(child, "parser-child", worker)

    def _kill_role(self, role: str, kind: str) -> None:
        pid = self._service.pid_of(role)
        if pid is not None:
            self._kill(pid, kind, pid if kind == "worker" else None)

    def _kill(self, pid: int, kind: str, worker: int | None) -> None:
        at = time.time()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills.append(Kill(at, kind, pid, worker))

    def _wipe_broker(self) -> None:
        self._stores.wipe_broker(self._service.data)
        self.kills.append(Kill(time.time(), "broker-wiped", 0, None))

    def _freeze_now_and_then(self) -> None:
        while not self._stop.wait(self._rng.expovariate(1 / FREEZE_EVERY_S)):
            pid = self._service.pid_of("worker")
            if pid is None:
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                self.freezes += 1
                self._stop.wait(FREEZE_S)
                os.kill(pid, signal.SIGCONT)
