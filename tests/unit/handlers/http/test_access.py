"""Who gets what: every route asked with every kind of key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handlers.http.security import hashed, new_token
from handlers.http.throttle import TRIES
from tests.unit.handlers.http.conftest import Api

pytestmark = pytest.mark.anyio

TOKENS = {role: new_token() for role in ("ingest", "read", "admin")}
DOCUMENT = "/documents/" + "a" * 26
ALLOWED = {
    ("GET", "/healthz"): {"", "ingest", "read", "admin"},
    ("GET", "/readyz"): {"", "ingest", "read", "admin"},
    ("GET", "/docs"): {"", "ingest", "read", "admin"},
    ("GET", "/docs/docs.js"): {"", "ingest", "read", "admin"},
    ("GET", "/docs/docs.css"): {"", "ingest", "read", "admin"},
    ("GET", "/openapi.json"): {"", "ingest", "read", "admin"},
    ("GET", "/metrics"): {"read", "admin"},
    ("POST", "/documents"): {"ingest", "admin"},
    ("GET", "/documents"): {"read", "admin"},
    ("GET", DOCUMENT): {"ingest", "read", "admin"},
    ("GET", DOCUMENT + "/history"): {"read", "admin"},
    ("GET", DOCUMENT + "/result"): {"read", "admin"},
    ("GET", DOCUMENT + "/crops/1-1"): {"read", "admin"},
    ("GET", DOCUMENT + "/replies/1"): {"read", "admin"},
    ("GET", DOCUMENT + "/audio/redacted"): {"read", "admin"},
    ("GET", DOCUMENT + "/content"): {"read", "admin"},
    ("DELETE", DOCUMENT): {"admin"},
    ("POST", DOCUMENT + "/reprocess"): {"admin"},
    ("POST", DOCUMENT + "/redrive"): {"admin"},
    ("POST", "/sql"): {"read", "admin"},
}


@pytest.fixture
def closed(make_api: Callable[..., Api]) -> Api:
    """An API with one key of each role."""
    return make_api(api_keys=tuple(f"{role}:{hashed(token)}" for role, token in TOKENS.items()))


def headers(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[role]}"} if role else {}


@pytest.mark.parametrize("role", ["", "ingest", "read", "admin"])
async def test_every_route_with_every_role(closed: Api, role: str) -> None:
    found = {}
    async with closed.client(headers=headers(role)) as client:
        for method, path in ALLOWED:
            found[method, path] = (await client.request(method, path)).status_code
    allowed = {place for place, status in found.items() if status not in (401, 403)}
    assert allowed == {place for place, roles in ALLOWED.items() if role in roles}
    assert {found[place] for place in set(found) - allowed} <= ({401} if not role else {403})


def test_no_route_is_missing_above(closed: Api) -> None:
    paths: Any = closed.app.openapi()["paths"]
    routes = {
        (method.upper(), path.replace("{document_id}", "a" * 26).replace("{crop}", "1-1").replace("{number}", "1"))
        for path, methods in paths.items()
        for method in methods
    }
    assert routes == {place for place in ALLOWED if not place[1].startswith(("/docs", "/openapi"))}


async def test_a_key_in_the_address_is_not_read(closed: Api) -> None:
    assert (await closed.get(f"/documents?api_key={TOKENS['admin']}&token={TOKENS['admin']}")).status_code == 401


async def test_a_revoked_key_is_refused_at_once(make_api: Callable[..., Api]) -> None:
    api, token = make_api(), new_token()
    api.box.ledger.add_key("one", hashed(token), "read")
    assert (await api.get("/documents", headers={"X-API-Key": token})).status_code == 200
    api.box.ledger.add_key("two", hashed(new_token()), "read")
    api.box.ledger.revoke_key("one")
    assert (await api.get("/documents", headers={"X-API-Key": token})).status_code == 401


async def test_too_many_wrong_keys_are_told_to_wait_and_a_right_one_passes(closed: Api) -> None:
    answers = [await closed.get("/documents", headers={"X-API-Key": new_token()}) for _ in range(TRIES + 1)]
    assert [answer.status_code for answer in answers] == [401] * TRIES + [429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await closed.get("/documents", headers=headers("read"))).status_code == 200


async def test_a_wrong_key_is_refused_where_none_is_needed(api: Api) -> None:
    assert (await api.get("/documents")).status_code == 200
    assert (await api.get("/documents", headers={"X-API-Key": new_token()})).status_code == 401
    assert (await api.get("/documents", headers={"Authorization": "Basic YTpi"})).status_code == 401


async def test_an_open_service_answers_no_foreign_page(api: Api) -> None:
    for refused in ({"host": "evil.example"}, {"origin": "http://evil.example"}, {"origin": "null"}):
        answer = await api.post("/documents", files={"file": ("a.json", b"{}")}, headers=refused)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert (await api.get("/docs", headers=refused)).status_code == 403
    assert api.objects() == []
    assert (await api.get("/docs", headers={"origin": "http://127.0.0.1:8321"})).status_code == 200


async def test_with_a_key_the_name_of_the_host_is_free(closed: Api) -> None:
    answer = await closed.get("/documents", client={"base_url": "http://tamiz.example"}, headers=headers("read"))
    assert answer.status_code == 200


async def test_every_answer_tells_browsers_to_guess_nothing(api: Api) -> None:
    for path in ("/healthz", "/documents", "/nothing", "/docs"):
        answer = await api.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in (await api.get("/docs")).headers["content-security-policy"]
