"""When offers hold: per offer, page and brochure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

from pydantic import JsonValue

from schemas.pages import Line
from workers.brochures.dates import WHOLE_WORD, Period, find_periods
from workers.brochures.lexicon import Lexicon
from workers.brochures.resolving import Validity, calendar_day, resolve
from workers.pages.rows import line_height

PAGE_SCORE: Final = 2
"""Signs that make a printed period the page's own; see `_score`."""

_FIGURES: Final = re.compile(r"(?<!\d)\d{1,2}\s?[./-]\s?(?:0?[1-9]|1[0-2])(?!\d)|20\d{2}-")
_FOOTNOTE: Final = re.compile(r"\s*(?:[*†¹²³⁴⁵]|\d(?=[^\W\d_]))")
_FILE_DATE: Final = (
    re.compile(r"(?<!\d)(?P<year>20\d{2})[-_.]?(?P<month>0[1-9]|1[0-2])[-_.]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])[-_.](?P<month>0?[1-9]|1[0-2])[-_.](?P<year>20\d{2}|\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>0[1-9]|[12]\d|3[01])(?P<month>0[1-9]|1[0-2])(?P<year>20\d{2})(?!\d)"),
)


def document_date(metadata: Mapping[str, JsonValue], name: str, texts: Iterable[str] = ()) -> date | None:
    """The day a document is of: `date`, `published_at` or `valid_from` of its metadata, a date in its file name, the earliest most frequent date that
    is printed with its year. None when nothing says it."""
    for key in ("date", "published_at", "valid_from", "valid_to"):
        stated = iso_day(metadata.get(key))
        if stated is not None:
            return stated
    named = file_dates(name)
    if named:
        return named[0]
    printed = Counter(found for text in texts for found in _printed(text))
    return min(printed, key=lambda day: (-printed[day], day)) if printed else None


