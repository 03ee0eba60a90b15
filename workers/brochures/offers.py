"""Offers of a page: prices, the texts they belong to, and what those texts say.

Nothing is guessed: a column stays null where the page does not print it. `confidence` is the engine's own over the texts an offer is made of, times
how close they stand together, less for every failed check in `flags`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from schemas.pages import Box, Detection, Page
from schemas.rows.brochure import OfferRow
from schemas.rows.evidence import PageFact
from workers.brochures.layout import Area, Block, aspect_of, blocks_of, body_size, upright_pieces, whole_rows
from workers.brochures.lexicon import Lexicon
from workers.brochures.marks import Mark, Marks, find_marks
from workers.brochures.naming import BULLETS, name_of, product_key
from workers.brochures.packages import find_deposit, find_package, find_unit_price
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


@dataclass(frozen=True, slots=True)
class _Found:
    """One offer as it lies on the page: price and text, the small price, the percentage and the labels at its side."""

    pair: Pair
    old: Mark | None
    percent: int | None
    labels: str

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.pair.candidate.block.lines)

    @property
    def area(self) -> Area:
        area = _area(self.pair)
        return area.around(self.old.area) if self.old else area


def page_offers(page: Page, detections: Sequence[Detection], words: Lexicon, stated: Stated) -> list[dict[str, Any]]:
    """The columns of each offer on a page, in reading order, without their numbers."""
    pieces = whole_rows(upright_pieces(page))
    body = body_size(pieces)
    marks = find_marks(pieces, body, words)
    candidates = [candidate for block in blocks_of(marks.texts) if (candidate := _candidate(block, body, words)) is not None]
    currency = stated.currency or _page_currency(page, words)
    return [
        {
            **_columns(found, words),
            **_placed(found, page, detections),
            **dict(stated.columns),
            "currency": found.pair.mark.price.currency or currency,
        }
        for found in _gathered(pair(marks.main, candidates), marks)
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


def _gathered(pairs: Sequence[Pair], marks: Marks) -> list[_Found]:
    """Each pair with what else belongs to it; a small price or percentage goes to one offer only, the nearest."""
    olds = _assigned(
        (max(found.mark.area.gap(minor.area)), pair_no, minor_no)
        for pair_no, found in enumerate(pairs)
        for minor_no, minor in enumerate(marks.minor)
        if max(found.mark.area.gap(minor.area)) < NEAR * found.mark.size and minor.price.amount != found.mark.price.amount
    )
    percents = _assigned(
        (max(_area(found).gap(area)), pair_no, percent_no)
        for pair_no, found in enumerate(pairs)
        for percent_no, (_, area) in enumerate(marks.percents)
        if max(_area(found).gap(area)) < NEAR * found.mark.size
    )
    told = {id(line) for found in pairs for line in found.candidate.block.lines}
    labels = [piece for piece in marks.texts if id(piece) not in told]
    return [
        _Found(
            found,
            marks.minor[olds[number]] if number in olds else None,
            marks.percents[percents[number]][0] if number in percents else None,
            " ".join(piece.text for piece in labels if max(found.mark.area.gap(piece.area)) < NEAR / 2 * found.mark.size),
        )
        for number, found in enumerate(pairs)
    ]


def _assigned(reach: Iterable[tuple[float, int, int]]) -> dict[int, int]:
    """Item by pair from (distance, pair, item), nearest first, each item once."""
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, pair_no, item_no in sorted(reach):
        if pair_no not in chosen and item_no not in taken:
            chosen[pair_no] = item_no
            taken.add(item_no)
    return chosen


def _columns(found: _Found, words: Lexicon) -> dict[str, Any]:
    mark, block = found.pair.mark, found.pair.candidate.block
    name = name_of(block.lines, words)
    package = find_package(found.text, words) or find_package(found.labels, words)
    unit_price = find_unit_price(found.text, words)
    flags = _flags(mark.price.amount, found.old, found.percent)
    confidence = min(mark.confidence, block.confidence) * (0.5 + 0.5 * found.pair.closeness) * FAILED_CHECK ** len(flags)
    return {
        "name": name,
        "product": name,  # no list of brands is known here, so that nothing can be taken off the printed name
        "package": package.text if package else None,
        "quantity": package.quantity if package else None,
        "unit": package.unit if package else None,
        "price": mark.price.amount,
        "original_price": found.old.price.amount if found.old else None,
        "discount_pct": None if found.percent is None else float(found.percent),
        "unit_price": unit_price.amount if unit_price else None,
        "unit_price_basis": unit_price.basis if unit_price else None,
        "deposit": find_deposit(found.text, words) or find_deposit(found.labels, words),
        "price_text": mark.price.text,
        "product_key": product_key(name, words.pattern("per").sub(" ", package.text) if package else None),
        "confidence": round(min(1.0, confidence), 4),
        "flags": flags,
    }


def _placed(found: _Found, page: Page, detections: Sequence[Detection]) -> dict[str, Any]:
    box = found.area.box(aspect_of(page))
    codes = [seen for seen in detections if seen.kind == "barcode" and seen.polygon and _middle_in(box, Box.around(seen.polygon))]
    return {**PageFact.place(box), "barcode": codes[0].value if len(codes) == 1 else None}


def _area(found: Pair) -> Area:
    return found.mark.area.around(found.candidate.block.area)


def _page_currency(page: Page, words: Lexicon) -> str | None:
    """The one currency that the page prints, by sign or by name; None when it prints none or several."""
    found = {code for line in page.lines if (code := currency_in(line.text))}
    if not found:
        found = {code for line in page.lines for pattern, code in words.currencies if re.search(r"\d", line.text) and pattern.search(line.text)}
    return found.pop() if len(found) == 1 else None


def _flags(price: Decimal, old: Mark | None, discount: int | None) -> tuple[str, ...]:
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
