"""Large documents in DuckDB: gathered in a file, payloads in tables of their own, begun anew when a load breaks off. About files, so it uses them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.testing.warehouse_rows import A, B, batch, group
from adapters.warehouse import duckdb as adapter
from adapters.warehouse import duckdb_payloads
from adapters.warehouse.duckdb import DuckDbWarehouse
from schemas.errors import StorageFull
from schemas.warehouse import QueryLimits, RowGroup

LARGE = adapter.STAGE_ON_DISK


@pytest.fixture
def warehouse(tmp_path):
    made = DuckDbWarehouse(DuckDbWarehouse.Options(allow_unconfined=True), path=tmp_path / "data" / "w.duckdb", run_dir=tmp_path / "run")
    made.migrate()
    yield made
    made.close()


def asked(warehouse, sql):
    return [tuple(row) for row in warehouse.query(sql, QueryLimits()).rows]


def with_payloads(document, load_seq, texts, payloads, size=LARGE):
    """A document of these reviews whose parts have these payloads."""
    plain = group(document, load_seq, texts)
    rows = [
        {"document_id": document, "part_no": number, "kind": "review", "schema_version": 1, "payload": one} for number, one in enumerate(payloads, 1)
    ]
    return RowGroup(document, load_seq, (*plain.batches, batch("extractions", rows)), size)


def test_a_large_document_is_replaced_by_its_newer_self_and_no_older_one(warehouse, tmp_path):
    warehouse.replace([with_payloads(A, 2, ["one", "two"], ['{"n":1}', '{"n":2}'])], 1)
    warehouse.replace([with_payloads(A, 1, ["old"], ['{"n":0}'])], 1)
    assert asked(warehouse, "SELECT text FROM reviews ORDER BY 1") == [("one",), ("two",)]
    assert asked(warehouse, "SELECT part_no, payload FROM extractions ORDER BY 1") == [(1, {"n": 1}), (2, {"n": 2})]
    warehouse.replace([with_payloads(A, 3, ["three"], ['{"n":3}'])], 1)
    assert asked(warehouse, "SELECT text FROM reviews") == [("three",)]
    assert asked(warehouse, "SELECT payload FROM extractions") == [({"n": 3},)]
    assert [path.name for path in (tmp_path / "data").rglob("*") if path.is_file()] == ["w.duckdb"]


def test_what_a_killed_loader_gathered_is_removed_by_the_next(warehouse, tmp_path):
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left = tmp_path / "data" / f".spill-{ended.pid}" / "staging.duckdb"
    left.parent.mkdir()
    left.write_bytes(b"people's text")
    warehouse.replace([with_payloads(A, 1, ["one"], ["{}"])], 1)
    assert not left.exists()


def test_a_load_that_breaks_off_before_its_payloads_is_done_again_and_doubles_nothing(warehouse, monkeypatch):
    def broken(*_):
        raise OSError("pulled out")

    with monkeypatch.context() as patch:
        patch.setattr(adapter, "take_payloads", broken)
        with pytest.raises(StorageFull, match="pulled out"):
            warehouse.replace([with_payloads(A, 1, ["one"], ["{}"])], 1)
    assert asked(warehouse, "SELECT count(*) FROM reviews") == [(1,)]
    assert warehouse.replace([with_payloads(A, 1, ["one"], ["{}"])], 1) == [(A, 1)]
    assert asked(warehouse, "SELECT count(*) FROM reviews") == [(1,)]
    assert asked(warehouse, "SELECT count(*) FROM extractions") == [(1,)]


@pytest.mark.parametrize("size", [0, LARGE])
def test_payloads_fill_one_table_after_another_behind_one_name(warehouse, monkeypatch, size):
    monkeypatch.setattr(duckdb_payloads, "FULL_BYTES", 10)
    for load_seq, document in ((1, A), (2, B)):
        warehouse.replace([with_payloads(document, load_seq, ["x"], ['{"long":"payload"}'], size)], 1)
    assert asked(warehouse, "SELECT count(*) FROM extractions") == [(2,)]
    tables = "SELECT count(*) FROM duckdb_tables() WHERE starts_with(table_name, '_extractions_') AND database_name <> 'system'"
    assert asked(warehouse, tables) == [(2,)]
    warehouse.replace([RowGroup(A, 3, ())], 1)
    assert asked(warehouse, "SELECT document_id FROM extractions") == [(B,)]
    warehouse.migrate()
    assert asked(warehouse, "SELECT document_id FROM extractions") == [(B,)]


def test_the_table_of_an_earlier_version_becomes_the_first(warehouse):
    warehouse.replace([with_payloads(A, 1, ["x"], ['{"n":1}'], 0)], 1)
    with warehouse._writing() as db:
        db.execute("USE warehouse")
        db.execute("DROP VIEW extractions")
        db.execute("ALTER TABLE _extractions_000001 RENAME TO extractions")
    warehouse.migrate()
    assert asked(warehouse, "SELECT payload FROM extractions") == [({"n": 1},)]
    warehouse.replace([with_payloads(B, 2, ["x"], ['{"n":2}'], 0)], 1)
    assert asked(warehouse, "SELECT count(*) FROM extractions") == [(2,)]
