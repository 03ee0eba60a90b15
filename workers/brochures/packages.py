"""Packages (`4 x 125 g`, `je 500-g-Packung`), unit prices (`1 kg = 5.98`, `kg-Preis 3.96`, `(2.65 / kg)`) and deposits (`zzgl. 3.10 Pfand`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final

from workers.brochures.lexicon import Lexicon
from workers.brochures.prices import find_prices

UNITS: Final = {
    **dict.fromkeys(("g", "gr", "gramm", "gram", "grams", "gramos", "grammes", "grammi", "gramas"), "g"),
    **dict.fromkeys(("kg", "kilo", "kilogramm"), "kg"),
    "mg": "mg",
    "ml": "ml",
    "cl": "cl",
    "dl": "dl",
    **dict.fromkeys(("l", "liter", "litre", "litres", "litro", "litros", "litri", "ltr", "lt"), "l"),
    "oz": "oz",
    **dict.fromkeys(("lb", "lbs"), "lb"),
    **dict.fromkeys(("fl oz", "fl. oz"), "fl oz"),
    **dict.fromkeys(("gal", "gallon", "gallons"), "gal"),
    **dict.fromkeys(("qt", "quart", "quarts"), "qt"),
    **dict.fromkeys(("pint", "pints"), "pint"),
    "etto": "hg",
}
"""Printed units and how the `unit` column names them; `piece` stands for the words for pieces. Lengths describe goods, they do not pack them."""

_NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
UNIT: Final = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
"""Any of them, as a regular expression."""
_BETWEEN = r"(?:\s?[-\u2013/]\s?|-?\s(?:bis|bzw\.|oder|to|or|a|ou|o|à)\s)"
_MEASURE = (
    rf"(?:{_NUMBER}-,\s)*(?:(?P<times>\d{{1,3}})\s?[x×]\s?)?(?P<low>{_NUMBER})(?:{_BETWEEN}(?P<high>{_NUMBER}))?[\s-]?(?P<unit>{UNIT})(?![^\W\d_])"
)
_BEFORE: Final = (
    r"(?<![^\W\d_])(?P<unit>gr|g|ml|cl|dl|(?:lt|l|kg)(?=\.?\s\d[.,]))\.?\s(?:(?P<times>\d{1,2})\s?[x×]\s?)?"
    r"(?P<low>0[.,]\d{1,3}|\d{1,4}(?:[.,]\d)?)(?P<high>(?!))?(?![\d%€£$]|[.,]\d|\s?[€£$])"
)
"""`g 500`, as Italian brochures print amounts; two decimals are a price, but for parts of a whole."""
_PAID: Final = "kg|kilo|g|l|ml|liter|litre|litro|lb"
"""Units that loose goods are paid by."""
_MAY_PACK = re.compile(r"\d")
_LITRES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(/\s?)[1I|](?=\s?\))",  # (15.99 /1)
        r"((?:^|[\s,(]))[1I|](?=-Preis)",  # I-Preis 0.79
        r"(\d-)[1I|](?=-)",  # 0,75-1-Flasche
        r"((?<![\d.,])1\s?)[1I|](?=\s?=)",  # 11 = 4.98
        r"([x×]\s?0[.,]\d{1,2})1(?!\d)",  # 20 x 0.51
    )
)
"""Where engines read the l of litres as a figure or a capital, with what stands before it."""
_BASIS = re.compile(rf"(?:(?P<count>\d{{1,4}})[\s-]?)?(?<![^\W\d_])(?P<unit>{UNIT})(?![^\W\d_])", re.IGNORECASE)


_PENCE = re.compile(r"(?P<pence>\d{1,3}(?:\.\d{1,2})?)\s?[p¢]")


@dataclass(frozen=True, slots=True)
class Package:
    """A package as printed; `quantity` in `unit` is known only where one amount is printed."""

    text: str
    quantity: float | None
    unit: str | None
    least: float | None = field(default=None, compare=False)
    """The first amount that is printed, in `unit`: of `280- bzw. 340-ml-Packung` 280."""
    start: int = field(default=0, compare=False)
    """Where it begins in the text."""


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What a measure costs; `basis` as `1 kg`, `100 g`."""

    amount: Decimal
    basis: str


