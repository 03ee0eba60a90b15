"""Tables of the ledger, for SQLite and Postgres alike. Names start with `ledger_`, so that a warehouse may live in the same database.

Times are microseconds since 1970 (UTC) by the database's clock. JSON is serialised text: it is never searched, and text keeps what was written.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TEXT as PG_TEXT

SCHEMA = 1
"""Number of this schema. Raised with every additive change."""

metadata = MetaData()

Bytewise = Text().with_variant(PG_TEXT(collation="C"), "postgresql")
"""Text ordered by code point everywhere, as listings of buckets are."""

Time = BigInteger
TaskNumber = BigInteger().with_variant(Integer(), "sqlite")


class TaskState(StrEnum):
    """Where a task stands. `due_at` means something else in each of them."""

    WAITING = "waiting"  # due_at: since when
    PUBLISHED = "published"  # due_at: when it was handed to the broker
    LEASED = "leased"  # due_at: when the lease runs out
    DELAYED = "delayed"  # due_at: the next attempt
    BLOCKED = "blocked"  # assembly whose parts are not all done
    DONE = "done"
    ENDED = "ended"  # superseded, or over with its run


OPEN = (TaskState.WAITING, TaskState.PUBLISHED, TaskState.LEASED, TaskState.DELAYED, TaskState.BLOCKED)
"""States of a task that somebody still has to work on."""


class Rank:
    """Order inside a queue: lower goes first, first come first served within one."""

    FRESH = 0
    PART = 1
    BACKFILL = 2


documents = Table(
    "ledger_documents",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Bytewise, nullable=False),
    Column("parent_document_id", Text, index=True),
    Column("state", Text, nullable=False),  # of the newest run, or deleted / erased; empty before the first event is understood
    Column("present", Boolean, nullable=False),  # an object is believed to lie there
    Column("version", Text, nullable=False),  # the newest version's token
    Column("order_key", Text),  # the source's order of the newest event, a deletion included
    Column("newest_run", Integer, nullable=False),
    Column("last_run", Integer, nullable=False),
    Column("last_attempt", Integer, nullable=False),
    Column("erased_versions", Integer, nullable=False),
    Column("facts_state", Text, nullable=False),  # what the warehouse should show; empty: nothing
    Column("facts_run", Integer),  # the run it shows
    Column("load_seq", BigInteger, nullable=False),
    Column("loaded_seq", BigInteger, nullable=False),
    Column("loaded_at", Time),
    Column("received_at", Time, nullable=False),
    UniqueConstraint("source", "key", name="ledger_documents_place"),
)
Index("ledger_documents_state", documents.c.state)
Index(
    "ledger_documents_pending",
    documents.c.load_seq,
    sqlite_where=documents.c.load_seq > documents.c.loaded_seq,
    postgresql_where=documents.c.load_seq > documents.c.loaded_seq,
)

runs = Table(
    "ledger_runs",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("order_key", Text),
    Column("size", BigInteger, nullable=False),
    Column("modified_at", Time),
    Column("content_type", Text),
    Column("object_metadata", Text, nullable=False),
    Column("requested", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("kind", Text),
    Column("media_type", Text),
    Column("sha256", Text),
    Column("metadata", Text, nullable=False),
    Column("pipeline_version", Text),
    Column("attempt", Integer, nullable=False),
    Column("parts_total", Integer, nullable=False),
    Column("parts_done", Integer, nullable=False),
    Column("result_key", Text),
    Column("items", Integer, nullable=False),
    Column("language", Text),
    Column("duration_ms", BigInteger),
    Column("cost_usd", Text, nullable=False),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("received_at", Time, nullable=False),
    Column("extracted_at", Time),
)

tasks = Table(
    "ledger_tasks",
    metadata,
    Column("task_no", TaskNumber, primary_key=True, autoincrement=True),
    Column("document_id", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("since", Time, nullable=False),
    Column("due_at", Time, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("spec", Text),
    Column("result", Text),
    UniqueConstraint("document_id", "run", "part", name="ledger_tasks_place"),
)
Index("ledger_tasks_turn", tasks.c.state, tasks.c.queue, tasks.c.rank, tasks.c.since, tasks.c.task_no)
Index("ledger_tasks_due", tasks.c.state, tasks.c.due_at)

transitions = Table(
    "ledger_transitions",
    metadata,
    Column("transition_no", TaskNumber, primary_key=True, autoincrement=True),
    Column("document_id", Text, nullable=False, index=True),
    Column("run", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("attempt", Integer),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

result_files = Table(
    "ledger_result_files",
    metadata,
    Column("key", Text, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("collect_at", Time, index=True),  # set: nobody needs it, to be removed from then on
)
Index("ledger_result_files_document", result_files.c.document_id, result_files.c.run)

kept = Table(
    "ledger_kept",
    metadata,
    Column("key", Text, primary_key=True),
    Column("document_id", Text, primary_key=True, index=True),
)

lanes = Table("ledger_lanes", metadata, Column("queue", Text, primary_key=True))
"""One row per queue: locked while its window is filled."""

singletons = Table(
    "ledger_singletons",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Time, nullable=False),
    Column("epoch", BigInteger, nullable=False),
)

idempotency = Table(
    "ledger_idempotency",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("at", Time, nullable=False),
)

erasures = Table(
    "ledger_erasures",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("begun_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("kept_keys", Text, nullable=False),
)

erased_hashes = Table(
    "ledger_erased_hashes",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("at", Time, nullable=False),
)

held_deletions = Table(
    "ledger_held_deletions",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Bytewise, primary_key=True),
)

api_keys = Table(
    "ledger_api_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("revoked_at", Time),
)

meta = Table("ledger_meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
