"""Amounts of money as running text writes them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF", "MXN": "$", "BRL": "R$"}
LEVEL = {"EUR": 1.0, "GBP": 0.9, "USD": 1.1, "CHF": 1.2, "MXN": 18.0, "BRL": 5.0}
"""What a euro's worth of groceries costs in each currency, roughly."""
BEFORE = {"GBP", "USD", "MXN", "BRL"}
"""Currencies whose sign stands before the amount, whatever the language."""

Side = Literal["before", "after", "none"]


@dataclass(frozen=True)
class Money:
    """How a page writes amounts: decimal separator, currency sign and its side, pence for amounts under a pound."""

    currency: str
    separator: str
    side: Side
    gap: str
    pence: bool

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.currency]

    def bare(self, cents: int) -> str:
        """`149` as `1.49` or `1,49`."""
        return f"{cents // 100}{self.separator}{cents % 100:02d}"

    def written(self, cents: int) -> str:
        """With the sign where this page puts it."""
        if self.pence and cents < 100:
            return f"{cents}p"
        if self.side == "none":
            return self.bare(cents)
        return f"{self.symbol}{self.gap}{self.bare(cents)}" if self.side == "before" else f"{self.bare(cents)}{self.gap}{self.symbol}"


def habit(random: Random, currency: str, separator: str) -> Money:
    """One page's way of writing amounts."""
    if currency in BEFORE:
        gap = " " if currency == "BRL" else ""
        return Money(
            currency,
            "." if currency != "BRL" else ",",
            random.choices(("before", "none"), (9, 1))[0],
            gap,
            currency == "GBP" and random.random() < 0.7,
        )
    if currency == "CHF":
        return Money(currency, ".", random.choices(("before", "none"), (1, 2))[0], " ", pence=False)
    odd = separator == "," and random.random() < 0.2
    side: Side = random.choices(("after", "none", "before"), (5, 4, 1))[0]
    return Money(currency, "." if odd else separator, side, " " if side == "after" and random.random() < 0.7 else "", pence=False)


def usual_price(random: Random, low: int, high: int, currency: str) -> int:
    """A shelf price in cents between `low` and `high` euro cents, with an ending shops use."""
    level = LEVEL[currency]
    cents = int(random.triangular(low, high, low + (high - low) * 0.25) * level)
    if cents >= 3000 and random.random() < 0.5:
        return cents // 100 * 100 + random.choice((0, 0, 99, 95, 90, 50))
    if currency == "CHF":
        return max(5, cents // 5 * 5)
    ending = random.choices((9, 99, 49, 5, 0, 88), (60, 12, 8, 6, 6, 2))[0]
    if ending in {9, 5, 0}:
        return max(9, cents // 10 * 10 + ending)
    return max(19, cents // 100 * 100 + ending)
