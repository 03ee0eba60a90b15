from __future__ import annotations

from decimal import Decimal

import pytest

from workers.brochures.chains import known
from workers.brochures.lexicon import lexicon
from workers.brochures.multibuy import find_multibuy, is_loyalty, promo_text

WORDS = lexicon()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2 für 3 €", {"buy": 2, "price": "3.00"}),
        ("2 for £3.50", {"buy": 2, "price": "3.50"}),
        ("Any 3 for £10", {"buy": 3, "price": "10.00"}),
        ("2 por 3,00€", {"buy": 2, "price": "3.00"}),
        ("2 pour 5€", {"buy": 2, "price": "5.00"}),
        ("2 per 5", {"buy": 2, "price": "5.00"}),
        ("3x2", {"buy": 3, "pay": 2}),
        ("3 for 2", {"buy": 3, "pay": 2}),
        ("2+1 gratis", {"buy": 3, "pay": 2}),
        ("9+1 GRATIS", {"buy": 10, "pay": 9}),
        ("2 + 1 offert", {"buy": 3, "pay": 2}),
        ("3 zum Preis von 2", {"buy": 3, "pay": 2}),
        ("prendi 3 paghi 2", {"buy": 3, "pay": 2}),
        ("leve 3 pague 2", {"buy": 3, "pay": 2}),
        ("lleva 3 y paga 2", {"buy": 3, "pay": 2}),
        ("deux pour le prix d'un", {"buy": 2, "pay": 1}),
        ("Buy one get one free", {"buy": 2, "pay": 1}),
        ("buy 2 get 1 free", {"buy": 3, "pay": 2}),
        ("ab 3 Stück 1.00", {"buy": 3, "each": "1.00"}),
        ("ab 2 Flaschen je 4.99", {"buy": 2, "each": "4.99"}),
        ("2ª unidad al 50%", {"buy": 2, "second_pct": 50}),
        ("le 2e à -50%", {"buy": 2, "second_pct": 50}),
        ("-70 % sur le 2ème", {"buy": 2, "second_pct": 70}),
        ("Das zweite zum halben Preis", {"buy": 2, "second_pct": 50}),
        ("2nd half price", {"buy": 2, "second_pct": 50}),
    ],
)
def test_multi_buys_in_six_languages(text, found):
    assert find_multibuy([text], WORDS) == found


def test_a_price_beside_the_words_is_theirs():
    assert find_multibuy(["4 für"], WORDS, Decimal("5")) == {"buy": 4, "price": "5.00"}
    assert find_multibuy(["AB 3 STÜCK1"], WORDS, Decimal("0.99")) == {"buy": 3, "each": "0.99"}
    assert find_multibuy(["4 für"], WORDS) is None


def test_words_over_two_lines():
    assert find_multibuy(["Buy one", "get one free"], WORDS) == {"buy": 2, "pay": 1}
    assert find_multibuy(["9+1", "GRATIS"], WORDS) == {"buy": 10, "pay": 9}


NONE = """2 x 125 g|3 x 0,02-l|je 2x100g|10x10 cm|2 x 2|2x3|Set für 2 Personen|Rezept für 4 Personen|3 +1 fach|40 für 9.99|Pour 2 à 4 personnes
|da 2 a 4 pezzi|je 500-g-Packung|200 g + 25 g gratis|4 for 0"""


@pytest.mark.parametrize("text", NONE.replace("\n", "").split("|"))
def test_packages_sizes_and_portions_are_no_multi_buys(text):
    assert find_multibuy([text], WORDS, Decimal("1.99")) is None


@pytest.mark.parametrize(
    "text", ["APP-PREIS1", "Nur mit der Moolane App", "Clubcard Price", "prix carte", "avec la carte U", "con tarjeta", "com cartão", "prezzo soci"]
)
def test_prices_for_members(text):
    assert is_loyalty(["Milch", text], WORDS) is True


def test_a_programme_alone_on_a_label():
    assert is_loyalty(["Lidl Plus"], WORDS, known().programs) is True
    assert is_loyalty(["Mit Lidl Plus Punkten einkaufen"], WORDS, known().programs) is None
    assert is_loyalty(["Lidl Plus"], WORDS) is None


@pytest.mark.parametrize(
    "text",
    [
        "Apfel",
        "Preis ohne App",
        "App herunterladen",
        "PAYBACK",
        "Spielkarten",
        "Gültig bei Einsatz der App und Auswahl des Lieblingsmarktes, nur mit App und Karte",
    ],
)
def test_who_pays_is_not_said(text):
    assert is_loyalty([text], WORDS) is None


def test_badges_as_printed():
    texts = ["Aktion", "Milch 1 l", "1.49", "2+1  gratis", "Aktion", "AB 3 STÜCK1", "Neuseeland", "kg-Preis 2.98", "-25%"]
    assert promo_text(texts, WORDS) == "Aktion; 2+1 gratis; AB 3 STÜCK1"
    assert promo_text(["3x2", "Super-Knüller NEU", "prix carte"], WORDS) == "3x2; Super-Knüller NEU; prix carte"
    assert promo_text(["Milch", "1.49"], WORDS) is None
