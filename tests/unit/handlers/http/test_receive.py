from __future__ import annotations

import errno
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from handlers.http.body import Pace
from handlers.http.receive import MAX_NAME_CHARS
from schemas.documents import State, document_id
from schemas.errors import LedgerUnavailable
from schemas.settings import Limits
from tests.unit.handlers.http.conftest import Api, drip

pytestmark = pytest.mark.anyio

FILE = {"file": ("week 48.json", b'{"text": "good"}')}


def stated(api: Api, document: str) -> dict[str, Any]:
    """What the ledger hands a worker of it."""
    lease = api._claimed(document)
    return dict(lease.requested.model_dump(mode="json", exclude_defaults=True))


async def test_a_form_becomes_a_document(api: Api) -> None:
    answer = await api.post("/documents", files=FILE, data={"kind": "review", "metadata": '{"product": "yogurt"}'})
    document = answer.json()["document_id"]
    assert answer.status_code == 202
    assert answer.json() == {"document_id": document, "status_url": f"/documents/{document}"}
    assert answer.headers["location"] == f"/documents/{document}"
    [key] = api.objects()
    assert key.startswith("posts/")
    assert key.endswith("/week 48.json")
    assert document == document_id("bucket", key)
    status = (await api.get(answer.json()["status_url"])).json()
    assert (status["state"], status["key"], status["size_bytes"]) == ("received", key, 16)
    assert stated(api, document) == {"kind": "review", "metadata": {"product": "yogurt"}, "name": "week 48.json"}


async def test_several_files_become_several_documents_in_order(api: Api) -> None:
    answer = await api.post("/documents", files=[("file", ("a.json", b"[]")), ("anything", ("b.csv", b"x")), ("file", ("a.json", b"[]"))])
    keys = [(await api.get(one["status_url"])).json()["key"] for one in answer.json()]
    assert [key.rsplit("/", 1)[-1] for key in keys] == ["a.json", "b.csv", "a.json"]
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    ("content_type", "headers", "name"),
    [
        ("application/json", {}, "body.json"),
        ("application/json; charset=utf-8", {"X-File-Name": "reviews.json"}, "reviews.json"),
        ("application/x-ndjson", {}, "body.ndjson"),
        ("text/csv", {"X-File-Name": "a.csv"}, "a.csv"),
        ("image/png", {"X-File-Name": "a%20b%C3%B1.png"}, "a bñ.png"),
        ("application/octet-stream", {"X-File-Name": "a"}, "a"),
    ],
)
async def test_a_body_that_is_one_file(api: Api, content_type: str, headers: dict[str, str], name: str) -> None:
    answer = await api.post("/documents?kind=review&metadata=%7B%22a%22%3A1%7D", content=b"bytes", headers={"Content-Type": content_type, **headers})
    assert answer.status_code == 202
    assert api.objects()[0].endswith(f"/{name}")
    assert stated(api, answer.json()["document_id"]) == {"kind": "review", "metadata": {"a": 1}, "name": name}


