"""Dates and periods as brochures print them: `Mo. 10.11. – Sa. 15.11.`, `del 5 al 18 de marzo`, `ab Samstag 08.11.`, `nur am Freitag`, `KW 46`.

Only the form is read here; which year is meant, and which day `Freitag` is, `workers.brochures.validity` decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from workers.brochures.lexicon import Lexicon

WHOLE_WORD: Final = 5
"""Letters from which a weekday stands for itself: shorter ones (`so`, `do`, `mar`) are words of their own and need a date behind them."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is printed. `weekdays` are those the printed word can mean, from 0 for Monday; empty when none is printed."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Period:
    """A printed period, its place in the text in code points. `on` is one day, `week` a calendar week.

    `announced`: a word such as `gültig` introduces it; `certain`: it cannot be two prices or a fraction (`1.10-1.12`, `3/4`).
    """

    kind: Literal["range", "from", "until", "on", "week"]
    first: Day | None
    last: Day | None
    week: int | None
    start: int
    end: int
    announced: bool
    certain: bool


_Read = Callable[[re.Match[str], "_Forms", str], "Period | None"]
_EDGE, _END = r"(?<![^\W_])", r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class _Forms:
    readers: tuple[tuple[re.Pattern[str], _Read], ...]
    """Forms in the order in which they take their piece of a text."""
    before: re.Pattern[str]
    months: dict[str, int]
    weekdays: dict[str, frozenset[int]]


def find_periods(text: str, words: Lexicon) -> list[Period]:
    """Every period in `text` from left to right; a date that is part of a range is not found again by itself."""
    forms = _forms(words)
    found: list[Period] = []
    rest = text
    for pattern, read in forms.readers:
        for match in pattern.finditer(rest):
            period = read(match, forms, text)
            if period is not None and _plausible(period):
                found.append(period)
                rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
    return sorted(found, key=lambda period: period.start)


def _range(match: re.Match[str], forms: _Forms, text: str) -> Period | None:
    first, last = _day(match, "a", forms), _day(match, "b", forms)
    if first.month is None and last.month is not None:
        first = Day(first.day, last.month, first.year, first.weekdays)
    first, last = _in_order(first, last)
    opening = forms.before.search(text[: match.start()])
    certain = _dated(match, "a") or _dated(match, "b") or bool(opening) or not match.groupdict().get("a_sep")
    return Period("range", first, last, None, *_span(match, opening), announced=_announces(opening), certain=certain)


def _single(match: re.Match[str], forms: _Forms, text: str) -> Period | None:
    day = _in_order(_day(match, "a", forms), None)[0]
    opening = forms.before.search(text[: match.start()])
    return _opened(match, opening, day)


def _on(match: re.Match[str], forms: _Forms, text: str) -> Period | None:
    opening = forms.before.search(text[: match.start()])
    if opening is None:
        return None
    return _opened(match, opening, Day(weekdays=forms.weekdays[match["a_weekday"].lower()]))


def _opened(match: re.Match[str], opening: re.Match[str] | None, day: Day) -> Period:
    """One date as the word before it says: from it on, until it, on it alone."""
    span, announced = _span(match, opening), _announces(opening)
    if opening and opening["from"]:
        return Period("from", day, None, None, *span, announced=announced, certain=True)
    if opening and opening["to"]:
        return Period("until", None, day, None, *span, announced=announced, certain=True)
    return Period("on", day, day, None, *span, announced=announced, certain=bool(opening and opening["on"]))


def _days(match: re.Match[str], forms: _Forms, text: str) -> Period:  # noqa: ARG001 - one signature for all forms
    first, last = Day(day=int(match["a"])), Day(day=int(match["b"]))
    return Period("range", first, last, None, match.start(), match.end(), announced=bool(match["valid"]), certain=True)


