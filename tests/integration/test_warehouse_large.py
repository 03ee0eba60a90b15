"""Large documents in DuckDB: in slices, in tables of their own, begun anew when a load breaks off. About files, so it uses them."""

from __future__ import annotations

import pytest

from adapters.testing.warehouse_rows import A, B, batch, group, reviews
from adapters.warehouse import duckdb as adapter
from adapters.warehouse import duckdb_parts
from adapters.warehouse.duckdb import DuckDbWarehouse
from adapters.warehouse.duckdb_parts import Parts
from adapters.warehouse.duckdb_slices import slices
from schemas.errors import StorageFull
from schemas.warehouse import QueryLimits, RowGroup

LARGE = adapter.LARGE_BYTES


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


def test_nobody_sees_a_large_document_before_its_last_row_and_small_ones_go_between(warehouse):
    warehouse.replace([group(A, 1, ["old"])], 1)
    seen = []

    def batches():
        plain = group(A, 2, ["new"])
        for number, one in enumerate((*plain.batches, batch("reviews", [])), start=3):
            warehouse.replace([group(B, number, [f"small {number}"])], 1)
            seen.append(asked(warehouse, "SELECT text FROM reviews ORDER BY 1"))
            yield one

    assert warehouse.replace([RowGroup(A, 2, batches(), LARGE)], 1) == [(A, 2)]
    assert seen == [[("old",), (f"small {number}",)] for number in (3, 4, 5)]
    assert asked(warehouse, "SELECT text FROM reviews ORDER BY 1") == [("new",), ("small 5",)]
    assert asked(warehouse, "SELECT count(*) FROM documents") == [(2,)]


def test_a_large_load_that_breaks_off_leaves_nothing_and_is_done_again(warehouse, monkeypatch):
    def broken(*_):
        raise OSError("pulled out")

    with monkeypatch.context() as patch:
        patch.setattr(adapter, "finish", broken)
        with pytest.raises(StorageFull, match="pulled out"):
            warehouse.replace([with_payloads(A, 1, ["one"], ["{}"])], 1)
    assert own_tables(warehouse) == []
    assert asked(warehouse, "SELECT count(*) FROM reviews") == [(0,)]
    assert warehouse.replace([with_payloads(A, 1, ["one"], ["{}"])], 1) == [(A, 1)]
    assert asked(warehouse, "SELECT count(*) FROM reviews") == [(1,)]
    assert asked(warehouse, "SELECT count(*) FROM extractions") == [(1,)]


def test_a_try_that_could_not_clean_up_doubles_nothing(warehouse, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(adapter, "finish", lambda *_: None)  # its slices stay, as when the file is taken away in the middle
        warehouse.replace([with_payloads(A, 1, ["one"], ["{}"])], 1)
    assert own_tables(warehouse)
    warehouse.replace([with_payloads(A, 1, ["one"], ["{}"])], 1)
    assert asked(warehouse, "SELECT text FROM reviews") == [("one",)]
    assert asked(warehouse, "SELECT count(*) FROM extractions") == [(1,)]


def test_what_a_killed_loader_left_goes_with_the_first_write_of_the_next(warehouse, monkeypatch):
    monkeypatch.setattr(adapter, "finish", lambda *_: None)  # killed before its last transaction
    warehouse.replace([with_payloads(A, 1, ["one"], ["{}"])], 1)
    assert own_tables(warehouse)
    monkeypatch.undo()
    warehouse.replace([group(B, 2, ["two"])], 2)
    assert own_tables(warehouse) == []
    assert asked(warehouse, "SELECT text FROM reviews") == [("two",)]


def test_a_document_removed_while_it_loads_stays_removed(warehouse):
    def batches():
        yield from group(A, 1, ["one"]).batches
        warehouse.replace([RowGroup(A, 2, ())], 1)

    warehouse.replace([RowGroup(A, 1, batches(), LARGE)], 1)
    assert asked(warehouse, "SELECT count(*) FROM reviews") == [(0,)]
    assert own_tables(warehouse) == []


def test_a_removed_large_document_takes_its_tables_with_it(warehouse):
    warehouse.replace([with_payloads(A, 1, ["one"], ["{}"]), with_payloads(B, 2, ["two"], ["{}"])], 1)
    warehouse.replace([RowGroup(A, 3, ())], 1)
    assert {name.split("/")[1] for name in own_tables(warehouse)} == {B}
    assert asked(warehouse, "SELECT text FROM reviews") == [("two",)]
    assert asked(warehouse, "SELECT document_id FROM extractions") == [(B,)]


def test_columns_that_came_since_are_added_to_all_tables_of_a_name(warehouse):
    warehouse.replace([group(A, 1, ["small"])], 1)
    warehouse.replace([with_payloads(B, 2, ["large"], ["{}"])], 1)
    with warehouse._writing() as db:
        db.execute("USE warehouse")
        parts = Parts.of(db)
        db.execute("DROP VIEW reviews")
        names = [*parts.shared["reviews"], *(own.name for own in parts.own if own.table == "reviews")]
        for name in names:
            db.execute(f'ALTER TABLE "{name}" DROP COLUMN rating')
    assert len(names) == 2
    warehouse.migrate()
    assert asked(warehouse, "SELECT text, rating FROM reviews ORDER BY 1") == [("large", None), ("small", None)]


def test_long_rows_and_many_rows_come_in_slices():
    def batches():
        for number in range(3):
            yield reviews(A, ["x" * 1000] * 60_000 if number < 2 else ["y"])
            yield batch("extractions", [{"document_id": A, "part_no": number, "payload": "p" * 20_000_000}])

    cut = list(slices(RowGroup(A, 7, batches(), LARGE)))
    assert all(own.document == A and own.load_seq == 7 for own, _ in cut)
    assert [own.number for own, _ in cut if own.table == "extractions"] == [0, 1]
    assert [(own.number, sum(rows.num_rows for rows in some)) for own, some in cut if own.table == "reviews"] == [(0, 60_000), (1, 60_000), (2, 1)]


def test_many_short_rows_share_a_table():
    batches = (batch("terms", [{"document_id": A, "item_no": 1, "term": "t"}] * 130_000) for _ in range(2))
    assert {own.number for own, _ in slices(RowGroup(A, 7, batches, LARGE))} == {0}


def own_tables(warehouse):
    with warehouse._reading() as db:
        return sorted(own.name for own in Parts.of(db).own)


def test_payloads_fill_one_table_after_another_behind_one_name(warehouse, monkeypatch):
    monkeypatch.setattr(duckdb_parts, "FULL_BYTES", 10)
    for load_seq, document in ((1, A), (2, B)):
        warehouse.replace([with_payloads(document, load_seq, ["x"], ['{"long":"payload"}'], 0)], 1)
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
