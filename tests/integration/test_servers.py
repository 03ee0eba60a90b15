"""The servers the other integration tests lean on."""

from __future__ import annotations

import psycopg
import redis


def test_postgres_is_fresh_and_private(postgres_database: str, postgres_url: str) -> None:
    with psycopg.connect(postgres_database) as connection:
        connection.execute("CREATE TABLE t (x int)")
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT to_regclass('t')").fetchone() == (None,)


def test_redis_keeps_what_it_is_told(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("k", "v")
        assert client.get("k") == b"v"


def test_a_test_is_marked_with_the_servers_it_starts(request: object, redis_url: str) -> None:
    assert request.node.get_closest_marker("needs_redis") is not None
    assert request.node.get_closest_marker("needs_postgres") is None
