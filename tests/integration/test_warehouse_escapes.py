"""SQL from a stranger against a real, confined DuckDB child: nothing leaves, nothing enters, and the service goes on."""

from __future__ import annotations

import socket
import threading

import pytest

from adapters.testing.warehouse_rows import A, group
from adapters.warehouse.duckdb import DuckDbWarehouse
from schemas.errors import QueryLimit, QueryRefused
from schemas.warehouse import QueryLimits
from tests.integration.hostile_sql import BOMBS, NETWORK, READS, SETTINGS, WRITES

MARKER = "top-secret-marker"
LIMITS = QueryLimits(seconds=20.0, rows=1000)
TIGHT = QueryLimits(seconds=2.0, rows=1000, memory_bytes=256 * 1024**2)


class World:
    """A warehouse and what lies around it: a secret, a place to write, a port that notes who connects."""

    def __init__(self, folder):
        self.secret = folder / "outside" / "secret.csv"
        self.out = folder / "outside" / "written"
        self.secret.parent.mkdir()
        self.secret.write_text(f"{MARKER}\n")
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0)
        self.warehouse = DuckDbWarehouse(path=folder / "warehouse" / "w.duckdb", run_dir=folder / "run")
        self.warehouse.migrate()
        self.warehouse.replace([group(A, 1, ["one"])], 1)

    def statement(self, sql):
        for name, value in (("secret", self.secret), ("out", self.out), ("port", self.server.getsockname()[1])):
            sql = sql.replace("{" + name + "}", str(value))
        return sql

    def check_unharmed(self):
        assert sorted(path.name for path in self.secret.parent.iterdir()) == ["secret.csv"]
        assert self.secret.read_text() == f"{MARKER}\n"
        with pytest.raises(BlockingIOError):
            self.server.accept()
        assert self.warehouse.query("SELECT text FROM reviews", LIMITS).rows == (("one",),)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    found = World(tmp_path_factory.mktemp("escapes"))
    yield found
    found.warehouse.close()
    found.server.close()


@pytest.mark.parametrize("sql", READS)
def test_no_statement_reads_what_is_not_in_the_warehouse(world, sql, monkeypatch):
    monkeypatch.setenv("TAMIZ_SECRET", MARKER)
    secret_text, secret_rows = MARKER, [MARKER]
    assert secret_text in secret_rows
    try:
        answer = world.warehouse.query(world.statement(sql), LIMITS)
    except QueryRefused as error:
        assert MARKER not in error.message
    else:
        assert answer.rows in ((), ((None,),)), "only an empty list of secrets is an answer"
    world.check_unharmed()


@pytest.mark.parametrize("sql", WRITES + NETWORK + SETTINGS)
def test_no_statement_writes_connects_or_unlocks(world, sql):
    with pytest.raises(QueryRefused):
        world.warehouse.query(world.statement(sql), LIMITS)
    world.check_unharmed()


@pytest.mark.parametrize("sql", BOMBS, ids=range(len(BOMBS)))
def test_no_statement_takes_more_than_its_limits(world, sql):
    try:
        answer = world.warehouse.query(sql, TIGHT)
    except (QueryLimit, QueryRefused):
        pass
    else:
        assert len(answer.rows) <= TIGHT.rows
    world.check_unharmed()


def test_a_bomb_does_not_keep_others_from_asking(world):
    ended = threading.Event()

    def bomb():
        with pytest.raises(QueryLimit):
            world.warehouse.query(BOMBS[0], TIGHT)
        ended.set()

    thread = threading.Thread(target=bomb)
    thread.start()
    assert world.warehouse.query("SELECT 1", TIGHT).rows == ((1,),)
    thread.join(30)
    assert ended.is_set()


def test_the_child_is_isolated_by_the_system_and_not_only_by_duckdb(world):
    """The settings are one wall; the kernel's is the other."""
    from adapters.sandbox.child import Child
    from adapters.warehouse.duckdb_reader import DuckDbReader
    from adapters.warehouse.query_parent import QueryChildren

    reader = world.warehouse._asked()
    assert isinstance(reader, DuckDbReader)
    assert isinstance(reader._children, QueryChildren)
    spec = reader._spec(LIMITS)
    folder = world.secret.parent.parent / "child"
    folder.mkdir(mode=0o700)
    child = Child(spec, folder)
    try:
        child.start()
        assert child.applied is not None
        assert child.applied.isolated
        assert child.applied.programs == "seccomp"
    finally:
        child.close()
    assert spec.confine
    assert [path.name for path in spec.read_paths if "proc" not in path.parts and "sys" not in path.parts] == ["w.duckdb"]
