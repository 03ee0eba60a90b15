"""The PostgreSQL warehouse on a real server: roles, hostile statements, lost connections, foreign locks."""

from __future__ import annotations

import threading

import psycopg
import pytest

from adapters.testing.warehouse import texts_of
from adapters.testing.warehouse_rows import A, B, group, reviews
from adapters.warehouse.postgres import PostgresWarehouse
from schemas.errors import ConfinementUnavailable, LeaseLost, QueryLimit, QueryRefused, ServiceUnavailable, WarehouseBusy
from schemas.warehouse import QueryLimits, RowGroup

LIMITS = QueryLimits(seconds=20.0)
TIGHT = QueryLimits(seconds=1.5, memory_bytes=64 * 1024**2)

HOSTILE = (
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT * FROM pg_ls_dir('/etc')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "COPY reviews TO '/tmp/x'",
    "COPY reviews TO PROGRAM 'id'",
    "COPY (SELECT 1) TO STDOUT",
    "CREATE TABLE mine (a INTEGER)",
    "CREATE TEMP TABLE mine (a INTEGER)",
    "SELECT 1 INTO mine",
    "INSERT INTO reviews (document_id) VALUES ('x')",
    "DELETE FROM reviews",
    "WITH gone AS (DELETE FROM reviews RETURNING *) SELECT * FROM gone",
    "WITH u AS (UPDATE pg_settings SET setting = 'off' WHERE name = 'transaction_read_only' RETURNING 1) SELECT * FROM u",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT * FROM reviews FOR UPDATE",
    "SELECT query_to_xml('DELETE FROM reviews', true, true, '')",
    "SELECT query_to_xml('SELECT pg_read_file(''/etc/passwd'')', true, true, '')",
    "EXPLAIN ANALYZE DELETE FROM reviews",
    "SET statement_timeout = 0",
    "RESET ALL",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SELECT set_config('role', 'postgres', false)",
    "DO $$ BEGIN PERFORM 1; END $$",
    "CALL nothing()",
    "BEGIN",
    "LISTEN x",
    "LOCK TABLE reviews",
    "VACUUM",
    "CREATE EXTENSION dblink",
    "SELECT * FROM pg_authid",
    "SELECT 1; DELETE FROM reviews",
    "SELECT 1;;SELECT 2",
    "SELECT $1",
    "SELECT pg_reload_conf()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
)

BOMBS = (
    "SELECT pg_sleep(60)",
    "SELECT set_config('statement_timeout', '0', false), pg_sleep(60)",
    "SELECT count(*) FROM generate_series(1, 100000000) a, generate_series(1, 100000000) b",
    "SELECT repeat('x', 500000000)",
)


def made(url, folder, **options):
    return PostgresWarehouse(PostgresWarehouse.Options(**options), url=url, run_dir=folder)


@pytest.fixture
def loading(postgres_database, tmp_path):
    found = made(postgres_database, tmp_path / "loading", lock_s=0.5, allow_unconfined=True)
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def asking(loading, postgres_database, tmp_path):
    """The warehouse as it is asked by a role that may only read its tables."""
    with psycopg.connect(postgres_database, autocommit=True) as db:
        db.execute("DROP ROLE IF EXISTS analyst")
        db.execute("CREATE ROLE analyst LOGIN")
        db.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO analyst")
    found = made(postgres_database, tmp_path / "asking", query_url=postgres_database.replace("postgres@", "analyst@"))
    yield found
    found.close()
    with psycopg.connect(postgres_database, autocommit=True) as db:
        db.execute("DROP OWNED BY analyst")
        db.execute("DROP ROLE analyst")


def test_a_superuser_is_not_asked(postgres_database, loading, tmp_path):
    unsafe = made(postgres_database, tmp_path / "unsafe")
    with pytest.raises(ConfinementUnavailable, match="query_url"):
        unsafe.query("SELECT 1", LIMITS)
    unsafe.close()


