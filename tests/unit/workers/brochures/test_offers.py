from __future__ import annotations

from datetime import date

import pytest

from schemas.pages import Detection
from tests.pagetools import line, money, page
from tests.unit.workers.brochures.printed import a_page, grid_page, offer_lines, printed
from workers.brochures.lexicon import lexicon
from workers.brochures.offers import Stated, offer_row, page_offers
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
    assert offer["x0"] <= 0.1 and offer["y0"] <= 0.1 and offer["x1"] >= 0.3 and offer["y1"] >= 0.23


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


def test_the_currency_is_what_is_printed_or_stated():
    lines = [*text_block("Butter", "250 g"), line("199", 0.12, 0.18, 0.24, 0.23)]
    assert offers(*lines)[0]["currency"] is None
    assert offers(*lines, line("alle Preise in €", 0.1, 0.95, 0.4, 0.96))[0]["currency"] == "EUR"
    assert offers(*lines, line("in € oder £", 0.1, 0.95, 0.4, 0.96))[0]["currency"] is None
    assert offers(*lines, stated=Stated(currency="CHF"))[0]["currency"] == "CHF"
    assert offers(*text_block("Butter", "250 g"), line("£1.99", 0.12, 0.18, 0.24, 0.23), stated=Stated(currency="CHF"))[0]["currency"] == "GBP"


def test_a_code_inside_the_offer_is_its_barcode():
    def code(y):
        return Detection(
            kind="barcode", label="EAN-13", value="4006381333931", polygon=((0.15, y), (0.2, y), (0.2, y + 0.02), (0.15, y + 0.02)), confidence=1
        )

    lines = [*text_block("Butter", "250 g"), line("199", 0.12, 0.25, 0.24, 0.3)]
    assert offers(*lines, seen=[code(0.2)])[0]["barcode"] == "4006381333931"
    assert offers(*lines, seen=[code(0.8)])[0]["barcode"] is None


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


def first_of(page):
    """The columns of the first offer of a page."""
    return page_offers(page, (), DE, NOTHING)[0]


def with_more(*texts, size=0.014):
    """A page of four offers; `texts` stand beside the price of the first, one below the other."""
    sheet = grid_page(2, 2)
    price = sheet.lines[2].box
    x, y = price.x1 + 0.01, price.y0
    beside = [
        printed(text, x, y + 1.4 * size * row, x + 0.36 * size * len(text) * 1.414, y + (1.4 * row + 1) * size) for row, text in enumerate(texts)
    ]
    return sheet.model_copy(update={"lines": (*sheet.lines, *beside)})


def test_what_the_page_does_not_print_stays_null():
    found = page_offers(grid_page(2, 2), (), DE, NOTHING)
    assert len(found) == 4
    for column in ("variant", "original_price", "discount_pct", "unit_price", "unit_price_basis", "currency", "barcode", "deposit", "brand"):
        assert {offer[column] for offer in found} == {None}, column
    assert {offer["flags"] for offer in found} == {()}


def test_the_old_price_and_the_badge_beside_the_new_one():
    offer = first_of(with_more("statt 1.49", "-27%"))
    assert (offer["price"], offer["original_price"], offer["discount_pct"], offer["flags"]) == (money("1.09"), money("1.49"), 27.0, ())


def test_a_badge_that_the_prices_do_not_bear_out_is_flagged():
    offer = first_of(with_more("statt 1.49", "-50%"))
    assert (offer["discount_pct"], offer["flags"]) == (50.0, ("discount_disagrees",))


def test_a_badge_within_three_points_of_the_prices_agrees():
    assert first_of(with_more("statt 1.49", "-25%"))["flags"] == ()


def test_what_is_printed_beside_the_price_fills_what_the_name_leaves_open():
    offer = first_of(with_more("1 kg = 2.18", "zzgl. 0.25 Pfand"))
    assert (offer["unit_price"], offer["unit_price_basis"], offer["deposit"]) == (money("2.18"), "1 kg", money("0.25"))


def test_varieties_are_a_variant_and_no_part_of_the_name():
    (offer,) = page_offers(a_page(*offer_lines("Naturjoghurt", "1.49", 0.1, 0.1, package="versch. Sorten, 500 g")), (), DE, NOTHING)
    assert offer["name"] == "Naturjoghurt"
    assert offer["variant"].startswith("versch. Sorten")
    assert (offer["package"], offer["quantity"], offer["unit"]) == ("500 g", 500.0, "g")


def test_brand_and_product_in_different_type():
    brand = printed("KORNFELD", 0.1, 0.083, 0.2, 0.097)
    offer = first_of(a_page(brand, *offer_lines("Roggenbrot", "2.29", 0.1, 0.1)))
    assert (offer["name"], offer["brand"], offer["product"]) == ("KORNFELD Roggenbrot", "KORNFELD", "Roggenbrot")


def test_a_box_goes_around_name_description_and_price():
    offer = first_of(grid_page(2, 2))
    name, package, price = (one.box for one in grid_page(2, 2).lines[:3])
    for part in (name, package, price):
        assert offer["x0"] <= part.x0 and offer["y0"] <= part.y0 and offer["x1"] >= part.x1 and offer["y1"] >= part.y1
    assert offer["x1"] < 0.6 and offer["y1"] < 0.6


def test_unlikely_pairs_are_not_told_of(monkeypatch):
    assert len(page_offers(grid_page(2, 2), (), DE, NOTHING)) == 4
    monkeypatch.setattr("workers.brochures.offers.LEAST", 1.01)
    assert page_offers(grid_page(2, 2), (), DE, NOTHING) == []


def test_numbers_of_a_row_come_from_its_caller():
    row = offer_row({"name": "Butter", "price": money("1.99"), "confidence": 0.5}, 7, 3, "a/1/b")
    assert (row.offer_no, row.page_no, row.adapter, row.name, row.confidence) == (7, 3, "a/1/b", "Butter", 0.5)


@pytest.mark.parametrize(
    ("language", "old"), [("en", "was 1.49"), ("es", "antes 1,49"), ("fr", "au lieu de 1,49"), ("it", "anzich\u00e9 1,49"), ("pt", "antes 1,49")]
)
def test_other_languages(language, old):
    offer = page_offers(with_more(old), (), lexicon(language), NOTHING)[0]
    assert (offer["price"], offer["original_price"], offer["quantity"], offer["unit"]) == (money("1.09"), money("1.49"), 500.0, "g")