def _plausible(period: Period) -> bool:
    """Whether it is a date at all: no `7.00`, and figures without any sign of a date only when the calendar has them."""
    days = [day for day in (period.first, period.last) if day is not None]
    if any(0 in (day.day, day.month) for day in days):
        return False
    return period.certain or all((day.day or 1) <= 31 and (day.month or 1) <= 12 for day in days)


def _week(match: re.Match[str], forms: _Forms, text: str) -> Period | None:
    opening = forms.before.search(text[: match.start()])
    number = int(match["number"])
    if not 1 <= number <= 53:
        return None
    day = Day(year=_year(match["year"]))
    return Period("week", day, day, number, *_span(match, opening), announced=_announces(opening), certain=True)


def _day(match: re.Match[str], side: str, forms: _Forms) -> Day:
    found = {name.removeprefix(f"{side}_"): value for name, value in match.groupdict().items() if value and name.startswith(f"{side}_")}
    weekday = forms.weekdays.get(found.get("weekday", "").lower(), frozenset())
    if "iso" in found:
        year, month, day = found["iso"].split("-")
        return Day(int(day), int(month), int(year), weekday)
    day_text = found.get("day") or found.get("day_named") or found.get("day_after") or found.get("alone")
    month_text = found.get("month_named") or found.get("month_before")
    month_no = forms.months[month_text.lower()] if month_text else int(found["month"]) if "month" in found else None
    year_no = _year(found.get("year") or found.get("year_named") or found.get("year_after"))
    return Day(int(day_text) if day_text else None, month_no, year_no, weekday)


def _in_order(first: Day, last: Day | None) -> tuple[Day, Day]:
    """Day before month, unless one of the two dates is only possible the American way round."""
    last = last or first
    if any((day.month or 0) > 12 >= (day.day or 99) for day in (first, last)):
        first, last = (Day(day.month, day.day, day.year, day.weekdays) for day in (first, last))
    return first, last


def _dated(match: re.Match[str], side: str) -> bool:
    """Whether a side shows what no price has: a weekday, a year, a month's name or a closing point."""
    found = match.groupdict()
    marks = ("weekday", "year", "point", "month_named", "month_before", "iso")
    return any(found.get(f"{side}_{mark}") for mark in marks)


def _announces(opening: re.Match[str] | None) -> bool:
    return opening is not None and bool(opening["valid"])


def _span(match: re.Match[str], opening: re.Match[str] | None) -> tuple[int, int]:
    return (opening.start() if opening else match.start()), match.end()


def _year(text: str | None) -> int | None:
    return None if not text else int(text) + (2000 if len(text) == 2 else 0)


def _alternatives(spellings: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(spellings, key=len, reverse=True))


@lru_cache(maxsize=16)
def _forms(words: Lexicon) -> _Forms:
    months = {word: number for number, entry in enumerate(words.entries("months"), start=1) for word in entry}
    weekdays = _weekday_numbers(words)
    a, b = _dated_form("a", words), _dated_form("b", words)
    a_or_alone = _dated_form("a", words, r"|(?P<a_alone>\d{1,2})(?:\.|º|°|er|st|nd|rd|th)?(?=\s?\D)")
    whole = _alternatives(word for word in weekdays if len(word) >= WHOLE_WORD)
    to, origin, valid = (f"(?:{words.alternatives(table)})" for table in ("date_to", "date_from", "valid"))
    between = rf"\s?(?:[-\u2010-\u2015]|(?<![^\W\d_]){to}(?![^\W\d_]))\s?(?:(?:den|dem|the|el|le|il|zum)\s)?"
    week_year = r"(?:(?:\s?[/.-]\s?|\s(?=20))(?P<year>20\d{2}|\d{2})(?!\d))?"
    week = rf"{_EDGE}(?:{words.alternatives('calendar_week')})[\s.:_-]{{0,2}}(?P<number>\d{{1,2}})(?!\d){week_year}"
    days = rf"^\W*(?:(?P<valid>{valid}){_END}[\s:]*)?{origin}{_END}\s(?P<a>\d{{1,2}})\s{to}\s(?P<b>\d{{1,2}})\W*$"
    opening = (
        rf"(?:{_EDGE}(?P<valid>{valid}){_END}[\s:]*)?"
        rf"(?:{_EDGE}(?:(?P<on>{words.alternatives('date_on')})|(?P<to>{to})|(?P<from>{origin})){_END}[\s:]*)?(?<=[\s:])$"
    )
    forms: tuple[tuple[str, _Read], ...] = (
        (rf"{_EDGE}{a_or_alone}{between}{b}(?!\d)", _range),
        (week, _week),
        (rf"{_EDGE}{a}(?!\d)", _single),
        (rf"{_EDGE}(?P<a_weekday>{whole}){_END}{between}(?P<b_weekday>{whole}){_END}", _range),
        (rf"{_EDGE}(?P<a_weekday>{whole}){_END}", _on),
        (days, _days),
    )
    readers = tuple((re.compile(form, re.IGNORECASE), read) for form, read in forms)
    return _Forms(readers, re.compile(opening, re.IGNORECASE), months, weekdays)


