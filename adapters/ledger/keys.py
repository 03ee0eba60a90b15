"""API keys: only their hashes are kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update

from adapters.ledger.transaction import Transaction
from adapters.ledger.values import moment, moment_or_none
from schemas.errors import Conflict, NotFound
from schemas.ledger import ApiKey
from schemas.ledger_tables import api_keys


def add_key(tx: Transaction, key_id: str, sha256: str, role: str) -> None:
    """Store a key's hash. Raises `Conflict` when the id or the key is known."""
    if tx.insert_one(api_keys, {"key_id": key_id, "sha256": sha256, "role": role, "created_at": tx.now, "revoked_at": None}) is None:
        raise Conflict(f"an API key {key_id!r}, or the same key under another name, exists")


def revoke_key(tx: Transaction, key_id: str) -> None:
    """Revoke a key for good; the first time it was revoked stays. Raises `NotFound`."""
    at = func.coalesce(api_keys.c.revoked_at, tx.now)
    if not tx.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(revoked_at=at)).rowcount:
        raise NotFound(f"there is no API key {key_id!r}")


def keys(tx: Transaction) -> Sequence[ApiKey]:
    """All keys, oldest first."""
    return [
        ApiKey(key_id=row.key_id, role=row.role, created_at=moment(row.created_at), revoked_at=moment_or_none(row.revoked_at))
        for row in tx.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.key_id))
    ]


def role_of(tx: Transaction, sha256: str) -> str | None:
    """The role of a key in use."""
    valid = (api_keys.c.sha256 == sha256, api_keys.c.revoked_at.is_(None))
    return tx.execute(select(api_keys.c.role).where(*valid)).scalar_one_or_none()
