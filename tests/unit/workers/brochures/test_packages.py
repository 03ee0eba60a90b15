from __future__ import annotations

from decimal import Decimal

import pytest

from workers.brochures.lexicon import LANGUAGES, lexicon
from workers.brochures.packages import (
    Package,
    find_bare_basis,
    find_basis,
    find_deposit,
    find_package,
    find_unit_price,
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


@pytest.mark.parametrize(
    ("language", "text", "printed", "quantity", "unit"),
    [
        ("de", "je 12/18/24 Eier", "je 12/18/24 Eier", None, None),
        ("en", "Pack of 4", "Pack of 4", 4.0, None),
        ("en", "12 eggs", "12 eggs", 12.0, None),
        ("en", "1 gallon", "1 gallon", 1.0, "gal"),
        ("es", "pack de 6 latas de 33 cl", "6 latas de 33 cl", 198.0, "cl"),
        ("fr", "La boîte de 6", "La boîte de 6", 6.0, None),
        ("fr", "24 dosettes", "24 dosettes", 24.0, None),
        ("it", "Conf. 500 g", "Conf. 500 g", 500.0, "g"),
        ("it", "g 500", "g 500", 500.0, "g"),
        ("it", "ml 750", "ml 750", 750.0, "ml"),
        ("it", "kg 1,5", "kg 1,5", 1.5, "kg"),
        ("it", "l 0,75", "l 0,75", 0.75, "l"),
        ("pt", "Emb. 500 g", "Emb. 500 g", 500.0, "g"),
    ],
)
def test_packages_as_other_countries_print_them(language, text, printed, quantity, unit):
    package = find_package(text, lexicon(language))
    assert (package.text, package.quantity, package.unit) == (printed, quantity, unit)


@pytest.mark.parametrize("text", ["taglia L 40", "kg 7,48 €", "g 50%", "al kg 1,99", "kg 12,90"])
def test_a_unit_before_a_price_or_a_size_is_no_amount(text):
    package = find_package(text, lexicon("it"))
    assert package is None or package.text == "al kg"


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


@pytest.mark.parametrize(
    ("language", "text", "unit"),
    [
        ("es", "€/kg", "kg"),
        ("es", "€/ud.", "piece"),
        ("it", "€ al kg", "kg"),
        ("it", "all'etto", "hg"),
        ("fr", "la pièce", "piece"),
        ("fr", "l'unité", "piece"),
    ],
)
def test_what_a_price_is_for_in_other_languages(language, text, unit):
    found = find_basis(text, lexicon(language))
    assert (found.quantity, found.unit) == (1.0, unit)


@pytest.mark.parametrize(
    ("language", "text", "unit"), [("en", "each", "piece"), ("en", "lb", "lb"), ("es", "ud.", "piece"), ("fr", "pièce", "piece"), ("it", "KG", "kg")]
)
def test_a_unit_and_no_more_is_told_apart_from_a_label_that_says_what_a_price_is_for(language, text, unit):
    assert find_basis(text, lexicon(language)) is None
    found = find_bare_basis(text, lexicon(language))
    assert (found.quantity, found.unit) == (1.0, unit)


@pytest.mark.parametrize("text", ["500 g", "kg-Preis", "Stück für Stück", "l", "3 Stück"])
def test_an_amount_or_a_name_is_no_bare_unit(text):
    assert find_bare_basis(text, lexicon("de")) is None


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
        ("El kg le sale a 5,98 €", "5.98", "1 kg", "es"),
        ("La ud. sale a 0,99 €", "0.99", "1 piece", "es"),
        ("al pz € 0,50", "0.50", "1 piece", "it"),
        ("1 etto = 1,29", "1.29", "1 hg", "it"),
        ("Soit le kg : 9,98 €", "9.98", "1 kg", "fr"),
        ("25p/100g", "0.25", "100 g", "en"),
        ("(21.7p/100g)", "0.217", "100 g", "en"),
        ("75p per litre", "0.75", "1 l", "en"),
        ("22.1¢/oz", "0.221", "1 oz", "en"),
        ("$1.99 lb.", "1.99", "1 lb", "en"),
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