def test_no_statement_of_a_reading_role_leaves_the_tables(asking, loading):
    loading.replace([group(A, 1, ["one"])], 1)
    for sql in HOSTILE:
        with pytest.raises(QueryRefused):
            asking.query(sql, LIMITS)
    assert texts_of(asking) == {A: ["one"]}
    loading.replace([group(A, 2, ["two"])], 1)
    assert texts_of(asking) == {A: ["two"]}


@pytest.mark.parametrize("sql", BOMBS)
def test_bombs_end_at_their_limits(asking, sql):
    with pytest.raises(QueryLimit):
        asking.query(sql, TIGHT)
    assert asking.query("SELECT 1", LIMITS).rows == ((1,),)


def test_an_answer_of_many_bytes_is_cut_off(asking):
    answer = asking.query("SELECT repeat('x', 20000000) FROM generate_series(1, 100)", LIMITS)
    assert (len(answer.rows), answer.truncated) == (1, True)


def test_readers_see_the_old_rows_until_the_commit(asking, loading):
    loading.replace([group(A, 1, ["old"])], 1)
    seen = []

    def rows():
        yield from group(A, 2, ["new"]).batches
        seen.append(texts_of(asking))

    loading.replace([RowGroup(A, 2, rows())], 1)
    assert seen == [{A: ["old"]}]
    assert texts_of(asking) == {A: ["new"]}


def test_a_connection_lost_in_the_middle_changes_nothing_and_heals(loading, postgres_database):
    loading.replace([group(A, 1, ["old"])], 1)

    def rows():
        yield from group(A, 2, ["new"]).batches
        with psycopg.connect(postgres_database) as db:
            db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")

    with pytest.raises(ServiceUnavailable):
        loading.replace([RowGroup(A, 2, rows())], 1)
    assert texts_of(loading) == {A: ["old"]}
    loading.replace([group(A, 2, ["new"])], 1)
    assert texts_of(loading) == {A: ["new"]}


