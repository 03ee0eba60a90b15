"""The API as a real process on a real socket: large, slow, broken and repeated requests, kills, keys."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from schemas.settings import Settings
from tests.integration.api_process import TAMIZ, ApiProcess, running_api
from workers.container import Container
from workers.reconcile import Reconciler

MIB = 1024**2
JSON = {"Content-Type": "application/json"}
RAW = {"Content-Type": "application/octet-stream", "X-File-Name": "large.bin"}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """An open API on loopback that takes up to 60 MiB."""
    with running_api(tmp_path_factory.mktemp("api"), TAMIZ_LIMITS__UPLOAD_BYTES=str(60 * MIB)) as found:
        yield found


def form(*parts: tuple[str, bytes]) -> tuple[bytes, dict[str, str]]:
    lines = [b'--X\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n' % (name.encode(), text) for name, text in parts]
    return b"".join(lines) + b"--X--\r\n", {"Content-Type": "multipart/form-data; boundary=X"}


def blocks(number: int) -> Iterator[bytes]:
    block = os.urandom(MIB)
    for _ in range(number):
        yield block


def test_large_uploads_stream_in_flat_memory(api: ApiProcess) -> None:
    api.ask("POST", "/documents", b"{}", JSON)  # warm: imports and first connections are paid
    before = api.peak_bytes()
    status, accepted = api.ask("POST", "/documents", blocks(50), RAW, encode_chunked=True)
    assert status == 202
    body, headers = form(("a.bin", os.urandom(50 * MIB)))
    assert api.ask("POST", "/documents", body, headers)[0] == 202
    assert api.ask("GET", accepted["status_url"])[1]["size_bytes"] == 50 * MIB
    status, content = api.ask("GET", accepted["status_url"] + "/content")
    assert (status, len(content)) == (200, 50 * MIB)
    assert api.peak_bytes() - before < 24 * MIB


def test_too_many_bytes_end_the_request_and_leave_nothing(api: ApiProcess) -> None:
    refused = _send_until_answered(api, "Transfer-Encoding: chunked", b"%x\r\n%s\r\n" % (MIB, bytes(MIB)), times=200)
    assert refused.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too_large"' in refused
    assert _send_until_answered(api, f"Content-Length: {10**12}", b"", times=0).startswith(b"HTTP/1.1 413 ")


def test_a_hundred_thousand_parts_are_refused_while_others_are_served(api: ApiProcess) -> None:
    part = b'--X\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n'
    before = api.peak_bytes()
    refused = _send_until_answered(api, "Content-Length: 6600006", part * 1000, times=100, content_type="multipart/form-data; boundary=X")
    assert refused.startswith(b"HTTP/1.1 413 ")
    assert api.peak_bytes() - before < 24 * MIB
    assert api.ask("GET", "/healthz")[0] == 200


def test_an_endless_header_is_refused(api: ApiProcess) -> None:
    before = api.peak_bytes()
    with socket.create_connection((api.host, api.port), timeout=60) as line:
        line.sendall(b"POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ")
        with pytest.raises(OSError):  # it hangs up
            for _ in range(1000):
                line.sendall(b"x" * MIB)
    assert api.peak_bytes() - before < 24 * MIB
    assert api.ask("GET", "/healthz")[0] == 200


def test_many_slow_senders_do_not_keep_others_waiting(api: ApiProcess) -> None:
    lines = [socket.create_connection((api.host, api.port), timeout=60) for _ in range(100)]
    try:
        for line in lines:
            line.sendall(b"POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        assert api.ask("POST", "/documents", b"{}", JSON)[0] == 202
        assert api.ask("GET", "/documents?limit=1")[0] == 200
    finally:
        for line in lines:
            line.close()
    assert api.ask("POST", "/documents", b"{}", JSON)[0] == 202


def test_a_sender_that_hangs_up_leaves_nothing(api: ApiProcess) -> None:
    def documents() -> int:
        return len(api.ask("GET", "/documents?limit=1000")[1]["documents"])

    before = documents()
    for _ in range(5):
        with socket.create_connection((api.host, api.port), timeout=60) as line:
            line.sendall(
                b"POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 500_000
            )
    assert api.ask("GET", "/healthz")[0] == 200
    assert documents() == before


def test_the_same_request_many_times_at_once_is_one_document(api: ApiProcess) -> None:
    body, headers = form(("a.json", b"{}"))

    def post(_: int) -> tuple[int, str]:
        status, accepted = api.ask("POST", "/documents", body, {**headers, "Idempotency-Key": "at once"})
        return status, accepted["document_id"]

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(post, range(16)))
    assert len(answers) == 1
    assert api.ask("POST", "/documents", form(("a.json", b"[]"))[0], {**headers, "Idempotency-Key": "at once"})[0] == 409


def test_bodies_of_undeclared_types_are_refused(api: ApiProcess) -> None:
    assert api.ask("POST", "/documents", b"a=b", {"Content-Type": "application/x-www-form-urlencoded"})[0] == 415
    assert api.ask("GET", "/healthz", headers={"Host": "evil.example"})[1]["code"] == "forbidden"


@pytest.mark.parametrize("key", [None, "order-17"])
def test_killed_between_bucket_and_ledger_nothing_was_promised_and_nothing_is_lost(
    tmp_path: Path, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, headers = form(("a.json", b'{"text": "good"}'))
    headers |= {"Idempotency-Key": key} if key else {}
    dying = (sys.executable, "-m", "tests.integration.dying_api", str(tmp_path))
    with running_api(tmp_path, program=dying) as api:
        with pytest.raises((http.client.HTTPException, OSError)):
            api.ask("POST", "/documents", body, headers)
        assert api.process.wait(20) == -signal.SIGKILL
    box = Container(Settings(data=tmp_path))
    [stranded] = list(box.bucket.list())
    assert list(box.ledger.known("bucket")) == []
    with running_api(tmp_path) as api:
        status, accepted = api.ask("POST", "/documents", body, headers)
        assert status == 202
    assert [item.document_id for item in box.ledger.known("bucket")] == [accepted["document_id"]]
    monkeypatch.setattr("workers.reconcile.POST_GRACE", timedelta(0))
    found = Reconciler(box.ledger, box.bucket, box.intake).compare()
    assert found.recorded == (0 if key else 1)  # with a key its repetition took its place; without one, reconciliation finds it
    assert stranded.ref.key in {item.key for item in box.ledger.known("bucket")}


def test_a_bind_for_everybody_needs_a_key(tmp_path: Path) -> None:
    command = [*TAMIZ, "api", "--data", str(tmp_path), "--host", "0.0.0.0", "--port", "0"]
    refused = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    assert "settings_invalid" in refused.stderr
    made = subprocess.run(
        [*TAMIZ, "keys", "create", "--role", "ingest", "--data", str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    token = made.stdout.strip()
    assert token.encode() not in (tmp_path / "ledger.db").read_bytes()
    with running_api(tmp_path, program=command) as api:
        assert api.ask("POST", "/documents", b"{}", JSON)[0] == 401
        assert api.ask("POST", "/documents", b"{}", {**JSON, "Authorization": f"Bearer {token}"})[0] == 202
        assert api.ask("GET", "/documents", headers={"X-API-Key": token})[0] == 403
        assert api.ask("POST", "/sql", json.dumps({"sql": "select 1"}), {**JSON, "X-API-Key": token})[0] == 403


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = subprocess.run([*TAMIZ, "api", "--data", str(tmp_path), "--port", port], check=False, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    assert port in refused.stderr
    assert "--port" in refused.stderr


def test_it_ends_when_told_and_acknowledges_what_it_took_in(tmp_path: Path) -> None:
    box = Container(Settings(data=tmp_path))
    box.warehouse.migrate()
    box.warehouse.close()
    endless = {"sql": "select count(*) from range(10000000) a, range(10000000) b where a.range + b.range = 7"}
    with running_api(tmp_path, TAMIZ_WAREHOUSE_URL="", TAMIZ_SQL_TIMEOUT_S="600") as api, ThreadPoolExecutor(2) as threads:
        waiting = threads.submit(api.ask, "POST", "/documents?wait=60", b"{}", JSON)
        asking = threads.submit(api.ask, "POST", "/sql", json.dumps(endless), JSON)
        while not list(box.ledger.known("bucket")) or not psutil.Process(api.process.pid).children():
            assert api.process.poll() is None
        api.process.send_signal(signal.SIGTERM)
        assert api.process.wait(20) == 0
        assert waiting.result()[0] == 202
        assert (asking.result()[0], asking.result()[1]["code"]) == (503, "shutting_down")


def _send_until_answered(api: ApiProcess, header: str, block: bytes, times: int, content_type: str = "application/json") -> bytes:
    """What the API says to a sender who goes on sending."""
    head = f"POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n{header}\r\n\r\n"
    with socket.create_connection((api.host, api.port), timeout=60) as line:
        line.sendall(head.encode())
        sender = threading.Thread(target=_send, args=(line, block, times))
        sender.start()
        answer = b""
        try:
            while chunk := line.recv(65536):
                answer += chunk
        except ConnectionError:
            pass
        sender.join(60)
        return answer


def _send(line: socket.socket, block: bytes, times: int) -> None:
    try:
        for _ in range(times):
            line.sendall(block)
    except OSError:
        return  # it hung up
