from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.workers.brochures.printed import piece
from workers.brochures.lexicon import lexicon
from workers.brochures.tokens import Form, find_tokens

BODY = 0.01
BIG = 0.05
RED = (0.8, 0.1, 0.2)


def found(*pieces, words=None):
    return find_tokens(pieces, BODY, words or lexicon("de"))


def amounts(*pieces, words=None):
    return [(token.price.amount, token.form) for token in found(*pieces, words=words).prices]


@pytest.mark.parametrize(
    ("text", "amount", "form"),
    [
        ("1.49", "1.49", Form.DECIMAL),
        ("1,49 €", "1.49", Form.DECIMAL),
        ("-.88", "0.88", Form.DECIMAL),
        ("3.00", "3.00", Form.DECIMAL),
        ("5.-", "5.00", Form.ROUND),
        ("€ 5", "5.00", Form.ROUND),
        ("149", "1.49", Form.BARE),
        ("1299*", "12.99", Form.BARE),
        ("1 49", "1.49", Form.BARE),
        ("5", "5.00", Form.ALONE),
        ("12", "12.00", Form.ALONE),
        ("statt 4.49", "4.49", Form.INLINE),
        ("Butter 2,99 €", "2.99", Form.INLINE),
    ],
)
def test_forms_of_an_amount(text, amount, form):
    assert amounts(piece(text, 0.1, 0.1, BIG)) == [(Decimal(amount), form)]


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("es", "1,99 €/kg", "1.99"),
        ("es", "3,49€/ud", "3.49"),
        ("en", "£2.50 each", "2.50"),
        ("it", "€ 3,99 al kg", "3.99"),
        ("fr", "2,49€ le kg", "2.49"),
    ],
)
def test_a_big_price_says_what_it_is_for_behind_it(language, text, amount):
    words = lexicon(language)
    assert amounts(piece(text, 0.1, 0.1, BIG), words=words) == [(Decimal(amount), Form.DECIMAL)]
    assert found(piece(text, 0.1, 0.1, BIG), words=words).texts == ()


@pytest.mark.parametrize("text", ["1,99 €/kg", "(1,99 €/kg)", "2,49€ al kg"])
def test_in_small_type_it_is_a_unit_price(text):
    seen = found(piece(text, 0.1, 0.1, BODY), words=lexicon("it"))
    assert seen.prices == ()
    assert len(seen.texts) == 1


def test_cents_raised_after_an_apostrophe_or_a_sign_are_joined():
    for units in ("2'", "2\u2019", "2€"):
        assert amounts(piece(units, 0.1, 0.1, BIG), piece("49", 0.1 + 1.1 * BIG, 0.1, 0.4 * BIG)) == [(Decimal("2.49"), Form.JOINED)]


@pytest.mark.parametrize("text", ["149", "5", "12", "27"])
def test_bare_figures_in_small_type_are_no_amounts(text):
    assert amounts(piece(text, 0.1, 0.1, 0.8 * BODY)) == []


def test_one_or_two_figures_need_bigger_type_than_three():
    middle = 1.2 * BODY
    assert amounts(piece("149", 0.1, 0.1, middle)) == [(Decimal("1.49"), Form.BARE)]
    assert amounts(piece("14", 0.1, 0.1, middle)) == []


@pytest.mark.parametrize("text", ["1 kg = 5.98", "(100 g = 0.99)", "kg-Preis 3.96", "£3.50/kg", "2 für 3", "3x2", "€/kg", "500 g"])
def test_unit_prices_and_counts_are_no_amounts(text):
    assert amounts(piece(text, 0.1, 0.1, BODY)) == []


def test_a_line_of_words_is_text_and_has_its_amounts_where_they_stand():
    line = piece("Butter 1.49 oder 2.99", 0.1, 0.1, 0.02, width=0.21)
    tokens = found(line)
    assert tokens.texts == (line,)
    first, second = tokens.prices
    assert (first.price.amount, second.price.amount) == (Decimal("1.49"), Decimal("2.99"))
    assert (first.letters, first.text) == (10, line.text)
    assert first.area.left == pytest.approx(0.17)
    assert first.area.right == pytest.approx(0.21)
    assert second.area.right == pytest.approx(line.area.right)


def test_a_lone_amount_is_no_text():
    tokens = found(piece("1.49", 0.1, 0.1, BIG), piece("Butter", 0.1, 0.2))
    assert [text.text for text in tokens.texts] == ["Butter"]


@pytest.mark.parametrize(("text", "percent"), [("-27%", 27), ("27 %", 27), ("\u2212 33%", 33)])
def test_badges(text, percent):
    tokens = found(piece(text, 0.1, 0.1, BIG))
    assert [badge.percent for badge in tokens.percents] == [percent]
    assert (tokens.prices, tokens.texts) == ((), ())


