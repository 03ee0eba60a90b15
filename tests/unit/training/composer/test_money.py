"""Amounts in running text."""

from __future__ import annotations

from random import Random

import pytest

from training.composer.money import BEFORE, SYMBOLS, Money, habit, usual_price


@pytest.mark.parametrize(
    ("money", "cents", "text"),
    [
        (Money("EUR", ",", "after", " ", pence=False), 149, "1,49 €"),
        (Money("EUR", ",", "none", "", pence=False), 1205, "12,05"),
        (Money("GBP", ".", "before", "", pence=True), 89, "89p"),
        (Money("GBP", ".", "before", "", pence=False), 89, "£0.89"),
        (Money("BRL", ",", "before", " ", pence=False), 1990, "R$ 19,90"),
    ],
)
def test_an_amount_is_written_in_the_pages_habit(money: Money, cents: int, text: str) -> None:
    assert money.written(cents) == text


@pytest.mark.parametrize("currency", SYMBOLS)
def test_signs_stand_where_the_currency_has_them(currency: str) -> None:
    habits = [habit(Random(seed), currency, ",") for seed in range(40)]
    assert {money.side for money in habits} <= ({"before", "none"} if currency in BEFORE | {"CHF"} else {"after", "none", "before"})
    assert all(money.currency == currency for money in habits)


def test_prices_lie_in_their_range_and_end_as_shops_end_them() -> None:
    prices = [usual_price(Random(seed), 99, 399, "EUR") for seed in range(300)]
    assert min(prices) >= 19
    assert max(prices) <= 499
    assert {price % 10 for price in prices} <= {9, 5, 0, 8}
    assert len(set(prices)) > 20
