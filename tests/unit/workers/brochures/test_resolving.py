"""Which dates a printed period means."""

from __future__ import annotations

from datetime import date

import pytest

from workers.brochures.dates import find_periods
from workers.brochures.lexicon import lexicon
from workers.brochures.resolving import ASSUMED, IMPOSSIBLE, REVERSED, WEEKDAY, Validity, resolve

NOVEMBER = date(2025, 11, 8)
WEEK = Validity(date(2025, 11, 10), date(2025, 11, 15))


def resolved(text: str, reference: date | None = NOVEMBER, within: Validity | None = None) -> Validity:
    [period] = find_periods(text, lexicon())
    return resolve(period, reference, within)


def between(first: str | None, last: str | None, *flags: str) -> Validity:
    return Validity(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None, flags)


@pytest.mark.parametrize(
    ("text", "reference", "found"),
    [
        ("Mo. 10.11. – Sa. 15.11.", NOVEMBER, between("2025-11-10", "2025-11-15")),
        ("10.11. - 15.11.2025", None, between("2025-11-10", "2025-11-15")),
        ("29.12. - 03.01.2026", None, between("2025-12-29", "2026-01-03")),
        ("29.12.2025 - 03.01.", None, between("2025-12-29", "2026-01-03")),
        ("29.12. - 03.01.", date(2025, 12, 20), between("2025-12-29", "2026-01-03")),
        ("29.12. - 03.01.", date(2026, 1, 2), between("2025-12-29", "2026-01-03")),
        ("del 5 al 18 de marzo", date(2025, 12, 28), between("2026-03-05", "2026-03-18")),
        ("dal 5 al 18", date(2025, 11, 2), between("2025-11-05", "2025-11-18")),
        ("dal 5 al 18", date(2025, 11, 28), between("2025-12-05", "2025-12-18")),
        ("ab Samstag 08.11.", NOVEMBER, between("2025-11-08", None)),
        ("valid until 15 November", NOVEMBER, between(None, "2025-11-15")),
        ("nur am 14.11.", NOVEMBER, between("2025-11-14", "2025-11-14")),
        ("KW 46", NOVEMBER, between("2025-11-10", "2025-11-16")),
        ("KW 1", date(2025, 12, 20), between("2025-12-29", "2026-01-04")),
        ("KW 46/2024", NOVEMBER, between("2024-11-11", "2024-11-17")),
    ],
)
def test_years_that_are_not_printed_are_those_nearest_to_the_document(text, reference, found):
    assert resolved(text, reference) == found


def test_a_weekday_tells_the_year_where_nothing_else_does_and_says_so():
    assert resolved("Mo. 10.11. – Sa. 15.11.", None) == between("2025-11-10", "2025-11-15", ASSUMED)
    assert resolved("ab Do. 13.11.", None) == between("2025-11-13", None, ASSUMED)


@pytest.mark.parametrize("text", ["10.11. - 15.11.", "Mo. 1.2. - Di. 2.2.", "KW 46", "dal 5 al 18", "nur am Freitag"])
def test_what_names_no_single_year_stays_unknown(text):
    """The 1st of February was a Monday in 2021, and will be in 2027."""
    assert resolved(text, None) == Validity()


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("ab Mo. 31.02.", IMPOSSIBLE),
        ("nur am 31.11.2025", IMPOSSIBLE),
        ("vom 45.11.2025 bis 50.11.2025", IMPOSSIBLE),
        ("KW 53/2025", IMPOSSIBLE),
        ("Di. 10.11. - Sa. 15.11.2025", WEEKDAY),
        ("Mo. 10.11.2025 - So. 15.11.2025", WEEKDAY),
        ("15.11.2025 - 10.11.2025", REVERSED),
    ],
)
def test_impossible_dates_are_left_out_and_flagged(text, flag):
    assert resolved(text) == Validity(flags=(flag,))


def test_the_29th_of_february():
    assert resolved("nur am 29.02.2028", None) == between("2028-02-29", "2028-02-29")
    assert resolved("nur am 29.02.2027", None).flags == (IMPOSSIBLE,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nur am Freitag", between("2025-11-14", "2025-11-14")),
        ("von Donnerstag bis Samstag", between("2025-11-13", "2025-11-15")),
        ("ab Donnerstag", between("2025-11-13", None)),
        ("nur am Sonntag", Validity()),
    ],
)
def test_weekdays_lie_within_the_time_of_their_page(text, found):
    assert resolved(text, NOVEMBER, WEEK) == found


def test_weekdays_without_such_a_time_lie_in_the_documents_week():
    assert resolved("nur am Freitag", date(2025, 11, 12)) == between("2025-11-14", "2025-11-14")


def test_a_weekday_in_a_fortnight_is_not_one_day():
    assert not resolved("nur am Freitag", NOVEMBER, Validity(date(2025, 11, 10), date(2025, 11, 22))).known
