"""Offers of a page: prices, the names they belong to, and what is printed with both.

Three models, one after the other, look at the page: which amounts are offers' prices and which are old ones, which lines are parts of names, and
which price belongs to which name. The pairs that are likeliest together are chosen over the whole page. A fourth model says how often such an offer
is right: that is its `confidence`. What is printed is read by the rules of this package; a column stays null where the page does not print it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from schemas.pages import Box, Detection, Page
from schemas.rows.brochure import OfferRow
from schemas.rows.evidence import PageFact
from workers.brochures.implied import Implied, costs
from workers.brochures.layout import Area, Piece, aspect_of
from workers.brochures.lexicon import Lexicon
from workers.brochures.naming import joined, name_of, parts_of_name, product_key
from workers.brochures.packages import Package, find_bare_basis, find_basis, find_deposit, find_package, find_unit_price
from workers.brochures.prices import currency_in
from workers.brochures.reading import FoundOffer, Models, read_page
from workers.brochures.spacing import respaced, set_apart

FindBasis = Callable[[str, Lexicon], Package | None]
NEAR: Final = 0.6
"""White, in type sizes of the price, within which a label stands beside it."""
BASIS_NEAR: Final = 1.0
"""The same for a label that says what the price is for."""
LEAST: Final = 0.05
"""Confidence below which a pair is not told of."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What is known of a brochure beside its pages, from metadata; each fills its column on every offer."""

    currency: str | None = None
    columns: tuple[tuple[str, Any], ...] = ()


def page_offers(page: Page, detections: Sequence[Detection], words: Lexicon, stated: Stated, models: Models | None = None) -> list[dict[str, Any]]:
    """The columns of each offer on a page, in reading order, without their numbers; `models` are the shipped ones unless others are to be judged."""
    reading = read_page(page, words, models)
    currency = stated.currency or _page_currency(page, words)
    apart = page.text_source == "ocr" and set_apart([line.text for line in page.lines])
    rows = []
    for found in reading.offers:
        columns = columns_of(found, reading.labels, words)
        if apart and columns["package"] is not None:
            columns["package"] = respaced(columns["package"])
        if columns["name"] is None or columns["confidence"] < LEAST:
            continue
        rows.append(
            {
                **columns,
                **_placed(found, page, detections),
                **dict(stated.columns),
                "currency": found.price.price.currency or currency,
            }
        )
    return rows


def offer_row(columns: dict[str, Any], offer_no: int, page_no: int, adapter: str) -> OfferRow:
    """One row from the columns of `page_offers`."""
    return OfferRow(offer_no=offer_no, page_no=page_no, adapter=adapter, **columns)


def columns_of(found: FoundOffer, labels: Sequence[Piece], words: Lexicon) -> dict[str, Any]:
    """What is printed of an offer; `labels` are the page's lines that are no offer's."""
    name = name_of(found.group.pieces, words)
    brand, product = parts_of_name(found.group.pieces, words) if name else (None, None)
    told = joined([piece.text for piece in (*found.group.pieces, *found.group.detail_pieces)], words)
    beside = " ".join(piece.text for piece in _beside(found, labels))
    price, old = found.price.price.amount, found.old.price.amount if found.old else None
    unit_price = find_unit_price(told, words) or find_unit_price(beside, words)
    package = find_package(joined([piece.text for piece in found.group.detail_pieces], words), words) or find_package(told, words)
    made = costs(package, unit_price)
    if made is None or not Implied(-1, made).agrees(float(price)):
        package = _basis(found, labels, words) or package or find_package(beside, words) or _bare_basis(found, labels, words)
    flags = _flags(price, old, found.percent)
    variant = words.pattern("varieties").search(told)
    return {
        "name": name,
        "brand": brand,
        "product": product,
        "variant": variant[0] if variant else None,
        "package": package.text if package else None,
        "quantity": package.quantity if package else None,
        "unit": package.unit if package else None,
        "price": price,
        "original_price": old,
        "discount_pct": None if found.percent is None else float(found.percent),
        "unit_price": unit_price.amount if unit_price else None,
        "unit_price_basis": unit_price.basis if unit_price else None,
        "deposit": find_deposit(told, words) or find_deposit(beside, words),
        "price_text": found.price.price.text,
        "product_key": product_key(name, words.pattern("per").sub(" ", package.text) if package else None),
        "confidence": round(found.confidence, 4),
        "flags": flags,
    }


def _basis(found: FoundOffer, labels: Sequence[Piece], words: Lexicon) -> Package | None:
    """What the price is for, where its own line says so, or the nearest label of that kind stands at it."""
    return _said_behind(found, words, find_basis) or _nearest(found, labels, words, find_basis)


def _bare_basis(found: FoundOffer, labels: Sequence[Piece], words: Lexicon) -> Package | None:
    """The same of labels that are a unit and no more."""
    return _said_behind(found, words, find_bare_basis) or _nearest(found, labels, words, find_bare_basis)


def _said_behind(found: FoundOffer, words: Lexicon, find: FindBasis) -> Package | None:
    return find(found.price.text[found.price.price.end :], words)


def _nearest(found: FoundOffer, labels: Sequence[Piece], words: Lexicon, find: FindBasis) -> Package | None:
    near = [
        (gap, number, basis)
        for number, piece in enumerate(labels)
        if (gap := max(found.price.area.gap(piece.area))) < BASIS_NEAR * found.price.size and (basis := find(piece.text, words))
    ]
    return min(near)[2] if near else None


def _beside(found: FoundOffer, labels: Sequence[Piece]) -> list[Piece]:
    """Labels at the price that are no offer's text."""
    near = NEAR * found.price.size
    return [piece for piece in labels if max(found.price.area.gap(piece.area)) < near]


def _placed(found: FoundOffer, page: Page, detections: Sequence[Detection]) -> dict[str, Any]:
    box = found.extent.box(aspect_of(page))
    codes = [seen for seen in detections if seen.kind == "barcode" and seen.polygon and _middle_in(box, Box.around(seen.polygon))]
    return {**PageFact.place(box), "barcode": codes[0].value if len(codes) == 1 else None}


def _page_currency(page: Page, words: Lexicon) -> str | None:
    """The one currency that the page prints, by sign or by name; None when it prints none or several."""
    found = {code for line in page.lines if (code := currency_in(line.text))}
    if not found:
        found = {code for line in page.lines for pattern, code in words.currencies if re.search(r"\d", line.text) and pattern.search(line.text)}
    return found.pop() if len(found) == 1 else None


def _flags(price: Decimal, old: Decimal | None, discount: int | None) -> tuple[str, ...]:
    flags = []
    if old is not None and price > old:
        flags.append("price_above_original")
    if old is not None and discount is not None and price < old:
        off = float(1 - price / old) * 100
        if abs(off - discount) > 3:  # shops round down, and to whole percents
            flags.append("discount_disagrees")
    return tuple(flags)


def _middle_in(box: Box, inner: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return Area(box.x0, box.y0, box.x1, box.y1).holds(x, y)
