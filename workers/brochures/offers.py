"""Offers of a page: prices, the texts they belong to, and what those texts say.

Nothing is guessed: a column stays null where the page does not print it. `confidence` is the engine's own over the texts an offer is made of, times
how close they stand together, less for every failed check in `flags`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from schemas.pages import Box, Detection, Page
from schemas.rows.brochure import OfferRow
from schemas.rows.evidence import PageFact
from workers.brochures.layout import Area, Block, aspect_of, blocks_of, body_size, upright_pieces, whole_rows
from workers.brochures.lexicon import Lexicon
from workers.brochures.marks import Mark, Marks, find_marks
from workers.brochures.naming import BULLETS, name_of, product_key
from workers.brochures.packages import Package, find_deposit, find_package, find_unit_price
from workers.brochures.pairing import Candidate, Pair, pair
from workers.brochures.prices import currency_in

FINE_PRINT: Final = 0.7
"""Type size, in body sizes, below which a block is a footnote or the print on a picture's packet."""
NEAR: Final = 1.2
"""White, in type sizes of the price, within which an old price or a percentage belongs to it."""
FAILED_CHECK: Final = 0.7
"""What a failed check leaves of the confidence."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What is known of a brochure beside its pages, from metadata; each fills its column on every offer."""

    currency: str | None = None
    columns: tuple[tuple[str, Any], ...] = ()


def page_offers(page: Page, detections: Sequence[Detection], words: Lexicon, stated: Stated) -> list[dict[str, Any]]:
    """The columns of each offer on a page, in reading order, without their numbers."""
    pieces = whole_rows(upright_pieces(page))
    body = body_size(pieces)
    marks = find_marks(pieces, body, words)
    candidates = [candidate for block in blocks_of(marks.texts) if (candidate := _candidate(block, body, words)) is not None]
    pairs = pair(marks.main, candidates)
    currency = stated.currency or _page_currency(page, words)
    olds = _nearest_minor(pairs, marks)
    told = {id(line) for found in pairs for line in found.candidate.block.lines}
    marks = replace(marks, texts=tuple(piece for piece in marks.texts if id(piece) not in told))
    return [
        {**_offer(found, marks, old, words), **_placed(found, old, page, detections), **dict(stated.columns), **_money(found, currency)}
        for found, old in zip(pairs, olds, strict=True)
    ]


def offer_row(columns: dict[str, Any], offer_no: int, page_no: int, adapter: str) -> OfferRow:
    """One row from the columns of `page_offers`."""
    return OfferRow(offer_no=offer_no, page_no=page_no, adapter=adapter, **columns)


def _candidate(block: Block, body: float, words: Lexicon) -> Candidate | None:
    text = " ".join(line.text for line in block.lines)
    if block.size < FINE_PRINT * body or name_of(block.lines, words) is None or words.finds("points", text):
        return None
    listed = any(line.text[0] in BULLETS for line in block.lines[1:])
    detailed = find_package(text, words) or find_unit_price(text, words) or words.finds("varieties", text) or listed
    return Candidate(block, bool(detailed))


def _offer(found: Pair, marks: Marks, old: Mark | None, words: Lexicon) -> dict[str, Any]:
    lines = found.candidate.block.lines
    text = " ".join(line.text for line in lines)
    name = name_of(lines, words)
    package = find_package(text, words) or _package_beside(found, marks, words)
    unit_price = find_unit_price(text, words)
    price = found.mark.price.amount
    discount = _percent_beside(found.mark, marks)
    flags = _flags(price, old, discount)
    confidence = min(found.mark.confidence, found.candidate.block.confidence) * (0.5 + 0.5 * found.closeness) * FAILED_CHECK ** len(flags)
    return {
        "name": name,
        "package": package.text if package else None,
        "quantity": package.quantity if package else None,
        "unit": package.unit if package else None,
        "price": price,
        "original_price": old.price.amount if old else None,
        "discount_pct": discount,
        "unit_price": unit_price.amount if unit_price else None,
        "unit_price_basis": unit_price.basis if unit_price else None,
        "deposit": find_deposit(text, words),
        "price_text": found.mark.price.text,
        "product_key": product_key(name, words.pattern("per").sub(" ", package.text) if package else None),
        "confidence": round(min(1.0, confidence), 4),
        "flags": flags,
    }


def _placed(found: Pair, old: Mark | None, page: Page, detections: Sequence[Detection]) -> dict[str, Any]:
    area = found.mark.area.around(found.candidate.block.area)
    box = (area.around(old.area) if old else area).box(aspect_of(page))
    codes = [seen for seen in detections if seen.kind == "barcode" and seen.polygon and _middle_in(box, Box.around(seen.polygon))]
    return {**PageFact.place(box), "barcode": codes[0].value if len(codes) == 1 else None}


def _money(found: Pair, page_currency: str | None) -> dict[str, Any]:
    return {"currency": found.mark.price.currency or page_currency}


def _page_currency(page: Page, words: Lexicon) -> str | None:
    """The one currency that the page prints, by sign or by name; None when it prints none or several."""
    found = {code for line in page.lines if (code := currency_in(line.text))}
    if not found:
        found = {code for line in page.lines for pattern, code in words.currencies if re.search(r"\d", line.text) and pattern.search(line.text)}
    return found.pop() if len(found) == 1 else None


def _nearest_minor(pairs: Sequence[Pair], marks: Marks) -> list[Mark | None]:
    """The old price of each pair: the nearest small price within reach of its price; each small price belongs to one pair."""
    reach = sorted(
        (distance, pair_no, minor_no)
        for pair_no, found in enumerate(pairs)
        for minor_no, minor in enumerate(marks.minor)
        if (distance := max(found.mark.area.gap(minor.area))) < NEAR * found.mark.size and minor.price.amount != found.mark.price.amount
    )
    chosen: dict[int, int] = {}
    for _, pair_no, minor_no in reach:
        if pair_no not in chosen and minor_no not in chosen.values():
            chosen[pair_no] = minor_no
    return [marks.minor[chosen[number]] if number in chosen else None for number in range(len(pairs))]


def _percent_beside(mark: Mark, marks: Marks) -> float | None:
    near = [(max(mark.area.gap(area)), percent) for percent, area in marks.percents if max(mark.area.gap(area)) < NEAR * mark.size]
    return float(min(near)[1]) if near else None


def _package_beside(found: Pair, marks: Marks, words: Lexicon) -> Package | None:
    """A package printed on the price's own label instead of in the text: `750 g Beutel` right above the price."""
    near = [
        (max(found.mark.area.gap(piece.area)), piece.area.top, piece.text)
        for piece in marks.texts
        if max(found.mark.area.gap(piece.area)) < NEAR / 2 * found.mark.size
    ]
    return find_package(" ".join(text for _, _, text in sorted(near, key=lambda item: item[1])), words) if near else None


def _flags(price: Decimal, old: Mark | None, discount: float | None) -> tuple[str, ...]:
    flags = []
    if old is not None and price > old.price.amount:
        flags.append("price_above_original")
    if old is not None and discount is not None and price < old.price.amount:
        off = float(1 - price / old.price.amount) * 100
        if abs(off - discount) > 3:  # shops round down, and to whole percents
            flags.append("discount_disagrees")
    return tuple(flags)


def _middle_in(box: Box, inner: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return Area(box.x0, box.y0, box.x1, box.y1).holds(x, y)
