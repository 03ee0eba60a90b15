"""Warehouse in one DuckDB file that is opened per batch and closed again.

An in-memory DuckDB instance stays warm and gathers the rows as typed staging tables, which may spill to disk; only for the swap is the file
attached, under its turn, and detached right after: 1.6 ms to attach and 12 ms to detach with the checkpoint, against 12 and 20 ms for a fresh
`connect` and `close` (2 cores, 1,000,000 rows in the file).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from adapters.capabilities import Capabilities
from adapters.warehouse import duckdb_payloads
from adapters.warehouse.ddl import DUCKDB, bookkeeping, check_number, create_table, missing_columns, quoted, view_statements
from adapters.warehouse.duckdb_errors import translated
from adapters.warehouse.duckdb_swap import finish, one, raise_epoch, swap, take_payloads
from adapters.warehouse.spill import spill_folder
from adapters.warehouse.staging import Columns, arrow_table, gather, newest
from adapters.warehouse.turns import Turns
from schemas.documents import DocumentId
from schemas.errors import TamizError, WarehouseBusy
from schemas.tables import TABLES, WAREHOUSE_SCHEMA
from schemas.warehouse import QueryLimits, QueryResult, RowGroup

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from adapters.warehouse.duckdb_reader import DuckDbReader

STAGE_ON_DISK = 64 * 1024**2
"""Bytes of stored JSON from which a load is gathered in a file: 50,000 reviews with their terms and aspects, 150 MB in memory."""
PAYLOADS = "payloads"
"""The file beside the staged facts in which payloads are gathered."""
LOTS_OF_FACTS = 40
"""Lots of facts (`gather`) of one transaction while staging: some 300,000 rows."""
LOTS_AT_ONCE = 4
"""Staged tables of payloads, of about 5 MB each or one payload (up to 16 MB), that one transaction takes over."""
HEALTH_S = 0.2
"""Seconds a look at the warehouse's health waits for a turn."""


