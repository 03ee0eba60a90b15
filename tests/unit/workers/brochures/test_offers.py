from __future__ import annotations

from datetime import date

import pytest

from schemas.pages import Detection
from tests.pagetools import line, money, page
from workers.brochures.lexicon import lexicon
from workers.brochures.offers import Stated, page_offers
from workers.brochures.stated import stated_by

DE = lexicon("de")


NOTHING = Stated()


def offers(*lines, words=DE, stated=NOTHING, seen=()):
    return page_offers(page(*lines), seen, words, stated)


def text_block(*texts, x=0.1, y=0.1):
    return [line(text, x, y + 0.016 * index, x + 0.2, y + 0.016 * index + 0.014) for index, text in enumerate(texts)]


def test_a_price_takes_the_text_above_it():
    (offer,) = offers(*text_block("BERGHOF", "Naturjoghurt", "versch. Sorten, je 4 x 125 g", "(1 kg = 3.98)"), line("199", 0.12, 0.18, 0.24, 0.23))
    assert offer["name"] == "BERGHOF Naturjoghurt"
    assert offer["price"] == money("1.99")
    assert offer["price_text"] == "199"
    assert (offer["package"], offer["quantity"], offer["unit"]) == ("je 4 x 125 g", 500.0, "g")
    assert (offer["unit_price"], offer["unit_price_basis"]) == (money("3.98"), "1 kg")
    assert offer["product_key"] == "berghof naturjoghurt 4 x 125 g"
    assert (offer["x0"], offer["y0"]) == (pytest.approx(0.1), pytest.approx(0.1))
    assert (offer["x1"], offer["y1"]) == (pytest.approx(0.3), pytest.approx(0.23))


def test_what_the_page_does_not_print_stays_null():
    (offer,) = offers(*text_block("Landbrot"), line("2.49", 0.1, 0.13, 0.24, 0.18))
    for column in ("package", "quantity", "unit", "original_price", "discount_pct", "unit_price", "unit_price_basis", "currency", "barcode"):
        assert offer[column] is None, column
    assert offer["flags"] == ()


def test_two_columns_keep_their_prices():
    found = offers(
        *text_block("Rote Äpfel", "1 kg", x=0.1),
        line("199", 0.15, 0.15, 0.25, 0.2),
        *text_block("Grüne Birnen", "2 kg", x=0.6),
        line("349", 0.65, 0.15, 0.75, 0.2),
    )
    assert [(offer["name"], offer["price"]) for offer in found] == [("Rote Äpfel", money("1.99")), ("Grüne Birnen", money("3.49"))]


def test_units_and_raised_cents_read_apart_are_one_price():
    (offer,) = offers(*text_block("Butter", "250 g"), line("1.", 0.12, 0.18, 0.17, 0.24), line("49", 0.175, 0.18, 0.22, 0.21))
    assert (offer["price"], offer["price_text"]) == (money("1.49"), "1.49")


@pytest.mark.parametrize(("text", "old"), [("statt 2.99", "2.99"), ("2.99", "2.99"), ("UVP 2,99", "2.99")])
def test_the_old_price_stands_beside_the_new_one(text, old):
    (offer,) = offers(*text_block("Butter", "250 g"), line("199", 0.12, 0.18, 0.24, 0.23), line(text, 0.2, 0.235, 0.24, 0.249))
    assert (offer["price"], offer["original_price"]) == (money("1.99"), money(old))


def test_checks_that_fail_are_flagged_and_cost_confidence():
    lines = [*text_block("Butter", "250 g"), line("299", 0.12, 0.18, 0.24, 0.23)]
    (plain,) = offers(*lines)
    (dearer,) = offers(*lines, line("statt 1.99", 0.2, 0.235, 0.24, 0.249))
    assert dearer["flags"] == ("price_above_original",)
    assert dearer["confidence"] < plain["confidence"]
    (wrong,) = offers(*lines, line("statt 3.99", 0.2, 0.235, 0.24, 0.249), line("-50%", 0.25, 0.18, 0.3, 0.2))
    assert (wrong["discount_pct"], wrong["flags"]) == (50.0, ("discount_disagrees",))


def test_unsure_reading_makes_an_unsure_offer():
    sure = offers(*text_block("Butter", "250 g"), line("199", 0.12, 0.18, 0.24, 0.23))[0]
    unsure = offers(*text_block("Butter", "250 g"), line("199", 0.12, 0.18, 0.24, 0.23, confidence=0.6))[0]
    assert 0 < unsure["confidence"] < sure["confidence"] <= 1


