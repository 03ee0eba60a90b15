"""Loaders on a real ledger that come two and four at a time and are killed at any moment: what SQL shows at the end is the oracle."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.testing.ledger_driver import REJECTED, Driver, ManualClock
from adapters.testing.warehouse import texts_of
from schemas.documents import document_id
from schemas.ledger import result_key
from schemas.warehouse import QueryLimits
from tests.integration.loading_process import world
from tests.unit.workers.loading_fakes import extraction

ROOT = Path(__file__).parents[2]
DOCUMENTS, STEPS, PATIENCE_S = 8, 60, 60.0
LIMITS = QueryLimits(seconds=30.0)


def start(folder):
    command = [sys.executable, "-m", "tests.integration.loading_process", str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout.readline() == "ready\n"
    return process


class Bucket:
    """Random events of a few documents, and what SQL must show of them in the end."""

    def __init__(self, drive, results, chance):
        self.drive, self.results, self.chance = drive, results, chance
        self.expected = {}
        self.version = 0

    def step(self):
        key = f"{self.chance.randrange(DOCUMENTS)}.csv"
        self.version += 1
        self.chance.choice([self.extract, self.extract, self.extract, self.remove, self.reject])(key, document_id("bucket", key))

    def extract(self, key, document):
        lease = self.drive.claim(self.drive.put(key, str(self.version)))
        texts = [f"{key} {self.version} {number}" for number in range(self.chance.randrange(4))]
        payload = extraction(document, texts).model_dump_json(by_alias=True).encode()
        self.results.put(result_key(lease.task, lease.attempt), io.BytesIO(payload))
        self.drive.finish(lease)
        self.expected[document] = ("loaded", str(self.version), texts)

    def remove(self, key, document):
        self.drive.vanish(key)
        self.expected.pop(document, None)

    def reject(self, key, document):
        lease = self.drive.claim(self.drive.put(key, str(self.version)))
        self.drive.fail(lease, REJECTED)
        self.expected[document] = ("rejected", str(self.version), [])


def shown(warehouse):
    """Status, version and texts of every document in the warehouse."""
    texts = texts_of(warehouse)
    rows = warehouse.query("SELECT document_id, status, version FROM documents", LIMITS).rows
    assert len(rows) == len({document for document, _, _ in rows}), "a document is there twice"
    assert set(texts) <= {document for document, _, _ in rows}
    return {document: (status, version, texts.get(document, [])) for document, status, version in rows}


@pytest.mark.parametrize("loaders", [2, 4])
def test_killed_and_competing_loaders_end_where_the_ledger_is(tmp_path, loaders):
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    (tmp_path / "results").mkdir()
    ledger, results, warehouse = world(tmp_path)
    ledger.migrate()
    warehouse.migrate()
    bucket = Bucket(Driver(ledger, ManualClock()), results, chance)
    processes = [start(tmp_path) for _ in range(loaders)]
    try:
        for number in range(STEPS):
            bucket.step()
            if number % 20 == 19:
                place = chance.randrange(loaders)
                os.kill(processes[place].pid, signal.SIGKILL)
                processes[place].communicate()
                processes[place] = start(tmp_path)
        deadline = time.monotonic() + PATIENCE_S
        while ledger.changes(1) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert ledger.changes(10) == []
        assert shown(warehouse) == bucket.expected
    finally:
        for process in processes:
            process.communicate()
        warehouse.close()
        ledger.close()
    assert [process.returncode for process in processes] == [0] * loaders
