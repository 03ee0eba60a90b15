"""`tamiz api` as a process of its own, on a free port, for tests."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

START_S = 60.0
TAMIZ = (sys.executable, "-m", "handlers.cli.main")


class ApiProcess:
    """A running API."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url
        self.host = urlsplit(url).hostname or ""
        self.port = urlsplit(url).port or 0

    def connection(self) -> http.client.HTTPConnection:
        """A connection of its own."""
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **options: Any) -> tuple[int, Any]:
        """Status and body (parsed, when it is JSON) of one request."""
        connection = self.connection()
        try:
            connection.request(method, path, body, headers or {}, **options)
            response = connection.getresponse()
            text = response.read()
            is_json = "json" in (response.getheader("content-type") or "")
            return response.status, json.loads(text) if is_json else text
        finally:
            connection.close()

    def peak_bytes(self) -> int:
        """The most memory the process ever had resident."""
        return _status_bytes(self.process.pid, "VmHWM")


def _status_bytes(pid: int, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@contextmanager
def running_api(data: Path, *, program: Sequence[str] | None = None, **environment: str) -> Iterator[ApiProcess]:
    """Start it, wait until it says its address, end it with SIGTERM."""
    run_file = data / "run" / "api.json"
    run_file.unlink(missing_ok=True)
    command = list(program or (*TAMIZ, "api", "--data", str(data), "--port", "0"))
    settings = {"TAMIZ_SUPERVISED": "api", "TAMIZ_WAREHOUSE_URL": "none", **environment}
    process = subprocess.Popen(command, env={**os.environ, **settings}, stderr=subprocess.PIPE)
    try:
        yield ApiProcess(process, _address(process, run_file))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            assert process.stderr
            process.stderr.close()


def _address(process: subprocess.Popen[bytes], run_file: Path) -> str:
    until = time.monotonic() + START_S
    while not run_file.is_file():
        if process.poll() is not None or time.monotonic() > until:
            assert process.stderr
            process.kill()
            raise AssertionError(f"the API did not start: {process.stderr.read().decode()}")
        time.sleep(0.02)
    return str(json.loads(run_file.read_text())["url"])
