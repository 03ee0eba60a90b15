"""Which text belongs to which price.

Every price takes one block and every block one price, nearest pairs first. Near means little white between them; a name stands above its price, or
before it, more often than below or behind it. The costs were set by end-to-end recall over the labelled pages of three German chains together:
0.51 with these, 0.46 when `BELOW` is halved, 0.48 when `PLAIN` is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.brochures.layout import Block
from workers.brochures.marks import Mark

FARTHEST: Final = 0.40
"""Cost, in page heights, beyond which a price has no text: more than a quarter of a page lies between."""
BELOW: Final = 0.12
BEHIND: Final = 0.12
"""Costs, in page heights, of text that stands below the price, or to its right."""
PLAIN: Final = 0.18
"""Cost of a block that says neither package nor unit price: it may be a slogan or the print on a picture's packet."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block that could be a product's text; `detailed` when it states a package, a unit price or varieties."""

    block: Block
    detailed: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A price and its text; `closeness` is 1 where they touch and 0 at `FARTHEST`."""

    mark: Mark
    candidate: Candidate
    closeness: float


def pair(marks: Sequence[Mark], candidates: Sequence[Candidate]) -> list[Pair]:
    """Pairs in reading order of their prices; a price without text near it is left out."""
    costs = sorted(
        (cost, mark_no, block_no)
        for mark_no, mark in enumerate(marks)
        for block_no, candidate in enumerate(candidates)
        if (cost := _cost(mark, candidate)) < FARTHEST
    )
    taken_marks: set[int] = set()
    taken_blocks: set[int] = set()
    pairs = []
    for cost, mark_no, block_no in costs:
        if mark_no not in taken_marks and block_no not in taken_blocks:
            taken_marks.add(mark_no)
            taken_blocks.add(block_no)
            pairs.append(Pair(marks[mark_no], candidates[block_no], 1 - max(cost, 0.0) / FARTHEST))
    return sorted(pairs, key=lambda found: (round(found.mark.area.top, 2), found.mark.area.left))


def _cost(mark: Mark, candidate: Candidate) -> float:
    area = candidate.block.area
    across, down = mark.area.gap(area)
    cost = float((across**2 + down**2) ** 0.5)
    if area.top > mark.area.bottom - mark.area.height / 3:
        cost += BELOW
    if area.left > mark.area.right - mark.area.width / 3:
        cost += BEHIND
    if not candidate.detailed:
        cost += PLAIN
    return cost
