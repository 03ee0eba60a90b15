"""What the processes of `test_ledger_processes` do; each opens the ledger for itself."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

from adapters.ledger.database import Clock
from adapters.ledger.sql import PostgresLedger, SqliteLedger, SqlLedger
from adapters.testing.ledger_driver import REJECTED, ROUTED, TERMINAL, TRANSIENT, attachment, stat
from schemas.documents import CostClass, ObjectStat
from schemas.errors import Conflict, LeaseLost, NotFound
from schemas.ledger import Done, Lease, TaskId, result_key


def open_ledger(place: str, clock: Clock | None = None) -> SqlLedger:
    """The ledger at a URL or a path."""
    if place.startswith("postgresql"):
        return PostgresLedger(PostgresLedger.Options(), url=place, clock=clock)
    return SqliteLedger(SqliteLedger.Options(busy_timeout_s=60), path=Path(place), clock=clock)


def finish(ledger: SqlLedger, lease: Lease, attachments: int = 0) -> None:
    """Complete an attempt."""
    found = tuple(attachment(lease.task.document_id, number, "1") for number in range(1, attachments + 1))
    ledger.complete(lease, Done(result_key=result_key(lease.task, lease.attempt), routed=ROUTED, attachments=found))


def work_off(place: str, seed: int, tasks: list[TaskId], lease_s: float, dies_after: int | None) -> None:
    """Try to claim every task, in an order of our own, and complete what we get; die by SIGKILL with the lease in hand after so many."""
    ledger = open_ledger(place)
    shuffled = list(tasks)
    random.Random(seed).shuffle(shuffled)
    done = 0
    for task in shuffled:
        lease = ledger.claim(task, f"worker-{seed}", lease_s)
        if lease is not None:
            if done == dies_after:
                os.kill(os.getpid(), signal.SIGKILL)
            finish(ledger, lease)
            done += 1
    ledger.close()


def look(ledger: SqlLedger, folder: Path, key: str) -> str:
    """Observe a file whose content is its version."""

    def probe() -> ObjectStat | None:
        try:
            return stat(key, (folder / key).read_text())
        except FileNotFoundError:
            return None

    return ledger.observe("bucket", key, probe).outcome.value


def tumble(place: str, seed: int, folder: str, keys: list[str], steps: int) -> None:
    """Do at random whatever handlers, workers, sweeper, loader and people may do at the same time."""
    ledger, luck = open_ledger(place), random.Random(seed)
    for step in range(steps):
        key = luck.choice(keys)
        action = luck.choice(["write", "write", "delete", "work", "work", "work", "again", "sweep", "load"])
        if action == "write":
            draft = Path(folder) / f".{seed}"
            draft.write_text(f"{seed}-{step}")
            draft.rename(Path(folder) / key)
            look(ledger, Path(folder), key)
        elif action == "delete":
            (Path(folder) / key).unlink(missing_ok=True)
            look(ledger, Path(folder), key)
        elif action == "work":
            _work(ledger, luck, seed)
        elif action == "again":
            _again(ledger, luck)
        elif action == "sweep":
            ledger.sweep(0.0)
        else:
            changes = ledger.changes(50)
            ledger.loaded([(change.document_id, change.load_seq) for change in changes])
    ledger.close()


def _work(ledger: SqlLedger, luck: random.Random, seed: int) -> None:
    for due in ledger.publishable(luck.choice([CostClass.TEXT, CostClass.BULK]), 4):
        lease = ledger.claim(due.task, f"worker-{seed}", 0.05)
        if lease is None:
            continue
        try:
            if luck.random() < 0.3:
                ledger.fail(lease, luck.choice([TRANSIENT.model_copy(update={"retry_after_s": 0.0}), TERMINAL, REJECTED]), 8)
            else:
                ledger.heartbeat(lease, 0.05)
                finish(ledger, lease, attachments=luck.randrange(3))
        except LeaseLost:
            continue


def _again(ledger: SqlLedger, luck: random.Random) -> None:
    documents = ledger.documents(limit=50)
    if documents:
        try:
            verb = luck.choice([ledger.reprocess, ledger.redrive])
            verb(luck.choice(documents).document_id)
        except (NotFound, Conflict):
            return
