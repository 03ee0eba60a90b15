"""Text in columns."""

from __future__ import annotations

import pytest

from training.composer.flow import Cut, Item, SetLine, fitted, height_of, joined, set_lines, wrapped
from training.composer.sheet import Rect, Sheet

CUT = Cut("Helvetica", 10, "#000000")


def item(text: str, kind: str = "name", **more: bool) -> Item:
    return Item(kind, ((text, CUT),), **more)  # type: ignore[arg-type]


def texts(lines: list[SetLine] | None) -> list[str]:
    return [line.of_kind("name") for line in lines or []]


def test_lines_are_no_wider_than_the_column() -> None:
    lines = wrapped([item("one two three four five six seven eight nine ten")], 60, hyphenate=False)
    assert lines is not None
    assert len(lines) > 3
    assert all(line.width <= 60 for line in lines)
    assert joined(texts(lines)) == "one two three four five six seven eight nine ten"


def test_a_word_that_fits_nowhere_is_no_setting() -> None:
    assert wrapped([item("Geschirrspültabs")], 40, hyphenate=False) is None


def test_long_words_are_hyphenated_and_joined_without_a_space() -> None:
    lines = wrapped([item("Geschirrspültabs")], 50, hyphenate=True)
    assert texts(lines)[0].endswith("-")
    assert joined(texts(lines)).replace("-", "") == "Geschirrspültabs"


def test_what_is_optional_goes_before_type_gets_too_small() -> None:
    items = [item("Name"), item("a long story about it that nobody needs to read " * 4, "detail", optional=True)]
    lines = fitted(items, Rect(0, 0, 80, 30), hyphenate=False)
    assert texts(lines) == ["Name"]
    assert lines[0].size == pytest.approx(12.5)


def test_nothing_is_set_where_nothing_fits() -> None:
    assert fitted([item("Name")], Rect(0, 0, 80, 3), hyphenate=False) == []


def test_glued_text_continues_the_line_and_keeps_its_kind() -> None:
    lines = wrapped([item("500 g", "package"), item("(2,00/kg)", "unit_price", glued=True)], 200, hyphenate=False)
    assert lines is not None
    assert [(line.of_kind("package"), line.of_kind("unit_price")) for line in lines] == [("500 g", "(2,00/kg)")]


@pytest.mark.parametrize(("across", "left"), [(0.0, 10), (1.0, 110)])
def test_lines_stand_where_they_are_told(across: float, left: float) -> None:
    sheet, rect = Sheet(200, 200), Rect(10, 20, 110, 80)
    lines = wrapped([item("Name")], 100, hyphenate=False) or []
    box = set_lines(sheet, lines, rect, across=across, down=1.0)
    assert (box.x0 if across == 0 else box.x1) == pytest.approx(left)
    assert rect.y1 - height_of(lines, 1.12) <= box.y0 < box.y1 <= rect.y1
