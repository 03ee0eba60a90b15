"""Price lists: name and price in one line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.pages import Line, Page
from workers.brochures.lexicon import lexicon
from workers.brochures.lists import asides
from workers.brochures.look import look_at
from workers.brochures.naming import name_of
from workers.brochures.offers import Stated, page_offers

WARES = ("Natural yogurt", "Goat cheese", "Whole milk", "Butter", "Kefir")


def _page(texts: list[str]) -> Page:
    lines = []
    for number, text in enumerate(texts):
        top = 0.1 + 0.04 * number
        lines.append(Line(text=text, polygon=((0.1, top), (0.6, top), (0.6, top + 0.015), (0.1, top + 0.015)), confidence=0.95))
    return Page(width_px=1000, height_px=1400, lines=tuple(lines), adapter="test/1/none")


def _offers(texts: list[str]) -> list[tuple[str, Decimal]]:
    return [(offer["name"], offer["price"]) for offer in page_offers(_page(texts), (), lexicon("en"), Stated())]


@pytest.mark.parametrize("form", ["{} .... £{}", "{} {}", "{}: {} €", "{} \u2026 {}"])
def test_every_line_of_a_list_is_an_offer(form):
    texts = [form.format(ware, f"{number}.50") for number, ware in enumerate(WARES, start=1)]
    assert _offers(texts) == [(ware, Decimal(f"{number}.50")) for number, ware in enumerate(WARES, start=1)]


def test_two_lines_are_no_list():
    assert _offers(["Natural yogurt 1.50", "Goat cheese 2.50"]) == []


@pytest.mark.parametrize("form", ["{} was £{}", "{} until {}.", "{} with {} on it and so on"])
def test_lines_that_say_something_else_are_no_offers(form):
    assert _offers([form.format(ware, f"{number}.12") for number, ware in enumerate(WARES, start=1)]) == []


def _aside(*texts: str, size: float = 0.012) -> list[tuple[str, Decimal]]:
    """Offers found in lines of one column, in running text."""
    lines = []
    for number, text in enumerate(texts):
        top = 0.3 + 1.1 * size * number
        lines.append(Line(text=text, polygon=((0.1, top), (0.3, top), (0.3, top + size), (0.1, top + size)), confidence=0.95))
    look = look_at(Page(width_px=1000, height_px=1400, lines=tuple(lines), adapter="test/1/none"), lexicon("de"))
    return [(name_of(group.pieces, lexicon("de")), token.price.amount) for token, group in asides(look)]


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (("Tannenzweige, 9.99*",), "Tannenzweige"),
        (("Geschmückter", "Kranz, 9.99*"), "Geschmückter Kranz"),
        (("Premium-Advents-", "gesteck, 9.99"), "Premium-Adventsgesteck"),
        (("Orchidee,", "9.99*"), "Orchidee"),
    ],
)
def test_offers_in_running_text(texts, name):
    assert _aside(*texts) == [(name, Decimal("9.99"))]


@pytest.mark.parametrize(
    "texts",
    [
        ("Orangensaft, statt 9.99",),
        ("zzgl. Pfand, 9.99",),
        ("Kranz 9.99",),
        ("Einzelpreis: 9.99",),
        ("Flasche, 9.99",),
        ("500-g-Packung, 9.99",),
        ("Kranz, 9.99 und Stern, 3.99",),
        ("Kranz, 9.99 im Topf",),
        ("Orchidee", "9.99"),
    ],
)
def test_running_text_that_offers_nothing(texts):
    assert _aside(*texts) == []


def test_an_offer_in_running_text_is_among_the_pages():
    page = _page(["Wreath, 9.99*", "Opening hours"])
    assert [(one["name"], one["price"]) for one in page_offers(page, (), lexicon("en"), Stated())] == [("Wreath", Decimal("9.99"))]