def _dated_form(side: str, words: Lexicon, other: str = "") -> str:
    """A date with its month, or what `other` says, perhaps after its weekday, as a regular expression; the names of its groups begin with `side`."""
    of = f"(?:(?:{words.alternatives('date_of')})\\s)?"
    month = _alternatives(word for entry in words.entries("months") for word in entry)
    weekdays = _weekday_numbers(words).keys()
    tables = "|".join(words.alternatives(table) for table in ("date_from", "date_to", "date_of"))
    doubtful = {word for word in weekdays if re.fullmatch(tables, re.escape(word))}  # `do` is Thursday, and `from` in Portuguese
    weekday, unsure = _alternatives(weekdays - doubtful), _alternatives(doubtful) or "(?!)"
    named_weekday = rf"(?P<{side}_weekday>(?:{weekday})(?=[.,\s\d])|(?:{unsure})(?=[.,]))[.,\s]{{0,3}}(?:(?:den|dem|the|el|le|il|dia)\s)?"
    numeric = (
        rf"(?P<{side}_day>\d{{1,2}})\s?(?P<{side}_sep>[./-])\s?(?P<{side}_month>\d{{1,2}})"
        rf"(?:(?P<{side}_point>\s?[.])?(?!\d)|(?=\s?[./-]\s?\d))"
        rf"(?:\s?[./-]?\s?(?<=[./ -])(?P<{side}_year>20\d{{2}}|\d{{2}}(?![\d:.,]?\d)))?"
    )
    named = (
        rf"(?P<{side}_day_named>\d{{1,2}})(?:\.|º|°|er|st|nd|rd|th|ª)?\s?{of}(?P<{side}_month_named>{month}){_END}\.?"
        rf"(?:,?\s?{of}(?P<{side}_year_named>20\d{{2}}))?"
    )
    before = (
        rf"(?P<{side}_month_before>{month}){_END}\.?\s?(?P<{side}_day_after>\d{{1,2}})(?:st|nd|rd|th)?{_END}"
        rf"(?:,?\s?(?P<{side}_year_after>20\d{{2}}))?"
    )
    return rf"(?:(?:{named_weekday}|(?<![\d.,]))(?:(?P<{side}_iso>20\d{{2}}-\d{{2}}-\d{{2}})|{numeric}|{named}|{before}{other}))"


def _weekday_numbers(words: Lexicon) -> dict[str, frozenset[int]]:
    """The days each printed word can mean; languages may disagree about an abbreviation."""
    numbers: dict[str, frozenset[int]] = {}
    for number, entry in enumerate(words.entries("weekdays")):
        for word in entry:
            numbers[word] = numbers.get(word, frozenset()) | {number}
    return numbers
