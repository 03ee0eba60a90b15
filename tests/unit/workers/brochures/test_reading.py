from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pagetools import line
from tests.unit.workers.brochures.printed import a_page, grid, grid_page, name_lines, offer_lines, printed
from workers.brochures.lexicon import lexicon
from workers.brochures.naming import name_of
from workers.brochures.pairs import ALONE, chosen_pairs, pair_chances
from workers.brochures.reading import read_page, shipped

DE = lexicon("de")


def told(page):
    """Name, price and old price of each offer."""
    return [(name_of(one.group.pieces, DE), one.price.price.amount, one.old.price.amount if one.old else None) for one in read_page(page, DE).offers]


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (2, 2), (3, 4), (4, 5), (10, 15)])
def test_every_name_of_a_grid_gets_its_price(columns, rows):
    found = told(grid_page(columns, rows))
    assert sorted(found) == sorted((name, Decimal(price), None) for name, price, *_ in grid(columns, rows))


def test_offers_in_reading_order():
    assert [name for name, *_ in told(grid_page(3, 4))] == [name for name, *_ in grid(3, 4)]


def test_the_order_of_lines_does_not_matter():
    page = grid_page(3, 3)
    lines = list(page.lines)
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        assert read_page(page.model_copy(update={"lines": tuple(lines)}), DE) == read_page(page, DE)


def test_pages_without_prices_or_without_names_have_no_offers():
    text = [printed("Unsere Märkte sind für Sie da", 0.1, 0.1 + 0.03 * row, 0.6, 0.12 + 0.03 * row) for row in range(8)]
    assert read_page(a_page(), DE).offers == ()
    reading = read_page(a_page(*text), DE)
    assert reading.offers == ()
    assert len(reading.labels) == 8
    assert read_page(a_page(printed("1.49", 0.1, 0.1, 0.3, 0.18), printed("2.49", 0.5, 0.1, 0.7, 0.18)), DE).offers == ()


def test_labels_are_the_lines_of_no_offer():
    foot = printed("Alle Preise in Euro. Solange der Vorrat reicht.", 0.1, 0.95, 0.6, 0.96)
    page = a_page(*offer_lines("Bergkäse", "2.99", 0.1, 0.1), foot)
    reading = read_page(page, DE)
    assert len(reading.offers) == 1
    assert "Bergkäse" not in [piece.text for piece in reading.labels]
    assert foot.text in [piece.text for piece in reading.labels]


def with_old(text, *, struck=False, percent=None):
    """A page of four offers; the first has an old price beside its new one."""
    page = grid_page(2, 2)
    price = page.lines[2].box
    old = printed(text, price.x1 + 0.01, price.y0, price.x1 + 0.07, price.y0 + 0.014).model_copy(update={"struck": struck})
    badge = [printed(percent, price.x1 + 0.01, price.y0 + 0.02, price.x1 + 0.06, price.y0 + 0.035, weight=700)] if percent else []
    return page.model_copy(update={"lines": (*page.lines, old, *badge)})


@pytest.mark.parametrize(("text", "struck"), [("statt 2.49", False), ("2.49", True), ("UVP 2.49", False)])
def test_an_old_price_belongs_to_the_price_beside_it(text, struck):
    found = told(with_old(text, struck=struck))
    assert len(found) == 4
    assert found[0][1:] == (Decimal("1.09"), Decimal("2.49"))
    assert [old for _, _, old in found[1:]] == [None] * 3


def test_what_is_cheaper_was_never_the_old_price():
    assert [old for _, _, old in told(with_old("statt 0.49"))] == [None] * 4


def test_a_percent_badge_belongs_to_the_price_beside_it():
    offers = read_page(with_old("statt 1.49", percent="-27%"), DE).offers
    assert [one.percent for one in offers] == [27, None, None, None]


def test_two_prices_for_one_product_are_one_offer():
    page = grid_page(2, 2)
    price = page.lines[2].box
    second = printed("1.99", price.x0, price.y1 + 0.01, price.x1, price.y1 + 0.01 + 0.056, weight=820, colour="#d01020")
    found = told(page.model_copy(update={"lines": (*page.lines, second)}))
    assert [name for name, *_ in found].count("Naturjoghurt Aa") == 1
    assert len(found) == 4


def test_an_extent_holds_all_parts():
    one = read_page(with_old("statt 2.49"), DE).offers[0]
    assert one.old is not None
    for part in (one.price.area, one.old.area, one.group.area):
        assert one.extent.around(part) == one.extent


def test_a_confidence_for_each_offer():
    assert all(0 < one.confidence < 1 for one in read_page(grid_page(3, 3), DE).offers)


def test_names_without_a_price_are_left_alone():
    page = grid_page(2, 2)
    found = told(a_page(*page.lines, *name_lines("Zwieback", "je 225 g", 0.6, 0.93, 0.014)))
    assert sorted(name for name, *_ in found) == sorted(name for name, *_ in grid(2, 2))


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000))
def test_chosen_pairs_are_likely_and_share_nothing(tokens, groups, seed):
    chance = np.random.default_rng(seed).beta(0.2, 0.6, (tokens, groups))
    pairs = chosen_pairs(chance)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(chance[pair] >= ALONE * (1 - 1e-6) for pair in pairs)


def test_a_pair_less_likely_than_alone_is_none():
    assert chosen_pairs(np.array([[ALONE / 2]])) == []
    assert chosen_pairs(np.array([[ALONE * 2]])) == [(0, 0)]


def test_an_edge_between_lowers_a_pairs_chance():
    from workers.brochures.groups import find_groups
    from workers.brochures.look import look_at

    def chance(*rules):
        look = look_at(a_page(*offer_lines("Butter", "1.49", 0.1, 0.1), rules=rules), DE)
        groups = find_groups(look.texts, np.array([0.9, 0.05]), look.above, look.below, look.facts)
        return pair_chances(look.pair_rows([0], np.array([0.9]), groups), shipped().pair)[0, 0]

    assert chance((0.0, 0.138, 1.0, 0.138)) < chance((0.0, 0.138, 0.14, 0.138)) < chance()


def test_a_page_seen_without_colours_is_read_too():
    plain = [line(one.text, one.box.x0, one.box.y0, one.box.x1, one.box.y1) for one in grid_page(3, 3).lines]
    found = told(a_page(*plain))
    assert len({(name, str(price)) for name, price, _ in found} & {(name, price) for name, price, *_ in grid(3, 3)}) >= 8


@pytest.mark.parametrize(("name", "price"), [("Landbrot", "2.49"), ("Oat drink", "0.99"), ("Smoked salmon", "3.99")])
def test_one_offer_may_fill_a_page(name, price):
    page = a_page(line(name, 0.15, 0.27, 0.55, 0.3), line(price, 0.15, 0.36, 0.44, 0.42))
    assert told(page) == [(name, Decimal(price), None)]


def test_a_letter_that_speaks_of_money_has_no_offer():
    texts = ("Sehr geehrte Damen und Herren,", "für die Lieferung vom Montag ist der Betrag", "von 123,45 € noch offen.", "Mit freundlichen Grüßen")
    assert told(a_page(*[line(text, 0.1, 0.1 + 0.03 * row, 0.6, 0.118 + 0.03 * row) for row, text in enumerate(texts)])) == []
