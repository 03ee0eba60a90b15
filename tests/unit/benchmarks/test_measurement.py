"""docs/benchmarks.md: rows and sections are replaced one by one, what else stands there stays."""

from __future__ import annotations

import pytest

from benchmarks import measurement
from benchmarks.measurement import Measurement, write, write_section


@pytest.fixture
def page(tmp_path, monkeypatch):
    file = tmp_path / "benchmarks.md"
    monkeypatch.setattr(measurement, "PAGE", file)
    return file


def row(name, measured):
    return Measurement(name, "what", "<= 1", measured, 0.5)


def test_a_row_replaces_its_own_and_no_other(page):
    write([row("startup", "1 s"), row("help", "0.1 s")], "here", "abc")
    write([row("startup", "2 s")], "here", "abd")
    text = page.read_text()
    assert text.count("| startup |") == text.count("| help |") == 1
    assert "| 2 s |" in text
    assert "| 1 s |" not in text


def test_sections_below_the_table_survive_a_row_and_each_other(page):
    write([row("startup", "1 s")], "here", "abc")
    write_section("Engine", "| variant | time |\n|---|---|\n| plain | 1.00 |\n")
    write_section("Left out", "Words.\n")
    before = page.read_text().split("\n## ", 1)[1]
    write([row("startup", "2 s")], "here", "abd")
    assert page.read_text().split("\n## ", 1)[1] == before
    assert "| plain |" in before


def test_a_section_is_replaced_in_its_place(page):
    write([row("startup", "1 s")], "here", "abc")
    write_section("Engine", "old\n")
    write_section("Left out", "Words.\n")
    write_section("Engine", "new\n")
    assert page.read_text().endswith("\n## Engine\n\nnew\n\n## Left out\n\nWords.\n")
