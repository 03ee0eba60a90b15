"""Offers held against labels by the public benchmark's rule, as `tamiz eval brochures` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.pages import Box
from training.brochures.fitting import WORDS, Example
from training.brochures.material import LabelledPage
from workers.brochures.offers import Stated, columns_of, page_offers
from workers.brochures.reading import FoundOffer, Models
from workers.evaluation.brochures.gold import labelled
from workers.evaluation.brochures.judging import Judged, Verdict, judged
from workers.evaluation.brochures.matching import Offer


def right_pairs(one: Example) -> list[int]:
    """1 for each pair of an example that is an offer right in name, price and unit."""
    told = {no for pair in one.pairs for no in (*one.groups[pair.group].lines, *one.groups[pair.group].details)}
    labels = [piece for number, piece in enumerate(one.look.texts) if number not in told]
    found = [FoundOffer(one.look.prices[pair.token], one.groups[pair.group], None, None, 1.0, one.groups[pair.group].area) for pair in one.pairs]
    ours = [_offer(columns_of(offer, labels, WORDS)) for offer in found]
    verdicts = judged([labelled(offer) for offer in one.source.offers], ours).pairs
    right = {pair.our_place for pair in verdicts if pair.verdict is Verdict.RIGHT}
    return [int(place in right) for place in range(len(ours))]


def judged_page(page: LabelledPage, models: Models) -> Judged:
    """A page's offers as `models` find them, against its labels."""
    ours = [_offer(columns) for columns in page_offers(page.page, (), WORDS, Stated(), models)]
    return judged([labelled(offer) for offer in page.offers], ours)


def judged_pages(pages: Sequence[LabelledPage], models: Models) -> list[Judged]:
    """Of each page that has a label."""
    return [judged_page(page, models) for page in pages if page.offers]


def _offer(columns: Mapping[str, Any]) -> Offer:
    sides = [columns.get(side) for side in ("x0", "y0", "x1", "y1")]
    box = None if sides[0] is None else Box(x0=sides[0], y0=sides[1], x1=sides[2], y1=sides[3])
    return Offer(
        name=columns["name"] or "",
        price=str(columns["price"]),
        unit=columns["package"],
        original_price=None if columns["original_price"] is None else str(columns["original_price"]),
        discount=None if columns["discount_pct"] is None else str(columns["discount_pct"]),
        box=box,
        confidence=columns["confidence"],
    )
