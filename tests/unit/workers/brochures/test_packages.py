from __future__ import annotations

from decimal import Decimal

import pytest

from workers.brochures.lexicon import LANGUAGES, lexicon
from workers.brochures.packages import (
    Package,
    find_basis,
    find_deposit,
    find_package,
    find_unit_price,
    respaced,
    set_apart,
    with_litres,
    without_unit_prices,
)


@pytest.mark.parametrize(
    ("text", "printed", "quantity", "unit"),
    [
        ("versch. Sorten, je 4 x 125 g", "je 4 x 125 g", 500.0, "g"),
        ("je 500-g-Packung,", "je 500-g-Packung", 500.0, "g"),
        ("2 kg Beutel", "2 kg Beutel", 2.0, "kg"),
        ("0,7-l-Flasche", "0,7-l-Flasche", 0.7, "l"),
        ("20 x 0,5 Liter Kiste", "20 x 0,5 Liter Kiste", 10.0, "l"),
        ("150 \u2013 180 g", "150 \u2013 180 g", None, "g"),
        ("je 280- bzw. 340-ml-Packung", "je 280- bzw. 340-ml-Packung", None, "ml"),
        ("je Stück", "je Stück", 1.0, "piece"),
        ("3 Stück", "3 Stück", 3.0, "piece"),
        ("pro kg", "pro kg", 1.0, "kg"),
        ("4-lagig, 8 x 130 Blatt", "8 x 130 Blatt", 130.0, None),
        ("Klasse I, 500 g (1 kg = 2,98)", "500 g", 500.0, "g"),
        ("je 2 x 100 g = 200-g-Packung", "je 2 x 100 g = 200-g-Packung", 200.0, "g"),
        ("280- bzw. 340-ml-Packung", "280- bzw. 340-ml-Packung", None, "ml"),
        ("je 4 x 125 g Becher", "je 4 x 125 g Becher", 500.0, "g"),
        ("500 g + 100 g gratis", "500 g + 100 g", None, "g"),
        ("1 kg, Klasse I, 2 kg", "1 kg", 1.0, "kg"),
        ("400/500 g", "400/500 g", None, "g"),
        ("je500-g-Packung", "je 500-g-Packung", 500.0, "g"),
        ("10 Stück", "10 Stück", 10.0, "piece"),
    ],
)
def test_packages(text, printed, quantity, unit):
    package = find_package(text, lexicon("de"))
    assert (package.text, package.quantity, package.unit) == (printed, quantity, unit)


@pytest.mark.parametrize("text", ["75 % Frucht", "kg-Preis 1.78", "(2.65 / kg)", "LED Stern, 12 cm", "Gutes für alle."])
def test_no_package(text):
    assert find_package(text, lexicon("de")) is None


@pytest.mark.parametrize(
    ("text", "printed", "quantity", "unit"),
    [
        ("pro kg", "pro kg", 1.0, "kg"),
        ("je 100 g*", "je 100 g", 100.0, "g"),
        ("/ Stück", "/ Stück", 1.0, "piece"),
        ("je Stück", "je Stück", 1.0, "piece"),
    ],
)
def test_what_a_price_is_for(text, printed, quantity, unit):
    assert find_basis(text, lexicon("de")) == Package(printed, quantity, unit)


@pytest.mark.parametrize("text", ["je 500-g-Packung", "400/500 g", "2.65 / kg", "kg", "500 g", "nur je 100 g Tafel"])
def test_packages_and_unit_prices_are_not_what_a_price_is_for(text):
    assert find_basis(text, lexicon("de")) is None


