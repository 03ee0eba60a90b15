"""Warehouse in one DuckDB file that is opened per batch and closed again.

An in-memory DuckDB instance stays warm; only to take rows is the file attached, under its turn, and detached after it: 1.6 ms to attach, 12 ms to
detach with the checkpoint, against 12 and 20 ms for a fresh `connect` and `close` (2 cores, 1,000,000 rows in the file). Rows are gathered as Arrow
before, those of a large document in slices, so that readers and other loads wait for no more than the writing of one (`duckdb_parts`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from adapters.capabilities import Capabilities
from adapters.warehouse.ddl import DUCKDB, bookkeeping, check_number, quoted, view_statements
from adapters.warehouse.duckdb_errors import translated
from adapters.warehouse.duckdb_parts import Parts
from adapters.warehouse.duckdb_slices import slices
from adapters.warehouse.duckdb_swap import NEVER, add_slice, finish, one, raise_epoch, stored, swap
from adapters.warehouse.spill import spill_folder
from adapters.warehouse.staging import arrow_tables, newest
from adapters.warehouse.turns import Turns
from schemas.documents import DocumentId
from schemas.errors import TamizError, WarehouseBusy
from schemas.tables import TABLES, WAREHOUSE_SCHEMA
from schemas.warehouse import QueryLimits, QueryResult, RowGroup

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from adapters.warehouse.duckdb_reader import DuckDbReader

LARGE_BYTES = 32 * 1024**2
"""Bytes of stored JSON from which a document comes in slices: as one swap, 15,000 reviews with their terms and aspects keep readers out for 0.4 s."""
HEALTH_S = 0.2
"""Seconds a look at the warehouse's health waits for a turn."""


class DuckDbWarehouse:
    """One file, one writer at a time; safe to share between threads."""

    class Options(BaseModel):
        """What loading and asking may take."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        memory_bytes: int = Field(
            default=256 * 1024**2, ge=64 * 1024**2, description="bytes DuckDB may hold while loading; more spills less to disk on huge documents"
        )
        threads: int = Field(default=1, ge=1, le=64, description="threads of a load; more finish a huge document sooner and take cores from workers")
        wait_s: float = Field(default=15.0, gt=0, description="seconds a load waits for its turn before it is busy; keep above the query time limit")
        readers: int = Field(default=2, ge=1, le=32, description="queries at once; each takes a process of about 60 MB and its own memory limit")
        allow_unconfined: bool = Field(default=False, description="answer SQL where the system grants no isolation; only for trusted callers")

    name: ClassVar[str] = "duckdb"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(batch_size=500, provides=("interleaving",))

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
            Parts.of(db).prepare()
            for statement in view_statements(DUCKDB).values():
                db.execute(statement)
            db.execute("DELETE FROM _schema")
            db.execute("INSERT INTO _schema VALUES (?)", [WAREHOUSE_SCHEMA])

    def replace(self, groups: Sequence[RowGroup], epoch: int) -> Sequence[tuple[DocumentId, int]]:
        """Swap in whole documents, large ones one by one after the others; see the port. No rows are asked for while the file is held."""
        wanted = newest(groups)
        with translated():
            small = [group for group in wanted.values() if group.size < LARGE_BYTES]
            if small or not wanted:
                self._replace_small(small, epoch)
            for group in wanted.values():
                if group.size >= LARGE_BYTES:
                    self._replace_large(group, epoch)
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

    def _replace_small(self, groups: Sequence[RowGroup], epoch: int) -> None:
        arrived = list(arrow_tables(groups))
        with self._changing(epoch) as db:
            swap(db, {group.document_id: group.load_seq for group in groups}, arrived)

    def _replace_large(self, group: RowGroup, epoch: int) -> None:
        """In slices that nobody sees before the last transaction; a load that breaks off leaves nothing."""
        key = {group.document_id: group.load_seq}
        with self._changing(epoch) as db:
            if stored(db, key).get(group.document_id, NEVER) >= group.load_seq:
                return
            Parts.of(db).drop_unfinished(group.document_id)  # what a try left that could not even clean up would be there twice
        try:
            for own, batches in slices(group):
                with self._changing(epoch) as db:
                    add_slice(db, own, batches)
            with self._changing(epoch) as db:
                finish(db, group.document_id, group.load_seq)
        except BaseException:
            with suppress(Exception), self._changing(epoch) as db:
                Parts.of(db).drop_unfinished(group.document_id)
            raise

    @contextmanager
    def _changing(self, epoch: int) -> Iterator[DuckDBPyConnection]:
        """One transaction on the file, behind the loader's fence."""
        with self._writing() as db, _transaction(db):
            raise_epoch(db, epoch)
            yield db

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