def test_tables_locked_by_another_program_are_busy(loading, postgres_database):
    with psycopg.connect(postgres_database) as db:
        db.execute("LOCK TABLE _loader IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(WarehouseBusy):
            loading.replace([group(A, 1, ["x"])], 1)
    loading.replace([group(A, 1, ["x"])], 1)
    assert texts_of(loading) == {A: ["x"]}


def large(document, load_seq, texts, between=lambda: None):
    """A large document whose last batch comes after `between`."""
    plain = group(document, load_seq, texts)

    def batches():
        yield from plain.batches
        yield reviews(document, [])
        between()

    return RowGroup(document, load_seq, batches(), 1 << 30)


def test_nobody_sees_a_large_document_before_its_last_row_and_small_ones_go_between(loading):
    loading.replace([group(A, 1, ["old"])], 1)
    seen = []

    def between():
        loading.replace([group(B, 2, ["small"])], 1)
        seen.append(texts_of(loading))

    assert loading.replace([large(A, 2, ["new", "newer"], between)], 1) == [(A, 2)]
    assert seen == [{A: ["old"], B: ["small"]}]
    assert texts_of(loading) == {A: ["new", "newer"], B: ["small"]}


def test_a_large_document_overtaken_by_its_newer_self_gives_way(loading):
    loading.replace([large(A, 2, ["late"], lambda: loading.replace([group(A, 3, ["newest"])], 1))], 1)
    assert texts_of(loading) == {A: ["newest"]}
    loading.replace([large(A, 2, ["late"])], 1)
    assert texts_of(loading) == {A: ["newest"]}


def test_a_large_load_that_a_newer_loader_overtakes_writes_nothing(loading):
    with pytest.raises(LeaseLost):
        loading.replace([large(A, 2, ["late"], lambda: loading.replace([group(B, 1, ["theirs"])], 2))], 1)
    assert texts_of(loading) == {B: ["theirs"]}


def test_a_large_load_that_breaks_off_leaves_nothing(loading):
    def broken():
        raise RuntimeError("pulled out")

    with pytest.raises(RuntimeError, match="pulled out"):
        loading.replace([large(A, 1, ["half"], broken)], 1)
    assert texts_of(loading) == {}
    loading.replace([large(A, 1, ["whole"])], 1)
    assert texts_of(loading) == {A: ["whole"]}


def test_loaders_at_once_do_not_mix(postgres_database, loading, tmp_path):
    others = [made(postgres_database, tmp_path / str(number)) for number in range(4)]

    def load(place, warehouse):
        for number in range(1, 11):
            warehouse.replace([group(A, number * 10 + place, [f"{number}-{place}"] * 3), group(B, number, ["b"])], 1)

    threads = [threading.Thread(target=load, args=item) for item in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert texts_of(loading) == {A: ["10-3"] * 3, B: ["b"]}
    for warehouse in others:
        warehouse.close()


def test_a_server_that_is_not_there_is_unavailable(tmp_path):
    missing = made("postgresql://postgres@127.0.0.1:1/none", tmp_path, connect_s=2)
    with pytest.raises(ServiceUnavailable):
        missing.replace([group(A, 1, ["x"])], 1)
    with pytest.raises(ServiceUnavailable):
        missing.query("SELECT 1", LIMITS)
    assert missing.health()
    missing.close()


def test_migration_adds_what_an_older_schema_lacks(loading, postgres_database):
    with psycopg.connect(postgres_database, autocommit=True) as db:
        for statement in ("ALTER TABLE reviews DROP COLUMN helpful", "DROP TABLE terms CASCADE", "UPDATE _schema SET number = 0"):
            db.execute(statement)
    loading.migrate()
    loading.replace([group(A, 1, ["x"])], 1)
    assert loading.query("SELECT term FROM product_terms", LIMITS).rows == ()
    assert loading.query("SELECT text, helpful FROM reviews", LIMITS).rows == (("x", None),)


OLDER_VIEWS = (
    "DROP VIEW review_daily",
    "CREATE VIEW review_daily AS SELECT product, count(*) AS reviews, avg(1) AS mean_rating FROM reviews GROUP BY 1",
)
"""A view of an older Tamiz, with columns that PostgreSQL cannot turn into today's."""


def test_views_of_an_older_tamiz_are_made_anew(loading, postgres_database):
    loading.replace([group(A, 1, ["x"])], 1)
    with psycopg.connect(postgres_database, autocommit=True) as db:
        for statement in OLDER_VIEWS:
            db.execute(statement)
    loading.migrate()
    assert loading.query("SELECT reviews, reviews_7d FROM review_daily", LIMITS).rows == ((1, 1),)


def test_a_person_s_view_on_a_view_that_changed_is_never_dropped(loading, postgres_database):
    with psycopg.connect(postgres_database, autocommit=True) as db:
        for statement in (*OLDER_VIEWS, "CREATE VIEW mine AS SELECT product FROM review_daily"):
            db.execute(statement)
    with pytest.raises(ServiceUnavailable, match="view mine depends on view review_daily"):
        loading.migrate()
    assert loading.query("SELECT count(*) FROM mine", LIMITS).rows == ((0,),)
    with psycopg.connect(postgres_database, autocommit=True) as db:
        db.execute("DROP VIEW mine")
    loading.migrate()
    assert loading.query("SELECT count(*) FROM review_daily", LIMITS).rows == ((0,),)


def test_days_are_utc_whatever_the_session_s_zone(loading, postgres_database):
    loading.replace([group(A, 1, ["x"])], 1)
    with psycopg.connect(postgres_database, autocommit=True) as db:
        db.execute("UPDATE reviews SET published_at = '2026-03-01T23:30:00Z'")
        db.execute("SET timezone = 'Asia/Tokyo'")
        assert db.execute("SELECT CAST(day AS TEXT) FROM review_daily").fetchall() == [("2026-03-01",)]
