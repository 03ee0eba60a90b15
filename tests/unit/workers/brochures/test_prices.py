from __future__ import annotations

from decimal import Decimal

import pytest

from workers.brochures.prices import currency_in, find_prices, lone_price


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.49", "1.49", None),
        ("1,49 €", "1.49", "EUR"),
        ("€ 2.99", "2.99", "EUR"),
        ("£3.50", "3.50", "GBP"),
        ("12.50 zł", "12.50", "PLN"),
        ("EUR 3,99", "3.99", "EUR"),
        ("R$ 5,90", "5.90", "BRL"),
        ("-.88", "0.88", None),
        ("\u2013,88", "0.88", None),
        ("5,-", "5.00", None),
        ("5.\u2013", "5.00", None),
        ("£3", "3.00", "GBP"),
        ("99 ct", "0.99", None),
        ("80p", "0.80", "GBP"),
        ("1.79*", "1.79", None),
        ("1.99°", "1.99", None),
        ("2 . 49", "2.49", None),
        ("1.299,00 €", "1299.00", "EUR"),
        ("1,299.00", "1299.00", None),
        ("1.299 €", "1299.00", "EUR"),
        ("O.79", "0.79", None),
        ("1'99", "1.99", None),
        ("3\u201949 €", "3.49", "EUR"),
        ("1\u00b499", "1.99", None),
        ("£3\u00b750", "3.50", "GBP"),
        ("1€99", "1.99", "EUR"),
        ("1€,99", "1.99", "EUR"),
        ("4 € 99", "4.99", "EUR"),
    ],
)
def test_a_price_alone_on_its_line(text, amount, currency):
    price = lone_price(text)
    assert price is not None
    assert (price.amount, price.currency, price.bare) == (Decimal(amount), currency, False)


def test_three_decimals_without_a_currency_are_cents_and_a_footnote_mark():
    assert lone_price("3.491").amount == Decimal("3.49")


@pytest.mark.parametrize(("text", "cents"), [("149", "1.49"), ("099*", "0.99"), ("1099", "10.99"), ("3 49*", "3.49")])
def test_bare_digits_are_read_as_cents_only_on_request(text, cents):
    price = lone_price(text)
    assert price.bare
    assert price.in_cents.amount == Decimal(cents)


@pytest.mark.parametrize(
    "text",
    [
        "-33%",
        "0,75 L",
        "1,5 kg",
        "500 g",
        "Mo. 10.11. - Sa. 15.11.",
        "10.11.2025",
        "8.00 - 20.00 Uhr",
        "20 x 0,5 L",
        "40% weniger",
        "0.00",
        "Bio",
        "",
    ],
)
def test_what_is_no_price(text):
    assert [price for price in find_prices(text) if not price.bare] == []
    assert lone_price(text) is None


@pytest.mark.parametrize(("text", "amount"), [("statt 4.49", "4.49"), ("was £3.50", "3.50"), ("UVP 4,49", "4.49"), ("kg-Preis 3.96", "3.96")])
def test_a_price_among_words_is_found_and_is_not_alone(text, amount):
    assert [price.amount for price in find_prices(text)] == [Decimal(amount)]
    assert lone_price(text) is None


def test_places_point_into_the_text():
    text = "Yogurt 4 x 125 g  1,49 €"
    (price,) = [price for price in find_prices(text) if not price.bare]
    assert text[price.start : price.end] == "1,49 €"


def test_an_article_number_is_no_amount_of_money():
    assert find_prices("€ 99999999") == []


@pytest.mark.parametrize(("text", "code"), [("alle Preise in €", "EUR"), ("£ or €", None), ("Frischkäse", None), ("CHF 2.-", "CHF")])
def test_the_currency_of_a_text(text, code):
    assert currency_in(text) == code


@pytest.mark.parametrize(("text", "amount"), [("UVP1.89", "1.89"), ("UVP 2.799.", "2799.00"), ("UVP1.499.", "1499.00"), ("nur4,99", "4.99")])
def test_words_that_ran_into_a_price_and_dashes_that_were_lost(text, amount):
    assert [price.amount for price in find_prices(text)] == [Decimal(amount)]


@pytest.mark.parametrize("text", ["WZ1.499", "B12,50"])
def test_types_and_sizes_are_no_prices(text):
    assert find_prices(text) == []


@pytest.mark.parametrize(("text", "amount"), [("S119:59", "119.59"), ("E9.00", "9.00"), ("£9.00", "9.00")])
def test_currency_signs_read_as_letters(text, amount):
    assert lone_price(text).amount == Decimal(amount)


def test_a_letter_before_other_figures_is_no_currency():
    assert lone_price("S119") is None
    assert lone_price("E9.0.0") is None


@pytest.mark.parametrize(("text", "amounts"), [("3 € 50 g", ["3.00"]), ("2'5", ["2", "5"]), ("1'299.00", ["1299.00"]), ("ab 3 € 12 Stück", ["3.00"])])
def test_an_apostrophe_or_a_sign_parts_cents_only_where_two_figures_end_it(text, amounts):
    assert [str(price.amount) for price in find_prices(text)] == amounts
