"""What every warehouse that can be asked promises about questions; part of `adapters.testing.warehouse.WarehouseContract`."""

from __future__ import annotations

import pytest

from adapters.warehouse.port import Warehouse
from schemas.documents import document_id
from schemas.errors import QueryLimit, QueryRefused
from schemas.tables import TABLES
from schemas.warehouse import ColumnBatch, QueryLimits, RowGroup

LIMITS = QueryLimits(seconds=30.0)
DOCUMENT = document_id("contract", "queries")

REFUSED = (
    "INSERT INTO terms (document_id) VALUES ('x')",
    "UPDATE terms SET term = 'x'",
    "DELETE FROM terms",
    "DROP TABLE terms",
    "CREATE TABLE mine (a INTEGER)",
    "ALTER TABLE terms ADD COLUMN mine INTEGER",
    "TRUNCATE terms",
    "BEGIN",
    "COMMIT",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE terms",
    "WITH gone AS (DELETE FROM terms RETURNING *) SELECT * FROM gone",
    "SELECT no_such_column FROM terms",
    "SELEC 1",
    "",
)
"""Statements no warehouse answers."""


def _terms(count: int) -> ColumnBatch:
    columns = {name: [None] * count for name in TABLES["terms"].column_names}
    return ColumnBatch("terms", {**columns, "document_id": [DOCUMENT] * count, "term": [str(number) for number in range(1, count + 1)]})


class QueryContract:
    """Questions to a migrated, empty `warehouse`."""

    @pytest.mark.parametrize("sql", REFUSED)
    def test_only_single_queries_are_answered(self, warehouse: Warehouse, sql: str) -> None:
        """Everything else is refused, and nothing changes."""
        warehouse.replace([RowGroup(DOCUMENT, 1, (_terms(2),))], 1)
        with pytest.raises(QueryRefused):
            warehouse.query(sql, LIMITS)
        assert warehouse.query("SELECT count(*) FROM terms", LIMITS).rows == ((2,),)

    @pytest.mark.parametrize("sql", ["SELECT 1", "WITH a AS (SELECT 1 AS x) SELECT x FROM a", "VALUES (1)", "(SELECT 1)", "-- why\nSELECT 1;"])
    def test_queries_of_every_form(self, warehouse: Warehouse, sql: str) -> None:
        """SELECT, WITH, VALUES, brackets, comments and a closing semicolon."""
        assert warehouse.query(sql, LIMITS).rows == ((1,),)

    def test_rows_beyond_the_limit_are_cut_off_and_said_to_be(self, warehouse: Warehouse) -> None:
        """The limit itself is no truncation."""
        warehouse.replace([RowGroup(DOCUMENT, 1, (_terms(3),))], 1)
        cut = warehouse.query("SELECT term FROM terms ORDER BY 1", QueryLimits(seconds=30.0, rows=2))
        whole = warehouse.query("SELECT term FROM terms ORDER BY 1", QueryLimits(seconds=30.0, rows=3))
        assert (cut.rows, cut.truncated) == ((("1",), ("2",)), True)
        assert (len(whole.rows), whole.truncated) == (3, False)

    def test_a_query_past_its_time_is_ended(self, warehouse: Warehouse) -> None:
        """Typed, and the next query is answered."""
        endless = "WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x FROM n) SELECT count(*) FROM n"
        with pytest.raises(QueryLimit):
            warehouse.query(endless, QueryLimits(seconds=1.0))
        assert warehouse.query("SELECT 1", LIMITS).rows == ((1,),)
