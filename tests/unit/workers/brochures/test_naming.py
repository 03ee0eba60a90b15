from __future__ import annotations

import pytest

from workers.brochures.layout import Area, Piece
from workers.brochures.lexicon import lexicon
from workers.brochures.naming import joined, name_of, parts_of_name, product_key


def lines(*texts):
    return [Piece(text, Area(0, index / 10, 0.3, index / 10 + 0.05), 0.05, 1.0) for index, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (("FEINE KÜCHE", "Pasta al Bronzo", "Versch. Sorten,", "je 500-g-Packung"), "FEINE KÜCHE Pasta al Bronzo"),
        (("Gourmet-", "Pflaumen", "je 580-ml-Glas"), "Gourmet-Pflaumen"),
        (("Delikatess-Metzger-", "hinterschinken"), "Delikatess-Metzgerhinterschinken"),
        (("Aktion", "Clementinen", "2 kg Netz"), "Clementinen"),
        (("3D Leuchtstern", "\u2022 mit Timer"), "3D Leuchtstern"),
        (("Pizza 300 g",), "Pizza"),
    ],
)
def test_names_end_where_the_description_begins(texts, name):
    assert name_of(lines(*texts), lexicon("de")) == name


@pytest.mark.parametrize("texts", [("Aktion", "750 g", "Beutel"), ("je Stück",), ("nur",), ("12",)])
def test_labels_are_no_names(texts):
    assert name_of(lines(*texts), lexicon("de")) is None


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["Leber-", "oder Blutwurst"], "Leber- oder Blutwurst"),
        (["Wurst-", "waren"], "Wurstwaren"),
        (["Gourmet-", "Pflaumen"], "Gourmet-Pflaumen"),
        (["Milch", "frisch"], "Milch frisch"),
        (["Salz -", "Pfeffer"], "Salz - Pfeffer"),
        ([], ""),
    ],
)
def test_hyphens_at_line_ends(parts, text):
    assert joined(parts, lexicon("de")) == text


def weighted(*typeset):
    return [Piece(text, Area(0, index / 10, 0.3, index / 10 + 0.05), 0.05, 1.0, weight=weight) for index, (text, weight) in enumerate(typeset)]


@pytest.mark.parametrize(
    ("typeset", "brand", "product"),
    [
        ((("BERGHOF", 400), ("Naturjoghurt", 400), ("je 500 g", 300)), "BERGHOF", "Naturjoghurt"),
        ((("Berghof", 700), ("Naturjoghurt", 400)), "Berghof", "Naturjoghurt"),
        ((("Berghof", 300), ("Naturjoghurt", 700)), "Berghof", "Naturjoghurt"),
        ((("Berghof", 500), ("Naturjoghurt", 600)), None, "Berghof Naturjoghurt"),
        ((("Berghof", None), ("Naturjoghurt", 700)), None, "Berghof Naturjoghurt"),
        ((("FEINE", 400), ("KÜCHE", 400), ("Pasta al", 400), ("Bronzo", 400)), "FEINE KÜCHE", "Pasta al Bronzo"),
        ((("BUTTER", 400), ("MILD", 400)), None, "BUTTER MILD"),
    ],
)
def test_a_brand_is_set_apart_by_capitals_or_by_weight(typeset, brand, product):
    assert parts_of_name(weighted(*typeset), lexicon("de")) == (brand, product)


@pytest.mark.parametrize(
    ("printed", "name"), [("1Spitzbub", "Spitzbub"), ("Kerzen2", "Kerzen"), ("3D Leuchtstern", "3D Leuchtstern"), ("Vitamin B12", "Vitamin B12")]
)
def test_figures_of_footnotes_are_no_part_of_a_name(printed, name):
    assert name_of(lines(printed), lexicon("de")) == name


def test_keys_join_spellings_of_one_product():
    assert product_key("Crème-Joghurt", "4 x 125 g") == product_key("creme joghurt", "4x125g") == "creme joghurt 4 x 125 g"
    assert product_key("Saft", "0,75 l") == product_key("SAFT", "0.75 L")
    assert product_key(None, None) is None
