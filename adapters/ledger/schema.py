"""Creating and extending the ledger's schema."""

from __future__ import annotations

import secrets

from sqlalchemy import insert, inspect, select, update

from adapters.ledger.transaction import Transaction
from schemas.documents import CostClass
from schemas.errors import SchemaTooNew
from schemas.ledger_tables import SCHEMA, lanes, meta, metadata

_LOCK = 7_304_965_203  # any constant of our own: two processes that start at once must not both create the tables


def migrate(tx: Transaction) -> None:
    """Bring the schema to `SCHEMA`, additively. Raises `SchemaTooNew`."""
    if tx.connection.dialect.name == "postgresql":
        tx.connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    number = _number(tx)
    if number > SCHEMA:
        raise SchemaTooNew(f"the ledger was written by a newer Tamiz (schema {number}, this one knows {SCHEMA}); start that version")
    if number == SCHEMA:
        return
    metadata.create_all(tx.connection)
    tx.insert_new(meta, [{"name": "schema", "value": "0"}])
    tx.execute(update(meta).where(meta.c.name == "schema").values(value=str(SCHEMA)))
    tx.insert_new(meta, [{"name": "erase_key", "value": secrets.token_hex(32)}])
    known = set(tx.execute(select(lanes.c.queue)).scalars())
    missing = [{"queue": queue} for queue in CostClass if queue not in known]
    if missing:
        tx.execute(insert(lanes), missing)


def _number(tx: Transaction) -> int:
    if not inspect(tx.connection).has_table(meta.name):
        return 0
    return int(tx.execute(select(meta.c.value).where(meta.c.name == "schema")).scalar_one())