@dataclass(frozen=True, slots=True)
class _Patterns:
    package: re.Pattern[str]
    before: re.Pattern[str]
    counted: re.Pattern[str]
    piece: re.Pattern[str]
    pieces: re.Pattern[str]
    basis_first: re.Pattern[str]
    basis_last: re.Pattern[str]
    named: re.Pattern[str]
    deposit: re.Pattern[str]
    per_measure: re.Pattern[str]
    bare: re.Pattern[str]
    glued: re.Pattern[str]
    """`je` run into its figure, as engines do."""
    link: re.Pattern[str]
    """What stands between the parts of one package."""


def find_package(text: str, words: Lexicon) -> Package | None:
    """The first package in `text`, unit prices aside, with all that is printed of it: `je 2 x 100 g = 200-g-Packung`, `280- bzw. 340-ml-Packung`."""
    if not _MAY_PACK.search(text) and not _patterns(words).piece.search(text):
        return None
    text = with_litres(text)
    rest = _patterns(words).glued.sub(r"\g<0> ", without_unit_prices(text, words))
    found = _parts(rest, words)
    if not found:
        return None
    whole = [found[0]]
    for part in found[1:]:
        between = rest[whole[-1].end() : part.start()]
        if not _patterns(words).link.fullmatch(between) or (not between.strip() and _measures(whole[-1]) and _measures(part)):
            break
        whole.append(part)
    return Package(_tidy(rest[whole[0].start() : whole[-1].end()]), *_amount(rest, whole), _least(whole[0]), whole[0].start())


def _measures(part: re.Match[str]) -> bool:
    """Whether a part is an amount of a measure: two of them side by side are of two goods."""
    return part.groupdict().get("low") is not None


def _parts(text: str, words: Lexicon) -> list[re.Match[str]]:
    """Measures, pieces and containers from left to right, none within another."""
    patterns = _patterns(words)
    found = sorted(
        (
            match
            for pattern in (patterns.package, patterns.before, patterns.counted, patterns.piece, patterns.pieces)
            for match in pattern.finditer(text)
        ),
        key=lambda match: (match.start(), -match.end()),
    )
    apart: list[re.Match[str]] = []
    for match in found:
        if not apart or match.start() >= apart[-1].end():
            apart.append(match)
    return apart


def _amount(text: str, parts: Sequence[re.Match[str]]) -> tuple[float | None, str | None]:
    """Quantity and unit where one amount is meant: the only one, or the total after `=`."""
    total = next((part for before, part in pairwise(parts) if "=" in text[before.end() : part.start()]), None)
    stated = [total] if total is not None else parts
    amounts = [_quantified(part) for part in stated]
    measured = [amount for amount in amounts if amount[1] not in (None, "piece")] or amounts
    return measured[0] if len(set(measured)) == 1 else (None, measured[0][1])


def _least(part: re.Match[str]) -> float | None:
    found = part.groupdict()
    if found.get("low"):
        return float(found["low"].replace(",", ".")) * _times(found)
    return float(found["count"]) if found["count"] else None


def _quantified(part: re.Match[str]) -> tuple[float | None, str | None]:
    found = part.groupdict()
    if found.get("low"):
        return _quantity(part), UNITS[part["unit"].lower()]
    unit = "piece" if found["pieces"] else UNITS.get((found["unit"] or "").lower())
    return None if found.get("several") else float(found["count"] or 1), unit


