"""Conditions of a price: multi-buy, member prices and what is printed on badges.

A multi-buy is one of these, all counts whole and amounts as text with a decimal point:

- `{"buy": 3, "pay": 2}`: three for the price of two (`3x2`, `2 + 1 gratis`, `prendi 3 paghi 2`);
- `{"buy": 2, "price": "3.00"}`: two together for that amount (`2 für 3 €`);
- `{"buy": 3, "each": "1.00"}`: that amount each from three on (`ab 3 Stück 1.00`);
- `{"buy": 2, "second_pct": 50}`: the second one cheaper by so many percent (`2ª unidad al 50%`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from workers.brochures.lexicon import Lexicon
from workers.brochures.prices import find_prices

Multibuy = dict[str, int | str]

MOST: Final = 24
"""Pieces of one multi-buy; a larger number is a weight or a size."""
LABEL: Final = 60
"""Characters of a label beside a price; longer texts are legal ones, which name the app whatever the price is."""
LONGEST: Final = 120
"""Characters of a line that may state a multi-buy."""

_TIMES = re.compile(r"\W*(?P<buy>\d{1,2})\s?[x×]\s?(?P<pay>\d{1,2})\W*", re.IGNORECASE)
_PLUS = re.compile(r"(?<![\w.,+])(?P<paid>\d{1,2})\s?\+\s?(?P<free>\d{1,2})(?![\w.,%])")
_NOTE = re.compile(r"(?<=[^\W\d_]{3})[\d¹²³⁴⁵*]{1,2}(?:,\d)?(?!\w)")
_PERCENT = r"(?P<{}>\d{{2}})\s?%"


@dataclass(frozen=True, slots=True)
class _Forms:
    """Compiled for one lexicon."""

    pay: tuple[re.Pattern[str], ...]
    price: re.Pattern[str]
    price_elsewhere: re.Pattern[str]
    each: re.Pattern[str]
    second: re.Pattern[str]
    free: re.Pattern[str]
    card: re.Pattern[str]
    counted: re.Pattern[str]
    """A figure or a word of number: without one no text states a multi-buy."""
    counts: dict[str, int]


def find_multibuy(texts: Sequence[str], words: Lexicon, price: Decimal | None = None) -> Multibuy | None:
    """The multi-buy that the texts beside a price state, None for none. `price` is the offer's own, for `4 für` and `ab 3 Stück` right beside it."""
    forms = _forms(words)
    told = [_plain(text) for text in texts if len(text) <= LONGEST and forms.counted.search(text)]
    for text in (*told, " ".join(told)) if told else ():
        found = _pay(text, forms) or _second(text, forms) or _price(text, forms) or _each(text, forms, price)
        if found is not None:
            return found
    return next((found for text in told if (found := _price_elsewhere(text, forms, price)) is not None), None)


def is_loyalty(texts: Sequence[str], words: Lexicon, programs: re.Pattern[str] | None = None) -> bool | None:
    """True when a label says that the price is for members, with an app or a card; None when none says so.

    `programs` finds the names of loyalty programmes (`workers.brochures.retailer.programs`), which alone on a label say it too.
    """
    for text in texts:
        label = _plain(text)
        if len(label) > LABEL or words.finds("no_loyalty", label):
            continue
        if words.finds("loyalty_price", label) or _forms(words).card.search(label):
            return True
        if programs is not None and programs.fullmatch(label.strip(" .,:;!-")):
            return True
    return None


def promo_text(texts: Sequence[str], words: Lexicon) -> str | None:
    """The badges among the texts beside a price, as printed and in their order, `; ` between them: `Aktion; 2+1 gratis`."""
    found = [" ".join(text.split()) for text in texts if _badge(text, words)]
    return "; ".join(dict.fromkeys(found)) or None


def _badge(text: str, words: Lexicon) -> bool:
    if len(text) > LABEL:
        return False
    plain = _plain(text)
    if not any(character.isalpha() for character in plain):
        return _TIMES.fullmatch(plain) is not None and find_multibuy([text], words) is not None
    rest = re.sub(r"[\W\d_]", "", words.pattern("badges").sub(" ", plain))
    return not rest or (find_multibuy([text], words, Decimal(1)) is not None or is_loyalty([text], words) is True)


def _plain(text: str) -> str:
    """Without the footnote marks that stick to words (`STÜCK1`), in single blanks."""
    return " ".join(_NOTE.sub("", text).split())


def _pay(text: str, forms: _Forms) -> Multibuy | None:
    times = _TIMES.fullmatch(text)
    if times is not None:
        return _fewer(int(times["buy"]), int(times["pay"]))
    plus = _PLUS.search(text)
    if plus is not None and forms.free.search(text):
        paid = int(plus["paid"])
        return _fewer(paid + int(plus["free"]), paid)
    for pattern in forms.pay:
        match = pattern.search(text)
        if match is not None:
            found = match.groupdict()
            buy = _count(match["buy"], forms)
            return _fewer(buy, _count(match["pay"], forms)) if "pay" in found else _fewer(buy + _count(match["extra"], forms), buy)
    return None