def iso_day(value: JsonValue) -> date | None:
    """The date at the head of an ISO 8601 text; None for anything else."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def file_dates(name: str) -> list[date]:
    """Dates in a file name, in order: `edeka_10112025.pdf`, `2025-11-10.jpg`, `flyer 10.11.25`."""
    for pattern in _FILE_DATE:
        days = [calendar_day(int(m["year"]) + (2000 if len(m["year"]) == 2 else 0), int(m["month"]), int(m["day"])) for m in pattern.finditer(name)]
        found = [day for day in days if day is not None and 2000 <= day.year < 2100]
        if found:
            return found
    return []


def file_validity(name: str, words: Lexicon, reference: date | None) -> Validity | None:
    """What a file name says: two dates (`2025-11-10_2025-11-15`), or a calendar week (`KW46`, with its year or the document's date)."""
    dates = file_dates(name)
    if len(dates) == 2 and dates[0] <= dates[1]:
        return Validity(dates[0], dates[1])
    weeks = [period for period in find_periods(re.sub(r"[_]", " ", name), words) if period.kind == "week"]
    found = resolve(weeks[0], reference) if len(weeks) == 1 else None
    return found if found is not None and found.known else None


def page_validity(lines: Sequence[Line], words: Lexicon, reference: date | None) -> Validity | None:
    """The period that a page prints for all its offers, by its place, its size and its words. None when it prints none, or two that disagree."""
    sizes = sorted(line_height(line) for line in lines)
    body = sizes[len(sizes) // 2] if sizes else 0.0
    rated: list[tuple[int, Validity]] = []
    for line in lines:
        if not _dated(line.text, words) or words.finds("other_dates", line.text):
            continue
        for period in find_periods(line.text, words):
            found = resolve(period, reference)
            score = _score(period, line, body)
            if period.certain and score >= PAGE_SCORE and found.known and _bounded(found):
                rated.append((score, found))
    if not rated:
        return None
    best = max(score for score, _ in rated)
    chosen = dict.fromkeys(found for score, found in rated if score == best)
    return next(iter(chosen)) if len(chosen) == 1 else None


def brochure_validity(pages: Iterable[Validity | None]) -> Validity | None:
    """The whole period that most pages print, when more than half of those that print one agree. A flag stays that all of them have."""
    votes: dict[Validity, list[set[str]]] = {}
    for found in pages:
        if found is not None and found.whole:
            votes.setdefault(replace(found, flags=()), []).append(set(found.flags))
    best = max(votes, key=lambda found: len(votes[found]), default=None)
    if best is None or 2 * len(votes[best]) <= sum(map(len, votes.values())):
        return None
    return replace(best, flags=tuple(sorted(set.intersection(*votes[best]))))


def offer_validity(texts: Sequence[str], words: Lexicon, reference: date | None, page: Validity | None) -> Validity | None:
    """What an offer's own texts say of its time (`ab Sa. 15.11.`, `nur am Freitag`), else its page's.

    An offer that only says its start ends with its page. `flags` of the answer belong to the offer's `flags`, also where no date could be read.
    """
    text = " ".join(texts)
    if not (_dated(text, words) or _weekdays(words).search(text)) or words.finds("other_dates", text):
        return page
    periods = [period for period in find_periods(text, words) if period.certain]
    found = list(dict.fromkeys(resolve(period, reference, page) for period in periods))
    dated = [validity for validity in found if validity.known]
    if len(dated) == 1:
        return _completed(dated[0], page)
    flags = tuple(sorted({flag for validity in found for flag in validity.flags})) if not dated else ()
    return replace(page or Validity(), flags=flags) if flags else page


def _dated(text: str, words: Lexicon) -> bool:
    """Whether a date can stand there at all: most lines of a page are passed over by this look."""
    return _FIGURES.search(text) is not None or (re.search(r"\d", text) is not None and _names(words).search(text) is not None)


@lru_cache(maxsize=16)
def _names(words: Lexicon) -> re.Pattern[str]:
    months = "|".join(re.escape(word) for entry in words.entries("months") for word in entry)
    return re.compile(rf"(?<![^\W\d_])(?:{months}|{words.alternatives('calendar_week')})(?![^\W\d_])", re.IGNORECASE)


@lru_cache(maxsize=16)
def _weekdays(words: Lexicon) -> re.Pattern[str]:
    whole = "|".join(re.escape(word) for entry in words.entries("weekdays") for word in entry if len(word) >= WHOLE_WORD)
    return re.compile(rf"(?<![^\W\d_])(?:{whole})(?![^\W\d_])", re.IGNORECASE)


def _completed(own: Validity, page: Validity | None) -> Validity:
    if own.valid_to is None and page is not None and page.valid_to is not None and own.valid_from is not None and own.valid_from <= page.valid_to:
        return replace(own, valid_to=page.valid_to)
    return own


def _score(period: Period, line: Line, body: float) -> int:
    """+2 when announced (`gültig`), +1 for a range, at the head or foot, in big type, alone in its line; -2 amid much text, -3 in a footnote."""
    middle = sum(y for _, y in line.polygon) / 4
    around = len(re.sub(r"\s", "", line.text)) - len(re.sub(r"\s", "", line.text[period.start : period.end]))
    score = 2 * period.announced + (period.kind == "range") + (not 0.12 < middle < 0.88) + (line_height(line) >= 1.5 * body)
    return score + (around <= 4) - 2 * (around > 60 and not period.announced) - 3 * (_FOOTNOTE.match(line.text) is not None)


def _bounded(found: Validity) -> bool:
    return found.valid_from is None or found.valid_to is None or found.whole


def _printed(text: str) -> Iterator[date]:
    """Dates printed with their year."""
    for match in re.finditer(r"(?<![\d.])(\d{1,2})[.](\d{1,2})[.](20\d{2})(?!\d)|(?<!\d)(20\d{2})-(\d{2})-(\d{2})(?!\d)", text):
        day, month, year, iso_year, iso_month, iso_day_ = match.groups()
        found = calendar_day(int(year), int(month), int(day)) if year else calendar_day(int(iso_year), int(iso_month), int(iso_day_))
        if found is not None:
            yield found
