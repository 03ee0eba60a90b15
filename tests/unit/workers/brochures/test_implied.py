from __future__ import annotations

import pytest

from tests.unit.workers.brochures.printed import piece
from workers.brochures.boxes import Boxes, sizes
from workers.brochures.facts import facts_of
from workers.brochures.implied import Implied, costs, implied_prices
from workers.brochures.lexicon import lexicon
from workers.brochures.line_features import neighbours
from workers.brochures.packages import find_package, find_unit_price

DE = lexicon("de")


def made(*texts):
    pieces = [piece(text, 0.1, 0.1 + 0.022 * number, width=0.2) for number, text in enumerate(texts)]
    above, below = neighbours(Boxes([one.area for one in pieces]), sizes(pieces))
    return [(one.line, round(one.amount, 2)) for one in implied_prices(facts_of(pieces, DE), above, below)]


@pytest.mark.parametrize(
    ("package", "unit_price", "amount"),
    [
        ("500 g", "1 kg = 5.98", 2.99),
        ("250-ml-Flasche", "1 Liter = 4.00", 1.0),
        ("0,7-l-Flasche", "(18.56 / l)", 12.99),
        ("6 x 0,33 l", "1 l = 2.00", 3.96),
        ("200 g", "100 g = 1.10", 2.2),
        ("280- bzw. 340-ml-Packung", "1 l = 10.00", 2.8),
    ],
)
def test_a_package_at_its_unit_price(package, unit_price, amount):
    assert costs(find_package(package, DE), find_unit_price(unit_price, DE)) == pytest.approx(amount, abs=0.005)


@pytest.mark.parametrize(("package", "unit_price"), [("500 g", "1 l = 5.98"), ("mild", "1 kg = 5.98"), ("500 g", "mild")])
def test_nothing_follows_from_what_measures_something_else(package, unit_price):
    assert costs(find_package(package, DE), find_unit_price(unit_price, DE)) is None


def test_package_and_unit_price_stand_in_one_line_or_in_one_column():
    assert made("Butter", "250 g (1 kg = 7.96)") == [(1, 1.99)]
    assert made("Butter", "250 g", "mild gesäuert", "1 kg = 7.96") == [(3, 1.99)]
    assert made("1 kg = 7.96", "250 g") == [(0, 1.99)]
    assert made("Butter", "250 g") == []
    assert made("250 g", "a", "b", "c", "1 kg = 7.96") == []


@pytest.mark.parametrize(("amount", "agrees"), [(2.99, True), (3.00, True), (2.95, True), (3.09, False), (2.79, False)])
def test_unit_prices_are_rounded(amount, agrees):
    assert Implied(0, 2.985).agrees(amount) is agrees