class DuckDbWarehouse:
    """One file, one writer at a time; safe to share between threads."""

    class Options(BaseModel):
        """What loading and asking may take."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        memory_bytes: int = Field(
            default=512 * 1024**2, ge=64 * 1024**2, description="bytes DuckDB may hold while loading; more spills less to disk on huge documents"
        )
        threads: int = Field(default=1, ge=1, le=64, description="threads of a load; more finish a huge document sooner and take cores from workers")
        wait_s: float = Field(default=15.0, gt=0, description="seconds a load waits for its turn before it is busy; keep above the query time limit")
        readers: int = Field(default=2, ge=1, le=32, description="queries at once; each takes a process of about 60 MB and its own memory limit")
        allow_unconfined: bool = Field(default=False, description="answer SQL where the system grants no isolation; only for trusted callers")

    name: ClassVar[str] = "duckdb"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(batch_size=500)

    def __init__(self, options: Options | None = None, *, path: Path, run_dir: Path) -> None:
        self.options = options or self.Options()
        self._path = path
        self._run_dir = run_dir
        self._turns = Turns(run_dir)
        self._mutex = threading.RLock()
        self._asking = threading.Lock()
        self._memory: DuckDBPyConnection | None = None
        self._reader: DuckDbReader | None = None

    def migrate(self) -> None:
        """Create or extend tables and views. Raises `SchemaTooNew`, `WarehouseBusy`, `ServiceUnavailable`."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._make()
        with self._writing() as db, _transaction(db):
            db.execute("USE warehouse")
            for statement in bookkeeping(DUCKDB):
                db.execute(statement)
            check_number(one(db, "SELECT max(number) FROM _schema"))
            for table in TABLES.values():
                if table.name != duckdb_payloads.NAME:
                    db.execute(create_table(table, DUCKDB))
            duckdb_payloads.prepare(db)
            for statement in (*missing_columns(_existing(db), DUCKDB), *view_statements(DUCKDB).values()):
                db.execute(statement)
            db.execute("DELETE FROM _schema")
            db.execute("INSERT INTO _schema VALUES (?)", [WAREHOUSE_SCHEMA])

    def replace(self, groups: Sequence[RowGroup], epoch: int) -> Sequence[tuple[DocumentId, int]]:
        """Swap in whole documents; see the port. The batches are consumed before the file is touched, so readers wait only for the swap."""
        with self._mutex:
            wanted = newest(groups)
            with translated(), self._staging(sum(group.size for group in wanted.values())) as place:
                staged: list[str] = []
                try:
                    staged = self._stage(list(wanted.values()), place)
                    self._swap({key: group.load_seq for key, group in wanted.items()}, epoch, staged, place)
                finally:
                    self._unstage(staged, place)
        return [(group.document_id, group.load_seq) for group in groups]

    def query(self, sql: str, limits: QueryLimits) -> QueryResult:
        """Answer one statement from a confined child; see the port."""
        return self._asked().answer(sql, limits)

    def export(self, directory: Path) -> Mapping[str, int]:
        """Write every table as Parquet, each file by rename; rows per table. Raises `WarehouseBusy`, `StorageFull`, `ServiceUnavailable`."""
        directory.mkdir(parents=True, exist_ok=True)
        counts: dict[str, int] = {}
        with self._reading() as db:
            for name in TABLES:
                part = directory / f".{name}.parquet.part"
                target = str(part).replace("'", "''")
                counts[name] = one(db, f"COPY warehouse.{quoted(name)} TO '{target}' (FORMAT parquet, COMPRESSION zstd)") or 0
                part.replace(directory / f"{name}.parquet")
        return counts

    def health(self) -> str | None:
        """None, or why it cannot be opened. While our own loader is at work it is well."""
        if not self._path.exists():
            return f"the warehouse {self._path} does not exist yet; `tamiz up` makes it"
        try:
            with self._turns.reading(HEALTH_S):
                pass
        except WarehouseBusy:
            return None
        try:
            with self._reading():
                return None
        except TamizError as error:
            return error.message

    def close(self) -> None:
        """End the query children and give the memory back."""
        with self._asking:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
        with self._mutex:
            if self._memory is not None:
                self._memory.close()
                self._memory = None

    def _asked(self) -> DuckDbReader:
        with self._asking:
            if self._reader is None:
                from adapters.warehouse.duckdb_reader import DuckDbReader
                from adapters.warehouse.query_parent import QueryChildren

                children = QueryChildren(self._run_dir / "query", self.options.readers)
                self._reader = DuckDbReader(self._path, self._turns, children, self._fold, allow_unconfined=self.options.allow_unconfined)
            return self._reader

    def _make(self) -> None:
        """A new file appears whole, by rename: one that a full disk or a kill left half made would never open again."""
        with self._mutex, self._turns.writing(self.options.wait_s):
            if self._path.exists() and self._path.stat().st_size:
                return
            fresh = self._path.with_name(f".{self._path.name}.new")
            for leftover in (fresh, fresh.with_name(f"{fresh.name}.wal")):
                leftover.unlink(missing_ok=True)
            with self._attached("", fresh):
                pass
            fresh.replace(self._path)

    def _connection(self) -> DuckDBPyConnection:
        if self._memory is None:
            import duckdb

            self._memory = duckdb.connect(
                ":memory:",
                config={
                    "threads": self.options.threads,
                    "memory_limit": f"{self.options.memory_bytes // 1024**2}MiB",
                    "temp_directory": str(spill_folder(self._path.parent)),
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "python_enable_replacements": False,
                },
            )
        return self._memory

    def _swap(self, wanted: Mapping[DocumentId, int], epoch: int, staged: Sequence[str], place: str) -> None:
        """All in one transaction. Of large documents only the facts: an uncommitted payload stays in memory, and a million reviews' are a gigabyte.

        Their payloads follow, some lots at a time, and only then are the documents said to be loaded; a load that breaks off begins anew.
        """
        if place == "memory":
            with self._writing() as db, _transaction(db):
                raise_epoch(db, epoch)
                swap(db, wanted, staged, place)
            return
        facts = [name for name in staged if name in TABLES]
        with self._writing() as db, _transaction(db):
            raise_epoch(db, epoch)
            fresh = swap(db, wanted, facts, place, unfinished=True)
        payloads = [name for name in staged if name not in TABLES and fresh]
        for first in range(0, len(payloads), LOTS_AT_ONCE):
            with self._writing() as db, _transaction(db):
                raise_epoch(db, epoch)
                for name in payloads[first : first + LOTS_AT_ONCE]:
                    take_payloads(db, fresh, name)
        if fresh:
            with self._writing() as db, _transaction(db):
                raise_epoch(db, epoch)
                finish(db, fresh)

    @contextmanager
    def _staging(self, size: int) -> Iterator[str]:
        """The database in which rows of about `size` bytes are gathered: memory, or for large documents a file of their own.

        The file lies in this process's folder, so that what a killed loader leaves, which is people's text, goes with it.
        Tables in memory do not spill as they should: 2.5 million rows within 512 MiB take minutes and fail (DuckDB 2.0).
        """
        if size < STAGE_ON_DISK:
            yield "memory"
            return
        db, folder = self._connection(), spill_folder(self._path.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        files = {name: folder / f"{name}.duckdb" for name in ("staging", PAYLOADS)}
        try:
            for name, file in files.items():
                _removed(file)
                db.execute(f"ATTACH '{str(file).replace(chr(39), chr(39) * 2)}' AS {name}")
            yield "staging"
        finally:
            for name, file in files.items():
                if self._memory is not None:
                    with suppress(Exception):
                        self._memory.execute(f"DETACH {name}")
                _removed(file)

    def _stage(self, groups: Sequence[RowGroup], place: str) -> list[str]:
        """Names of the tables filled. In a file the facts go some lots to a transaction: one of its own for each writes a log and a checkpoint every
        time, and one for all holds a million reviews in memory. Payloads go past it, each lot into a table of its own that is never added to.
        """
        db = self._connection()
        staged: list[str] = []
        lots = gather(groups)
        try:
            while some := list(islice(lots, 1)):
                with _transaction(db) if place != "memory" else nullcontext():
                    for name, gathered in chain(some, islice(lots, LOTS_OF_FACTS - 1)):
                        if name == duckdb_payloads.NAME and place != "memory":
                            staged.append(f"{PAYLOADS}.{name}_{len(staged)}")
                            _fill(db.cursor(), name, staged[-1], gathered, fresh=True)
                            continue
                        _fill(db, name, f"{place}.{quoted(name)}", gathered, fresh=name not in staged)
                        if name not in staged:
                            staged.append(name)
        except BaseException:
            self._unstage(staged, place)
            raise
        return staged

    def _unstage(self, staged: Sequence[str], place: str) -> None:
        if self._memory is not None and place == "memory":
            for name in staged:
                with suppress(Exception):
                    self._memory.execute(f"DROP TABLE IF EXISTS memory.{quoted(name)}")

    def _fold(self) -> None:
        """Fold in the write-ahead log a killed loader left, so that a reader needs the file alone."""
        with self._writing():
            return

    @contextmanager
    def _writing(self) -> Iterator[DuckDBPyConnection]:
        with self._mutex, self._turns.writing(self.options.wait_s), self._attached("") as db:
            yield db

    @contextmanager
    def _reading(self) -> Iterator[DuckDBPyConnection]:
        with self._mutex, self._turns.reading(self.options.wait_s), self._attached(" (READ_ONLY)") as db:
            yield db

    @contextmanager
    def _attached(self, mode: str, place: Path | None = None) -> Iterator[DuckDBPyConnection]:
        path = str(place or self._path).replace("'", "''")
        with translated():
            db = self._connection()
            db.execute(f"ATTACH '{path}' AS warehouse{mode}")
            try:
                yield db
            finally:
                self._detach(db)

    def _detach(self, db: DuckDBPyConnection) -> None:
        try:
            db.execute("USE memory")
            db.execute("DETACH warehouse")
        except Exception:
            # A database that a full disk or a killed query left unusable is only released with its instance.
            db.close()
            self._memory = None
            raise


def _fill(db: DuckDBPyConnection, name: str, into: str, gathered: Columns, *, fresh: bool) -> None:
    """Add gathered columns of the table `name` to `into`, made before if it is `fresh`."""
    table = TABLES[name]
    if fresh:
        db.execute(create_table(table, DUCKDB).replace(quoted(name), into, 1))
    columns = [column for column in table.columns if column.name in gathered]
    db.register("arriving", arrow_table(name, gathered))
    names, values = ", ".join(quoted(column.name) for column in columns), ", ".join(DUCKDB.cast(column) for column in columns)
    db.execute(f"INSERT INTO {into} ({names}) SELECT {values} FROM arriving")  # noqa: S608
    db.unregister("arriving")


def _removed(file: Path) -> None:
    for leftover in (file, file.with_name(f"{file.name}.wal")):
        leftover.unlink(missing_ok=True)


@contextmanager
def _transaction(db: DuckDBPyConnection) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(Exception):
            db.execute("ROLLBACK")
        raise


def _existing(db: DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in db.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'warehouse'").fetchall():
        found.setdefault(table, []).append(column)
    return found
