"""The ledger in SQLite and in Postgres: the port's verbs, each one short transaction of the same Core statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url

from adapters.capabilities import Capabilities
from adapters.ledger import erasure, intake, keys, load, outcome, people, schema, status, upkeep, work
from adapters.ledger.database import Clock, Database, prepare_sqlite
from adapters.ledger.options import LedgerOptions
from adapters.ledger.port import Probe
from adapters.ledger.transaction import Transaction
from adapters.ledger.watch import CommitWatch
from schemas.documents import CostClass, DocumentId, Kind, ObjectStat, Requested, State
from schemas.errors import LeaseLost
from schemas.ledger import (
    ApiKey,
    Change,
    Counts,
    DocumentStatus,
    Done,
    Due,
    Failure,
    KnownObject,
    Lease,
    Observation,
    PartSpec,
    Routed,
    Swept,
    TaskId,
    Transition,
)

P = ParamSpec("P")
T = TypeVar("T")


class SqlLedger:
    """Everything both databases share. What a verb means is said in `adapters.ledger.port`."""

    version: ClassVar[str] = "1"
    Options = LedgerOptions

    def __init__(self, options: LedgerOptions, database: Database) -> None:
        self.options = options
        self._database = database

    def _write(self, work: Callable[Concatenate[Transaction, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._database.write(lambda tx: work(tx, *args, **kwargs))

    def _read(self, work: Callable[Concatenate[Transaction, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._database.read(lambda tx: work(tx, *args, **kwargs))

    def migrate(self) -> None:
        self._write(schema.migrate)

    def close(self) -> None:
        self._database.close()

    # --- intake ---

    def observe(self, source: str, key: str, probe: Probe, requested: Requested | None = None, queue: CostClass = CostClass.TEXT) -> Observation:
        return self._write(intake.observe, (source, key), probe, requested, queue)

    def record(self, stat: ObjectStat, requested: Requested | None = None, queue: CostClass = CostClass.TEXT) -> Observation:
        return self._write(intake.record, stat, requested, queue)

    def record_deleted(self, source: str, key: str, order_key: str) -> Observation:
        return self._write(intake.record_deleted, source, key, order_key)

    def begin_idempotent(self, key: str, fingerprint: str, document: DocumentId) -> DocumentId | None:
        return self._write(intake.begin_idempotent, key, fingerprint, document)

    # --- work ---

    def openings(self, queues: Sequence[CostClass], window: int) -> Sequence[CostClass]:
        return self._read(work.openings, tuple(queues), window)

    def publishable(self, queue: CostClass, window: int) -> Sequence[Due]:
        return self._write(work.publishable, queue, window)

    def claim(self, task: TaskId, worker: str, lease_s: float) -> Lease | None:
        return self._write(work.claim, task, worker, lease_s)

    def heartbeat(self, lease: Lease, lease_s: float) -> None:
        self._write(work.heartbeat, lease, lease_s)

    def routed(self, lease: Lease, routed: Routed) -> None:
        if not self._write(work.routed, lease, routed):
            raise LeaseLost("these bytes were erased before; they stay away")

    def admit(self, lease: Lease, sha256: str) -> None:
        if not self._write(work.admit, lease, sha256):
            raise LeaseLost("these bytes were erased before; they stay away")

    def keep(self, lease: Lease, key: str) -> None:
        self._write(work.keep, lease, key)

    def requeue(self, lease: Lease, queue: CostClass) -> None:
        self._write(work.requeue, lease, queue)

    def release(self, lease: Lease) -> None:
        try:
            self._write(work.release, lease)
        except LeaseLost:
            return  # somebody else has it already, which is what releasing is for

    def split(self, lease: Lease, routed: Routed, parts: Sequence[PartSpec]) -> None:
        self._write(work.split, lease, routed, parts)

    def complete(self, lease: Lease, done: Done) -> Sequence[Due]:
        return self._write(outcome.complete, lease, done)

    def fail(self, lease: Lease, failure: Failure, max_attempts: int) -> State:
        return self._write(outcome.fail, lease, failure, max_attempts)

    def supersede(self, lease: Lease) -> None:
        self._write(outcome.supersede, lease)

    # --- upkeep ---

    def sweep(self, publish_timeout_s: float, max_lost: int = work.MAX_LOST) -> Swept:
        outcomes = [self._write(upkeep.expire, task, max_lost) for task in self._read(upkeep.expired)]
        requeued = 0
        while self._read(upkeep.overdue, publish_timeout_s):
            requeued += self._write(upkeep.wait_again, publish_timeout_s)
        for task in self._read(upkeep.blocked):
            self._write(upkeep.assemble, task)
        return Swept(expired=sum(again is not None for again in outcomes), dead=outcomes.count(False), requeued=requeued)

    def free_all(self) -> int:
        return self._write(upkeep.free_all)

    def hold(self, name: str, owner: str, seconds: float) -> int | None:
        return self._write(upkeep.hold, name, owner, seconds)

    def drop(self, name: str, owner: str) -> None:
        self._write(upkeep.drop, name, owner)

    def known(self, source: str, prefix: str = "") -> Iterator[KnownObject]:
        page = self._read(upkeep.known_page, source, prefix, None)
        while page:
            for item in page:
                if not item.key.startswith(prefix):
                    return
                yield item
            page = self._read(upkeep.known_page, source, prefix, page[-1].key)

    def hold_deletions(self, source: str, keys: Sequence[str]) -> None:
        self._write(upkeep.hold_deletions, source, keys)

    def held_deletions(self, source: str) -> Sequence[str]:
        return self._read(upkeep.held_keys, source)

    # --- load ---

    def stamp(self) -> int | None:
        return None

    def changes(self, limit: int) -> Sequence[Change]:
        return self._read(load.changes, limit)

    def loaded(self, loads: Sequence[tuple[DocumentId, int]]) -> None:
        self._write(load.loaded, loads)

    def reload_all(self) -> int:
        return self._write(load.reload_all)

    # --- people ---

    def reprocess(self, document: DocumentId, queue: CostClass = CostClass.BULK) -> Observation:
        return self._write(people.reprocess, document, queue)

    def redrive(self, document: DocumentId) -> Observation:
        return self._write(people.redrive, document)

    def erase(self, document: DocumentId, actor: str) -> Sequence[str]:
        return self._write(erasure.erase, document, actor)

    def erasures(self) -> Sequence[DocumentId]:
        return self._read(erasure.unfinished)

    def erased(self, document: DocumentId) -> None:
        self._write(erasure.finish, document)

    def garbage(self, limit: int) -> Sequence[str]:
        return self._read(upkeep.garbage, limit)

    def collected(self, keys: Sequence[str]) -> None:
        self._write(upkeep.collected, keys)

    def document(self, document: DocumentId) -> DocumentStatus:
        return self._read(status.document, document)

    def documents(
        self, *, state: State | None = None, kind: Kind | None = None, after: DocumentId | None = None, limit: int = 100
    ) -> Sequence[DocumentStatus]:
        return self._read(status.page, state, kind, after, limit)

    def children(self, document: DocumentId) -> Sequence[DocumentStatus]:
        return self._read(status.children, document)

    def history(self, document: DocumentId) -> Sequence[Transition]:
        return self._read(status.history, document)

    def counts(self) -> Counts:
        return self._read(status.counts)

    # --- API keys ---

    def add_key(self, key_id: str, sha256: str, role: str) -> None:
        self._write(keys.add_key, key_id, sha256, role)

    def revoke_key(self, key_id: str) -> None:
        self._write(keys.revoke_key, key_id)

    def keys(self) -> Sequence[ApiKey]:
        return self._read(keys.keys)

    def role_of(self, sha256: str) -> str | None:
        return self._read(keys.role_of, sha256)


class SqliteLedger(SqlLedger):
    """A file on a local disk, shared by the processes of one machine."""

    name: ClassVar[str] = "sqlite"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: LedgerOptions, *, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._watch = CommitWatch(path)
        super().__init__(options, Database(self._engine, options, clock=clock))

    def _engine(self) -> Engine:
        url = URL.create("sqlite+pysqlite", database=str(self._path))
        engine = create_engine(url, pool_size=5, max_overflow=50, connect_args={"check_same_thread": False})
        return prepare_sqlite(engine)

    def migrate(self) -> None:
        """Also switches the file to write-ahead logging, which it remembers (sqlite.org/wal.html)."""
        self._database.outside("PRAGMA journal_mode = WAL")
        super().migrate()

    def close(self) -> None:
        self._watch.close()
        super().close()

    def stamp(self) -> int | None:
        return self._watch.stamp()

    def erased(self, document: DocumentId) -> None:
        """Also empties the write-ahead log, which still holds what was erased."""
        super().erased(document)
        self._database.outside("PRAGMA wal_checkpoint(TRUNCATE)")


class PostgresLedger(SqlLedger):
    """A Postgres database, for more than one host."""

    name: ClassVar[str] = "postgres"
    capabilities: ClassVar[Capabilities] = Capabilities(needs_network=True)

    def __init__(self, options: LedgerOptions, *, url: str, clock: Clock | None = None) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        super().__init__(options, Database(self._engine, options, clock=clock))

    def _engine(self) -> Engine:
        wait_ms = round(self.options.busy_timeout_s * 1000)
        return create_engine(
            self._url,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=20,
            connect_args={"connect_timeout": max(2, round(self.options.busy_timeout_s)), "options": f"-c lock_timeout={wait_ms}"},
        )
