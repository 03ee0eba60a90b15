"""Price tokens: every place of a page that states an amount, whatever it turns out to be, with the percentages and the text around them.

Nothing is decided here: `1.49` may be the offer's price, the old one, a member's or a footnote's. Tokens carry what was printed and how it was put
together; `scores` tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum
from typing import Final

from workers.brochures.layout import Area, Piece
from workers.brochures.lexicon import Lexicon
from workers.brochures.packages import find_bare_basis, find_basis, without_unit_prices
from workers.brochures.prices import Price, find_prices, lone_price

BIG: Final = 1.8
"""Type size, in body sizes, from which one or two digits alone may be a round price; small ones are counts and page numbers."""
BASED: Final = 1.3
"""Type size, in body sizes, from which a price with a measure behind it is what is paid, not what a measure costs."""
LEVEL_GAP: Final = 0.25
"""White before cents of the units' size and colour, in type sizes, that a point takes which nobody read."""
LEVEL: Final = 0.15
"""How much higher or lower such cents may stand, in type sizes."""
_WHOLE: Final = re.compile(r"(?P<mark>[€£$])?\s?(?P<whole>\d{4}(?=\s?[.,])|\d{1,3})\s?(?P<point>[.,:·'\u2019\u00b4])?\s?(?P<begun>\d)?\W{0,2}")
_CENTS: Final = re.compile(r"[.,'·\u2019\u00b4]?\s?(?P<cents>\d{2})(?P<rest>[\s*¹²³⁴⁵'’\"°.,]{0,3}\d?\W{0,2}|\s?(?P<mark>[€£$])\W{0,2})")
_MARKS: Final = " *'\"°|"
"""What says nothing beside a price."""
_PERCENT: Final = re.compile(r"(?<![\d.,])[-\u2013\u2212]?\s?(?P<percent>\d{1,2})\s?%")


class Form(IntEnum):
    """How an amount is printed."""

    DECIMAL = 0
    """`1.49`, `1,49 €`, `-.88`."""
    ROUND = 1
    """`5.-`, `€ 5`."""
    JOINED = 2
    """Units and cents that the engine read as two pieces."""
    BARE = 3
    """`149` for 1.49: three digits or more without a sign."""
    ALONE = 4
    """One or two big digits."""
    INLINE = 5
    """Within a line of words."""


@dataclass(frozen=True, slots=True)
class Token:
    """An amount at its place; `text` is the line that it stands in, `letters` how many letters that has beside it."""

    price: Price
    area: Area
    size: float
    confidence: float
    form: Form
    text: str
    letters: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class Percent:
    """A badge: `-27%`."""

    percent: int
    area: Area
    size: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a page's pieces say: amounts, percentages, and the pieces that are text (those with an amount in them too)."""

    prices: tuple[Token, ...]
    percents: tuple[Percent, ...]
    texts: tuple[Piece, ...]


def find_tokens(pieces: Sequence[Piece], body: float, words: Lexicon) -> Tokens:
    """Sort a page's pieces; `body` is its body type size."""
    prices: list[Token] = []
    percents: list[Percent] = []
    texts: list[Piece] = []
    pieces, joined = _joined(pieces)
    for piece, price in joined:
        prices.append(Token(price, piece.area, piece.size, piece.confidence, Form.JOINED, piece.text, 0, piece))
    for piece in pieces:
        percent = _PERCENT.search(piece.text)
        letters = sum(character.isalpha() for character in piece.text)
        if percent and letters <= 2:
            percents.append(Percent(int(percent["percent"]), piece.area, piece.size))
            continue
        lone = _lone(piece, body) or _announced(piece, words) or _based(piece, body, words)
        if lone is not None:
            prices.append(lone)
            continue
        if letters:
            texts.append(piece)
        if piece.text[:1].isalpha() or letters < len(piece.text) - 2:
            prices += _inline(piece, letters, words)
    return Tokens(tuple(prices), tuple(percents), tuple(texts))


def _lone(piece: Piece, body: float) -> Token | None:
    price = lone_price(piece.text)
    if price is None:
        return None
    digits = re.sub(r"\D", "", price.text)
    if not price.bare:
        form = Form.DECIMAL if price.amount % 1 or re.search(r"[.,]00", price.text) else Form.ROUND
    elif len(digits) >= 3 and piece.size > 0.9 * body:
        form, price = Form.BARE, price.in_cents
    elif len(digits) <= 2 and piece.size >= BIG * body:
        form, price = Form.ALONE, replace(price, amount=price.amount.quantize(Decimal("0.01")))
    else:
        return None
    return Token(price, piece.area, piece.size, piece.confidence, form, piece.text, 0, piece)


