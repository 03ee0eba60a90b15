"""What became of every offer of one page: right, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from schemas.pages import Box
from workers.evaluation.brochures.matching import Offer, matched, number, same_price, same_unit

NEAR: Final = 0.05
"""Gap between two boxes, in page fractions, up to which they mean the same place: an offer's name and price stand about that far apart."""


class Verdict(StrEnum):
    """What became of an offer. A label is never `invented`, an offer of ours never `missed`."""

    RIGHT = "right"
    UNPRICED = "unpriced"
    """The label states no price: by the rule it can never be right, however it was read."""
    PRICE = "price"
    """Matched by name; the price is wrong or missing."""
    UNIT = "unit"
    """Matched by name, right in price; the unit is another."""
    NAME = "name"
    """The price was found in its place, under a name that does not match."""
    MISSED = "missed"
    """Nothing of ours is this offer."""
    INVENTED = "invented"
    """No label is this offer of ours."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An offer with what it was held against: places in `gold` and `ours`; `our_place` is None where it was missed, `place` where invented."""

    place: int | None
    our_place: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """One page's offers, judged."""

    gold: tuple[Offer, ...]
    ours: tuple[Offer, ...]
    pairs: tuple[Pair, ...]
    """Every label in its order, then what was invented."""

    @property
    def matches(self) -> tuple[tuple[Offer, Offer], ...]:
        """Label and offer of ours, for those that the rule matched by name."""
        return tuple(
            (self.gold[pair.place], self.ours[pair.our_place])
            for pair in self.pairs
            if pair.place is not None and pair.our_place is not None and pair.verdict is not Verdict.NAME
        )

    def count(self, verdict: Verdict) -> int:
        """Pairs of this verdict."""
        return sum(pair.verdict is verdict for pair in self.pairs)

    @property
    def faults(self) -> int:
        """Everything that went wrong, but for labels that nothing could have satisfied."""
        return sum(pair.verdict not in (Verdict.RIGHT, Verdict.UNPRICED) for pair in self.pairs)


def judged(gold: Sequence[Offer], ours: Sequence[Offer]) -> Judged:
    """Match by name as the benchmark does, then look among what is left for prices that were found under another name."""
    found = dict(enumerate(matched(gold, ours)))
    taken = {place for place in found.values() if place is not None}
    namesakes = _misnamed(
        [place for place, match in found.items() if match is None], gold, {place for place in range(len(ours)) if place not in taken}, ours
    )
    pairs = [
        Pair(place, match, _verdict(gold[place], ours[match])) if match is not None else _unmatched(place, gold[place], namesakes.get(place))
        for place, match in found.items()
    ]
    taken |= set(namesakes.values())
    pairs += [Pair(None, place, Verdict.INVENTED) for place in range(len(ours)) if place not in taken]
    return Judged(tuple(gold), tuple(ours), tuple(pairs))


def _verdict(label: Offer, offer: Offer) -> Verdict:
    if number(label.price) is None:
        return Verdict.UNPRICED
    if not same_price(label.price, offer.price):
        return Verdict.PRICE
    return Verdict.RIGHT if same_unit(label.unit, offer.unit) else Verdict.UNIT


def _unmatched(place: int, label: Offer, namesake: int | None) -> Pair:
    if number(label.price) is None:
        return Pair(place, None, Verdict.UNPRICED)
    return Pair(place, namesake, Verdict.MISSED if namesake is None else Verdict.NAME)


def _misnamed(missing: Sequence[int], gold: Sequence[Offer], free: set[int], ours: Sequence[Offer]) -> dict[int, int]:
    """Labels that no name matched, with the nearest free offer of ours of the same price; the nearest pairs first, none of ours twice."""
    near = sorted(
        (gap, place, ours_at)
        for place in missing
        for ours_at in free
        if same_price(gold[place].price, ours[ours_at].price) and (gap := distance(gold[place].box, ours[ours_at].box)) <= NEAR
    )
    found: dict[int, int] = {}
    for _, place, ours_at in near:
        if place not in found and ours_at not in found.values():
            found[place] = ours_at
    return found


def distance(first: Box | None, second: Box | None) -> float:
    """Gap between two boxes in page fractions, 0 where they touch or where either has no box: then the page is all that is known."""
    if first is None or second is None:
        return 0.0
    across = max(0.0, first.x0 - second.x1, second.x0 - first.x1)
    down = max(0.0, first.y0 - second.y1, second.y0 - first.y1)
    return max(across, down)


def intersection_over_union(first: Box, second: Box) -> float:
    """Shared area by common area, 0 to 1; 0 for two boxes without area."""
    across = min(first.x1, second.x1) - max(first.x0, second.x0)
    down = min(first.y1, second.y1) - max(first.y0, second.y0)
    shared = max(0.0, across) * max(0.0, down)
    both = _area(first) + _area(second) - shared
    return shared / both if both > 0 else 0.0


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)
