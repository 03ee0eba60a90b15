"""When offers hold: their own words, their page's, their brochure's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.pagetools import line
from workers.brochures.lexicon import lexicon
from workers.brochures.resolving import IMPOSSIBLE, Validity
from workers.brochures.validity import brochure_validity, document_date, file_dates, file_validity, offer_validity, page_validity

WORDS = lexicon()
NOVEMBER = date(2025, 11, 10)
WEEK = Validity(date(2025, 11, 10), date(2025, 11, 15))
WEEKEND = Validity(date(2025, 11, 13), date(2025, 11, 15))


@pytest.mark.parametrize(
    ("name", "dates"),
    [
        ("moolane_10112025_page_3.jpg", [NOVEMBER]),
        ("2025-11-10.pdf", [NOVEMBER]),
        ("20251110-flyer.pdf", [NOVEMBER]),
        ("flyer 10.11.25.pdf", [NOVEMBER]),
        ("2025-11-10_2025-11-15.pdf", [NOVEMBER, date(2025, 11, 15)]),
        ("IMG_20231345.jpg", []),
        ("article 4006381333931.jpg", []),
        ("flyer.pdf", []),
    ],
)
def test_dates_in_file_names(name, dates):
    assert file_dates(name) == dates


def test_the_date_of_a_document_is_stated_before_it_is_named_before_it_is_printed():
    printed = ["Stand 03.11.2025", "gültig ab 10.11.2025", "10.11.2025"]
    assert document_date({"date": "2025-01-02T03:04:05Z"}, "a_10112025.jpg", printed) == date(2025, 1, 2)
    assert document_date({"date": "soon"}, "a_11112025.jpg", printed) == date(2025, 11, 11)
    assert document_date({}, "a.jpg", printed) == NOVEMBER
    assert document_date({}, "a.jpg", ["99.11.2025"]) is None


def test_the_time_in_a_file_name():
    assert file_validity("Moolane KW46_2025.pdf", WORDS, None) == Validity(NOVEMBER, date(2025, 11, 16))
    assert file_validity("Moolane_KW46.pdf", WORDS, date(2025, 11, 1)) == Validity(NOVEMBER, date(2025, 11, 16))
    assert file_validity("Moolane_KW46.pdf", WORDS, None) is None
    assert file_validity("2025-11-10_2025-11-15.pdf", WORDS, None) == WEEK
    assert file_validity("2025-11-10.pdf", WORDS, None) is None


def body(*texts: str):
    """Lines of text in the middle of a page."""
    return [line(text, 0.1, 0.3 + 0.02 * number, 0.6, 0.31 + 0.02 * number) for number, text in enumerate(texts)]


def test_the_head_of_a_page_says_its_time():
    head = line("Mo. 10.11. – Sa. 15.11.", 0.1, 0.01, 0.4, 0.04)
    assert page_validity([head, *body("Milch 1 l", "ab Do. 13.11.", "1.49")], WORDS, NOVEMBER) == WEEK


def test_the_foot_of_a_page_says_its_time_in_small_print():
    foot = line("Montag – Samstag", 0.1, 0.92, 0.3, 0.93), line("10. November 2025 – 15. November 2025", 0.1, 0.94, 0.4, 0.95)
    assert page_validity([*body("Milch 1 l", "Käse"), *foot], WORDS, None) == WEEK


def test_vouchers_journeys_and_footnotes_say_nothing_of_the_page():
    lines = [
        line("Gutschein einlösbar vom 20.10.2025 bis 20.11.2025", 0.1, 0.02, 0.9, 0.04),
        line("Reisen: 1.12. bis 20.12.2025", 0.1, 0.04, 0.9, 0.06),
        line("*Aktionszeitraum: 03.11.-16.11.2025", 0.1, 0.5, 0.4, 0.51),
        line("Gültig vom 01.01.2025 bis 31.12.2025", 0.1, 0.95, 0.9, 0.97),
    ]
    assert page_validity(lines, WORDS, NOVEMBER) is None


def test_two_times_of_one_weight_are_none():
    heads = line("Mo. 10.11. – Sa. 15.11.", 0.1, 0.01, 0.4, 0.04), line("Do. 13.11. – Sa. 15.11.", 0.5, 0.01, 0.9, 0.04)
    assert page_validity(heads, WORDS, NOVEMBER) is None


def test_a_brochure_has_the_time_of_most_of_its_pages():
    assert brochure_validity([WEEK, None, WEEK, WEEKEND, Validity(date(2025, 11, 13))]) == WEEK
    assert brochure_validity([WEEK, WEEKEND]) is None
    assumed = replace(WEEK, flags=("year_assumed",))
    assert brochure_validity([assumed, assumed]) == assumed
    assert brochure_validity([assumed, WEEK]) == WEEK
    assert brochure_validity([Validity(date(2025, 11, 13)), None]) is None


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Milch", "1.49"], WEEK),
        (["ab Samstag,", "15.11."], Validity(date(2025, 11, 15), date(2025, 11, 15))),
        (["ab Do. 20.11."], Validity(date(2025, 11, 20))),
        (["nur am Freitag"], Validity(date(2025, 11, 14), date(2025, 11, 14))),
        (["Gültig von Do. 13.11. bis Sa. 15.11."], WEEKEND),
        (["Gutschein einlösbar ab Do. 13.11."], WEEK),
        (["nur am 31.11."], Validity(WEEK.valid_from, WEEK.valid_to, (IMPOSSIBLE,))),
        (["ab Do. 13.11.", "ab Fr. 14.11."], WEEK),
    ],
)
def test_an_offer_says_its_own_time_or_has_its_pages(texts, found):
    assert offer_validity(texts, WORDS, NOVEMBER, WEEK) == found


def test_an_offer_without_a_page():
    assert offer_validity(["ab Do. 13.11."], WORDS, NOVEMBER, None) == Validity(date(2025, 11, 13))
    assert offer_validity(["Milch"], WORDS, NOVEMBER, None) is None
    assert offer_validity(["nur am 31.11."], WORDS, NOVEMBER, None) == Validity(flags=(IMPOSSIBLE,))
