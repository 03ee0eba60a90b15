"""Who sells: evidence of shops nobody ever heard of, and of known chains."""

from __future__ import annotations

import pytest

from schemas.pages import Detection
from tests.pagetools import line
from workers.brochures.chains import Site, key_of, known, sites_in
from workers.brochures.lexicon import lexicon
from workers.brochures.retailer import country_of, decided, find_retailer

WORDS = lexicon()


def text(*texts: str):
    """A page of body text."""
    return [line(one, 0.1, 0.3 + 0.02 * number, 0.9, 0.31 + 0.02 * number) for number, one in enumerate(texts)], ()


def retailer(name: str, *pages) -> str | None:
    return decided(find_retailer(name, pages, WORDS).votes)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Lidl KW46.pdf", "Lidl"),
        ("LidlKW46.pdf", "Lidl"),
        ("aldi-sued-prospekt.pdf", "ALDI SÜD"),
        ("edeka_10112025_page_3.jpg", "EDEKA"),
        ("el corte ingles semana 3.pdf", "El Corte Inglés"),
        ("moolane_10112025_page_3.jpg", "Moolane"),
        ("Milk Works_2025-11-10_page_1.png", "Milk Works"),
        ("moolane-week-48.pdf", None),
        ("kaufhaus_page_2.jpg", None),
        ("IMG_20251110_page_1.jpg", None),
        ("Prospekt_KW46_2025_Seite_3.pdf", None),
        ("ofertas_semana_10112025_page_2.pdf", None),
        ("brochure (1).pdf", None),
        ("document1.pdf", None),
    ],
)
def test_names_of_files(name, found):
    assert retailer(name) == found


def test_a_new_shop_by_its_address_on_three_pages():
    page = text("Fresh milk 1.49", "Visit www.moolane-market.example every day")
    assert retailer("a.pdf", page, page, page) == "Moolane-Market"
    assert retailer("a.pdf", page) is None


def test_a_new_shop_by_its_address_beside_its_logo():
    lines, seen = text("Fresh milk 1.49", "www.moolane.example", "Cheese 2.99")
    assert retailer("a.pdf", ([line("Moolane", 0.1, 0.01, 0.5, 0.06), *lines], seen)) == "Moolane"


def headed(head, foot):
    lines, seen = text("Fresh milk 1.49", "Cheese 2.99")
    return [line(head, 0.1, 0.02, 0.4, 0.03), *lines, line(foot, 0.1, 0.96, 0.4, 0.97)], seen


def test_what_most_pages_repeat_at_their_edge_bears_out_a_file_name_and_alone_says_nothing():
    pages = [headed("Petit Panier", "7"), headed("BAKERY", "Petit Panier · 60"), headed("Petit Panier", "While stocks last"), headed("Fish", "9")]
    assert retailer("petit panier summer.pdf", *pages) is None
    assert retailer("petit panier.pdf", *pages) == "Petit Panier"
    assert retailer("petit panier.pdf", *pages[:2]) is None
    assert retailer("a.pdf", *pages) is None
    assert find_retailer("a.pdf", pages, WORDS).votes == {"Petit Panier": 0.6}


@pytest.mark.parametrize(
    "told", ["Special offer", "Monday - Saturday", "App price", "Week 46", "PAYBACK", "Valid until 9 May", "Fresh every single day"]
)
def test_what_is_repeated_and_no_name(told):
    assert find_retailer("a.pdf", [headed(told, told)] * 4, WORDS).votes == {}


def test_a_new_shop_by_its_imprint():
    page = text("Herausgeber: Moolane Handels GmbH & Co. KG, Hauptstr. 1, 12345 Ort")
    assert retailer("a.pdf", page) == "Moolane Handels"
    assert retailer("a.pdf", text("Herausgeber: Moolane", "Handels GmbH,")) == "Moolane Handels"
    assert retailer("a.pdf", text("Editado por Lechería Norte S.L., Madrid")) == "Lechería Norte"
    assert retailer("a.pdf", text("Veranstalter: Reisen Ganzweit GmbH")) is None


def test_a_file_name_that_the_pages_repeat():
    assert retailer("moolane week 48.pdf", text("www.moolane.example")) == "Moolane"


def test_a_known_chain_needs_its_address_once():
    assert retailer("a.pdf", text("Mehr auf lidl.de/angebote")) == "Lidl"
    assert retailer("a.pdf", text("service@rewe.de")) == "REWE"


def test_products_seals_and_networks_are_no_retailers():
    page = text("www.msc.org/de", "haltungsform.de", "facebook.com/moolane", "Milch aus der EU", "Müller Milchreis")
    assert find_retailer("a.pdf", [page] * 4, WORDS).votes == {}


def test_two_chains_on_one_page_are_none():
    assert retailer("a.pdf", text("Erhältlich bei rewe.de", "und bei edeka.de")) is None


def test_a_name_that_is_a_word_counts_only_where_it_is_a_name():
    """`netto` is also the opposite of gross."""
    assert find_retailer("a.pdf", [text("500 g netto", "netto 300 g")] * 4, WORDS).votes == {}
    assert retailer("netto_10112025.pdf") == "Netto Marken-Discount"


def test_one_of_a_family_takes_what_names_the_family():
    votes = {"ALDI": 3.0, "ALDI SÜD": 1.5, "Ameropa": 1.6}
    assert decided(votes) == "ALDI SÜD"
    assert decided({"EDEKA": 1.0, "Edeka Südwest": 1.5}) == "EDEKA"


def test_a_logo_that_an_engine_saw():
    seen = Detection(kind="logo", label="logo", value="Lidl", confidence=0.9)
    assert decided(find_retailer("a.pdf", [((), (seen,)), ((), (seen,))], WORDS).votes) == "Lidl"


@pytest.mark.parametrize(
    ("retailer", "countries", "country"),
    [("ALDI SÜD", {}, "de"), ("Lidl", {"es": 3, "de": 1}, "es"), ("Lidl", {"es": 1, "de": 1}, None), ("Moolane", {"uk": 1}, "uk"), (None, {}, None)],
)
def test_where_a_retailer_sells(retailer, countries, country):
    assert country_of(retailer, countries) == country


@pytest.mark.parametrize(
    ("told", "sites"),
    [
        ("https://www.moolane.co.uk/offers", [Site("moolane", "uk")]),
        ("help@moolane.de", [Site("moolane", "de")]),
        ("shop.moolane.com, moolane.es", [Site("moolane", None), Site("moolane", "es")]),
        ("1.99 kg. 2.49", []),
        ("z.B. Milch", []),
        ("haltungsform.de", []),
        ("file.pdf", []),
    ],
)
def test_addresses(told, sites):
    assert sites_in(told) == sites


def test_keys_know_no_accents_and_no_signs():
    assert key_of("ALDI-SÜD") == key_of("aldi sud") == "aldisud"


def test_every_chain_of_the_data_can_be_found():
    chains = known().chains
    assert len(chains) > 80
    for chain in chains:
        for site in chain.sites:
            assert known().chain_of_site(Site(site, chain.country)) is not None
        if chain.country:
            assert chain.country in known().currencies