def _second(text: str, forms: _Forms) -> Multibuy | None:
    match = forms.second.search(text)
    if match is None:
        return None
    percent = int(match["after"] or match["before"] or 50)
    return {"buy": 2, "second_pct": percent} if 0 < percent <= 100 else None


def _price(text: str, forms: _Forms) -> Multibuy | None:
    match = forms.price.search(text)
    if match is None:
        return None
    buy, prices = _count(match["buy"], forms), find_prices(match["amount"])
    if not 2 <= buy <= MOST or not prices or prices[0].start > 1:
        return None
    amount = prices[0]
    if amount.bare and re.search(r"\w", match["amount"][amount.end :]):
        return None
    if amount.bare and amount.amount < buy:
        return _fewer(buy, int(amount.amount))
    return {"buy": buy, "price": _money(amount.amount)}


def _price_elsewhere(text: str, forms: _Forms, price: Decimal | None) -> Multibuy | None:
    match = forms.price_elsewhere.fullmatch(text)
    buy = _count(match["buy"], forms) if match else 0
    return {"buy": buy, "price": _money(price)} if price is not None and 2 <= buy <= MOST else None


def _each(text: str, forms: _Forms, price: Decimal | None) -> Multibuy | None:
    match = forms.each.search(text)
    if match is None or not 2 <= _count(match["buy"], forms) <= MOST:
        return None
    stated = [found.amount for found in find_prices(match["amount"]) if not found.bare]
    amount = stated[0] if stated else price
    return None if amount is None else {"buy": _count(match["buy"], forms), "each": _money(amount)}


def _fewer(buy: int, pay: int) -> Multibuy | None:
    return {"buy": buy, "pay": pay} if 1 <= pay < buy <= MOST else None


def _count(text: str, forms: _Forms) -> int:
    return int(text) if text.isdecimal() else forms.counts[text.lower()]


def _money(amount: Decimal) -> str:
    return format(amount.quantize(Decimal("0.01")), "f")


@lru_cache(maxsize=16)
def _forms(words: Lexicon) -> _Forms:
    counts = {word: number for number, entry in enumerate(words.entries("count_words"), start=1) for word in entry}
    count = rf"(?<![^\W_])(?:\d{{1,2}}|{'|'.join(re.escape(word) for word in sorted(counts, key=len, reverse=True))})(?![^\W_])"
    for_, pay_for, verbs, free, second, half, from_, pieces, with_, cards = (
        rf"(?<![^\W\d_])(?:{words.alternatives(table)})(?![^\W\d_])"
        for table in ("buy_for", "pay_for", "buy_verbs", "free", "second", "half_price", "from_count", "pieces", "with_card", "cards")
    )
    boxes = rf"(?:{words.alternatives('containers')})(?:en|es|n|s)?(?![^\W\d_])"
    percent = _PERCENT.format("after"), _PERCENT.format("before")
    gap = r"[\s,;:=\u2013-]{0,3}"
    pay = (
        rf"(?P<buy>{count}){gap}(?:{verbs}{gap})?{pay_for}{gap}['’]?(?P<pay>{count})(?!\s?[.,]\d|\s?[€£$%])",
        rf"{verbs}{gap}(?P<buy>{count}){gap}(?:{verbs}|{pay_for}){gap}(?P<extra>{count}){gap}{free}",
        rf"(?P<buy>{count}){gap}{verbs}{gap}(?P<extra>{count}){gap}{free}",
    )
    forms = {
        "price": rf"(?P<buy>{count})\s?(?:{pieces}\s)?{for_}\s?(?P<amount>[€£$]?\s?[\d.,-].*)",
        "price_elsewhere": rf"\W*(?:\w+\s)?(?P<buy>{count})\s?(?:{pieces}\s)?{for_}\W*",
        "each": rf"{from_}\s(?P<buy>{count})\s?(?:{pieces}|{boxes}|{verbs})(?P<amount>.{{0,20}})",
        "second": rf"{second}.{{0,12}}?(?:[-\u2013\u2212]\s?)?(?:{percent[0]}|{half})|{percent[1]}.{{0,20}}?{second}",
        "free": free,
        "counted": rf"\d|{count}|{second}|{free}",
        "card": rf"{with_}\s(?:[\w-]+\s){{0,3}}(?:[\w]+-)?{cards}",
    }
    compiled = {name: re.compile(form, re.IGNORECASE) for name, form in forms.items()}
    return _Forms(pay=tuple(re.compile(form, re.IGNORECASE) for form in pay), counts=counts, **compiled)