@pytest.mark.parametrize(
    ("text", "amount", "basis", "language"),
    [
        ("1 kg = 5,98", "5.98", "1 kg", "de"),
        ("(2.65/ kg)", "2.65", "1 kg", "de"),
        ("100 g = 0.99", "0.99", "100 g", "de"),
        ("kg-Preis 3.96", "3.96", "1 kg", "de"),
        ("l-Preis 6.75 bzw. 5.56", "6.75", "1 l", "de"),
        ("£4.50/kg", "4.50", "1 kg", "en"),
        ("precio por kg 3,96", "3.96", "1 kg", "es"),
    ],
)
def test_unit_prices(text, amount, basis, language):
    found = find_unit_price(text, lexicon(language))
    assert (found.amount, found.basis) == (Decimal(amount), basis)


def test_unit_prices_are_blanked_out_in_place():
    text = "500 g (1 kg = 2,98) Klasse I"
    rest = without_unit_prices(text, lexicon("de"))
    assert len(rest) == len(text)
    assert "2,98" not in rest
    assert rest.startswith("500 g ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_words(language):
    words = lexicon(language)
    for table in ("old_price", "unit_price", "per", "containers", "pieces", "varieties", "origin", "promo", "loyalty", "points", "deposit", "dates"):
        assert words.alternatives(table)
    assert words.currencies


def test_an_unknown_language_takes_the_words_of_all():
    assert lexicon("fi") is lexicon(None)
    assert lexicon("de-AT") is lexicon("de")
    assert lexicon("fi").finds("old_price", "Statt 4.49")
    assert lexicon("fi").finds("old_price", "was £3")
    assert not lexicon("de").finds("old_price", "was £3")


@pytest.mark.parametrize(
    ("text", "amount"),
    [("20 x 0,5 L, zzgl. 3.10 Pfand", "3.10"), ("+ 0,25 € Pfand", "0.25"), ("Pfand: 0,15", "0.15"), ("pfandfrei, 1.99", None), ("20 x 0,5 L", None)],
)
def test_deposits(text, amount):
    assert find_deposit(text, lexicon("de")) == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("(15.99 /1)", "(15.99 /l)"),
        ("(2.52 / I)", "(2.52 / l)"),
        ("I-Preis 0.79", "l-Preis 0.79"),
        ("0,75-1-Flasche", "0,75-l-Flasche"),
        ("11 = 4.98", "1l = 4.98"),
        ("20 x 0.51", "20 x 0.5l"),
        ("6x0,331", "6x0,33l"),
        ("(1/10)", "(1/10)"),
        ("11 Stück", "11 Stück"),
        ("20 x 0.5 l", "20 x 0.5 l"),
    ],
)
def test_litres_that_an_engine_read_as_figures(text, read):
    assert with_litres(text) == read


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("je 40-, 40,5- bzw. 50-g-Packung", "je 40-, 40,5- bzw. 50-g-Packung"),
        ("versch. Sorten, 20er, 96 g", "20er, 96 g"),
        ("in der 1-kg-Meerwasser-Packung", "1-kg-Meerwasser-Packung"),
    ],
)
def test_whole_phrases(text, package):
    assert find_package(text, lexicon("de")).text == package


def test_spanish_packages_with_a_comma_or_a_word_between():
    assert find_package("Paquete, 250 g", lexicon("es")).text == "Paquete, 250 g"
    assert find_package("3 uds. de 45 g", lexicon("es")).text == "3 uds. de 45 g"


def test_two_measures_side_by_side_are_of_two_goods():
    assert find_package("250 g 3 x 80 g", lexicon("de")).text == "250 g"


@pytest.mark.parametrize(
    ("text", "least", "start"), [("Butter 250 g", 250, 7), ("280- bzw. 340-ml-Packung", 280, 0), ("6 x 0,33 l", pytest.approx(1.98), 0)]
)
def test_the_first_amount_and_where_it_stands(text, least, start):
    found = find_package(text, lexicon("de"))
    assert (found.least, found.start) == (least, start)


def test_hyphened_packages_speak_for_blanks():
    assert set_apart(["500-g-Packung", "100g"])
    assert not set_apart(["500 Stück", "100g"])
    assert respaced("4x100g=400-g-Packung") == "4 x 100 g = 400-g-Packung"
