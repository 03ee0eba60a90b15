"""Printed periods as calendar dates.

A year that is not printed is the one nearest to the document's date in which weekday and date agree. Without a document's date it is taken only where
weekday and date agree in one year of `YEARS`, and flagged; else the date stays unknown. No clock is asked: the same file gives the same dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from workers.brochures.dates import Day, Period

YEARS: Final = range(2021, 2031)
"""Years in which a weekday may name the year. In ten years a date falls on a given weekday once or twice."""
LONGEST: Final = timedelta(days=92)
"""Longest time a page's or a brochure's prices hold; what is longer is a voucher, a collection or a season."""

IMPOSSIBLE: Final = "date_impossible"
"""Flag: the calendar has no such day."""
WEEKDAY: Final = "weekday_disagrees"
"""Flag: the printed weekday is not that of the printed date."""
REVERSED: Final = "validity_reversed"
"""Flag: the end lies before the start."""
ASSUMED: Final = "year_assumed"
"""Flag: the year follows from the weekday alone."""


@dataclass(frozen=True, slots=True)
class Validity:
    """From and to, both included; None where it is not printed. `flags` say what is wrong with the print, or how it was resolved."""

    valid_from: date | None = None
    valid_to: date | None = None
    flags: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether any of the two is."""
        return self.valid_from is not None or self.valid_to is not None

    @property
    def whole(self) -> bool:
        """Whether both are, and lie no further apart than `LONGEST`."""
        return self.valid_from is not None and self.valid_to is not None and self.valid_to - self.valid_from <= LONGEST


def resolve(period: Period, reference: date | None, within: Validity | None = None) -> Validity:
    """The period as dates; `within` is the time in which a weekday without a date lies, else it is the reference's week.

    A date that is no date, or not the printed weekday, is left out and flagged.
    """
    if period.kind == "week":
        return _week(period, reference)
    ends = [day for day in (period.first, period.last) if day is not None]
    if all(day.day is None for day in ends):
        return _weekdays(period, reference, within)
    if any(not _possible(day) for day in ends):
        return Validity(flags=(IMPOSSIBLE,))
    if period.kind == "range":
        return _resolved_range(ends[0], ends[1], reference)
    days, flags = _candidates(ends[0], reference)
    if not days:
        return Validity(flags=flags)
    return Validity(None if period.kind == "until" else days[0], None if period.kind == "from" else days[0], flags)


def calendar_day(year: int, month: int | None, day: int | None) -> date | None:
    """The date, None when the calendar has none."""
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None


def _possible(day: Day) -> bool:
    """Whether some year has this day."""
    return day.day is not None and (day.month is None or calendar_day(day.year or 2024, day.month, day.day) is not None)


def _resolved_range(first: Day, last: Day, reference: date | None) -> Validity:
    if first.month is None:
        return _days_of_month(first, last, reference)
    if last.year is None and first.year is not None:
        last = replace(last, year=first.year + ((last.month or 0, last.day or 0) < (first.month, first.day or 0)))
    lasts, flags = _candidates(last, reference)
    if not lasts:
        return Validity(flags=flags)
    end = lasts[0]
    if first.year is None:
        start = next(
            (day for year in (end.year, end.year - 1) if (day := calendar_day(year, first.month, first.day)) is not None and day <= end), None
        )
    else:
        start = calendar_day(first.year, first.month, first.day)
    if start is None or start > end:
        return Validity(flags=(REVERSED,))
    if first.weekdays and start.weekday() not in first.weekdays:
        return Validity(flags=(WEEKDAY,))
    return Validity(start, end, flags)


def _days_of_month(first: Day, last: Day, reference: date | None) -> Validity:
    """`dal 5 al 18`: the month in which they lie nearest to the reference."""
    if reference is None or first.day is None or last.day is None or first.day > last.day:
        return Validity()
    months = [(reference.year + (reference.month - 1 + step) // 12, (reference.month - 1 + step) % 12 + 1) for step in (-1, 0, 1)]
    spans = [
        (start, end) for year, month in months if (start := calendar_day(year, month, first.day)) and (end := calendar_day(year, month, last.day))
    ]
    if not spans:
        return Validity(flags=(IMPOSSIBLE,))
    return Validity(*min(spans, key=lambda span: 0 if span[0] <= reference <= span[1] else min(abs((day - reference).days) for day in span)))


def _candidates(day: Day, reference: date | None) -> tuple[list[date], tuple[str, ...]]:
    """Dates a printed day can mean, the likeliest first, and flags; no date when none agrees or several do equally."""
    assert day.day is not None
    assert day.month is not None
    years: Iterable[int] = (day.year,) if day.year else (reference.year + step for step in (-1, 0, 1)) if reference else YEARS
    possible = [found for year in years if (found := calendar_day(year, day.month, day.day)) is not None]
    agreeing = [found for found in possible if not day.weekdays or found.weekday() in day.weekdays]
    if not agreeing:
        return [], (WEEKDAY if possible else IMPOSSIBLE,)
    if day.year or reference is None:
        if len(agreeing) > 1:
            return [], ()
        return agreeing, () if day.year else (ASSUMED,)
    return sorted(agreeing, key=lambda found: abs((found - reference).days)), ()


def _week(period: Period, reference: date | None) -> Validity:
    """Monday to Sunday of the ISO week."""
    assert period.week is not None
    stated = period.first.year if period.first else None
    years = [stated] if stated else [reference.year + step for step in (-1, 0, 1)] if reference else []
    mondays = [monday for year in years if (monday := _monday(year, period.week)) is not None]
    if not mondays:
        return Validity(flags=(IMPOSSIBLE,) if years else ())
    monday = min(mondays, key=lambda day: abs((day - reference).days) if reference else 0)
    return Validity(monday, monday + timedelta(days=6))


def _weekdays(period: Period, reference: date | None, within: Validity | None) -> Validity:
    """`nur am Freitag`, `von Donnerstag bis Samstag`: the days of that name within the page's time, or in the reference's week."""
    if within is not None and within.valid_from is not None and within.valid_to is not None:
        monday, least, most = within.valid_from - timedelta(days=within.valid_from.weekday()), within.valid_from, within.valid_to
    elif reference is not None and within is None:
        monday = reference - timedelta(days=reference.weekday())
        least, most = monday, monday + timedelta(days=6)
    else:
        return Validity()
    if (most - least).days > 6:  # several days of that name: which one is not said
        return Validity()
    ends = []
    for day in (period.first, period.last):
        time = [least + timedelta(days=step) for step in range((most - least).days + 1)]
        ends.append(next((found for found in time if day and found.weekday() in day.weekdays), None))
    first, last = ends
    if period.kind in ("range", "on") and (first is None or last is None or first > last):
        return Validity()
    return Validity(first, last)


def _monday(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
