from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from handlers.http import query_slots
from handlers.http.query_slots import QuerySlots
from schemas.errors import Overloaded, QueryRefused
from schemas.warehouse import QueryResult
from tests.unit.handlers.http.conftest import AnsweringWarehouse, Api

pytestmark = pytest.mark.anyio

ANSWER = QueryResult(columns=("text", "price"), types=("VARCHAR", "DECIMAL(9,2)"), rows=(("=1+1", "-2.50"), (None, None)))


@pytest.fixture
def asked(api: Api) -> AnsweringWarehouse:
    warehouse = AnsweringWarehouse(ANSWER)
    api.box.__dict__["warehouse"] = warehouse
    return warehouse


async def test_an_answer_as_json(api: Api, asked: AnsweringWarehouse) -> None:
    answer = await api.post("/sql", json={"sql": "select 1"})
    assert QueryResult.model_validate(answer.json()) == ANSWER
    [(sql, limits)] = asked.asked
    assert (sql, limits.rows) == ("select 1", api.box.settings.sql_rows)


async def test_an_answer_as_csv_cannot_be_run(api: Api, asked: AnsweringWarehouse) -> None:
    answer = await api.post("/sql", json={"sql": "select 1", "format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text == "text,price\n'=1+1,-2.50\n,\n"
    assert (await api.post("/sql", json={"sql": "select 1", "format": "csv", "raw": True})).text.splitlines()[1] == "=1+1,-2.50"


async def test_an_answer_that_was_cut_says_so(api: Api, asked: AnsweringWarehouse) -> None:
    asked.answer = ANSWER.model_copy(update={"truncated": True})
    answer = await api.post("/sql", json={"sql": "select 1", "format": "csv"})
    assert answer.headers["x-tamiz-truncated"] == "true"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"sql": ""}', b'{"sql": "x", "format": "xml"}', b'{"sql": "x", "more": 1}', b'{"sql": 1}']
)
async def test_what_is_no_question(api: Api, asked: AnsweringWarehouse, body: bytes) -> None:
    answer = await api.post("/sql", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert asked.asked == []


async def test_a_question_that_a_web_form_could_send_is_not_read(api: Api, asked: AnsweringWarehouse) -> None:
    answer = await api.post("/sql", content=b'{"sql": "select 1"}', headers={"Content-Type": "text/plain"})
    assert (answer.status_code, asked.asked) == (415, [])


async def test_an_endless_question_is_not_read(api: Api, asked: AnsweringWarehouse) -> None:
    answer = await api.post("/sql", json={"sql": "x" * 2_000_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_refusal_is_passed_on(api: Api, asked: AnsweringWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise QueryRefused("only one read-only statement")

    monkeypatch.setattr(asked, "query", refuse)
    answer = await api.post("/sql", json={"sql": "drop table offers"})
    assert (answer.status_code, answer.json()["code"]) == (400, "query_refused")


@pytest.mark.parametrize("settings", [{"sql": False}, {"host": "0.0.0.0"}])
async def test_sql_that_is_off_says_so(make_api: Callable[..., Api], settings: dict[str, Any]) -> None:
    from handlers.http.security import hashed, new_token

    token = new_token()
    api = make_api(api_keys=(f"read:{hashed(token)}",), **settings)
    answer = await api.post("/sql", json={"sql": "select 1"}, headers={"X-API-Key": token})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_more_queries_than_slots_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_slots, "WAITING", 1)
    slots, go = QuerySlots(), threading.Event()
    answers: list[bool] = []

    async def ask() -> None:
        answers.append(await slots.run(go.wait))

    async with anyio.create_task_group() as group:
        for _ in range(query_slots.RUNNING + 1):
            group.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(Overloaded):
            await slots.run(go.wait)
        go.set()
    assert answers == [True] * (query_slots.RUNNING + 1)
    assert await slots.run(lambda: "free again") == "free again"


async def test_a_query_that_fails_frees_its_slot() -> None:
    slots = QuerySlots()

    def fail() -> None:
        raise QueryRefused("no")

    for _ in range(query_slots.RUNNING + query_slots.WAITING + 1):
        with pytest.raises(QueryRefused):
            await slots.run(fail)


async def test_metrics_count_requests_and_documents(api: Api) -> None:
    await api.post("/documents", files={"file": ("a.json", b"{}")})
    await api.get("/nothing/at/all")
    api.app.state.service.pressure._believed_until = 0.0
    text = (await api.get("/metrics")).text
    assert 'tamiz_http_request_seconds_count{method="POST",route="/documents",status="202"} 1.0' in text
    assert 'route="none",status="404"} 1.0' in text
    assert 'tamiz_documents{state="received"} 1.0' in text
    assert "tamiz_tasks_waiting 1.0" in text
