from __future__ import annotations

import pytest

from workers.brochures.category import categories, category_of


@pytest.mark.parametrize(
    ("name", "language", "category"),
    [
        ("Frische Vollmilch von der Weide", "de", "dairy"),
        ("Moolane Natural Yogurt", "en", "dairy"),
        ("Queso curado de oveja", "es", "dairy"),
        ("Hähnchenbrustfilet", "de", "meat"),
        ("Jamón serrano", "es", "meat"),
        ("Filet de saumon", "fr", "fish"),
        ("Tafeläpfel rot", "de", "fruit & vegetables"),
        ("Pomodori ciliegino", "it", "fruit & vegetables"),
        ("Pão de forma", "pt", "bakery"),
        ("Apfelsaft naturtrüb", "de", "drinks"),
        ("Cerveja artesanal", "pt", "alcohol"),
        ("Alpenmilch Schokolade", "de", "snacks & sweets"),
        ("Papier toilette 12 rouleaux", "fr", "household"),
        ("Joghurt-Dressing", "de", "pantry"),
        ("Damen-Winterjacke", "de", "clothing"),
        ("Akku-Bohrschrauber", "de", None),
        ("Zzyzx 3000", None, None),
        ("", None, None),
        (None, "de", None),
    ],
)
def test_goods_by_the_words_of_their_names(name, language, category):
    assert category_of(name, language) == category


def test_a_language_without_words_and_none_mean_all_of_them():
    assert category_of("Natural yogurt", "nl") == category_of("Natural yogurt") == category_of("Natural yogurt", "en-GB") == "dairy"


def test_two_kinds_named_alike_are_none():
    assert category_of("Reis Wein", "de") is None


def test_the_vocabulary():
    assert {"dairy", "meat", "fruit & vegetables", "bakery", "drinks", "alcohol", "frozen", "baby", "pet", "travel"} <= set(categories())
