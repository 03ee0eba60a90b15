from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.pagetools import line
from workers.brochures.around import ASSUMED, PageAround, fill_currency, look_around
from workers.brochures.conditions import PageTexts, conditions
from workers.brochures.lexicon import lexicon
from workers.brochures.resolving import IMPOSSIBLE, Validity

WORDS = lexicon()
WEEK = Validity(date(2025, 11, 10), date(2025, 11, 15))


def page(*texts: str):
    return [line(one, 0.1, 0.01 + 0.03 * number, 0.5, 0.03 + 0.03 * number) for number, one in enumerate(texts)], ()


def test_a_brochure_is_understood_as_a_whole():
    pages = [page("Mo. 10.11. – Sa. 15.11.", "www.lidl.de"), page("Milch", "Käse"), page("ab Do. 13.11.", "Milch")]
    around = look_around("a.pdf", {}, pages, WORDS)
    assert (around.retailer, around.country) == ("Lidl", "de")
    assert [(one.validity.valid_from, one.validity.valid_to) for one in around.pages] == [
        (WEEK.valid_from, WEEK.valid_to),
        (WEEK.valid_from, WEEK.valid_to),
        (date(2025, 11, 13), None),
    ]
    assert around.votes == {"retailer": {"Lidl": 1.5}, "country": {"de": 1.0}, "validity": {"2025-11-10/2025-11-15": 1.0}}


def test_the_sender_knows_better():
    around = look_around("lidl_10112025.pdf", {"chain": "Moolane", "date": "2024-03-01"}, [page("www.lidl.de", "ab 5.3.")], WORDS)
    assert around.retailer == "Moolane"
    assert around.pages[0].reference == date(2024, 3, 1)
    assert set(around.votes["retailer"]) == {"Moolane"}


def test_the_week_in_the_file_name_is_the_last_resort():
    around = look_around("Lidl KW46-2025.pdf", {}, [page("Milch"), page("Do. 13.11. – Sa. 15.11.")], WORDS)
    assert around.pages[0].validity == around.pages[1].validity  # the brochure's own print comes first
    alone = look_around("Lidl KW46-2025.pdf", {}, [page("Milch")], WORDS)
    assert alone.pages[0].validity == Validity(date(2025, 11, 10), date(2025, 11, 16))
    assert alone.votes["validity"] == {"2025-11-10/2025-11-16": 1.0}


def test_a_currency_is_that_of_the_rest_then_of_the_country_then_of_the_language():
    offers = [{"currency": "GBP"}, {"currency": None}, {"currency": "GBP"}, {"currency": "EUR"}]
    assert fill_currency(offers, "de", "de") == {"GBP": 2.0, "EUR": 1.0}
    assert [offer["currency"] for offer in offers] == ["GBP", "GBP", "GBP", "EUR"]
    by_country = [{"currency": None}]
    fill_currency(by_country, "pl", "de")
    assert by_country == [{"currency": "PLN"}]
    by_language = [{"currency": None, "flags": ("price_above_original",)}]
    fill_currency(by_language, None, "de-AT")
    assert by_language == [{"currency": "EUR", "flags": ("price_above_original", ASSUMED)}]


def test_dollars_and_pounds_are_never_guessed():
    for country, language in ((None, "en"), (None, "es"), (None, "pt"), (None, None), ("xx", "en")):
        offers = [{"currency": None}]
        assert fill_currency(offers, country, language) == {}
        assert offers == [{"currency": None}]


def test_two_currencies_in_equal_numbers_say_nothing():
    offers = [{"currency": "GBP"}, {"currency": None}, {"currency": "EUR"}]
    fill_currency(offers, None, "de")
    assert offers[1]["currency"] is None


def test_the_texts_of_an_offer_are_those_in_its_box():
    texts = PageTexts(page("Aktion", "Milch", "Käse")[0])
    assert texts.within({"x0": 0.0, "y0": 0.03, "x1": 0.5, "y1": 0.07}) == ("Milch",)
    assert texts.within({"x0": 0.0, "y0": None}) == ()


def test_an_offer_gets_what_its_surroundings_say():
    texts = ["Aktion", "Frische Vollmilch", "AB 3 STÜCK", "nur am Freitag", "App-Preis"]
    found = conditions({"name": "Frische Vollmilch", "price": Decimal(1), "flags": ()}, texts, WORDS, PageAround(None, WEEK), "de")
    assert found | {"promo_text": None} == {
        "name": "Frische Vollmilch",
        "price": Decimal(1),
        "flags": (),
        "multibuy": {"buy": 3, "each": "1.00"},
        "loyalty": True,
        "promo_text": None,
        "category": "dairy",
        "valid_from": date(2025, 11, 14),
        "valid_to": date(2025, 11, 14),
    }
    assert found["promo_text"] == "Aktion; AB 3 STÜCK; App-Preis"


def test_what_is_known_stays():
    known = {
        "name": "Milch",
        "multibuy": {"buy": 2, "pay": 1},
        "loyalty": False,
        "promo_text": "Neu",
        "category": "drinks",
        "valid_from": date(2025, 1, 1),
    }
    assert conditions(known, ["3x2", "App-Preis", "Aktion"], WORDS, PageAround(None, WEEK), "de") == known


def test_a_date_that_cannot_be_is_flagged_once():
    columns = {"name": "Milch", "flags": ("x", IMPOSSIBLE)}
    found = conditions(columns, ["nur am 31.11."], WORDS, PageAround(date(2025, 11, 1), WEEK), "de")
    assert (found["valid_from"], found["flags"]) == (WEEK.valid_from, ("x", IMPOSSIBLE))
