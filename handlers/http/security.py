"""Who may ask: API keys, roles, and what an open service on loopback still refuses. Pure but for the ledger; no web framework."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from schemas.errors import Forbidden, SettingsInvalid, Unauthorized

if TYPE_CHECKING:
    from adapters.ledger.port import Ledger
    from schemas.settings import Settings

REFRESH_S = 1.0
"""Seconds for which the answer to "is there any key?" is believed: so long after the first key was made an open service closes."""

_PREFIX = "tamiz_"
_TOKEN = re.compile(r"[!-~]{20,200}")
"""What could be a key, ours or one that somebody made with `openssl rand`; anything else is refused unseen."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Role(StrEnum):
    """What a key may do."""

    INGEST = "ingest"  # post documents and see where they stand
    READ = "read"  # see documents and results, ask SQL
    ADMIN = "admin"  # everything: delete and reprocess too


def new_token() -> str:
    """A new API key: 256 random bits. Shown once; only its hash is kept."""
    return _PREFIX + secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """SHA-256 (hex) of a key. A plain hash is enough for 256 random bits; slow hashes are for passwords."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_loopback(host: str) -> bool:
    """Whether a service bound to `host`, or a request for it, stays on this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def keys_of_settings(settings: Settings) -> list[tuple[str, Role]]:
    """The (sha256, role) pairs of `TAMIZ_API_KEYS`. Raises `SettingsInvalid` for an entry of another form."""
    found = []
    for entry in settings.api_keys:
        role, _, digest = entry.partition(":")
        if role not in set(Role) or not _DIGEST.fullmatch(digest):
            raise SettingsInvalid("TAMIZ_API_KEYS: every entry is `role:sha256-hex` (ingest, read or admin), as `tamiz keys create` prints it")
        found.append((digest, Role(role)))
    return found


def check_bind(settings: Settings, ledger: Ledger) -> None:
    """Raises `SettingsInvalid` when the API would be reachable from elsewhere and no key exists."""
    stated = keys_of_settings(settings)
    if is_loopback(settings.host) or stated or any(key.revoked_at is None for key in ledger.keys()):  # noqa: SIM118 - no mapping
        return
    raise SettingsInvalid(
        f"the API would listen on {settings.host} for anybody who reaches it, and no API key exists; run `tamiz keys create --role admin` first, "
        "or bind 127.0.0.1"
    )


def sql_is_on(settings: Settings) -> bool:
    """Whether `POST /sql` answers: as set, else on a loopback bind only."""
    return is_loopback(settings.host) if settings.sql is None else settings.sql


class Keys:
    """Keys of the settings and of the ledger; threads may share it."""

    def __init__(self, settings: Settings, ledger: Callable[[], Ledger], clock: Callable[[], float] = monotonic) -> None:
        self._stated = keys_of_settings(settings)
        self._loopback = is_loopback(settings.host)
        self._ledger = ledger
        self._clock = clock
        self._lock = threading.Lock()
        self._open = False
        self._believed_until = float("-inf")

    def fresh(self) -> bool:
        """Whether `open` answers without asking the ledger."""
        return bool(self._stated) or not self._loopback or self._clock() < self._believed_until

    def open(self) -> bool:
        """Whether nobody needs a key: bound to loopback, and no key exists. Raises `LedgerUnavailable`."""
        if self._stated or not self._loopback:
            return False
        with self._lock:
            now = self._clock()
            if now >= self._believed_until:
                self._open = all(key.revoked_at is not None for key in self._ledger().keys())  # noqa: SIM118 - no mapping
                self._believed_until = now + REFRESH_S
            return self._open

    def role_of(self, token: str | None) -> Role:
        """The role of a request that carries `token`. Raises `Unauthorized`; `LedgerUnavailable`."""
        if token is None:
            if self.open():
                return Role.ADMIN
            raise Unauthorized("an API key is needed: send `Authorization: Bearer KEY` or `X-API-Key: KEY`")
        role = self._known(token)
        if role is None:
            raise Unauthorized("this API key is not known or was revoked")
        return role

    def _known(self, token: str) -> Role | None:
        if not _TOKEN.fullmatch(token):
            return None
        digest = hashed(token)
        for stated, role in self._stated:
            if hmac.compare_digest(stated, digest):
                return role
        found = self._ledger().role_of(digest)
        return None if found is None else Role(found)


def token_of(authorization: str | None, api_key: str | None) -> str | None:
    """The key of a request's headers; None when it carries none. A key in a URL is never read: URLs are logged."""
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""
    return api_key


def check_role(role: Role, allowed: Sequence[Role]) -> None:
    """Raises `Forbidden` when `role` is none of `allowed`; admins may do everything."""
    if role is not Role.ADMIN and role not in allowed:
        raise Forbidden(
            f"a key of the role {role.value} may not do this; it takes {' or '.join([*(one.value for one in allowed), Role.ADMIN.value])}"
        )


def check_origin(host: str | None, origin: str | None) -> None:
    """What protects a service without keys from web pages: the Host must be this machine (a rebound DNS name is not), and a browser's request must
    come from our own pages. Raises `Forbidden`."""
    if host is None or not is_loopback(_hostname(host)):
        raise Forbidden("without an API key only requests for this machine are answered: address it as 127.0.0.1 or localhost")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise Forbidden("without an API key no request from another web page is answered")


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