def find_basis(text: str, words: Lexicon) -> Package | None:
    """What a price is for where a label beside it says so: `pro kg`, `je 100 g`, `/ Stück`, `€/kg`, `all'etto`. None for a package of its own
    (`je 500-g-Packung`).
    """
    match = _patterns(words).per_measure.fullmatch(_label(text, words))
    return None if match is None else _basis_of(match)


def find_bare_basis(text: str, words: Lexicon) -> Package | None:
    """The same where the label is a unit and no more: `kg`, `each`, `ud.`; it says less than a package does."""
    match = _patterns(words).bare.fullmatch(_label(text, words))
    return None if match is None else _basis_of(match)


def _label(text: str, words: Lexicon) -> str:
    return words.pattern("promo").sub(" ", text).strip(" *,.;")


def _basis_of(match: re.Match[str]) -> Package:
    found = match.groupdict()
    unit = "piece" if found["pieces"] else UNITS.get((found["unit"] or found.get("of") or "").lower(), "piece")
    return Package(_tidy(match[0]), float(found.get("count") or 1), unit)


def find_unit_price(text: str, words: Lexicon) -> UnitPrice | None:
    """The first unit price in `text`."""
    patterns, text = _patterns(words), with_litres(text)
    for pattern in (patterns.basis_first, patterns.basis_last, patterns.named):
        match = pattern.search(text)
        if match is None:
            continue
        basis = match if pattern is not patterns.named else _BASIS.search(match["name"])
        amount = _amount_of(match["amount"])
        if amount is not None and basis is not None:
            return UnitPrice(amount, f"{basis['count'] or '1'} {UNITS.get(basis['unit'].lower(), 'piece')}")
    return None


def _amount_of(text: str) -> Decimal | None:
    pence = _PENCE.fullmatch(text.strip())
    if pence is not None:
        return Decimal(pence["pence"]) / 100
    return next((price.amount for price in find_prices(text) if not price.bare), None)


def find_deposit(text: str, words: Lexicon) -> Decimal | None:
    """What is paid back with the empty bottle: `zzgl. 3.10 Pfand`."""
    match = _patterns(words).deposit.search(text)
    prices = find_prices(match["amount"] or match["before"]) if match else []
    return prices[0].amount if prices else None


def with_litres(text: str) -> str:
    """`text` with the l of litres where an engine read `(15.99 /1)` or `0,75-1-Flasche`; places stay."""
    for pattern in _LITRES:
        text = pattern.sub(r"\1l", text)
    return text


def without_unit_prices(text: str, words: Lexicon) -> str:
    """`text` with its unit prices blanked out, so that `1 kg = 2.98` is neither a package nor a price; places stay."""
    text = with_litres(text)
    for pattern in (_patterns(words).basis_first, _patterns(words).basis_last, _patterns(words).named):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def _quantity(match: re.Match[str]) -> float | None:
    if match["high"]:
        return None
    return float(match["low"].replace(",", ".")) * _times(match.groupdict())


def _times(found: Mapping[str, str | None]) -> int:
    """How many of a measure: `4 x 125 g`, `6 latas de 33 cl`."""
    return int(found["times"] or 1) * int(found.get("count") or 1)


def _tidy(text: str) -> str:
    """In single blanks."""
    return re.sub(r"\s+", " ", text.replace("×", "x")).strip(" ,;(")


