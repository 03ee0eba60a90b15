"""What stands with a price: the old one, the percentage, the label that says it is for members."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from workers.brochures.boxes import Matrix
from workers.brochures.layout import Area
from workers.brochures.look import Look
from workers.brochures.pairs import Pair
from workers.brochures.tokens import Token

OLD: Final = 0.25
"""Chance of being an old price from which a token is taken for one."""
OLD_REACH: Final = 3.0
"""Distance of an old price, in type sizes of the price."""
BADGE_REACH: Final = 1.5
"""Distance of a percentage badge, in type sizes of the price."""
MEMBER_REACH: Final = 2.0
"""Distance of the label of a member's price, in type sizes of the price."""
MOST_OFF: Final = 20
"""Times the price that an old price may be."""


def old_prices(look: Look, roles: Matrix, pairs: Sequence[Pair]) -> dict[int, Token]:
    """The old price of each pair that has one, by the pair's number: dearer, near, and likely or said to be one; each token once."""
    taken = {pair.token for pair in pairs}
    called_old = {id(piece) for piece, fact in zip(look.texts, look.facts, strict=True) if fact.says("old_price")}
    reach = []
    for number, pair in enumerate(pairs):
        price = look.prices[pair.token]
        for other, token in enumerate(look.prices):
            dearer = price.price.amount < token.price.amount <= MOST_OFF * price.price.amount
            if other in taken or not dearer or (roles[other, 2] < OLD and id(token.piece) not in called_old):
                continue
            away = math.hypot(*price.area.gap(token.area)) / price.size
            if away < OLD_REACH:
                reach.append((away - roles[other, 2], number, other))
    return {number: look.prices[other] for number, other in _nearest(reach).items()}


def percents(look: Look, pairs: Sequence[Pair]) -> dict[int, int]:
    """The percentage badge at each price, by the pair's number; each badge once."""
    reach = [
        (away, number, badge)
        for number, pair in enumerate(pairs)
        for badge, percent in enumerate(look.percents)
        if (away := math.hypot(*look.prices[pair.token].area.gap(percent.area)) / look.prices[pair.token].size) < BADGE_REACH
    ]
    return {number: look.percents[badge].percent for number, badge in _nearest(reach).items()}


def _nearest(reach: Sequence[tuple[float, int, int]]) -> dict[int, int]:
    """Item by pair from (distance, pair, item), nearest first, each once."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, number, item in sorted(reach):
        if number not in found and item not in taken:
            found[number] = item
            taken.add(item)
    return found


def members(look: Look) -> list[bool]:
    """For each token whether a label nearer to it than to any other says that it is for members."""
    found = [False] * len(look.prices)
    labels = [piece for piece, fact in zip(look.texts, look.facts, strict=True) if fact.member]
    for label in labels:
        reach = [max(token.area.gap(label.area)) / token.size for token in look.prices]
        nearest = min(
            range(len(reach)), key=lambda number: (reach[number], abs(_middle(look.prices[number].area) - _middle(label.area))), default=None
        )
        if nearest is not None and reach[nearest] < MEMBER_REACH:
            found[nearest] = True
    return found


def _middle(area: Area) -> float:
    return (area.left + area.right) / 2
