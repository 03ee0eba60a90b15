"""Printed periods, as text: kind, what is read of both ends, and whether it can be taken for something else."""

from __future__ import annotations

import pytest

from workers.brochures.dates import Day, find_periods
from workers.brochures.lexicon import lexicon

MONDAY, WEDNESDAY, FRIDAY, SATURDAY, SUNDAY = (frozenset({number}) for number in (0, 2, 4, 5, 6))


def only(text: str, language: str | None = None):
    [period] = find_periods(text, lexicon(language))
    return period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Gültig von Mo. 10.11. – Sa. 15.11.", Day(10, 11, None, MONDAY), Day(15, 11, None, SATURDAY)),
        ("Mo.10.11.- Sa.15.11.", Day(10, 11, None, MONDAY), Day(15, 11, None, SATURDAY)),
        ("10. November 2025 – 15. November 2025", Day(10, 11, 2025), Day(15, 11, 2025)),
        ("Montag, 10.11.25 – Samstag, 15.11.25", Day(10, 11, 2025, MONDAY), Day(15, 11, 2025, SATURDAY)),
        ("10.-15.11.2025", Day(10, 11), Day(15, 11, 2025)),
        ("2025-11-10 bis 2025-11-15", Day(10, 11, 2025), Day(15, 11, 2025)),
        ("Del 5 al 18 de marzo", Day(5, 3), Day(18, 3)),
        ("del lunes 5 al domingo 18 de marzo de 2025", Day(5, 3, None, MONDAY), Day(18, 3, 2025, SUNDAY)),
        ("valid from 3/4 to 10/4", Day(3, 4), Day(10, 4)),
        ("November 10 - November 16, 2025", Day(10, 11), Day(16, 11, 2025)),
        ("Offer valid 11/15/2025 - 11/21/2025", Day(15, 11, 2025), Day(21, 11, 2025)),
        ("Du mercredi 5 au mardi 11 mars 2025", Day(5, 3, None, WEDNESDAY), Day(11, 3, 2025, frozenset({1}))),
        ("dal 5 al 18 novembre 2025", Day(5, 11), Day(18, 11, 2025)),
        ("Válido do 5 ao 11 de março", Day(5, 3), Day(11, 3)),
        ("dal 5 al 18", Day(5), Day(18)),
        ("Gültig von Donnerstag bis Samstag", Day(weekdays=frozenset({3})), Day(weekdays=SATURDAY)),
    ],
)
def test_ranges_in_six_languages(text, first, last):
    period = only(text)
    assert (period.kind, period.first, period.last, period.certain) == ("range", first, last, True)


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("ab Samstag 08.11.", "from", Day(8, 11, None, SATURDAY)),
        ("ab Do. 13.11.", "from", Day(13, 11, None, frozenset({3}))),
        ("bis zum 21.12.2025", "until", Day(21, 12, 2025)),
        ("Valid until 15 November", "until", Day(15, 11)),
        ("jusqu'au 11 mars", "until", Day(11, 3)),
        ("a partir del 5 de marzo", "from", Day(5, 3)),
        ("nur am Freitag", "on", Day(weekdays=FRIDAY)),
        ("only Friday 14th November", "on", Day(14, 11, None, FRIDAY)),
        ("solo il 14 novembre", "on", Day(14, 11)),
        ("só na sexta-feira", "on", Day(weekdays=FRIDAY)),
    ],
)
def test_single_days(text, kind, day):
    period = only(text)
    assert (period.kind, period.first or period.last, period.certain) == (kind, day, True)


@pytest.mark.parametrize(("text", "week", "year"), [("KW 46", 46, None), ("KW46/25", 46, 2025), ("Semana 9", 9, None), ("week 46-2025", 46, 2025)])
def test_calendar_weeks(text, week, year):
    period = only(text)
    assert (period.kind, period.week, period.first.year) == ("week", week, year)


@pytest.mark.parametrize("text", ["1.29 - 1.79", "1.10-1.12", "3/4", "1-2 Personen", "1.1 kg", "Fr. 4.95"])
def test_figures_that_may_be_prices_are_never_certain(text):
    assert [period for period in find_periods(text, lexicon()) if period.certain] == []


@pytest.mark.parametrize(
    "text", ["je 2 x 1,5 l", "KW/ SB", "7.00 bis 22.00 Uhr", "KW 99", "So lecker", "Tel. 0800 3335211", "29x30", "mar y montaña"]
)
def test_what_is_no_period(text):
    assert find_periods(text, lexicon()) == []


def test_the_word_before_belongs_to_the_period():
    text = "Alle Preise gültig vom 10.11.-15.11.2025 in allen Filialen"
    period = only(text)
    assert (text[period.start : period.end], period.announced) == ("gültig vom 10.11.-15.11.2025", True)


def test_a_short_weekday_that_is_a_word_elsewhere_needs_its_point():
    """`do` begins a period in Portuguese, and is Thursday in German."""
    assert only("do 5 ao 11 de março").first == Day(5, 3)
    assert only("Do. 13.11. - Sa. 15.11.").first.weekdays == frozenset({3})
    assert only("Do 13.11. - Sa 15.11.", "de").first.weekdays == frozenset({3})
