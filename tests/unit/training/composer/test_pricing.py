"""Big prices say what they cost, however they are drawn."""

from __future__ import annotations

import re
from random import Random

import pytest

from training.composer.art import Glyphs, Stroke
from training.composer.money import Money, habit
from training.composer.pricing import PriceStyle, price_art, price_style

EURO = Money("EUR", ",", "after", " ", pence=False)
PLAIN = PriceStyle("level", ",", 0.5, underlined=False, sign="none", whole="zeros", small="plain", joined=True, mark="")


def style(**changes: object) -> PriceStyle:
    return PriceStyle(**{**PLAIN.__dict__, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drawn", "cents", "texts"),
    [
        (style(), 149, ("1,49",)),
        (style(cents="raised", joined=False), 149, ("1", ",", "49")),
        (style(cents="raised", separator="", joined=False), 149, ("1", "49")),
        (style(separator="€", joined=False), 149, ("1", "€", "49")),
        (style(sign="same"), 149, ("1,49", "€")),
        (style(whole="dash", separator="."), 500, ("5.-",)),
        (style(whole="bare"), 500, ("5",)),
        (style(small="dash"), 88, ("-.", "88")),
        (style(small="coins"), 88, ("88", "ct")),
        (style(mark="*"), 149, ("1,49", "*")),
        (style(cents="stacked", joined=False), 149, ("1", "49", "€")),
    ],
)
def test_a_price_is_drawn_in_these_pieces(drawn: PriceStyle, cents: int, texts: tuple[str, ...]) -> None:
    assert price_art(cents, drawn, EURO, "Helvetica", "#000000").texts == texts


def test_pence_have_no_pounds() -> None:
    pounds = Money("GBP", ".", "before", "", pence=True)
    assert price_art(89, style(separator="."), pounds, "Helvetica", "#000000").texts == ("89", "p")


def test_raised_cents_are_smaller_and_end_level_with_the_tops_of_the_figures() -> None:
    art = price_art(149, style(cents="raised", joined=False, underlined=True), EURO, "Helvetica", "#000000")
    whole, cents = (next(part for part in art.parts if isinstance(part, Glyphs) and part.text == text) for text in ("1", "49"))
    assert cents.size == pytest.approx(0.5)
    assert cents.at[1] - 0.718 * cents.size == pytest.approx(whole.at[1] - 0.718 * whole.size)
    assert any(isinstance(part, Stroke) for part in art.parts)


@pytest.mark.parametrize("seed", range(60))
def test_every_drawn_style_shows_the_digits_of_its_amount(seed: int) -> None:
    random = Random(seed)
    money = habit(random, random.choice(("EUR", "GBP", "USD", "CHF", "BRL")), ",")
    drawn = price_style(random, money)
    for cents in (89, 149, 500, 1299, 19900):
        digits = re.sub(r"\D", "", "".join(price_art(cents, drawn, money, "Helvetica", "#000000").texts).replace("¹", ""))
        written = int(digits) * (100 if cents % 100 == 0 and len(digits) == len(str(cents)) - 2 else 1)
        assert written == cents
