from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from tests.unit.workers.brochures.printed import a_page, name_lines, piece, printed
from workers.brochures.boxes import Matrix
from workers.brochures.completing import completed, set_right
from workers.brochures.groups import Group, find_groups
from workers.brochures.implied import Implied
from workers.brochures.lexicon import lexicon
from workers.brochures.look import Look, look_at
from workers.brochures.pairs import Pair
from workers.brochures.prices import Price
from workers.brochures.tokens import Form, Token

DE = lexicon("de")


def token(text: str, form: Form) -> Token:
    own = piece(text, 0.1, 0.1)
    amount = Decimal(text) if form != Form.BARE else Decimal(text) / 100
    return Token(Price(amount, text, 0, len(text), None, bare=True), own.area, own.size, 1.0, form, text, 0, own)


@pytest.mark.parametrize(
    ("text", "form", "follows", "amount"),
    [
        ("69", Form.ALONE, 0.694, "0.69"),
        ("168", Form.BARE, 168.0, "168.00"),
        ("99", Form.ALONE, 4.98, "4.99"),
        ("99", Form.ALONE, 5.02, "4.99"),
        ("149", Form.BARE, 1.49, "1.49"),
    ],
)
def test_figures_are_read_as_the_page_says(text, form, follows, amount):
    assert completed(token(text, form), [Implied(0, follows)]).price.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "form", "follows"),
    [("69", Form.ALONE, 2.22), ("1.49", Form.DECIMAL, 149.0), ("5", Form.ALONE, 5.0), ("99", Form.ALONE, 0.3)],
)
def test_a_price_stays_where_nothing_fits_or_a_point_was_read(text, form, follows):
    one = token(text, form)
    assert completed(one, [Implied(0, follows)]) == one
    assert completed(one, []) == one


def page_with(price: str, old: str, badge: str) -> tuple[Look, list[Group], Matrix]:
    """A name with a big price, a small old price and a badge beside it, and the chances that an old price was taken for the price."""
    page = a_page(
        *name_lines("Rübenzucker", "je 1 kg", 0.1, 0.1, 0.014),
        printed(price, 0.1, 0.16, 0.2, 0.21),
        printed(badge, 0.22, 0.16, 0.28, 0.175),
        printed(old, 0.22, 0.19, 0.28, 0.205),
    )
    look = look_at(page, DE)
    groups = find_groups(look.texts, np.array([0.9, 0.0]), look.above, look.below, look.facts)
    roles = np.array([[0.8, 0.1, 0.1] for _ in look.prices])
    return look, groups, roles


def settled(look: Look, groups: list[Group], roles: Matrix, chosen: str) -> tuple[Decimal, list[str]]:
    """The price of the only pair when `chosen` was taken for it, and the amounts that are old prices then."""
    number = next(number for number, found in enumerate(look.prices) if found.text == chosen)
    look, roles, pairs = set_right(look, roles, [Pair(number, 0)], groups, {})
    return look.prices[pairs[0].token].price.amount, [found.text for found, role in zip(look.prices, roles, strict=True) if role[2] == 1.0]


def test_an_old_price_that_was_taken_for_the_price():
    assert settled(*page_with("0.69", "0.89", "-22%"), "0.89") == (Decimal("0.69"), ["0.89"])


def test_the_price_behind_an_old_one_may_have_lost_its_point():
    assert settled(*page_with("69", "0.89", "-22%"), "0.89") == (Decimal("0.69"), ["0.89"])


def test_another_percentage_proves_nothing():
    assert settled(*page_with("0.69", "0.89", "-50%"), "0.89") == (Decimal("0.89"), [])


def test_a_price_that_is_sure_stays():
    look, groups, roles = page_with("0.69", "0.89", "-22%")
    roles[:, 1] = 0.9
    assert settled(look, groups, roles, "0.89") == (Decimal("0.89"), [])
