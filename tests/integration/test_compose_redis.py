"""The broker settings of docker-compose.yml in a real Redis: our traffic passes, anybody else's and administration do not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.documents import CostClass
from tests.servers import free_port
from workers.app import TASK, make_app

ROOT = Path(__file__).parents[2]
PASSWORD = "0123456789abcdef"

pytestmark = pytest.mark.needs_redis


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis that runs the composed redis.conf, moved to a loopback port and a folder of its own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is missing: apt-get install redis-server")
    folder, port = tmp_path_factory.mktemp("redis"), free_port()
    text = str(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["configs"]["redis_conf"]["content"])
    start, end = text.index("${"), text.index("}") + 1
    (folder / "redis.conf").write_text(text[:start] + PASSWORD + text[end:])
    command = [program, str(folder / "redis.conf"), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"redis://tamiz:{PASSWORD}@127.0.0.1:{port}/0"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait_for(port: int) -> None:
    import redis

    deadline = time.monotonic() + 30
    with redis.Redis(port=port, username="tamiz", password=PASSWORD) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return


@pytest.fixture
def client(broker: str) -> Iterator[Any]:
    import redis

    with redis.Redis.from_url(broker, decode_responses=True) as client:
        yield client


def test_ids_pass_through_and_are_acknowledged(broker: str, tmp_path: Path, client: Any) -> None:
    app = make_app(broker, tmp_path)
    app.send_task(TASK, args=["an-id"], queue=CostClass.OCR.value)
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue(CostClass.OCR.value)
        message = queue.get(timeout=10)
        assert message.payload[0] == ["an-id"]
        assert client.hlen("unacked") == 1
        message.ack()
        assert client.hlen("unacked") == 0
        queue.close()
    app.close()


def test_nobody_enters_without_the_password(broker: str) -> None:
    import redis

    with redis.Redis.from_url(broker.replace(f"tamiz:{PASSWORD}@", "")) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.lpush("ocr", "a forged task")


@pytest.mark.parametrize("command", [("FLUSHALL",), ("CONFIG", "GET", "*"), ("KEYS", "*"), ("SHUTDOWN", "NOSAVE"), ("ACL", "LIST")])
def test_the_broker_user_cannot_administer(client: Any, command: tuple[str, ...]) -> None:
    import redis

    with pytest.raises(redis.exceptions.NoPermissionError):
        client.execute_command(*command)


def test_it_writes_its_log_and_never_evicts(client: Any) -> None:
    assert client.info("persistence")["aof_enabled"] == 1
    assert client.info("memory")["maxmemory_policy"] == "noeviction"


def test_the_health_check_passes_with_the_password_and_fails_without(broker: str) -> None:
    port = broker.rsplit(":", 1)[1].split("/", maxsplit=1)[0]
    check = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["redis"]["healthcheck"]["test"]
    assert check[0] == "CMD-SHELL"
    command = check[1].replace("redis-cli", f"redis-cli -p {port}")
    for password, healthy in ((PASSWORD, True), ("wrong", False)):
        done = subprocess.run(command, shell=True, env=os.environ | {"REDISCLI_AUTH": password}, capture_output=True, timeout=20, check=False)
        assert (done.returncode == 0) is healthy