@pytest.mark.parametrize("content_type", ["", "text/html", "application/x-www-form-urlencoded", "video/mp4", "multipart/mixed; boundary=x"])
async def test_a_body_of_another_type_is_not_read(api: Api, content_type: str) -> None:
    answer = await api.post("/documents", content=drip([b"x"]), headers={"Content-Type": content_type, "X-File-Name": "a"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_type")


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "a\\..\\b", "..", ".hidden", "a\x00b", "x" * 1000, "\u202egpj.exe", "a.part", "c.meta.json"]
)
async def test_a_hostile_name_stays_a_name(api: Api, name: str) -> None:
    answer = await api.post("/documents", files={"file": (name, b"x")})
    assert answer.status_code == 202
    [key] = api.objects()
    assert key.startswith("posts/")
    assert key.count("/") == 2
    assert (await api.get(answer.json()["status_url"])).json()["key"] == key


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "novel"},
        {"metadata": "{"},
        {"metadata": "[1]"},
        {"metadata": '{"a": NaN}'},
        {"metadata": '{"a": ' + "[" * 5000 + "]" * 5000 + "}"},
        {"callback_url": "http://127.0.0.1/"},
        {"callback_url": "https://partner.example/done"},
        {"knid": "review"},
    ],
)
async def test_what_is_stated_wrongly_is_refused_and_nothing_is_kept(make_api: Callable[..., Api], fields: dict[str, str]) -> None:
    api = make_api()
    answer = await api.post("/documents", files=FILE, data=fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert api.objects() == []


async def test_a_request_without_a_file_or_with_an_endless_name_is_refused(api: Api) -> None:
    for more in (
        {"files": {"kind": (None, "review")}},
        {"files": {"file": ("x" * (MAX_NAME_CHARS + 1), b"x")}},
        {"content": b"x", "headers": {"Content-Type": "image/png"}},
    ):
        assert (await api.post("/documents", **more)).status_code == 422


async def test_too_many_bytes_are_refused_with_and_without_a_stated_length(make_api: Callable[..., Api]) -> None:
    api = make_api(limits=Limits(upload_bytes=1000))
    json_body = {"Content-Type": "application/json"}
    for more in (
        {"content": b"x" * 1001, "headers": json_body},
        {"content": drip([b"x" * 600] * 2), "headers": json_body},
        {"files": {"file": ("a", b"x" * 1001)}},
        {"content": b"x", "headers": {**json_body, "Content-Length": str(2**40)}},
    ):
        answer = await api.post("/documents", **more)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert api.objects() == []
    assert (await api.post("/documents", content=b"x" * 1000, headers=json_body)).status_code == 202


async def test_a_body_that_stalls_or_crawls_is_given_up(make_api: Callable[..., Api]) -> None:
    forever = threading.Event()  # never set: nobody waits for it longer than the pace allows

    async def stalled() -> Any:
        import asyncio

        yield b"x"
        while not forever.is_set():
            await asyncio.sleep(3600)

    for pace, body in ((Pace(gap_s=0.05), stalled()), (Pace(grace_s=0.0, floor_bytes_s=1e12), drip([b"x"] * 3))):
        api = make_api(pace=pace)
        answer = await api.post("/documents", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (408, "timeout")
        assert api.objects() == []


async def test_nothing_is_acknowledged_before_the_ledger_has_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object, **__: object) -> None:
        raise LedgerUnavailable("the ledger is locked")

    await api.post("/documents", files=FILE)
    monkeypatch.setattr(api.box.intake, "observe_key", down)
    answer = await api.post("/documents", files=FILE)
    assert (answer.status_code, answer.json()["code"]) == (503, "ledger_unavailable")
    assert "retry-after" in answer.headers


async def test_a_full_disk_takes_nothing(make_api: Callable[..., Api], monkeypatch: pytest.MonkeyPatch) -> None:
    api = make_api(free_disk_bytes=2**60)
    answer = await api.post("/documents", files=FILE)
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert (await api.get("/readyz")).json()["checks"]["disk"] != "ok"
    assert api.objects() == []


async def test_a_disk_that_fills_up_under_an_upload(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("handlers.http.uploads.tempfile.TemporaryFile", full)
    answer = await api.post("/documents", files={"file": ("a", b"x" * 500_000)})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert api.objects() == []


async def test_a_backlog_at_its_limit_takes_nothing_more(make_api: Callable[..., Api]) -> None:
    api = make_api(max_backlog=1)
    clock = api.app.state.service.pressure
    assert (await api.post("/documents", files=FILE)).status_code == 202
    clock._believed_until = 0.0
    answer = await api.post("/documents", files=FILE)
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert int(answer.headers["retry-after"]) > 0


async def test_too_many_uploads_at_a_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.http.pressure.UPLOADS", 0)
    assert (await api.post("/documents", files=FILE)).json()["code"] == "overloaded"


# --- Idempotency-Key ---


async def test_a_repeated_request_gives_the_same_documents(api: Api) -> None:
    files = [("file", ("a.json", b"[]")), ("file", ("a.json", b"[]"))]
    first, second = [await api.post("/documents", files=files, headers={"Idempotency-Key": "order-17"}) for _ in range(2)]
    assert first.json() == second.json()
    assert second.status_code == 202
    assert len(api.objects()) == 2
    assert (await api.get(first.json()[0]["status_url"])).json()["run"] == 1


@pytest.mark.parametrize(
    "other",
    [
        {"files": {"file": ("week 48.json", b'{"text": "best"}')}},
        {"files": {"file": ("week 49.json", FILE["file"][1])}},
        {"files": FILE, "data": {"kind": "review"}},
    ],
)
async def test_another_request_under_the_same_key_is_a_conflict(api: Api, other: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "order-17"}
    first = await api.post("/documents", files=FILE, headers=key)
    answer = await api.post("/documents", headers=key, **other)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    content = await api.get(first.json()["status_url"] + "/content")
    assert content.content == FILE["file"][1]


@pytest.mark.parametrize("dies_in", ["bucket", "intake"])
async def test_a_request_that_died_half_way_is_finished_by_its_repetition(api: Api, monkeypatch: pytest.MonkeyPatch, dies_in: str) -> None:
    def down(*_: object, **__: object) -> None:
        raise LedgerUnavailable("gone")

    key = {"Idempotency-Key": "order-17"}
    with monkeypatch.context() as broken:
        broken.setattr(getattr(api.box, dies_in), "put" if dies_in == "bucket" else "observe_key", down)
        assert (await api.post("/documents", files=FILE, headers=key)).status_code == 503
    answer = await api.post("/documents", files=FILE, headers=key)
    assert answer.status_code == 202
    assert (await api.get(answer.json()["status_url"])).json()["state"] == State.RECEIVED
    assert len(api.objects()) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_a_key_that_cannot_be_kept_is_refused(api: Api, key: str) -> None:
    assert (await api.post("/documents", files=FILE, headers={"Idempotency-Key": key})).json()["code"] == "invalid_request"


# --- wait ---


async def test_waiting_brings_the_result(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    extraction = json.dumps({"reviews": [{"text": "good"}]}).encode()
    _worker(api, monkeypatch, lambda document: api.finish(document, [extraction]))
    answer = await api.post("/documents?wait=30", files=FILE)
    assert (answer.status_code, answer.content) == (200, extraction)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["location"].startswith("/documents/")


async def test_waiting_brings_the_reason_of_a_refusal(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    _worker(api, monkeypatch, lambda document: api.reject(document, "encrypted", "the PDF needs a password"))
    answer = await api.post("/documents?wait=30", files=FILE)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["detail"], answer.json()["state"]) == ("encrypted", "the PDF needs a password", "rejected")


async def test_waiting_for_several_tells_their_states(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    _worker(api, monkeypatch, lambda document: api.reject(document, "empty", "no bytes"))
    answer = await api.post("/documents?wait=30", files=[("file", ("a", b"")), ("file", ("b", b""))])
    assert answer.status_code == 200
    assert [(one["state"], one["error_code"]) for one in answer.json()] == [("rejected", "empty")] * 2


async def test_waiting_in_vain_is_an_acknowledgement(api: Api) -> None:
    answer = await api.post("/documents?wait=0.05", files=FILE)
    assert answer.status_code == 202
    assert answer.json()["status_url"] == answer.headers["location"]


def _worker(api: Api, monkeypatch: pytest.MonkeyPatch, work: Callable[[str], None]) -> None:
    """The broker's place: what is published is worked off at once."""
    observe = api.box.intake.observe_key

    def observed(key: str, requested: Any = None) -> Any:
        seen = observe(key, requested)
        work(seen.document_id)
        return seen

    monkeypatch.setattr(api.box.intake, "observe_key", observed)
