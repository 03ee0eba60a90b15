"""Real servers for integration and contract tests: a private PostgreSQL and a private Redis, each on a free loopback port.

Both are started once per test session, in a directory of their own, and end with the process that started them, even when that is killed. A test
that asks for one is marked `needs_postgres` or `needs_redis`; where the program is missing it is skipped with the line that installs it.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_S = 60.0
_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the servers its fixtures start."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        for fixture, marker in (("postgres_url", "needs_postgres"), ("redis_url", "needs_redis")):
            if fixture in names:
                item.add_marker(marker)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL `postgresql://postgres@127.0.0.1:PORT/tamiz` of a PostgreSQL of this session; every local user is trusted."""
    initdb, postgres = _postgres_program("initdb"), _postgres_program("postgres")
    if initdb is None or postgres is None:
        pytest.skip("PostgreSQL is missing: apt-get install postgresql")
    with _folder("tamiz-postgres-") as folder:
        owner = _give_to_server_user(folder)
        data, port = folder / "data", free_port()
        subprocess.run(
            [*owner, initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            cwd=folder,
            capture_output=True,
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
            "fsync": "off",
            "max_connections": "200",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with _running([postgres, "-D", str(data), *options], owner, folder, signal.SIGINT) as server:
            _wait(server, folder, lambda: _postgres_answers(port))
            _create_database(port, "tamiz")
            yield f"postgresql://postgres@127.0.0.1:{port}/tamiz"


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """URL of a fresh, empty database of the session's PostgreSQL; dropped afterwards, whoever is still connected."""
    base, _, _ = postgres_url.rpartition("/")
    port = int(base.rpartition(":")[2])
    name = f"test_{next(_numbers)}"
    _create_database(port, name)
    yield f"{base}/{name}"
    _execute(port, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """URL `redis://127.0.0.1:PORT/0` of a Redis of this session that keeps nothing on disk."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is missing: apt-get install redis-server")
    with _folder("tamiz-redis-") as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        with _running(command, _ends_with_us(signal.SIGTERM), folder, signal.SIGTERM) as server:
            _wait(server, folder, lambda: _redis_answers(port))
            yield f"redis://127.0.0.1:{port}/0"


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command: list[str], wrapper: list[str], folder: Path, stop: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*wrapper, *command], cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        yield server
    finally:
        server.send_signal(stop)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], folder: Path, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_S
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{server.args!r} did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def _ends_with_us(stop: signal.Signals) -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop.name.removeprefix("SIG")] if setpriv else []


def _give_to_server_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: the words that run a command as somebody else, who then owns `folder`."""
    words = _ends_with_us(signal.SIGINT)
    if os.getuid() != 0:
        return words
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    if not words:
        pytest.skip("PostgreSQL does not run as root and setpriv is missing: apt-get install util-linux")
    return [*words, "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]


def _postgres_program(name: str) -> str | None:
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4].split(".")[0]))
    return shutil.which(name) or (str(versions[-1]) if versions else None)


def _execute(port: int, statement: str) -> None:
    import psycopg

    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def _create_database(port: int, name: str) -> None:
    _execute(port, f"CREATE DATABASE {name}")


def _postgres_answers(port: int) -> bool:
    import psycopg

    try:
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers(port: int) -> bool:
    import redis

    client = redis.Redis(port=port)
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
    finally:
        client.close()
