from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from handlers.cli.service import ask_service
from handlers.http.server import address_of, bind
from schemas.errors import QueryRefused, SettingsInvalid
from schemas.warehouse import QueryResult

ANSWER = QueryResult(columns=("one",), types=("INTEGER",), rows=((1,),))


@contextmanager
def answering(run_dir: Path, status: int, body: bytes) -> Iterator[list[tuple[str | None, bytes]]]:
    """A program on the port that `api.json` names; what it was asked."""
    asked: list[tuple[str | None, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append((self.headers["Authorization"], self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (run_dir / "api.json").write_text(json.dumps({"pid": 1, "url": f"http://127.0.0.1:{server.server_port}"}))
        try:
            yield asked
        finally:
            server.shutdown()


def test_nobody_runs(tmp_path: Path) -> None:
    assert ask_service(tmp_path, "select 1", 1) is None
    with answering(tmp_path, 200, b""):
        pass
    assert ask_service(tmp_path, "select 1", 1) is None  # the address of a service that has ended


def test_the_service_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMIZ_API_KEY", "secret")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # never asked
    with answering(tmp_path, 200, ANSWER.model_dump_json().encode()) as asked:
        assert ask_service(tmp_path, "select 1", 5) == ANSWER
    assert [(key, json.loads(body)) for key, body in asked] == [("Bearer secret", {"sql": "select 1"})]


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (401, b"{}"), (403, b"{}"), (500, b"oops"), (400, b"[]"), (502, b'{"code": "none", "detail": ""}')]
)
def test_whoever_does_not_answer_us_is_passed_by(tmp_path: Path, status: int, body: bytes) -> None:
    with answering(tmp_path, status, body):
        assert ask_service(tmp_path, "select 1", 5) is None


def test_a_refusal_of_the_question_is_the_answer(tmp_path: Path) -> None:
    problem = {"code": "query_refused", "detail": "only one read-only statement"}
    with answering(tmp_path, 400, json.dumps(problem).encode()), pytest.raises(QueryRefused, match="read-only"):
        ask_service(tmp_path, "drop table offers", 5)


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "http://127.0.0.1:"), ("localhost", "http://localhost:"), ("0.0.0.0", "http://127.0.0.1:")]
)
def test_the_address_this_machine_reaches(host: str, address: str) -> None:
    with bind(host, 0) as bound:
        assert address_of(bound, host) == f"{address}{bound.getsockname()[1]}"


def test_addresses_that_cannot_be_bound() -> None:
    with pytest.raises(SettingsInvalid, match="TAMIZ_HOST"):
        bind("no such host", 0)
    with bind("127.0.0.1", 0) as bound, pytest.raises(SettingsInvalid, match="--port"):
        bind("127.0.0.1", bound.getsockname()[1])
