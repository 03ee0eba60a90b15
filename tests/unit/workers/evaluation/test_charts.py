from __future__ import annotations

from xml.etree import ElementTree

import pytest

from workers.evaluation.charts import Bar, bars, matrix


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)


def widths(drawing: str) -> list[float]:
    return [float(one.get("width", "")) for one in parsed(drawing).iter("rect") if one.find("title") is not None]


def test_lines_are_drawn_to_the_scale_of_the_longest() -> None:
    drawn = bars([Bar("a", (((0.5, 0.25), "0.75"),)), Bar("b", (((0.25, 0.0), "0.25"), ((0.0, 0.125), "0.125")))], ("one", "two"), "Some bars")
    first, second, third, fourth = widths(drawn)
    assert first + second == pytest.approx(320)
    assert (first, second, third, fourth) == pytest.approx((213.33, 106.67, 106.67, 53.33), abs=0.01)
    texts = ["".join(one.itertext()) for one in parsed(drawn).iter("text")]
    assert [text for text in texts if text.startswith("0")] == ["0.75", "0.25", "0.125"]
    assert texts[:2] == ["one", "two"]


def test_nothing_is_drawn_of_nothing() -> None:
    assert widths(bars([Bar("a", (((0.0,), "0.000"),))], ("one",), "Some bars")) == []
    assert widths(bars([], ("one",), "Some bars")) == []


def test_a_cell_is_as_full_as_its_share_of_the_row() -> None:
    drawn = parsed(matrix({"a": {"a": 3, "b": 1}, "b": {"c": 2}}, ("a", "b", "c"), "A matrix"))
    cells = [(one.get("class"), float(one.get("fill-opacity", ""))) for one in drawn.iter("rect")]
    empty = 0.06
    assert cells == [
        *(("right", pytest.approx(0.465, abs=0.01)), ("wrong", pytest.approx(0.195, abs=0.01)), ("wrong", empty)),
        *(("wrong", empty), ("right", empty), ("wrong", 0.6)),
    ]
    assert [one.text for one in drawn.iter("text") if one.get("class") == "count"] == ["3", "1", "2"]


def test_long_names_are_cut_and_told_in_full() -> None:
    name = "a recording with a very long name indeed.wav"
    drawn = parsed(bars([Bar(name, (((1.0,), "1"),))], ("one",), "Some bars"))
    (shown,) = [one for one in drawn.iter("text") if one.find("title") is not None]
    assert "".join(shown.itertext()).startswith(name)
    assert "".join(shown.itertext()).endswith("\N{HORIZONTAL ELLIPSIS}")
