"""Cells to values: ratings in all their spellings, times to UTC, counts, clean text. Nothing here raises for a bad cell; it answers None."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from math import isfinite
from typing import Any, Literal, NamedTuple

from workers.reviews.wording import words

DateOrder = Literal["dmy", "mdy"]
_STAR_SIGNS = "★⭐✭✮🌟"
_EMPTY_STARS = "☆✩"
_BIGGEST = 2**63 - 1


class Rating(NamedTuple):
    """A value and, where the cell says it, the best value possible."""

    value: float
    scale: float | None


@cache
def _spelled() -> re.Pattern[str]:
    of = "|".join(re.escape(word.replace("-", " ")) for word in words()["ratings"]["of"].split())
    stars = "|".join(re.escape(word) for word in words()["ratings"]["stars"].split())
    number = r"(\d{1,3}(?:[.,]\d{1,3})?)"
    tail = rf"(?:(?:{stars})\s*)?(?:{of})\s*{number}(?:\s*(?:{stars}))?|({stars})|(%)"
    return re.compile(rf"\D{{0,20}}?{number}\s*(?:{tail})?\W*", re.IGNORECASE)


def rating_of(cell: Any) -> Rating | None:
    """`4`, `4,5`, `4/5`, `8 out of 10`, `★★★★☆`, `5 estrellas`, `80 %`, `Rating: 4`; None for what is no finite number."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        try:
            value = float(cell)
        except OverflowError:
            return None
        return Rating(value, None) if isfinite(value) else None
    if not isinstance(cell, str) or len(cell) > 80:
        return None
    full = sum(cell.count(sign) for sign in _STAR_SIGNS)
    empty = sum(cell.count(sign) for sign in _EMPTY_STARS)
    if full or empty:
        return Rating(float(full), float(max(full + empty, 5)))
    try:
        return Rating(float(cell), None) if isfinite(float(cell)) else None
    except ValueError:
        pass
    match = _spelled().fullmatch(cell.strip())
    if match is None:
        return None
    value = float(match.group(1).replace(",", "."))
    if match.group(2):
        return Rating(value, float(match.group(2).replace(",", ".")))
    return Rating(value, 5.0 if match.group(3) else 100.0 if match.group(4) else None)


def whole_number(cell: Any) -> int | None:
    """A count of at most 63 bits; `1,234` and `12 people` count, `3/4` counts as 3."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, float):
        return int(cell) if isfinite(cell) and abs(cell) <= _BIGGEST else None
    if isinstance(cell, int):
        return cell if abs(cell) <= _BIGGEST else None
    match = re.match(r"\s*(\d{1,3}(?:[.,]\d{3})+|\d{1,18})(?!\d)", cell) if isinstance(cell, str) else None
    return int(re.sub(r"\D", "", match.group(1))) if match else None


# --- text -----------------------------------------------------------------------------------------------------------------------------------

_UNWELCOME = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def clean(cell: Any, limit: int | None = None) -> str | None:
    """Text without control characters and lone surrogates, HTML line breaks and entities resolved, trimmed; None when nothing is left."""
    if cell is None or isinstance(cell, dict | list):
        return None
    text = cell if isinstance(cell, str) else _as_text(cell)
    if not text.isprintable():  # most are, and none that holds what is unwelcome
        text = _UNWELCOME.sub("", text)
    if "<" in text:
        text = _BREAK.sub("\n", text)
    if "&" in text and ";" in text:
        text = _UNWELCOME.sub("", html.unescape(text))
    text = text.strip()
    return text[:limit] or None


def _as_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


# --- times ----------------------------------------------------------------------------------------------------------------------------------

_SLASHED = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]\.?m\.?)?)?$", re.IGNORECASE)
_WORDED = re.compile(r"(?:.*?\b)?(\d{1,2})(?:st|nd|rd|th|º)?\.?\s+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?,?\s+(?:del?\s+)?(\d{4})\b")
_MONTH_FIRST = re.compile(r"(?:.*?\b)?([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_SECONDS = (10**8, 4 * 10**9)
"""Numbers taken for seconds since 1970: from 1973 to 2096; a thousandfold are milliseconds."""


@cache
def _months() -> Mapping[str, int]:
    found: dict[str, int] = {}
    for text in words()["months"].values():
        for number, name in enumerate(text.split(), 1):
            found[_plain(name)] = number
            found[_plain(name)[:4]] = number
    del found["-"]
    return found


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))


def instant(cell: Any, order: DateOrder | None) -> datetime | None:
    """A time in UTC; one without a zone is taken as UTC. `order` reads `03/04/2024`; without it such a date stays unread."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return _since_1970(cell)
    if not isinstance(cell, str) or not 6 <= len(cell) <= 64:
        return None
    text = cell.strip()
    try:
        if text.isdecimal():
            return _since_1970(int(text)) or (datetime.fromisoformat(text).replace(tzinfo=UTC) if len(text) == 8 else None)
        return _utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return _written(text, order)


def slashed_order(cell: Any) -> DateOrder | None:
    """Which order a numeric date proves: one number above 12 tells."""
    match = _SLASHED.match(cell.strip()) if isinstance(cell, str) else None
    if match is None:
        return None
    first, second = int(match.group(1)), int(match.group(2))
    return "dmy" if first > 12 >= second else "mdy" if second > 12 >= first else None


def is_slashed(cell: Any) -> bool:
    """Whether a cell is a date of three numbers."""
    return isinstance(cell, str) and _SLASHED.match(cell.strip()) is not None


def _since_1970(number: float) -> datetime | None:
    if not isfinite(number):
        return None
    if _SECONDS[0] * 1000 <= number < _SECONDS[1] * 1000:
        number /= 1000
    return datetime.fromtimestamp(number, UTC) if _SECONDS[0] <= number < _SECONDS[1] else None


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _written(text: str, order: DateOrder | None) -> datetime | None:
    match = _SLASHED.match(text)
    try:
        if match is not None:
            return _from_slashed(match, slashed_order(text) or order)
        if re.search(r"\d:\d\d(?::\d\d)? [+-]\d{4}|\d:\d\d GMT", text):
            return _utc(parsedate_to_datetime(text))
        for pattern, day, month in ((_WORDED, 1, 2), (_MONTH_FIRST, 2, 1)):
            match = pattern.match(text)
            number = match and _month(match.group(month))
            if match and number:
                found = date(int(match.group(3)), number, int(match.group(day)))
                return datetime(found.year, found.month, found.day, tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return None


def _month(word: str) -> int | None:
    plain = _plain(word)
    return _months().get(plain) or _months().get(plain[:4]) or _months().get(plain[:3])


def _from_slashed(match: re.Match[str], order: DateOrder | None) -> datetime | None:
    first, second, year = int(match.group(1)), int(match.group(2)), int(match.group(3))
    if order is None and first != second:
        return None
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    day, month = (second, first) if order == "mdy" else (first, second)
    hour = int(match.group(4) or 0)
    if match.group(7):
        hour = hour % 12 + (12 if match.group(7).lower().startswith("p") else 0)
    return datetime(year, month, day, hour, int(match.group(5) or 0), int(match.group(6) or 0), tzinfo=UTC)
