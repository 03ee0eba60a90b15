"""Entities that their form gives away: e-mail, URL, IBAN, price, date, phone number, percentage. Persons and places are not guessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from adapters.nlp.lexical.lexicons import plain
from schemas.language import Entity

_DIGITS = b"0123456789"
_NUMBER = re.compile(r"\d\d*")
"""Written so because a search for one sign is twice as fast as for a run of them."""
_REACH = 24
"""Characters before and after a number in which its month or currency may stand."""
_SIGN = 12
"""Characters beside a number in which its currency stands: the longest, `dólares`, has seven."""
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![\w-])")
_URL = re.compile(r"(?:https?://|(?<![\w@.])www\.)[^\s<>\"'`{}|\\^]{3,2000}", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_PERCENT = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{1,2})? ?%")
_PHONE = re.compile(r"(?<![\w.,/+-])(?:\+|00)?\(?\d{1,4}\)?(?:[ ./-]\(?\d{1,5}\)?){1,6}(?![\w,/-]|\.\d)|(?<![\w.+])\+\d{8,15}(?!\w)")
_NUMERIC_DATE = re.compile(r"(?<![\w./-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\w-])|(?<![\w./-])(\d{1,2})([./-])(\d{1,2})\5(\d{4}|\d{2})(?![\w/-])")
_AMOUNT = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{2})?|\d{1,9}(?:[.,]\d{1,2})?"


Spans = list[tuple[int, int]]


class Numbers(NamedTuple):
    """The runs of digits of a text, from which each finder tells at once that it need not look: patterns are slow where there is nothing to find."""

    runs: Spans
    near: Spans
    """Stretches that hold the runs and what may belong to them: most of a review is neither."""
    digits: int
    has_year: bool
    """Whether a run has four digits."""


class _Find(NamedTuple):
    start: int
    end: int
    normalized: str | None
    confidence: float


class Known(NamedTuple):
    """Compiled month and currency names."""

    months: dict[str, int]
    currencies: dict[str, str]
    before: tuple[str, ...]
    """Currencies that stand before an amount, in lower case; all may stand after it."""
    after: tuple[str, ...]
    price: re.Pattern[str]
    worded_date: re.Pattern[str]


@cache
def known() -> Known:
    """What `data/entities.toml` says, compiled."""
    data = tomllib.loads(files("adapters.nlp").joinpath("data", "entities.toml").read_text("utf-8"))
    months = {form: number for names in data["months"].values() for number, name in enumerate(names.split(), 1) for form in (name, plain(name))}
    months.pop("-", None)
    currencies = {sign: code for code, signs in data["currencies"].items() for sign in signs.split()}
    any_month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    leading = tuple(sign for sign in currencies if not sign.isalpha() or len(sign) == 3)
    before = "|".join(sorted(map(re.escape, leading), key=len, reverse=True))
    after = "|".join(sorted(map(re.escape, currencies), key=len, reverse=True))
    price = rf"(?<![\w.,])(?:({before}) ?({_AMOUNT})(?![\d]|[.,]\d)|({_AMOUNT}) ?({after})(?!\w))"
    day_first = rf"(\d{{1,2}})\.?(?:st|nd|rd|th|º)?(?: de| of)? ({any_month})\.?,?(?: del?)? (\d{{4}})"
    month_first = rf"({any_month})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})"
    worded = rf"(?<![\w.])(?:{day_first}|{month_first})(?!\w)"
    return Known(months, currencies, leading, tuple(currencies), re.compile(price, re.IGNORECASE), re.compile(worded, re.IGNORECASE))


def find_entities(text: str, language: str | None, limit: int) -> list[Entity]:
    """At most `limit` entities in reading order; where two overlap, the more telling pattern wins. `language` settles the order of day and month."""
    if not _has_digits(text) and "@" not in text and "://" not in text and "www." not in text:
        return []
    numbers = _numbers(text)
    taken: list[tuple[int, int]] = []
    found: list[Entity] = []
    for kind, finder in _FINDERS:
        for hit in finder(text, numbers, language):
            if len(found) >= limit:
                break
            if any(hit.start < end and start < hit.end for start, end in taken):
                continue
            taken.append((hit.start, hit.end))
            found.append(
                Entity(
                    text=text[hit.start : hit.end],
                    type=kind,
                    normalized=hit.normalized,
                    char_start=hit.start,
                    char_end=hit.end,
                    confidence=hit.confidence,
                )
            )
    return sorted(found, key=lambda entity: entity.char_start)


def _has_digits(text: str) -> bool:
    """Whether any digit stands in a text, of any script. Most have none, and taking them out of ASCII is five times as fast as searching."""
    if text.isascii():
        return len(text.encode("ascii").translate(None, _DIGITS)) < len(text)
    return _NUMBER.search(text) is not None


def _numbers(text: str) -> Numbers:
    runs = [m.span() for m in _NUMBER.finditer(text)]
    near: Spans = []
    for first, last in runs:
        start, end = max(0, first - _REACH), last + _REACH
        if near and start <= near[-1][1]:
            near[-1] = (near[-1][0], end)
        else:
            near.append((start, end))
    lengths = [end - start for start, end in runs]
    return Numbers(runs, near, sum(lengths), 4 in lengths)


def _matches(pattern: re.Pattern[str], text: str, near: Spans) -> Iterator[re.Match[str]]:
    for start, end in near:
        yield from pattern.finditer(text, start, end)


def _emails(text: str, _numbers: Numbers, _language: str | None) -> list[_Find]:
    return [_Find(m.start(), m.end(), m.group().lower(), 0.95) for m in _EMAIL.finditer(text)] if "@" in text else []


def _urls(text: str, _numbers: Numbers, _language: str | None) -> list[_Find]:
    if "://" not in text and "www." not in text:
        return []
    found = []
    for m in _URL.finditer(text):
        url = m.group().rstrip(".,;:!?)]")
        found.append(_Find(m.start(), m.start() + len(url), url, 0.95))
    return found


def _ibans(text: str, numbers: Numbers, _language: str | None) -> list[_Find]:
    """ISO 13616: the number read as base 36 leaves 1 modulo 97."""
    found: list[_Find] = []
    if numbers.digits < 2 or not any(text[max(0, start - 2) : start].isupper() for start, _ in numbers.runs):
        return found
    for m in _matches(_IBAN, text, numbers.near):
        compact = m.group().replace(" ", "")
        if 15 <= len(compact) <= 34 and int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1:
            found.append(_Find(m.start(), m.end(), compact, 0.99))
    return found


def _prices(text: str, numbers: Numbers, _language: str | None) -> list[_Find]:
    found: list[_Find] = []
    names = known()
    if not any(_beside_currency(text, start, end, names) for start, end in numbers.runs):
        return found
    for m in _matches(names.price, text, numbers.near):
        sign, amount = (m.group(1), m.group(2)) if m.group(1) else (m.group(4), m.group(3))
        value, code = decimal_of(amount), names.currencies.get(sign.casefold())
        if value is not None and code is not None:  # ignoring case, the pattern takes `\u0131` for an i
            found.append(_Find(m.start(), m.end(), f"{value:.2f} {code}", 0.9))
    return found


def _beside_currency(text: str, start: int, end: int, names: Known) -> bool:
    before, after = text[max(0, start - _SIGN) : start], text[end : end + _SIGN]
    return before.rstrip(" ").casefold().endswith(names.before) or after.lstrip(" ").casefold().startswith(names.after)


def decimal_of(amount: str) -> Decimal | None:
    """`1.299,50`, `1,299.50` and `12,5` as numbers: the last sign before one or two digits is the decimal one."""
    cut = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", amount)
    assert cut is not None
    try:
        return Decimal(re.sub(r"\D", "", cut.group(1)) + "." + (cut.group(2) or "0"))
    except InvalidOperation:
        return None


def _dates(text: str, numbers: Numbers, language: str | None) -> list[_Find]:
    found: list[_Find] = []
    for m in _matches(_NUMERIC_DATE, text, numbers.near) if len(numbers.runs) >= 3 else ():
        if m.group(1):
            stated = iso(int(m.group(1)), int(m.group(2)), int(m.group(3)))
            found += [_Find(m.start(), m.end(), stated, 0.95)] if stated else []
            continue
        first, second, year = int(m.group(4)), int(m.group(6)), int(m.group(7))
        year += 2000 if year < 100 else 0
        day, month = (second, first) if second > 12 else (first, second)
        stated = iso(year, month, day)
        if stated:
            sure = first > 12 or second > 12 or first == second or language not in (None, "en")
            found.append(_Find(m.start(), m.end(), stated if sure else None, 0.9 if sure else 0.6))
    if not numbers.has_year:
        return found
    months = known().months
    for m in _matches(known().worded_date, text, numbers.near):
        number, name, in_year = (m.group(1), m.group(2), m.group(3)) if m.group(1) else (m.group(5), m.group(4), m.group(6))
        stated = iso(int(in_year), months.get(name.casefold(), 0), int(number))
        found += [_Find(m.start(), m.end(), stated, 0.95)] if stated else []
    return found


def iso(year: int, month: int, day: int) -> str | None:
    """ISO 8601, or None for no day of the calendar."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _phones(text: str, numbers: Numbers, _language: str | None) -> list[_Find]:
    """Eight to fifteen digits (E.164) in groups, or led by a plus."""
    found = []
    for m in _matches(_PHONE, text, numbers.near) if numbers.digits >= 8 else ():
        written = m.group()
        digits = re.sub(r"\D", "", written)
        if not 8 <= len(digits) <= 15 or _NUMERIC_DATE.fullmatch(written):
            continue
        international = written.startswith(("+", "00"))
        found.append(_Find(m.start(), m.end(), "+" + digits.removeprefix("00") if international else digits, 0.85 if international else 0.6))
    return found


def _percentages(text: str, numbers: Numbers, _language: str | None) -> list[_Find]:
    if "%" not in text:
        return []
    return [_Find(m.start(), m.end(), m.group().replace(" ", "").replace(",", "."), 0.95) for m in _matches(_PERCENT, text, numbers.near)]


_FINDERS: tuple[tuple[str, Callable[[str, Numbers, str | None], list[_Find]]], ...] = (
    ("URL", _urls),
    ("EMAIL", _emails),
    ("IBAN", _ibans),
    ("PRICE", _prices),
    ("DATE", _dates),
    ("PERCENT", _percentages),
    ("PHONE_NUMBER", _phones),
)