def _announced(piece: Piece, words: Lexicon) -> Token | None:
    """The price of a line that says nothing but `nur`, `from` or the like before it."""
    said = words.pattern("announced").match(piece.text)
    price = lone_price(piece.text[said.end() :]) if said else None
    if said is None or price is None or price.bare:
        return None
    share = piece.area.width / len(piece.text)
    area = replace(piece.area, left=piece.area.left + share * said.end())
    form = Form.DECIMAL if price.amount % 1 else Form.ROUND
    return Token(price, area, piece.size, piece.confidence, form, piece.text, 0, piece)


def _based(piece: Piece, body: float, words: Lexicon) -> Token | None:
    """The price of a line that says nothing but what it is for behind it: `1,99 €/kg` in big type, where it is no unit price; `£2.50 each` in any."""
    for price in find_prices(piece.text)[:1]:
        behind = piece.text[price.end :].strip(_MARKS)
        basis = find_basis(behind, words) or find_bare_basis(behind, words)
        if price.bare or basis is None or piece.text[: price.start].strip(_MARKS):
            continue
        if piece.size >= (1.0 if basis.unit == "piece" else BASED) * body:
            share = piece.area.width / len(piece.text)
            area = replace(piece.area, right=piece.area.left + share * max(price.end, 1))
            return Token(price, area, piece.size, piece.confidence, Form.DECIMAL, piece.text, 0, piece)
    return None


def _inline(piece: Piece, letters: int, words: Lexicon) -> list[Token]:
    if not re.search(r"\d", piece.text):
        return []
    found = []
    for price in find_prices(without_unit_prices(piece.text, words)):
        if price.bare:
            continue
        share = piece.area.width / max(1, len(piece.text))
        area = Area(
            piece.area.left + share * price.start,
            piece.area.top,
            min(piece.area.right, piece.area.left + share * max(price.end, price.start + 1)),
            piece.area.bottom,
        )
        found.append(Token(price, area, piece.size, piece.confidence, Form.INLINE, piece.text, letters, piece))
    return found


def _joined(pieces: Sequence[Piece]) -> tuple[list[Piece], list[tuple[Piece, Price]]]:
    """Units and the raised cents that were read as a piece of their own, made one: `1.` and `49` become 1.49, `2.4` and `49*` 2.49."""
    wholes = [(no, match) for no, piece in enumerate(pieces) if (match := _WHOLE.fullmatch(piece.text))]
    cents = [(no, match) for no, piece in enumerate(pieces) if (match := _CENTS.fullmatch(piece.text))]
    fits = sorted(
        (distance, whole_no, cents_no)
        for whole_no, whole in wholes
        for cents_no, cent in cents
        if whole_no != cents_no and (distance := _raised(pieces[whole_no], pieces[cents_no], whole, cent)) is not None
    )
    used: set[int] = set()
    joined: list[tuple[Piece, Price]] = []
    matches, tails = dict(wholes), dict(cents)
    for _, whole_no, cents_no in fits:
        if whole_no in used or cents_no in used:
            continue
        used |= {whole_no, cents_no}
        whole, cent = pieces[whole_no], pieces[cents_no]
        text = f"{matches[whole_no]['mark'] or ''}{matches[whole_no]['whole']}.{tails[cents_no]['cents']}"
        price = lone_price(text)
        if price is not None:
            joined.append((replace(whole, text=text, area=whole.area.around(cent.area), confidence=min(whole.confidence, cent.confidence)), price))
    return [piece for number, piece in enumerate(pieces) if number not in used], joined


def _raised(whole: Piece, cents: Piece, match: re.Match[str], tail: re.Match[str]) -> float | None:
    """How far `cents` stands from where cents of `whole` would, in type sizes; None when it cannot be them.

    They stand close on the right, no larger, and higher unless a decimal point says enough; a piece that ran into the cents overlaps them.
    """
    begun = match["begun"]
    if begun and (tail["cents"][0] != begun or not match["point"]):
        return None
    gap = (cents.area.left - whole.area.right) / whole.size
    level = (cents.area.top - whole.area.top) / whole.size
    one_print = whole.colour is not None and whole.colour == cents.colour
    abreast = one_print and not tail["rest"] and 0 <= gap < LEVEL_GAP and abs(level) < LEVEL
    limit = 1.05 if match["point"] or abreast else 0.9
    lowest = -0.9 if begun else -0.45
    if not (lowest < gap < 0.5 and -0.4 < level < 0.5 and 0.22 < cents.size / whole.size < limit):
        return None
    return abs(gap) + abs(level)
