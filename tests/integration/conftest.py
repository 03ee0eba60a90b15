"""Warehouses of a test's own, of both kinds; a test that needs other options makes its own."""

from __future__ import annotations

import pytest

from adapters.warehouse.duckdb import DuckDbWarehouse
from adapters.warehouse.postgres import PostgresWarehouse


@pytest.fixture
def duckdb(tmp_path):
    found = DuckDbWarehouse(DuckDbWarehouse.Options(), path=tmp_path / "w.duckdb", run_dir=tmp_path / "run")
    yield found
    found.close()


@pytest.fixture
def postgres(postgres_database, tmp_path):
    options = PostgresWarehouse.Options(allow_unconfined=True)  # the session's server knows only its superuser
    found = PostgresWarehouse(options, url=postgres_database, run_dir=tmp_path / "run")
    yield found
    found.close()
