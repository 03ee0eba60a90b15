from __future__ import annotations

import pytest
from pydantic import JsonValue

from workers.evaluation.brochures.matching import Offer, matched, number, same_price, same_unit, similarity, unit


@pytest.mark.parametrize(
    "value, expected",
    [
        *[("4.99", 4.99), ("4,99", 4.99), ("ab 4.99", 4.99), (5, 5.0), (True, 1.0), ("-0.50", -0.5), ("-.88", 88.0), ("1.234,50", 1.234)],
        *[("null", None), ("nuke", None), ("", None), (None, None), ([], None), ("4.9.9", 4.9), (10**400, None)],
    ],
)
def test_number(value: JsonValue, expected: float | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    "first, second, same",
    [
        *[("1.87", 1.88, True), ("1.99", "1,99", True), ("1.99", "1.97", False), (None, None, False), ("null", "null", False)],
        ("1.99", "1.98", False),  # a cent apart is a hair more than 0.01 in binary: the benchmark's own arithmetic
    ],
)
def test_prices_agree_within_a_cent(first: JsonValue, second: JsonValue, same: bool) -> None:
    assert same_price(first, second) is same


@pytest.mark.parametrize(
    "value, expected",
    [
        *[("je 500 Gramm", "je 500 g"), ("10 Stück", "10 stk"), ("1-kg-Packung", "1-kg-pack"), ("0,7 LITER", "0,7 l"), ("Milliliter", "ml")],
        *[("1,99", ""), ("1.99 €/kg", ""), ("2 Euro", ""), (None, ""), (0, ""), (" ", "")],
    ],
)
def test_unit(value: JsonValue, expected: str) -> None:
    assert unit(value) == expected


@pytest.mark.parametrize(
    "first, second, same",
    [("1 kg", "1-kg-Packung", True), ("1 kg", "1 l", False), ("1 kg", "500 g", False), (None, "1 kg", True), ("1 kg", "2.99 €", True)],
)
def test_units_agree_by_half_their_words(first: JsonValue, second: JsonValue, same: bool) -> None:
    assert same_unit(first, second) is same


@pytest.mark.parametrize(
    "first, second, expected",
    [
        ("Oat Drink", "oat  drink", 1.0),
        ("drink oat", "oat drink", 1.0),
        ("Oats", "Rolled oats", 0.9),
        ("Oat", "Big oat", 0.6),
        ("", None, 1.0),
        ("abcd", "wxyz", 0.0),
        ("ÄÖ", "ÜÖ", 1.0),  # no letter of either is among a-z0-9: the benchmark takes two empty word sets for equal
    ],
)
def test_similarity(first: JsonValue, second: JsonValue, expected: float) -> None:
    assert similarity(first, second) == pytest.approx(expected)


def test_each_label_takes_the_most_similar_that_is_free() -> None:
    gold = [Offer(name="Oat drink"), Offer(name="Oat drink bio"), Offer(name="Rye")]
    ours = [Offer(name="Oat drink bio"), Offer(name="Oat drink"), Offer(name="Malt")]
    assert matched(gold, ours) == (1, 0, None)
    assert matched(gold[:1], [Offer(name="Oat drink"), Offer(name="Oat drink")]) == (0,)
    assert matched(gold, []) == (None, None, None)
