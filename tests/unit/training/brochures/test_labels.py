from __future__ import annotations

import numpy as np
import pytest

from tests.unit.workers.brochures.printed import a_page, offer_lines, printed
from training.brochures.labels import golds, name_lines, token_roles
from workers.brochures.lexicon import lexicon
from workers.brochures.look import look_at

ASPECT = 1000 / 1414


def offer(name, price, box, *, old=None, unit=None):
    """As the labelled sets write one."""
    return {"product_name": name, "price": price, "original_price": old, "unit": unit, "discount": None, "bbox": box}


LEFT, RIGHT = [0.08, 0.08, 0.45, 0.3], [0.52, 0.08, 0.95, 0.3]


def seen(*lines):
    return look_at(a_page(*lines), lexicon("de"))


def named(look, labels, chance=None):
    found = name_lines(golds(labels, look.aspect), look.texts, look.above, chance)
    return {look.texts[line].text: owner for line, owner in found.items()}


def roles(look, labels):
    found, owner = token_roles(golds(labels, look.aspect), look.prices)
    return [(str(token.price.amount), role) for token, role in zip(look.prices, found, strict=True)], owner


def test_labels_in_page_heights_and_numbers():
    (gold,) = golds([offer("Butter", "1,49 €", [0.1, 0.2, 0.5, 0.6], old="2.99")], ASPECT)
    assert (gold.name, gold.price, gold.old, gold.unit) == ("Butter", 1.49, 2.99, None)
    assert (gold.area.left, gold.area.top) == (pytest.approx(0.1 * ASPECT - 0.02), pytest.approx(0.18))
    assert (gold.area.right, gold.area.bottom) == (pytest.approx(0.5 * ASPECT + 0.02), pytest.approx(0.62))


@pytest.mark.parametrize("price", [None, "", "gratis"])
def test_a_label_without_a_number_has_none(price):
    assert golds([offer(None, price, LEFT)], ASPECT)[0].price is None
    assert golds([offer(None, price, LEFT)], ASPECT)[0].name == ""


def test_lines_of_two_names_and_of_no_description():
    look = seen(*offer_lines("Butter", "1.49", 0.1, 0.1), *offer_lines("Bergkäse", "2.99", 0.55, 0.1))
    assert named(look, [offer("Bergkäse", "2.99", RIGHT), offer("Butter", "1.49", LEFT)]) == {"Bergkäse": 0, "Butter": 1}


def test_a_name_over_several_lines():
    look = seen(printed("BERGHOF", 0.1, 0.08, 0.2, 0.094), *offer_lines("Naturjoghurt", "1.49", 0.1, 0.1))
    assert named(look, [offer("Berghof Naturjoghurt", "1.49", LEFT)]) == {"BERGHOF": 0, "Naturjoghurt": 0}


def test_a_word_broken_at_the_end_of_a_line():
    look = seen(printed("Delikatess-", 0.1, 0.08, 0.22, 0.094), *offer_lines("schinken", "1.49", 0.1, 0.1))
    assert named(look, [offer("Delikatessschinken", "1.49", LEFT)]) == {"Delikatess-": 0, "schinken": 0}


def test_words_outside_the_labelled_box_are_no_name():
    look = seen(*offer_lines("Butter", "1.49", 0.55, 0.6))
    assert named(look, [offer("Butter", "1.49", LEFT)]) == {}


def test_other_words_are_no_name():
    look = seen(*offer_lines("Waschmittel", "1.49", 0.1, 0.1))
    assert named(look, [offer("Butter", "1.49", LEFT)]) == {}


def test_of_the_same_words_twice_a_models_opinion_decides():
    look = seen(*offer_lines("Butter", "1.49", 0.1, 0.1), printed("Butter", 0.3, 0.2, 0.36, 0.214))
    wanted = [offer("Butter", "1.49", LEFT)]
    numbers = [number for number, piece in enumerate(look.texts) if piece.text == "Butter"]
    for liked in numbers:
        chance = np.where(np.arange(len(look.texts)) == liked, 0.9, 0.05)
        assert list(name_lines(golds(wanted, look.aspect), look.texts, look.above, chance)) == [liked]


def test_prices_old_prices_and_others():
    look = seen(*offer_lines("Butter", "1.49", 0.1, 0.1), printed("2.99", 0.3, 0.16, 0.34, 0.174), printed("7.77", 0.3, 0.2, 0.34, 0.214))
    found, owner = roles(look, [offer("Butter", "1.49", LEFT, old="2.99")])
    assert sorted(found) == [("1.49", 1), ("2.99", 2), ("7.77", 0)]
    assert list(owner.values()) == [0]


def test_the_bigger_of_two_like_amounts_is_the_price():
    look = seen(*offer_lines("Butter", "1.49", 0.1, 0.1), printed("1.49", 0.3, 0.2, 0.34, 0.214))
    found, owner = roles(look, [offer("Butter", "1.49", LEFT)])
    assert [role for _, role in found].count(1) == 1
    (token,) = owner
    assert look.prices[token].size == max(one.size for one in look.prices)


def test_offers_of_one_price_take_one_token_each():
    look = seen(*offer_lines("Butter", "1.49", 0.1, 0.1), *offer_lines("Bergkäse", "1.49", 0.55, 0.1))
    found, owner = roles(look, [offer("Butter", "1.49", LEFT), offer("Bergkäse", "1.49", RIGHT)])
    assert [role for _, role in found] == [1, 1]
    assert sorted(owner.values()) == [0, 1]


def test_an_amount_outside_the_box_is_none():
    look = seen(*offer_lines("Butter", "1.49", 0.55, 0.6))
    assert roles(look, [offer("Butter", "1.49", LEFT)]) == ([("1.49", 0)], {})