def test_the_currency_is_what_is_printed_or_stated():
    lines = [*text_block("Butter", "250 g"), line("199", 0.12, 0.18, 0.24, 0.23)]
    assert offers(*lines)[0]["currency"] is None
    assert offers(*lines, line("alle Preise in €", 0.1, 0.95, 0.4, 0.96))[0]["currency"] == "EUR"
    assert offers(*lines, line("in € oder £", 0.1, 0.95, 0.4, 0.96))[0]["currency"] is None
    assert offers(*lines, stated=Stated(currency="CHF"))[0]["currency"] == "CHF"
    assert offers(*text_block("Butter", "250 g"), line("£1.99", 0.12, 0.18, 0.24, 0.23), stated=Stated(currency="CHF"))[0]["currency"] == "GBP"


def test_points_and_far_away_text_are_no_offers():
    assert offers(*text_block("Butter", "250 g"), line("150", 0.12, 0.18, 0.24, 0.23), line("Extra Punkte", 0.12, 0.235, 0.24, 0.249)) == []
    assert offers(*text_block("Butter", "250 g"), line("199", 0.8, 0.9, 0.9, 0.95)) == []


def test_a_code_inside_the_offer_is_its_barcode():
    def code(y):
        return Detection(
            kind="barcode", label="EAN-13", value="4006381333931", polygon=((0.15, y), (0.2, y), (0.2, y + 0.02), (0.15, y + 0.02)), confidence=1
        )

    lines = [*text_block("Butter", "250 g"), line("199", 0.12, 0.25, 0.24, 0.3)]
    assert offers(*lines, seen=[code(0.2)])[0]["barcode"] == "4006381333931"
    assert offers(*lines, seen=[code(0.8)])[0]["barcode"] is None


def test_a_price_list_has_its_prices_in_its_lines():
    found = offers(
        *[line(text, 0.1, y, 0.6, y + 0.014) for text, y in (("Natural yogurt 4 x 125 g .... £1.50", 0.1), ("Salted butter £2.20", 0.2))],
        words=lexicon("en"),
    )
    assert [(offer["name"], offer["price"], offer["currency"]) for offer in found] == [
        ("Natural yogurt", money("1.50"), "GBP"),
        ("Salted butter", money("2.20"), "GBP"),
    ]


def test_metadata_fills_columns_and_never_rejects():
    stated = stated_by({"chain": "Lechera Azul", "store": 12, "valid_from": "2025-11-10", "valid_to": "soon", "currency": "eur", "region": ["x"]})
    assert dict(stated.columns) == {"retailer": "Lechera Azul", "store": "12", "valid_from": date(2025, 11, 10)}
    assert stated.currency == "EUR"
    (offer,) = offers(*text_block("Butter", "250 g"), line("199", 0.12, 0.18, 0.24, 0.23), stated=stated)
    assert (offer["retailer"], offer["valid_from"]) == ("Lechera Azul", date(2025, 11, 10))


def test_an_empty_page_has_no_offers():
    assert offers() == []


def test_a_grid_whose_prices_lie_nearer_to_the_next_row_falls_into_place():
    found = offers(
        *text_block("Kefir Mango", "500 ml", y=0.05),
        line("149", 0.12, 0.28, 0.24, 0.33),
        *text_block("Zehn Eier", "10 Stück", y=0.345),
        line("259", 0.12, 0.6, 0.24, 0.65),
    )
    assert [(offer["name"], offer["price"]) for offer in found] == [("Kefir Mango", money("1.49")), ("Zehn Eier", money("2.59"))]


def test_a_percentage_goes_to_the_offer_it_lies_in():
    found = offers(
        *text_block("Rote Äpfel", "1 kg", x=0.1),
        line("199", 0.3, 0.3, 0.42, 0.36),
        line("-25%", 0.35, 0.1, 0.42, 0.13),
        *text_block("Grüne Birnen", "2 kg", x=0.5),
        line("349", 0.7, 0.3, 0.82, 0.36),
    )
    assert [(offer["name"], offer["discount_pct"]) for offer in found] == [("Rote Äpfel", 25.0), ("Grüne Birnen", None)]


def test_an_old_price_in_big_type_is_still_the_old_price():
    (offer,) = offers(*text_block("Butter", "250 g"), line("2.99", 0.16, 0.15, 0.22, 0.175), line("1.99", 0.12, 0.18, 0.24, 0.24))
    assert (offer["price"], offer["original_price"]) == (money("1.99"), money("2.99"))
