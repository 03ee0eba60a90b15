from __future__ import annotations

import re

import pytest

from adapters.warehouse.ddl import DUCKDB, POSTGRES, check_number, create_table, document_index, missing_columns, quoted, view_statements
from schemas.errors import SchemaTooNew
from schemas.tables import TABLES, WAREHOUSE_SCHEMA, SqlType


@pytest.mark.parametrize("dialect", [DUCKDB, POSTGRES], ids=lambda dialect: dialect.name)
def test_every_logical_type_has_a_spelling(dialect):
    assert set(dialect.types) == set(SqlType)


def test_a_table_begins_with_its_document():
    assert create_table(TABLES["terms"], DUCKDB).startswith('CREATE TABLE IF NOT EXISTS "terms" ("document_id" VARCHAR, "item_no" BIGINT,')


def test_nothing_is_missing_from_tables_of_this_schema():
    assert [missing_columns(table, table.column_names, DUCKDB) for table in TABLES.values()] == [[]] * len(TABLES)


def test_a_column_an_older_schema_did_not_have_is_added():
    offers = TABLES["offers"]
    existing = [name for name in offers.column_names if name != "deposit"]
    assert missing_columns(offers, existing, POSTGRES) == ['ALTER TABLE "offers" ADD COLUMN "deposit" DECIMAL(18,4)']
    assert missing_columns(offers, existing, POSTGRES, "_offers_000001") == ['ALTER TABLE "_offers_000001" ADD COLUMN "deposit" DECIMAL(18,4)']


def test_only_a_newer_schema_is_refused():
    check_number(None)
    check_number(WAREHOUSE_SCHEMA)
    with pytest.raises(SchemaTooNew):
        check_number(WAREHOUSE_SCHEMA + 1)


def test_identifiers_cannot_end_their_quotes():
    assert quoted('a"b') == '"a""b"'


@pytest.mark.parametrize("dialect", [DUCKDB, POSTGRES], ids=lambda dialect: dialect.name)
def test_a_view_comes_after_those_it_reads(dialect):
    made = set(TABLES)
    for name, statement in view_statements(dialect).items():
        assert "$" + "at_utc" not in statement
        read = set(re.findall(r"\b(?:FROM|JOIN) (\w+)", statement)) & {*view_statements(dialect), *TABLES}
        assert read <= made
        made.add(name)


def test_a_document_s_rows_are_found_and_a_review_among_them():
    assert document_index("terms") == 'CREATE INDEX IF NOT EXISTS "terms_document_id" ON "terms" (document_id)'
    assert document_index("reviews") == 'CREATE INDEX IF NOT EXISTS "reviews_document_id_review_no" ON "reviews" (document_id, review_no)'
