"""Price marks: the pieces of a page that state what something costs now, and what it cost before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.brochures.layout import Area, Piece
from workers.brochures.lexicon import Lexicon
from workers.brochures.packages import without_unit_prices
from workers.brochures.prices import Price, find_prices, lone_price

BIG: Final = 1.45
"""Type size, in body sizes, from which a lone price is the offer's own; old prices are set at 1 to 1.2."""
BIG_BARE: Final = 1.8
"""The same for digits without a decimal sign, which small are page and article numbers."""
OUTRANKS: Final = 1.5
"""Ratio of type sizes from which the smaller of two prices side by side is not an offer of its own."""
_WHOLE = re.compile(r"(?:(?P<mark>[€£$])\s?)?(?P<whole>\d{1,3})\s?(?P<point>[.,])?")
_CENTS = re.compile(r"(?P<cents>\d{2})[*¹²³°'\"]*\d?")
_PERCENT = re.compile(r"(?<![\d.,])[-\u2013\u2212]?\s?(?P<percent>\d{1,2})\s?%")


@dataclass(frozen=True, slots=True)
class Mark:
    """A price at its place."""

    price: Price
    area: Area
    size: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What a page's pieces say about money: prices of offers, small prices that may be old ones, percentages, and all other text."""

    main: tuple[Mark, ...]
    minor: tuple[Mark, ...]
    percents: tuple[tuple[int, Area], ...]
    texts: tuple[Piece, ...]


def find_marks(pieces: Sequence[Piece], body: float, words: Lexicon) -> Marks:
    """Sort pieces into prices, percentages and text; `body` is the page's body type size. A list without big prices has its prices in its lines."""
    pieces = _joined_cents(pieces)
    main: list[Mark] = []
    minor: list[Mark] = []
    percents: list[tuple[int, Area]] = []
    texts: list[Piece] = []
    for piece in pieces:
        percent = _PERCENT.search(piece.text)
        old = _announced_old(piece, words)
        price = lone_price(piece.text)
        if percent and len(re.sub(r"[\W\d_]", "", piece.text)) <= 2:
            percents.append((int(percent["percent"]), piece.area))
        elif old is not None:
            minor.append(old)
        elif price is None or (price.bare and not _cents_by_size(price, piece, body)):
            texts.append(piece)
        else:
            amount = price.in_cents if price.bare else price
            (main if piece.size >= BIG * body else minor).append(Mark(amount, piece.area, piece.size, piece.confidence))
    if not main:
        main, minor, texts = _prices_in_lines(texts, minor, words)
    beside = [mark for mark in main if any(_outranks(other, mark) for other in main)]
    main = [mark for mark in main if mark not in beside]
    minor += beside
    return Marks(tuple(_without_points(main, texts, words)), tuple(minor), tuple(percents), tuple(texts))


def _joined_cents(pieces: Sequence[Piece]) -> list[Piece]:
    """Big units and the raised cents that were read as a piece of their own, made one: `1.` and `49` become `1.49`."""
    used: set[int] = set()
    joined: list[Piece] = []
    wholes = [(index, match) for index, piece in enumerate(pieces) if (match := _WHOLE.fullmatch(piece.text))]
    for index, match in wholes:
        piece = pieces[index]
        for other, candidate in enumerate(pieces):
            cents = _CENTS.fullmatch(candidate.text) if other != index and other not in used else None
            if cents and index not in used and _raised(piece, candidate, pointed=bool(match["point"])):
                used |= {index, other}
                text = f"{match['mark'] or ''}{match['whole']}.{cents['cents']}"
                confidence = min(piece.confidence, candidate.confidence)
                joined.append(Piece(text, piece.area.around(candidate.area), piece.size, confidence))
                break
    return [piece for index, piece in enumerate(pieces) if index not in used] + joined


def _raised(whole: Piece, cents: Piece, *, pointed: bool) -> bool:
    """Whether `cents` stands close on the right of `whole`, no larger, and higher unless a decimal point says enough."""
    gap = cents.area.left - whole.area.right
    level = cents.area.top - whole.area.top
    fits = -0.3 * whole.size < gap < 0.5 * whole.size and -0.35 * whole.size < level < 0.5 * whole.size
    return fits and 0.25 * whole.size < cents.size < (1.05 if pointed else 0.85) * whole.size


def _announced_old(piece: Piece, words: Lexicon) -> Mark | None:
    """`statt 4.49`, `UVP 2.99`, `was £3`: a price whose own line calls it old."""
    if not words.finds("old_price", piece.text):
        return None
    prices = [price for price in find_prices(without_unit_prices(piece.text, words)) if not price.bare]
    return Mark(prices[-1], piece.area, piece.size, piece.confidence) if prices else None


def _cents_by_size(price: Price, piece: Piece, body: float) -> bool:
    """Whether bare digits are a price with raised cents: three digits or more, in big type, and no year."""
    digits = re.sub(r"\D", "", price.text)
    return 3 <= len(digits) <= 5 and piece.size >= BIG_BARE * body and not re.fullmatch(r"20[2-3]\d", digits)


def _prices_in_lines(texts: list[Piece], minor: list[Mark], words: Lexicon) -> tuple[list[Mark], list[Mark], list[Piece]]:
    """Price lists: small lone prices are the offers' own, and a line that ends with a price is a name and a price."""
    main, rest = list(minor), []
    for piece in texts:
        prices = [price for price in find_prices(without_unit_prices(piece.text, words)) if not price.bare]
        name = piece.text[: prices[-1].start].rstrip(" .:\u2026_-\u2013") if prices else ""
        if not prices or sum(character.isalpha() for character in name) < 3 or piece.text[prices[-1].end :].strip(" *)"):
            rest.append(piece)
            continue
        cut = piece.area.left + piece.area.width * prices[-1].start / len(piece.text)
        before = Area(piece.area.left, piece.area.top, max(piece.area.left, cut - piece.size / 2), piece.area.bottom)
        rest.append(Piece(name, before, piece.size, piece.confidence))
        main.append(Mark(prices[-1], Area(cut, piece.area.top, piece.area.right, piece.area.bottom), piece.size, piece.confidence))
    return main, [], rest


def _outranks(big: Mark, small: Mark) -> bool:
    """Whether `small` is the old price, or a member's, at the side of a much bigger one."""
    return big.size > OUTRANKS * small.size and max(big.area.gap(small.area)) < big.size / 2


def _without_points(main: Sequence[Mark], texts: Sequence[Piece], words: Lexicon) -> list[Mark]:
    """Without the numbers that count loyalty points: the word stands right below them."""
    labels = [piece.area for piece in texts if words.finds("points", piece.text)]
    return [
        mark
        for mark in main
        if not any(mark.area.gap(label)[0] == 0 and -mark.size < label.top - mark.area.bottom < mark.size / 2 for label in labels)
    ]
