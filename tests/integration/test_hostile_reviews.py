"""Over 300 broken and malicious review files through the confined child: each loads what is good in it, or is refused with a cause."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.documents import Kind
from tests import hostile_reviews as hostile
from workers.container import Container, read_settings
from workers.oneshot import OneShot

REFUSALS = frozenset({"empty", "encrypted", "malformed", "too_large", "truncated", "type_mismatch", "unsafe_name", "unsupported_type"})
"""The sender's fault, each by name; `parser_crashed`, `timeout` and `memory_limit` would be ours."""
MEMORY = 600 * 1024**2


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneShot]:
    settings = read_settings(data=tmp_path_factory.mktemp("var"), nlp="none", child_memory_bytes=MEMORY, document_timeout_s=60.0)
    with OneShot(Container(settings)) as one:
        yield one


@pytest.fixture(scope="module")
def outcomes(shot: OneShot, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """One line by file name; files are removed as soon as they are read."""
    found: dict[str, dict[str, Any]] = {}
    for path in hostile.hostile_files(tmp_path_factory.mktemp("files")):
        found[path.name] = shot.extract(path, Kind.REVIEW) | {"digest": hashlib.sha256(path.read_bytes() + path.suffix.encode()).hexdigest()}
        path.unlink()
    return found


@pytest.mark.timeout(400)
def test_every_file_is_read_or_refused_by_name(outcomes: dict[str, dict[str, Any]]) -> None:
    codes = Counter(line["error"]["code"] for line in outcomes.values() if "error" in line)
    assert not {name: line["error"] for name, line in outcomes.items() if "error" in line and line["error"]["code"] not in REFUSALS}
    assert len({line["digest"] for line in outcomes.values()}) >= 300
    assert min(codes.values()) > 0
    assert sum(codes.values()) < len(outcomes) * 0.6


def test_what_was_left_out_is_named(outcomes: dict[str, dict[str, Any]]) -> None:
    loaded = [line for line in outcomes.values() if "error" not in line]
    for line in loaded:
        numbers = [row["review_no"] for row in line["reviews"]]
        gaps = [problem["item_no"] for problem in line["problems"] if problem["item_no"]]
        assert numbers == sorted(set(numbers))
        assert not set(numbers) & set(gaps)
        assert max(numbers + gaps, default=0) <= line["items"]
        for problem in line["problems"]:
            assert problem["code"] in REFUSALS
            assert problem["line_no"] or problem["file"] or " more records " in problem["message"], problem
    assert any(line["problems"] for line in loaded)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sizes-empty.csv", "empty"),
        ("sizes-header-only.csv", "empty"),
        ("encodings-only-mark-16le.csv", "empty"),
        ("tables-all-broken.csv", "malformed"),
        ("jsons-all-broken.jsonl", "malformed"),
        ("sizes-columns-10000.csv", "malformed"),
        ("gzips-bomb.csv.gz", "too_large"),
        ("gzips-cut-30.csv.gz", "truncated"),
        ("gzips-bad-sum.csv.gz", "malformed"),
        ("gzips-twice.csv.gz", "unsupported_type"),
        ("zips-bomb.zip", "too_large"),
        ("zips-bomb-spread.zip", "too_large"),
        ("zips-many.zip", "too_large"),
        ("zips-nested.zip", "unsupported_type"),
        ("zips-only-link.zip", "unsafe_name"),
        ("zips-all-encrypted.zip", "encrypted"),
        ("zips-big-directory.zip", "too_large"),
        ("workbooks-laughs-strings.xlsx", "malformed"),
        ("workbooks-external.xlsx", "malformed"),
        ("workbooks-bomb.xlsx", "too_large"),
        ("workbooks-bomb-strings.xlsx", "too_large"),
        ("parquets-footer-huge.parquet", "malformed"),
        ("parquets-bomb.parquet", "too_large"),
    ],
)
def test_refusals(outcomes: dict[str, dict[str, Any]], name: str, code: str) -> None:
    assert outcomes[name]["error"]["code"] == code


@pytest.mark.parametrize(
    ("name", "items", "lines"),
    [
        ("sizes-line-50mb.jsonl", 6, [4]),
        ("sizes-line-20mb.csv", 3, [3]),
        ("tables-open-quote-semicolon-5.csv", 12, [6]),
        ("tables-ragged-tab.csv", 12, [4, 7, 10, 13]),
        ("values-stars-4.jsonl", 2, [1]),
        ("zips-slip.zip", 36, []),
        ("encodings-utf-32-le.csv", 12, []),
        ("encodings-mac_roman.jsonl", 12, []),
        ("encodings-wrong-mark.csv", 12, []),
        ("encodings-nuls.jsonl", 12, []),
        ("tables-backslashes.csv", 12, []),
        ("tables-apostrophes.csv", 12, []),
        ("tables-title-rows.csv", 12, []),
        ("workbooks-far-cell.xlsx", 7, []),
    ],
)
def test_good_rows_load_beside_broken_ones(outcomes: dict[str, dict[str, Any]], name: str, items: int, lines: list[int]) -> None:
    line = outcomes[name]
    assert (line["items"], len(line["reviews"])) == (items, items - len(lines))
    assert [problem["line_no"] for problem in line["problems"]] == lines


def test_formulas_stay_text(outcomes: dict[str, dict[str, Any]]) -> None:
    first = outcomes["tables-formula-0.csv"]["reviews"][0]
    assert first["author"] == "=cmd|'/C calc'!A0"
    assert first["text"] == "=cmd|'/C calc'!A0 is what it says"
    cells = outcomes["workbooks-formulas.xlsx"]["reviews"]
    assert {row["text"] for row in cells} == {hostile.PROSE}


def test_a_line_without_end_takes_no_memory(shot: OneShot, tmp_path: Path) -> None:
    line = shot.extract(hostile.long_line(tmp_path / "long.jsonl", 64 << 20), Kind.REVIEW)
    assert [row["review_no"] for row in line["reviews"]] == [1, 2, 4, 5]
    assert [(problem["code"], problem["line_no"]) for problem in line["problems"]] == [("too_large", 3)]


def test_the_parts_of_a_packed_file_are_its_reviews(shot: OneShot, tmp_path: Path) -> None:
    rows = [row | {"number": at} for at, row in enumerate(hostile.ROWS * 900)]
    broken = "".join(line if at % 5000 else "{broken\n" for at, line in enumerate(hostile.as_lines(rows).splitlines(keepends=True), 1))
    path = tmp_path / "long.zip"
    path.write_bytes(hostile.zipped(("a.jsonl", broken.encode()), ("b.csv", hostile.as_csv(rows[:300]).encode())))
    line = shot.extract(path, Kind.REVIEW)
    assert len({step["part"] for step in line["steps"]}) > 2
    assert line["items"] == 11_100
    assert [row["review_no"] for row in line["reviews"]] == [number for number in range(1, 11_101) if number % 5000 or number > 10_800]
    assert [(one["item_no"], one["line_no"], one["file"]) for one in line["problems"]] == [(5000, 5000, "a.jsonl"), (10_000, 10_000, "a.jsonl")]
