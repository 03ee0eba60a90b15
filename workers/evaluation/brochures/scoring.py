"""The benchmark's numbers over judged pages, and the same by field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from schemas.documents import Value
from workers.evaluation.brochures.judging import Judged, Verdict, intersection_over_union
from workers.evaluation.brochures.matching import Offer, number, same_price, same_unit, text, unit
from workers.evaluation.shares import FieldScore, f1_of, share

SAME_BOX: Final = 0.5
"""Intersection over union above which two boxes are one (PASCAL VOC's)."""
SAME_PERCENT: Final = 1.0
"""Percentage points by which two discounts may differ: brochures round them."""


class Scores(Value):
    """The benchmark's numbers, micro-averaged over offers. Pages without a label are left out, as there."""

    pages: int
    offers: int
    predicted: int
    recall: float
    """Labels whose name was found."""
    e2e_recall: float
    """Labels whose name, price and unit were found."""
    precision: float
    """Offers of ours that a label matched."""
    f1: float
    price: float
    """Labels with the right price."""
    was_price: float
    """Labels with an old price whose old price is right."""
    was_price_matched: float
    """The same among those that were matched."""
    e2e_recall_pages: float
    """Mean of the pages' own `e2e_recall`."""


class Boxes(Value):
    """How well boxes lie, among matched offers where both sides have one."""

    compared: int
    same: int
    """Intersection over union above 0.5."""
    share: float
    mean_iou: float


class Misses(Value):
    """Where the labels went that are not right end to end, and what was offered beside them. `labels` is the sum of all but `invented`."""

    labels: int
    right: int
    unpriced: int
    price: int
    unit: int
    name: int
    missed: int
    invented: int
    ceiling: float
    """The greatest `e2e_recall` there can be: labels that state no price are never right."""


class Measured(Value):
    """A set of pages, measured."""

    scores: Scores
    fields: dict[str, FieldScore]
    boxes: Boxes
    misses: Misses


def measured(pages: Sequence[Judged]) -> Measured:
    """Everything that is counted over `pages`."""
    scored = [page for page in pages if page.gold]
    return Measured(scores=scores(scored), fields=fields(scored), boxes=boxes(scored), misses=misses(pages))


def scores(pages: Sequence[Judged]) -> Scores:
    """The benchmark's numbers; every page has a label."""
    gold, ours = sum(len(page.gold) for page in pages), sum(len(page.ours) for page in pages)
    pairs = [pair for page in pages for pair in page.matches]
    right = [page.count(Verdict.RIGHT) for page in pages]
    recall, precision = share(len(pairs), gold), share(len(pairs), ours)
    were = sum(number(label.original_price) is not None for page in pages for label in page.gold)
    were_matched = sum(number(label.original_price) is not None for label, _ in pairs)
    were_right = sum(same_price(label.original_price, offer.original_price) for label, offer in pairs)
    return Scores(
        pages=len(pages),
        offers=gold,
        predicted=ours,
        recall=recall,
        e2e_recall=share(sum(right), gold),
        precision=precision,
        f1=f1_of(recall, precision),
        price=share(sum(same_price(label.price, offer.price) for label, offer in pairs), gold),
        was_price=share(were_right, were),
        was_price_matched=share(were_right, were_matched),
        e2e_recall_pages=share(sum(share(found, len(page.gold)) for found, page in zip(right, pages, strict=True)), len(pages)),
    )


def fields(pages: Sequence[Judged]) -> dict[str, FieldScore]:
    """Precision, recall and F1 of each field over all offers. Here a unit that one side leaves out is not right, unlike in `e2e_recall`."""
    pairs = [pair for page in pages for pair in page.matches]
    gold, ours = [label for page in pages for label in page.gold], [offer for page in pages for offer in page.ours]

    def field(states: Callable[[Offer], bool], same: Callable[[Offer, Offer], bool]) -> FieldScore:
        both = [(label, offer) for label, offer in pairs if states(label)]
        return FieldScore.counted(
            labelled=sum(map(states, gold)),
            stated=sum(map(states, ours)),
            right=sum(states(offer) and same(label, offer) for label, offer in both),
            matched=len(both),
        )

    return {
        "name": field(lambda offer: bool(text(offer.name)), lambda *_: True),
        "price": field(lambda offer: number(offer.price) is not None, lambda label, offer: same_price(label.price, offer.price)),
        "unit": field(lambda offer: bool(unit(offer.unit)), lambda label, offer: same_unit(label.unit, offer.unit)),
        "original_price": field(
            lambda offer: number(offer.original_price) is not None, lambda label, offer: same_price(label.original_price, offer.original_price)
        ),
        "discount": field(lambda offer: number(offer.discount) is not None, _same_discount),
    }


def _same_discount(label: Offer, offer: Offer) -> bool:
    one, other = number(label.discount), number(offer.discount)
    return one is not None and other is not None and abs(abs(one) - abs(other)) <= SAME_PERCENT


def boxes(pages: Sequence[Judged]) -> Boxes:
    """Boxes of matched offers against their labels'."""
    agreement = [intersection_over_union(label.box, offer.box) for page in pages for label, offer in page.matches if label.box and offer.box]
    same = sum(found > SAME_BOX for found in agreement)
    return Boxes(compared=len(agreement), same=same, share=share(same, len(agreement)), mean_iou=share(sum(agreement), len(agreement)))


def misses(pages: Sequence[Judged]) -> Misses:
    """Counts by verdict; what was offered on pages without a label counts as invented."""
    counts = {verdict.value: sum(page.count(verdict) for page in pages) for verdict in Verdict}
    labels = sum(len(page.gold) for page in pages)
    return Misses(labels=labels, ceiling=share(labels - counts[Verdict.UNPRICED], labels), **counts)
