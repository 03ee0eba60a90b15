"""Which text belongs to which price.

Every price takes one block and every block one price, nearest pairs first. Near means little white between them; a name stands above its price, or
before it, more often than below or behind it. The costs were set by end-to-end recall over the labelled pages of three German chains together:
0.51 with these, 0.47 when `BELOW` is halved, 0.49 when `PLAIN` is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workers.brochures.layout import Block
from workers.brochures.marks import Mark

FARTHEST: Final = 0.40
"""Cost, in page heights, beyond which a price has no text: more than a quarter of a page lies between."""
BELOW: Final = 0.12
BEHIND: Final = 0.14
"""Costs, in page heights, of text that stands below the price, or to its right."""
PASSES: Final = 6
"""Rounds of improvement at most; a page settles in two or three."""
PLAIN: Final = 0.20
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
    costs = [{block_no: cost for block_no, candidate in enumerate(candidates) if (cost := _cost(mark, candidate)) < FARTHEST} for mark in marks]
    chosen = _improved(_greedy(costs), costs)
    pairs = [Pair(marks[mark_no], candidates[block_no], 1 - max(costs[mark_no][block_no], 0.0) / FARTHEST) for mark_no, block_no in chosen.items()]
    return sorted(pairs, key=lambda found: (round(found.mark.area.top, 2), found.mark.area.left))


def _greedy(costs: Sequence[Mapping[int, float]]) -> dict[int, int]:
    """Block by price, nearest first."""
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, mark_no, block_no in sorted((cost, mark_no, block_no) for mark_no, row in enumerate(costs) for block_no, cost in row.items()):
        if mark_no not in chosen and block_no not in taken:
            chosen[mark_no] = block_no
            taken.add(block_no)
    return chosen


def _improved(chosen: dict[int, int], costs: Sequence[Mapping[int, float]]) -> dict[int, int]:
    """A choice of lower total cost: a price takes another's block where that one finds a better or hardly worse one.

    A grid of offers whose names stand far above their prices has the next row's names nearer; only together they fall into place.
    """
    for _ in range(PASSES):
        changed = False
        for mark_no, row in enumerate(costs):
            owner = {block_no: other for other, block_no in chosen.items()}
            best_gain, best = 1e-9, None
            for block_no, cost in row.items():
                saved = _cost_of(mark_no, chosen, costs) - cost
                other = owner.get(block_no)
                if other == mark_no or (other is None and saved <= best_gain):
                    continue
                instead = None
                if other is not None:
                    free = {no: price for no, price in costs[other].items() if no not in owner or no == chosen.get(mark_no)}
                    instead = min(free, key=lambda no: free[no], default=None)
                    saved += costs[other][block_no] - (free[instead] if instead is not None else FARTHEST)
                if saved > best_gain:
                    best_gain, best = saved, (block_no, other, instead)
            if best is not None:
                _move(chosen, mark_no, best)
                changed = True
        if not changed:
            break
    return chosen


def _cost_of(mark_no: int, chosen: Mapping[int, int], costs: Sequence[Mapping[int, float]]) -> float:
    return costs[mark_no][chosen[mark_no]] if mark_no in chosen else FARTHEST


def _move(chosen: dict[int, int], mark_no: int, step: tuple[int, int | None, int | None]) -> None:
    block_no, other, instead = step
    chosen[mark_no] = block_no
    if other is not None:
        del chosen[other]
        if instead is not None:
            chosen[other] = instead


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
