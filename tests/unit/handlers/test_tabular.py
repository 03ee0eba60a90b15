from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.tabular import FORMULA, csv_text, distinct, json_text, objects, table_text
from schemas.warehouse import QueryResult


def answer(*rows: tuple[Any, ...], columns: tuple[str, ...] = ("a", "b"), types: tuple[str, ...] = ("VARCHAR", "VARCHAR")) -> QueryResult:
    return QueryResult(columns=columns, types=types, rows=rows)


def test_csv_has_one_header_line_and_quotes_only_where_needed() -> None:
    result = answer(("plain", 1), ('say "hi"', 2.5), ("a,b", None), ("two\nlines", True), ("", "ñ"))
    assert csv_text(result) == 'a,b\nplain,1\n"say ""hi""",2.5\n"a,b",\n"two\nlines",true\n"",ñ\n'


def test_money_is_a_bare_decimal() -> None:
    result = answer(("-1.20", "-1.20"), types=("DECIMAL(12,2)", "VARCHAR"))
    assert csv_text(result) == "a,b\n-1.20,'-1.20\n"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    result = answer((text,), columns=("=cmd",), types=("VARCHAR",))
    rows = list(csv.reader(io.StringIO(csv_text(result), newline="")))
    assert rows == [["'=cmd"], ["'" + text]]
    assert list(csv.reader(io.StringIO(csv_text(result, raw=True), newline=""))) == [["=cmd"], [text]]


def test_numbers_stay_numbers() -> None:
    assert csv_text(answer((-1, -2.5))) == "a,b\n-1,-2.5\n"


def test_lists_and_structures_are_json() -> None:
    assert csv_text(answer(({"a": [1]}, [1, 2]))) == 'a,b\n"{""a"": [1]}","[1, 2]"\n'


def test_a_null_alone_is_a_line_that_readers_see() -> None:
    assert csv_text(answer((None,), columns=("a",), types=("VARCHAR",))) == 'a\n""\n'


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_csv_reads_back(rows: list[tuple[str, str]]) -> None:
    found = list(csv.reader(io.StringIO(csv_text(answer(*rows), raw=True), newline=""), strict=True))
    assert found == [["a", "b"], *([one, two] for one, two in rows)]


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    [_, [cell]] = list(csv.reader(io.StringIO(csv_text(answer((text,), columns=("a",), types=("VARCHAR",))), newline=""), strict=True))
    assert not cell.startswith(FORMULA)


def test_json_is_a_list_of_objects() -> None:
    assert json.loads(json_text(answer(("1.20", None), ("ñ", 2)))) == [{"a": "1.20", "b": None}, {"a": "ñ", "b": 2}]
    assert json.loads(json_text(answer())) == []


def test_no_column_is_lost_to_another_of_its_name() -> None:
    assert list(distinct(["a", "a", "a_2", "a"])) == ["a", "a_2", "a_2_2", "a_3"]
    assert next(iter(objects(answer((1, 2), columns=("n", "n"))))) == {"n": 1, "n_2": 2}


def test_a_table_lines_up_and_shows_no_control_characters() -> None:
    shown = table_text(answer(("x" * 100, None), ("\x1b[2Jred\nline", 1)))
    header, rule, long, hostile = shown.splitlines()
    assert header.startswith("a")
    assert len(rule) == 60 + 2 + 1
    assert long == "x" * 59 + "…"
    assert hostile.startswith("·[2Jred line")
    assert hostile.endswith(" 1")
