from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from schemas.errors import LedgerUnavailable
from tests.unit.handlers.http.conftest import Api

pytestmark = pytest.mark.anyio

MEMBERS = {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/documents/" + "a" * 26, 404, "not_found"),
        ("GET", "/documents/..%2f..%2fetc", 404, "not_found"),
        ("PATCH", "/documents", 405, "invalid_request"),
        ("GET", "/documents?limit=0", 422, "invalid_request"),
        ("GET", "/documents?state=nonsense", 422, "invalid_request"),
        ("POST", "/documents", 415, "unsupported_type"),
        ("POST", "/documents?wait=61", 422, "invalid_request"),
        ("POST", "/sql", 415, "unsupported_type"),
    ],
)
async def test_every_error_is_a_problem_document(api: Api, method: str, path: str, status: int, code: str) -> None:
    async with api.client() as client:
        answer = await client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)
    assert answer.json().keys() == MEMBERS
    assert answer.json()["type"] == f"urn:tamiz:error:{code}"


async def test_a_validation_error_repeats_no_input(api: Api) -> None:
    answer = await api.get("/documents?limit=<script>")
    assert "script" not in answer.text
    assert "limit" in answer.json()["detail"]


async def test_the_way_to_ask_is_named(api: Api) -> None:
    async with api.client() as client:
        answer = await client.put("/documents")
    assert set(answer.headers["allow"].split(", ")) <= {"GET", "POST"}


async def test_where_there_is_no_warehouse_sql_says_so(api: Api) -> None:
    answer = await api.post("/sql", json={"sql": "select 1"})
    assert (answer.status_code, answer.json()["code"]) == (501, "adapter_disabled")


async def test_the_description_names_the_error_form_of_every_route(api: Api) -> None:
    description = (await api.get("/openapi.json")).json()
    operations = [operation for methods in description["paths"].values() for operation in methods.values()]
    assert all("application/problem+json" in operation["responses"]["default"]["content"] for operation in operations)
    assert not any("422" in operation["responses"] for operation in operations)
    names = {parameter["name"].lower() for parameter in description["paths"]["/documents"]["post"]["parameters"]}
    assert names == {"wait", "idempotency-key", "x-file-name", "kind", "metadata", "callback_url"}


async def test_a_bug_shows_nothing_of_itself(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the inner secret")

    monkeypatch.setattr(api.box.ledger, "document", broken)
    with caplog.at_level(logging.ERROR):
        answer = await api.get("/documents/" + "a" * 26)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "code" not in answer.json()
    assert "the inner secret" in caplog.text


async def test_health_is_told_while_the_ledger_is_down(make_api: Callable[..., Api], monkeypatch: pytest.MonkeyPatch) -> None:
    api = make_api()

    def down(*_: object, **__: object) -> None:
        raise LedgerUnavailable("the ledger is locked")

    for verb in ("keys", "documents", "counts"):
        monkeypatch.setattr(api.box.ledger, verb, down)
    assert (await api.get("/healthz")).status_code == 200
    ready = await api.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["ledger"]) == (503, "the ledger is locked")
    answer = await api.get("/documents")
    assert (answer.status_code, answer.json()["code"]) == (503, "ledger_unavailable")
    assert int(answer.headers["retry-after"]) > 0
