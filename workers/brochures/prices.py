"""Prices as printed: `1.49`, `1,49 €`, `1'49`, `£1·50`, `1€49`, `-.88`, `5,-`, `€ 2.99`, `149` in big type, `99 ct`, `1.299,00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

SYMBOLS: Final = {
    "€": "EUR",
    "eur": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "$": "USD",
    "usd": "USD",
    "r$": "BRL",
    "chf": "CHF",
    "zł": "PLN",
    "pln": "PLN",
    "sek": "SEK",
    "dkk": "DKK",
    "nok": "NOK",
}
"""ISO 4217 by what is printed beside a number. `$` alone is read as the US dollar; `Fr.`, `kr` and `¥` say too little to be read."""
_MINOR: Final = {"ct": "", "cent": "", "¢": "USD", "p": "GBP"}
MOST: Final = Decimal(100_000)
"""Amounts beyond this are telephone and article numbers, not a shop's prices."""

_MARK = r"(?<![^\W\d_])(?:R\$|€|£|\$|zł|EUR|USD|GBP|CHF|PLN|SEK|DKK|NOK)(?![^\W\d_])"
_DASH = r"[-\u2013\u2014_]"
_AMOUNT = (
    r"(?P<grouped>\d{1,3}(?P<group>[.,' \u00a0\u202f])\d{3}(?:[.,](?P<grouped_cents>\d{2}|" + _DASH + r"{1,2}|(?=\s|$)))?(?!\d|[.,]\d))"
    r"|(?P<whole>\d{1,5})\s?(?:[.,:]\s?|['\u2019\u00b4\u00b7](?=\d\d(?!\d)))(?P<cents>\d{2}(?=\d?(?!\d)))"
    r"|(?P<parted>\d{1,4})(?P<sign>[€£])[.,]?(?P<after_sign>\d{2})(?!\d|[.,]\d)"
    r"|(?P<round>\d{1,5})\s?[.,]\s?" + _DASH + r"{1,2}"
    r"|" + _DASH + r"?\s?[.,](?P<only_cents>\d{2})(?!\d)"
    r"|(?P<bare>\d{1,5})(?!\d)"
)
_START = r"(?:(?<![\w.,/%])|(?<=[^\W\d_]{3}))"
"""Nothing before it, or a word that ran into it: `UVP1.89`; of one or two letters it would be a type or a size."""
_PRICE = re.compile(rf"{_START}(?:(?P<before>{_MARK})\s?)?(?:{_AMOUNT})(?:\s?(?P<after>{_MARK}|ct\b|cent\b|¢|p\b))?", re.IGNORECASE)
_NOT_A_PRICE = re.compile(
    r"\s?(?:%|[-\u2013/x×]\s?\d|[a-zµ²³]?(?:g|kg|mg|l|ml|cl|dl|cm|mm|m|km|w|kw|v|ah|mah|zoll|inch|uhr|h|min|tage|jahre|er|fach|st|stk|stück|pcs|blatt|cal|kcal|kj)\b)",
    re.IGNORECASE,
)
_SPACED_CENTS = re.compile(r"\s*(?P<whole>\d{1,3})\s(?P<cents>\d{2})[\s*¹²³⁴⁵'’\"°]*")
_PARTED_WIDE = re.compile(r"^(\d{1,4})\s?([€£])\s?[.,]?\s?(\d{2})(?=[\s*¹²³⁴⁵'’\"°]*$)")
"""`4 € 99`: only where nothing else stands in the line."""
_FOOTNOTE = re.compile(r"[\s*¹²³⁴⁵'’\"°)\]!|.,-]*\d?[\s*¹²³]*$")


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in a text. `start` and `end` are code points; `bare` means that no decimal sign, dash or currency was printed."""

    amount: Decimal
    text: str
    start: int
    end: int
    currency: str | None
    bare: bool

    @property
    def in_cents(self) -> Price:
        """A bare number read as cents, for big print that raises the last two digits: `149` is 1.49."""
        return Price((self.amount / 100).quantize(Decimal("0.01")), self.text, self.start, self.end, self.currency, bare=True)


def find_prices(text: str) -> list[Price]:
    """Every amount in `text` that could be a price, from left to right; weights, percentages, dates and times are left out."""
    return [price for match in _PRICE.finditer(text) if (price := _price(match, text)) is not None]


def lone_price(text: str) -> Price | None:
    """The price of a line that says nothing but one price, perhaps with a currency or a footnote mark."""
    text = _PARTED_WIDE.sub(r"\1\2\3", _as_digits(text))
    spaced = _SPACED_CENTS.fullmatch(text)
    if spaced is not None:
        return Price(Decimal(spaced["whole"] + spaced["cents"]), text.strip(), 0, len(text), None, bare=True)
    found = find_prices(text)
    if len(found) != 1:
        return None
    price = found[0]
    return price if not text[: price.start].strip(" *'\"°|.") and _FOOTNOTE.fullmatch(text[price.end :]) else None


def currency_in(text: str) -> str | None:
    """The currency sign that stands in `text`, if it is one only."""
    found = {SYMBOLS[mark.lower()] for mark in re.findall(_MARK, text, re.IGNORECASE)}
    return found.pop() if len(found) == 1 else None


def _as_digits(text: str) -> str:
    """`O.79` as `0.79`: engines take the round nought of display type for a letter. Only where nothing but figures stands beside it. The sign before
    `S119:59` and `E9.00` is read as the letter it looks like.
    """
    text = re.sub(r"^[SE](?=\d{1,4}[.,:]\d{2}\b)", "", text)
    if re.search(r"[A-NP-Za-np-z]", text) or not re.search(r"\d", text):
        return text
    return re.sub(r"[oO]", "0", text)


def _price(match: re.Match[str], text: str) -> Price | None:
    before, after = match["before"], match["after"]
    if match["bare"] and re.match(r"[.,]\d", text[match.end() :]):
        return None
    if not before and not after and (_NOT_A_PRICE.match(text, match.end()) or _is_date(match, text)):
        return None
    minor = after is not None and after.lower() in _MINOR
    amount = _amount(match)
    if amount is None or (minor and match["bare"] is None):
        return None
    currency = SYMBOLS.get((before or after or match["sign"] or "").lower())
    if minor:
        assert after is not None
        amount, currency = amount / 100, _MINOR[after.lower()] or None
    if not Decimal(0) < amount < MOST:
        return None
    bare = match["bare"] is not None and not before and not after
    return Price(amount.quantize(Decimal("0.01")) if not bare else amount, match[0].strip(), match.start(), match.end(), currency, bare)


def _amount(match: re.Match[str]) -> Decimal | None:
    if match["grouped"]:
        if match["group"] in ".," and match["grouped_cents"] is None and not (match["before"] or match["after"]):
            return _footnoted(match["grouped"])
        whole = re.sub(r"\D", "", match["grouped"].split(match["group"])[0] + match["grouped"].split(match["group"])[1][:3])
        cents = match["grouped_cents"] or ""
        return Decimal(f"{whole}.{cents if cents.isdigit() else '00'}")  # engines lose the dash of `2.799.-`
    if match["whole"]:
        return Decimal(f"{match['whole']}.{match['cents']}")
    if match["parted"]:
        return Decimal(f"{match['parted']}.{match['after_sign']}")
    if match["only_cents"]:
        return Decimal(f"0.{match['only_cents']}")
    return Decimal(match["round"] or match["bare"])


def _footnoted(text: str) -> Decimal | None:
    """`3.491` without a currency is 3.49 with a footnote mark: thousands are printed with a currency, a dash or cents."""
    whole, cents = re.split(r"[.,]", text)[:2]
    return Decimal(f"{whole}.{cents[:2]}")


def _is_date(match: re.Match[str], text: str) -> bool:
    """`10.11.`, `10.11.2025` and what follows in such a row."""
    return bool(
        re.match(r"\.(?!\w*[a-z])", text[match.end() :]) and match["cents"] and int(match["whole"]) <= 31 and int(match["cents"]) <= 12
    ) or bool(re.search(r"\d\.$", text[: match.start()]))
