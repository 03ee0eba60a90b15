from pathlib import Path

from adapters.warehouse.ddl import DUCKDB, POSTGRES, view_statements
from schemas.tables import TABLES, SqlType
from schemas.tables_markdown import SPELLINGS, VIEWS, markdown

DOC = Path(__file__).parents[2] / "docs" / "tables.md"


def test_the_tables_page_is_current():
    assert DOC.read_text(encoding="utf-8") == markdown(), "run: python -m schemas.tables_markdown > docs/tables.md"


def test_every_table_and_column_is_on_it():
    text = DOC.read_text(encoding="utf-8")
    for table in TABLES.values():
        section = text.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        assert [name for name in table.column_names if f"| `{name}` |" not in section] == []


def test_types_are_spelled_as_the_databases_are_told():
    for kind in SqlType:
        duckdb, postgres = SPELLINGS[kind]
        assert (duckdb.removesuffix(", UTC"), postgres) == (DUCKDB.types[kind], POSTGRES.types[kind])


def test_every_view_is_on_it_and_in_both_dialects():
    for dialect in (DUCKDB, POSTGRES):
        assert list(view_statements(dialect)) == list(VIEWS)
