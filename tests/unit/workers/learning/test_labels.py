"""Stars, words and numbers as polarities; cells as labels."""

from __future__ import annotations

from typing import Any

import pytest

from workers.learning.labels import labels_of, polarities_of, polarity_of_rating, scale_of


@pytest.mark.parametrize(
    ("value", "scale", "polarity"),
    [
        *[(1, 5, "negative"), (2, 5, "negative"), (3, 5, "neutral"), (4, 5, "positive"), (5, 5, "positive"), (0, 5, "negative")],
        *[(4, 10, "negative"), (5, 10, "neutral"), (6, 10, "neutral"), (7, 10, "positive"), (50, 100, "neutral"), (39, 100, "negative")],
        *[(6, 5, None), (-1, 5, None)],
    ],
)
def test_ratings(value: float, scale: float, polarity: str | None) -> None:
    assert polarity_of_rating(value, scale) == polarity


@pytest.mark.parametrize(
    ("values", "stated", "scale"), [([1, 5], None, 5), ([1, 7.5], None, 10), ([90], None, 100), ([5], 10, 10), ([12], 10, 100), ([500], 5, 500)]
)
def test_scales(values: list[float], stated: float | None, scale: float) -> None:
    assert scale_of(values, stated) == scale


@pytest.mark.parametrize(
    ("cells", "polarities"),
    [
        (["positive", " NEG ", "Neutro", "who knows", None], ["positive", "negative", "neutral", None, None]),
        ([0, 1, "1", None], ["negative", "positive", "positive", None]),
        ([-1, 0, 1], ["negative", "neutral", "positive"]),
        ([1, 2, 5], [None, None, None]),
        ([1, 1], [None, None]),
        ([True, False], [None, None]),
    ],
)
def test_columns_of_polarities(cells: list[Any], polarities: list[str | None]) -> None:
    assert polarities_of(cells) == polarities


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("refund", ("refund",)),
        (["b", "a", "a", None], ("a", "b")),
        ('["b", "a"]', ("a", "b")),
        ("[urgent", ("[urgent",)),
        (3, ("3",)),
        (False, ("false",)),
        ([["nested"]], ()),
        ({"a": 1}, ()),
        ("x" * 300, ()),
        (None, ()),
        ("[" * 5000, ()),
    ],
)
def test_labels_of_cells(cell: Any, labels: tuple[str, ...]) -> None:
    assert labels_of(cell) == labels
