"""The same code on Redis and Postgres: processes of their own, as on several hosts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from tests.e2e.conftest import wait_until

ROLES = (("api", "--port", "0"), ("keeper",), ("loader",), ("worker", "--queues", "text,bulk", "--slots", "2"))


@contextmanager
def process(environment: dict[str, str], log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as out:
        running = subprocess.Popen([sys.executable, "-m", "handlers.cli.main", *arguments], env={**os.environ, **environment}, stdout=out, stderr=out)
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


@pytest.fixture
def environment(tmp_path: Path, postgres_url: str, redis_url: str) -> dict[str, str]:
    """Settings of a deployment whose ledger, warehouse and broker are servers; each test has databases of its own."""
    name = f"t{time.time_ns()}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"create database {name}_ledger")
        connection.execute(f"create database {name}_warehouse")
    base = postgres_url.rsplit("/", 1)[0]
    redis.Redis.from_url(redis_url).flushall()
    return {
        "TAMIZ_DATA": str(tmp_path / "var"),
        "TAMIZ_BROKER_URL": redis_url,
        "TAMIZ_LEDGER_URL": f"{base}/{name}_ledger".replace("postgresql://", "postgresql+psycopg://"),
        "TAMIZ_WAREHOUSE_URL": f"{base}/{name}_warehouse",
        "TAMIZ_LEASE_S": "5",
        "TAMIZ_HEARTBEAT_S": "1",
    }


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def texts(environment: dict[str, str]) -> list[str]:
    with psycopg.connect(environment["TAMIZ_WAREHOUSE_URL"]) as connection:
        try:
            return [row[0] for row in connection.execute("select text from reviews order by text")]
        except psycopg.errors.UndefinedTable:
            return []


def drop(environment: dict[str, str], name: str, text: str) -> None:
    folder = Path(environment["TAMIZ_DATA"]) / "bucket" / "reviews"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps({"text": text, "stars": 5}))


def test_dropped_files_become_rows_in_postgres(environment: dict[str, str], log: Path) -> None:
    with ExitStack() as stack:
        for role in ROLES:
            stack.enter_context(process(environment, log, *role))
        for number in range(20):
            drop(environment, f"{number}.json", f"Review {number:02d}")
        wait_until(lambda: len(texts(environment)) == 20, 60, lambda: log.read_text()[-3000:])
        drop(environment, "0.json", "Review changed")
        wait_until(lambda: "Review changed" in texts(environment) and "Review 00" not in texts(environment), 60, lambda: log.read_text()[-3000:])
        assert len(texts(environment)) == 20


def test_a_wiped_broker_and_a_killed_worker_lose_nothing(environment: dict[str, str], log: Path, redis_url: str) -> None:
    with ExitStack() as stack:
        for role in ROLES[:3]:
            stack.enter_context(process(environment, log, *role))
        with process(environment, log, *ROLES[3]) as worker:
            for number in range(60):
                drop(environment, f"{number}.json", f"Review {number:02d}")
            wait_until(lambda: len(texts(environment)) >= 3, 60, lambda: log.read_text()[-3000:])
            worker.kill()
            redis.Redis.from_url(redis_url).flushall()
        stack.enter_context(process(environment, log, *ROLES[3]))
        wait_until(lambda: len(texts(environment)) == 60, 90, lambda: log.read_text()[-3000:])
        assert len(set(texts(environment))) == 60