@lru_cache(maxsize=16)
def _patterns(words: Lexicon) -> _Patterns:
    per, box, pieces = (f"(?:{words.alternatives(table)})" for table in ("per", "containers", "pieces"))
    start, end = r"(?<![^\W\d_])", r"(?![^\W\d_])"
    of = r"(?:de|of|d[’']|da|di|à|von)"
    first, costs = rf"{start}{box}(?:\s{of})?", rf"(?:\s?[=:]\s?|\s(?:{words.alternatives('comes_to')})\s|\s(?=[€£$]))"
    amount = r"(?P<amount>(?:[€£$]\s?)?\d{1,4}[.,]\d{2}(?:\s?[€£$])?|(?<![\d.,])\d{1,3}(?:\.\d{1,2})?\s?[p¢](?![^\W\d_]))"
    more = r"(?:\s(?:bzw\.|bis|oder|or|to|ou|o|[-\u2013/])\s?\d{1,4}[.,]\d{2})*"
    deposit, before = f"(?:{words.alternatives('deposit')})", amount.replace("<amount>", "<before>")
    basis = rf"(?:(?P<count>\d{{1,4}})[\s-]?)?(?P<unit>{UNIT}|{pieces}){end}"
    several = r"(?:\s?/\s?|,\s|\s?[-\u2013]\s?|\s(?:oder|bzw\.|bis|or|to|ou|o|a|à)\s)"
    return _Patterns(
        package=re.compile(
            rf"(?:{start}{per}\s)?(?:(?<![\w.,])(?P<count>\d{{1,3}})\s(?={box}\s{of}\s\d))?(?:{first}\.?,?\s)?(?:(?<!\w)\d{{1,3}}er,\s)?(?<![\w.,]){_MEASURE}(?:(?:-[^\W\d_]+)?[\s-]{box}{end})?",
            re.IGNORECASE,
        ),
        piece=re.compile(rf"{start}{per}\s(?:(?:(?P<count>\d{{1,3}})\s)?(?P<pieces>{pieces})|{box}|(?P<unit>{UNIT})){end}", re.IGNORECASE),
        before=re.compile(_BEFORE, re.IGNORECASE),
        counted=re.compile(
            rf"{start}(?:{per}\s)?{box}\s{of}\s(?P<count>\d{{1,3}})(?P<pieces>)(?P<unit>)(?![\w.,]|\s?[x×]|\s(?:{UNIT}|{box}|{pieces}){end})",
            re.IGNORECASE,
        ),
        pieces=re.compile(
            rf"(?:{start}{per}\s(?=\d{{1,3}}{several}))?(?<![\w.,/])(?P<several>(?:\d{{1,3}}{several})+)?(?:\d{{1,3}}\s?[x×]\s?)?(?P<count>\d{{1,3}})\s(?:(?P<pieces>{pieces})|{box})(?P<unit>){end}",
            re.IGNORECASE,
        ),
        basis_first=re.compile(rf"\(?(?<![\w.,]){basis}\.?{costs}{amount}{more}\)?", re.IGNORECASE),
        basis_last=re.compile(rf"\(?{amount}\s?(?:/|{per}|(?=lb))\s?{basis}\)?", re.IGNORECASE),
        deposit=re.compile(rf"{start}{deposit}{end}\s?:?\s?{amount}|{before}\s?(?:€\s?)?{deposit}{end}", re.IGNORECASE),
        per_measure=re.compile(
            rf"(?:(?:{start}{per}\s|(?<!\d)(?<!\d\s)/\s?)(?:(?P<count>100|1|\d{{2,3}}0)\s?)?(?:(?P<unit>{_PAID})|(?P<pieces>{pieces}))"
            rf"|(?:[€£$]\s?(?:/\s?|{per}\s)?|\w{{1,3}}[’'])(?P<of>{_PAID}|etto|{pieces})){end}(?!-)",
            re.IGNORECASE,
        ),
        bare=re.compile(rf"(?:(?P<unit>kg|kilo|lb)|(?P<pieces>{pieces})){end}", re.IGNORECASE),
        glued=re.compile(rf"{start}{per}(?=\d)", re.IGNORECASE),
        link=re.compile(
            r"[\s,;/+=*.-]*(?:(?:je|de|di|of|oder|bzw\.?|und|ca\.?|z\.\s?b\.|gratis|à|a|o|ou|or|and|y|e|et|to)[\s,=*-]*){0,2}", re.IGNORECASE
        ),
        named=re.compile(rf"{start}(?P<name>{words.alternatives('unit_price')})\s?:?\s?{amount}{more}", re.IGNORECASE),
    )