def test_percents_within_words_are_words():
    tokens = found(piece("mind. 45% Fett i. Tr.", 0.1, 0.1))
    assert tokens.percents == ()
    assert len(tokens.texts) == 1


WHOLE = ("1", 0.1, 0.1, 0.06)


@pytest.mark.parametrize(
    ("whole", "cents", "text"),
    [
        ("1", "49", "1.49"),
        ("1.", "49", "1.49"),
        ("1,", "49*", "1.49"),
        ("1.", "49¹", "1.49"),
        ("€1", "49", "€1.49"),
        ("1", "49 €", "1.49"),
        ("12", "99", "12.99"),
    ],
)
def test_units_and_raised_cents_are_one_amount(whole, cents, text):
    left = piece(whole, 0.1, 0.1, 0.06)
    right = piece(cents, left.area.right + 0.004, 0.1, 0.03)
    (token,) = found(left, right).prices
    assert (token.form, token.text, token.letters) == (Form.JOINED, text, 0)
    assert token.area == left.area.around(right.area)
    assert token.size == 0.06


def test_a_piece_that_ran_into_the_cents_overlaps_them():
    left = piece("2.4", 0.1, 0.1, 0.06)
    over = left.area.right - 0.02
    assert amounts(left, piece("49*", over, 0.1, 0.03)) == [(Decimal("2.49"), Form.JOINED)]
    assert Decimal("2.59") not in [amount for amount, _ in amounts(left, piece("59*", over, 0.1, 0.03))]


@pytest.mark.parametrize(
    ("right", "why"),
    [
        (piece("49", 0.3, 0.1, 0.03), "too far to the right"),
        (piece("49", 0.134, 0.15, 0.03), "below the top"),
        (piece("49", 0.134, 0.1, 0.06), "as large, without a point"),
        (piece("49", 0.134, 0.1, 0.01), "a footnote's size"),
        (piece("49", 0.05, 0.1, 0.03), "on the left"),
        (piece("4900", 0.134, 0.1, 0.03), "four figures"),
    ],
)
def test_figures_that_are_no_cents_of_their_neighbour(right, why):
    assert Form.JOINED not in [form for _, form in amounts(piece(*WHOLE), right)], why


def test_a_point_lets_cents_be_as_large_as_the_units():
    assert amounts(piece("1.", 0.1, 0.1, 0.06), piece("49", 0.162, 0.1, 0.06)) == [(Decimal("1.49"), Form.JOINED)]


def test_neighbours_take_the_cents_that_fit_best():
    row = [piece("1", 0.1, 0.1, 0.06), piece("49", 0.134, 0.1, 0.03), piece("2", 0.175, 0.1, 0.06), piece("99", 0.209, 0.1, 0.03)]
    for pieces in (row, row[::-1]):
        assert sorted(amounts(*pieces)) == [(Decimal("1.49"), Form.JOINED), (Decimal("2.99"), Form.JOINED)]


def test_units_of_four_figures_need_a_point():
    right = piece("50", 0.1 + 5 * 0.03 + 0.005, 0.1, 0.03)
    assert amounts(piece("1001.", 0.1, 0.1, 0.06), right) == [(Decimal("1001.50"), Form.JOINED)]
    assert Form.JOINED not in [form for _, form in amounts(piece("1001", 0.1, 0.1, 0.06), right)]


@pytest.mark.parametrize(("gap", "ink", "joined"), [(0.01, RED, True), (0.02, RED, False), (0.01, (0.0, 0.0, 0.0), False)])
def test_cents_as_large_as_the_units_are_of_one_print_and_close(gap, ink, joined):
    left = replace(piece("1", 0.1, 0.1, 0.06), colour=RED)
    right = replace(piece("39", left.area.right + gap, 0.1, 0.06), colour=ink)
    assert ((Decimal("1.39"), Form.JOINED) in amounts(left, right)) is joined


@pytest.mark.parametrize(("text", "amount"), [("nur 4.79", "4.79"), ("ab 2.-", "2.00"), ("für nur 1,99 €", "1.99")])
def test_a_word_that_only_announces_leaves_the_price_alone(text, amount):
    (token,) = found(piece(text, 0.1, 0.1)).prices
    assert (token.price.amount, token.letters) == (Decimal(amount), 0)
    assert token.form in (Form.DECIMAL, Form.ROUND)
    assert token.area.left > 0.1


@pytest.mark.parametrize("text", ["4.86 gespart", "statt 4.79", "ab 3 Stück", "nur 4.79 je Stück"])
def test_other_words_stay_with_their_amount(text):
    assert not any(token.letters == 0 for token in found(piece(text, 0.1, 0.1)).prices)
