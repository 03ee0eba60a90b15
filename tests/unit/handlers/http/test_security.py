from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handlers.http import security
from handlers.http.security import Keys, Role, check_bind, check_origin, check_role, hashed, is_loopback, new_token, sql_is_on, token_of
from handlers.http.throttle import TRIES, BadKeys
from schemas.errors import Forbidden, RateLimited, SettingsInvalid, Unauthorized
from schemas.settings import Settings
from workers.container import Container


def settings(**more: Any) -> Settings:
    return Settings(data=Path("/nowhere"), **more)


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    return Container(Settings(data=tmp_path)).ledger


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LocalHost"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org", "", "0x7f000001"])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_bound_to_everybody_without_a_key_it_refuses_to_start(ledger: Any) -> None:
    with pytest.raises(SettingsInvalid, match="tamiz keys create"):
        check_bind(settings(host="0.0.0.0"), ledger)


def test_bound_to_everybody_with_a_revoked_key_it_refuses_to_start(ledger: Any) -> None:
    ledger.add_key("a", hashed(new_token()), "read")
    ledger.revoke_key("a")
    with pytest.raises(SettingsInvalid):
        check_bind(settings(host="0.0.0.0"), ledger)


def test_it_starts_on_loopback_or_with_any_key(ledger: Any) -> None:
    check_bind(settings(), ledger)
    check_bind(settings(host="0.0.0.0", api_keys=(f"read:{hashed(new_token())}",)), ledger)
    ledger.add_key("a", hashed(new_token()), "read")
    check_bind(settings(host="0.0.0.0"), ledger)


@pytest.mark.parametrize("entry", ["admin", "admin:", "root:" + "0" * 64, "admin:" + "g" * 64, "admin:" + "0" * 63])
def test_a_malformed_key_setting_is_refused(entry: str, ledger: Any) -> None:
    with pytest.raises(SettingsInvalid, match="TAMIZ_API_KEYS"):
        check_bind(settings(api_keys=(entry,)), ledger)


def test_tokens_differ_and_only_their_hash_is_needed() -> None:
    first, second = new_token(), new_token()
    assert first != second
    assert len(first) == 49
    assert first not in hashed(first)


def test_roles_of_keys_from_settings_and_ledger(ledger: Any) -> None:
    stated, made = new_token(), new_token()
    ledger.add_key("a", hashed(made), "ingest")
    keys = Keys(settings(api_keys=(f"read:{hashed(stated)}",)), lambda: ledger)
    assert keys.role_of(stated) is Role.READ
    assert keys.role_of(made) is Role.INGEST
    ledger.revoke_key("a")
    for token in (made, new_token(), "", "short", "x" * 300, hashed(stated), None):
        with pytest.raises(Unauthorized):
            keys.role_of(token)


def test_an_open_service_closes_when_the_first_key_is_made(ledger: Any) -> None:
    now = 0.0
    keys = Keys(settings(), lambda: ledger, lambda: now)
    assert keys.role_of(None) is Role.ADMIN
    ledger.add_key("a", hashed(new_token()), "read")
    now = security.REFRESH_S
    with pytest.raises(Unauthorized):
        keys.role_of(None)


def test_without_loopback_nothing_is_ever_open(ledger: Any) -> None:
    assert not Keys(settings(host="0.0.0.0"), lambda: ledger).open()


def test_where_a_key_is_read() -> None:
    assert token_of("Bearer abc", None) == "abc"
    assert token_of("bearer abc", "other") == "abc"
    assert token_of(None, "abc") == "abc"
    assert token_of(None, None) is None
    assert token_of("Basic abc", None) == ""  # a wrong key, not none at all: it must not pass where nobody needs one


def test_roles_and_what_they_may() -> None:
    check_role(Role.READ, (Role.READ,))
    check_role(Role.ADMIN, ())
    for role in (Role.READ, Role.INGEST):
        with pytest.raises(Forbidden):
            check_role(role, ())


@pytest.mark.parametrize(
    ("host", "origin"), [("127.0.0.1:8321", None), ("localhost", None), ("[::1]:1", "http://[::1]:1"), ("localhost:1", "http://LOCALHOST:1")]
)
def test_our_own_requests_pass(host: str, origin: str | None) -> None:
    check_origin(host, origin)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (None, None),
        ("", None),
        ("evil.example", None),  # a DNS name that points here
        ("127.0.0.1.evil.example:8321", None),
        ("127.0.0.1@evil.example", None),
        ("[::1", None),
        ("127.0.0.1:8321", "http://evil.example"),
        ("127.0.0.1:8321", "null"),
        ("127.0.0.1:8321", "http://127.0.0.1:9000"),  # another program's page
    ],
)
def test_requests_of_web_pages_do_not(host: str | None, origin: str | None) -> None:
    with pytest.raises(Forbidden):
        check_origin(host, origin)


def test_sql_is_on_for_loopback_or_when_set() -> None:
    assert sql_is_on(settings())
    assert not sql_is_on(settings(host="0.0.0.0"))
    assert sql_is_on(settings(host="0.0.0.0", sql=True))
    assert not sql_is_on(settings(sql=False))


def test_wrong_keys_are_limited_per_address_and_earn_tries_back() -> None:
    now = 0.0
    bad = BadKeys(lambda: now)
    for _ in range(TRIES):
        bad.count("a")
    with pytest.raises(RateLimited) as refused:
        bad.count("a")
    bad.count("b")
    assert refused.value.retry_after_s
    now += refused.value.retry_after_s
    bad.count("a")


def test_addresses_are_forgotten_not_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.http.throttle.ADDRESSES", 3)
    bad = BadKeys(lambda: 0.0)
    for number in range(10):
        bad.count(str(number))
    assert len(bad._seen) == 3
