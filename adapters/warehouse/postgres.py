"""Warehouse in PostgreSQL: documents are replaced in one transaction, a large one in a transaction of its own, rows travel by COPY.

COPY through psycopg straight into the tables took as long as ADBC ingest into staging tables plus an insert (49,000 rows in 0.25 s, 2 cores), needs
one driver and one connection, and lets PostgreSQL read money, times and JSON from text by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from adapters.capabilities import Capabilities
from adapters.warehouse.ddl import (
    POSTGRES,
    bookkeeping,
    check_number,
    create_table,
    document_index,
    missing_columns,
    quoted,
    view_statements,
)
from adapters.warehouse.postgres_errors import translated
from adapters.warehouse.postgres_swap import one, swap, swap_large
from adapters.warehouse.staging import newest
from schemas.documents import DocumentId
from schemas.errors import ServiceUnavailable, TamizError
from schemas.tables import TABLES, WAREHOUSE_SCHEMA
from schemas.warehouse import QueryLimits, QueryResult, RowGroup

if TYPE_CHECKING:
    from psycopg import Connection

    from adapters.warehouse.query_parent import QueryChildren

LARGE_BYTES = 4 * 1024**2
"""Bytes of stored JSON from which a document has a transaction of its own, which others pass; smaller ones are held in memory."""
MIGRATION_LOCK = 0x7461_6D69_7A
"""Key of the advisory lock that lets one program migrate at a time: `tamiz` in ASCII."""


class PostgresWarehouse:
    """One database, any number of readers; safe to share between threads."""

    class Options(BaseModel):
        """How to load and how to ask."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        query_url: SecretStr | None = Field(
            default=None,
            description="URL of a role that may only SELECT, for queries; without it queries use the loader's role, which must then be no superuser",
        )
        lock_s: float = Field(default=15.0, gt=0, description="seconds a load waits for another one before the warehouse is busy")
        connect_s: int = Field(default=10, ge=2, description="seconds until a server that does not answer counts as unavailable")
        readers: int = Field(default=4, ge=1, le=64, description="queries at once; each takes a process of about 50 MB and a connection")
        allow_unconfined: bool = Field(
            default=False, description="answer SQL although its role could read the server's files; only for trusted callers"
        )

    name: ClassVar[str] = "postgres"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(batch_size=500, needs_network=True, provides=("interleaving",))

    def __init__(self, options: Options | None = None, *, url: str, run_dir: Path | None = None) -> None:
        """`url` is libpq's `postgresql://...`; `run_dir` holds the folders of query children (the system's temporary folder without it)."""
        self.options = options or self.Options()
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._run_dir = run_dir
        self._mutex = threading.RLock()
        self._kept: Connection | None = None
        self._children: QueryChildren | None = None
        self._temporary: TemporaryDirectory[str] | None = None

    def migrate(self) -> None:
        """Create or extend tables, indexes and views. Raises `SchemaTooNew`, `ServiceUnavailable`."""
        with self._transaction() as db:
            db.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
            for statement in bookkeeping(POSTGRES):
                db.execute(statement.encode())
            check_number(one(db, "SELECT max(number) FROM _schema"))
            for table in TABLES.values():
                db.execute(create_table(table, POSTGRES).encode())
            existing = _existing(db)
            for table in TABLES.values():
                for statement in missing_columns(table, existing[table.name], POSTGRES):
                    db.execute(statement.encode())
            for name in (*TABLES, "_loads"):
                db.execute(document_index(name).encode())
            _make_views(db)
            db.execute("DELETE FROM _schema")
            db.execute("INSERT INTO _schema VALUES (%s)", [WAREHOUSE_SCHEMA])

    def replace(self, groups: Sequence[RowGroup], epoch: int) -> Sequence[tuple[DocumentId, int]]:
        """Swap in whole documents, large ones one by one after the others; see the port. Readers go on seeing the old rows until the commit."""
        wanted = newest(groups)
        small = [group for group in wanted.values() if group.size < LARGE_BYTES]
        if small or not wanted:
            whole = [replace(group, batches=tuple(group.batches)) for group in small]  # asked for rows, the loader may replace others first
            with self._transaction() as db:
                swap(db, whole, epoch)
        for group in wanted.values():
            if group.size >= LARGE_BYTES:
                with translated(), self._opened() as db, db.transaction():
                    swap_large(db, group, epoch)
        return [(group.document_id, group.load_seq) for group in groups]

    def query(self, sql: str, limits: QueryLimits) -> QueryResult:
        """Answer one statement in a read-only transaction, from a child that ends at the limits; see the port."""
        from adapters.warehouse.postgres_reader import answer

        url = self.options.query_url.get_secret_value() if self.options.query_url else self._url
        return answer(self._asked(), sql, limits, url, connect_s=self.options.connect_s, allow_unconfined=self.options.allow_unconfined)

    def export(self, directory: Path) -> Mapping[str, int]:
        """Write every table as Parquet, all of one moment; rows per table. Raises `StorageFull`, `ServiceUnavailable`."""
        from adapters.warehouse.postgres_export import export

        with self._transaction() as db:
            db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return export(db, directory)

    def health(self) -> str | None:
        """None, or why it cannot be reached."""
        try:
            with self._transaction() as db:
                db.execute("SELECT max(number) FROM _schema").fetchall()
        except TamizError as error:
            return error.message
        return None

    def close(self) -> None:
        """End the query children and the connection."""
        with self._mutex:
            if self._children is not None:
                self._children.close()
                self._children = None
            if self._temporary is not None:
                self._temporary.cleanup()
                self._temporary = None
            self._drop()

    def _asked(self) -> QueryChildren:
        with self._mutex:
            if self._children is None:
                from adapters.warehouse.query_parent import QueryChildren

                folder = self._run_dir / "query" if self._run_dir else self._made_folder()
                self._children = QueryChildren(folder, self.options.readers)
            return self._children

    def _made_folder(self) -> Path:
        self._temporary = TemporaryDirectory(prefix="tamiz-query-")
        return Path(self._temporary.name)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._mutex, translated():
            db = self._connection()
            try:
                with db.transaction():
                    yield db
            finally:
                if db.closed or db.broken:
                    self._drop()

    def _connection(self) -> Connection:
        if self._kept is not None and self._kept.closed:
            self._drop()
        if self._kept is None:
            self._kept = self._opened()
        return self._kept

    def _opened(self) -> Connection:
        import psycopg

        options = f"-c timezone=UTC -c lock_timeout={round(self.options.lock_s * 1000)} -c client_encoding=UTF8"
        db = psycopg.connect(self._url, autocommit=True, connect_timeout=self.options.connect_s, options=options)
        with suppress(psycopg.ProgrammingError, psycopg.DataError):  # a server built without it keeps its own
            db.execute("SET default_toast_compression = lz4")  # payloads in two thirds of the time
        return db

    def _drop(self) -> None:
        if self._kept is not None:
            with suppress(Exception):
                self._kept.close()
            self._kept = None


def _existing(db: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = db.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()")
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def _make_views(db: Connection) -> None:
    """PostgreSQL replaces a view only by one that keeps its columns; where a newer Tamiz changed them, all are dropped and made anew.

    Raises `ServiceUnavailable` when a person's own views stand on them.
    """
    from psycopg import errors

    views = view_statements(POSTGRES)
    try:
        with db.transaction():
            for statement in views.values():
                db.execute(statement.encode())
    except errors.InvalidTableDefinition:
        try:
            db.execute(f"DROP VIEW IF EXISTS {', '.join(map(quoted, views))}".encode())
        except errors.DependentObjectsStillExist as error:
            raise ServiceUnavailable(
                f"views of this Tamiz changed, but {error.diag.message_detail}; drop those, start again and make them anew"
            ) from error
        for statement in views.values():
            db.execute(statement.encode())
