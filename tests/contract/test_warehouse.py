"""Every warehouse against the family's suite."""

from __future__ import annotations

import pytest

from adapters.testing.warehouse import NoWarehouseContract, WarehouseContract
from adapters.warehouse.duckdb import DuckDbWarehouse
from adapters.warehouse.none import NoWarehouse
from adapters.warehouse.postgres import PostgresWarehouse


class TestNone(NoWarehouseContract):
    @pytest.fixture
    def warehouse(self):
        return NoWarehouse(NoWarehouse.Options())


class TestDuckDb(WarehouseContract):
    @pytest.fixture
    def warehouse(self, tmp_path):
        found = DuckDbWarehouse(DuckDbWarehouse.Options(), path=tmp_path / "it's" / "warehouse.duckdb", run_dir=tmp_path / "run")
        found.migrate()
        yield found
        found.close()


class TestPostgres(WarehouseContract):
    @pytest.fixture
    def warehouse(self, postgres_database, tmp_path):
        options = PostgresWarehouse.Options(allow_unconfined=True)  # the session's server knows only its superuser
        found = PostgresWarehouse(options, url=postgres_database, run_dir=tmp_path / "run")
        found.migrate()
        yield found
        found.close()
