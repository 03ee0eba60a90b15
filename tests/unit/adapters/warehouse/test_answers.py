from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from adapters.warehouse.postgres_child import check_query, json_value
from adapters.warehouse.postgres_rows import json_without_nul
from adapters.warehouse.query_rows import CHUNK_BYTES, send
from adapters.warehouse.texts import decimal_text, utc_iso
from schemas.errors import QueryLimit, QueryRefused


class Parent:
    """Takes rows as the parent of a query's child does."""

    def __init__(self):
        self.chunks = []

    def call(self, name, request, blob=b""):
        assert name == "rows"
        self.chunks.append(blob)
        return {}, b""


def same(value):
    return value


@pytest.mark.parametrize(("digits", "text"), [("1.2900", "1.29"), ("1.2345", "1.2345"), ("2.0000", "2.00"), ("-0.5", "-0.5"), ("7", "7")])
def test_decimals_keep_two_places(digits, text):
    assert decimal_text(digits) == text


@pytest.mark.parametrize(
    ("text", "iso"), [("2026-01-02 03:04:05.5", "2026-01-02T03:04:05.5Z"), ("infinity", "infinity"), ("2026-01-02", "2026-01-02")]
)
def test_times_read_as_iso(text, iso):
    assert utc_iso(text) == iso


def test_rows_are_sent_in_chunks():
    parent = Parent()
    assert send(parent, [["x" * CHUNK_BYTES], ["y"]], [same], 10, 10 * CHUNK_BYTES) is False
    assert len(parent.chunks) == 2
    assert parent.chunks[1] == b'[["y"]]'


def test_rows_beyond_the_rows_or_the_bytes_are_cut_off():
    parent = Parent()
    assert send(parent, [[1], [2], [3]], [same], 2, 1000) is True
    assert send(parent, [["aaaa"], ["bbbb"]], [same], 10, 10) is True
    assert parent.chunks == [b"[[1],[2]]", b'[["aaaa"]]']


def test_a_first_row_that_does_not_fit_is_a_limit_and_not_an_empty_answer():
    with pytest.raises(QueryLimit):
        send(Parent(), [["x" * 100]], [same], 10, 50)


@pytest.mark.parametrize(
    "sql", ["select 1", "  SELECT 1", "/* a /* b */ c */ with x as (select 1) select 1", "-- x\nvalues (1)", "((select 1))", "EXPLAIN select 1"]
)
def test_queries_are_known_by_their_first_word(sql):
    check_query(sql)


@pytest.mark.parametrize(
    "sql",
    ["", "   ", "--", "/* select", "/* /* */ select 1", "set x = 1", "copy t to stdout", "do $$ $$", "selectx", "lock t", "/* select */ drop t"],
)
def test_all_else_is_refused(sql):
    with pytest.raises(QueryRefused):
        check_query(sql)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (5, 5),
        (0.5, 0.5),
        (float("nan"), None),
        (Decimal("1.2900"), "1.29"),
        (Decimal("NaN"), None),
        (datetime(2026, 1, 2, 3, 4, 5, 500_000, tzinfo=timezone(timedelta(hours=1))), "2026-01-02T02:04:05.5Z"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00Z"),
        (date(2026, 1, 2), "2026-01-02"),
        ({"a": [Decimal("1.0")]}, {"a": ["1.0"]}),
        (UUID(int=0), "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_values_are_plain_json(value, plain):
    assert json_value(value) == plain


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (r'"a\u0000b"', r'"a\ufffdb"'),
        (r'"\u0000\u0000"', r'"\ufffd\ufffd"'),
        (r'"\\u0000"', r'"\\u0000"'),
        (r'"\\\u0000"', r'"\\\ufffd"'),
    ],
)
def test_escaped_nuls_are_replaced_and_escaped_backslashes_are_not(text, clean):
    assert json_without_nul(text) == clean
