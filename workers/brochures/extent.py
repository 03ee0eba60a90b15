"""How far an offer reaches: from its name and price to the whole of it, picture and all.

A page shares its ground among its offers. How far the free space beside an offer's print belongs to it is a habit of the page: the picture stands
above the name, or left of it, or between name and price. So each side of each offer is seen in what stands on all four sides of it, and in what
stands on that side of most offers of the page; a regression says how far the offer goes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from workers.brochures.boxes import Matrix
from workers.brochures.forest import Forest
from workers.brochures.layout import Area
from workers.brochures.look import Look

SIDES: Final = 4
"""Left, top, right, bottom."""
ABREAST: Final = 0.15
"""Share of the narrower of two offers by which they overlap when one stands in the other's way."""
PARTING: Final = 0.6
"""Share of an offer's side that a straight edge runs along when it parts the offer from what is beyond."""
FARTHEST: Final = 0.6
"""Distance, in page heights, from which things are just far."""
SLACK: Final = 0.01
"""Page heights by which what an offer is made of may stick out: boxes of print are drawn wide."""


def extents(look: Look, cores: Sequence[Area], model: Forest) -> list[Area]:
    """How far each offer of a page reaches, in page heights; `cores` are around the print of each, and lie within."""
    if not cores:
        return []
    table = _columns(cores)
    rows = extent_rows(look, cores)
    steps = np.maximum(model.sums(rows.reshape(-1, rows.shape[-1])).reshape(-1, SIDES), 0.0)
    low, high = table[:, :2] - steps[:, :2], table[:, 2:] + steps[:, 2:]
    grown = np.concatenate([np.maximum(low, 0.0), np.minimum(high, (look.aspect, 1.0))], axis=1)
    return [Area(*row).around(core) for row, core in zip(grown.tolist(), cores, strict=True)]


def extent_rows(look: Look, cores: Sequence[Area]) -> Matrix:
    """offers x sides x features. Needs at least one offer."""
    table = _columns(cores)
    texts, rules = _columns([piece.area for piece in look.texts]), _columns(look.rules)
    others = texts[~_within(texts, table)]
    ends = (0.0, 0.0, look.aspect, 1.0)
    seen = np.stack([_side(_turned(table, side), _turned(others, side), _turned(rules, side), end) for side, end in enumerate(ends)])
    usual = np.median(seen, axis=1)
    wide, high = table[:, 2] - table[:, 0], table[:, 3] - table[:, 1]
    return np.stack([_row(seen, usual, (wide, high), side, len(look.rules)) for side in range(SIDES)], axis=1)


def _row(seen: Matrix, usual: Matrix, measures: tuple[Matrix, Matrix], side: int, rules: int) -> Matrix:
    """offers x features of one side: what stands there, opposite and on the two sides between; what usually does; the measures of the print."""
    count = seen.shape[1]
    along, across = measures if side % 2 == 0 else measures[::-1]
    page = [np.median(along), np.median(across), float(count), float(rules), float(side)]
    return np.column_stack(
        [
            *(seen[(side + turn) % SIDES] for turn in (0, 2)),
            *(seen[between] for between in ((1, 3) if side % 2 == 0 else (0, 2))),
            *(np.broadcast_to(usual[(side + turn) % SIDES], (count, usual.shape[1])) for turn in (0, 2)),
            along,
            across,
            np.broadcast_to(page, (count, len(page))),
        ]
    )


def _side(cores: Matrix, texts: Matrix, rules: Matrix, end: float) -> Matrix:
    """offers x features of the side that is turned outward; `end` is where the page ends there."""
    out = cores[:, 1]
    free, in_way = _in_way(cores, end)
    return np.column_stack([free, *in_way, *_parting(cores, rules), *_prints(cores, texts, out + free), _span(texts, cores) - out])


def _in_way(cores: Matrix, end: float) -> tuple[Matrix, list[Matrix]]:
    """The space before the next offer or the page's end; if an offer ends it: one, how deep and how much broader, and how far aside it begins."""
    near, out, low, high = cores.T
    broad = high - low
    shared = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    ahead = (shared > ABREAST * np.minimum(broad[:, None], broad)) & (out > out[:, None]) & ((near + out) > (near + out)[:, None])
    gaps = np.where(ahead, np.maximum(near - out[:, None], 0.0), np.inf)
    first, everyone = gaps.argmin(axis=1), np.arange(len(cores))
    room = end - out
    blocked = gaps[everyone, first] < room
    free = np.where(blocked, gaps[everyone, first], room)
    return free, [blocked * value for value in (np.ones(len(cores)), (out - near)[first], broad[first] / broad, abs(low[first] - low))]


def _parting(cores: Matrix, rules: Matrix) -> list[Matrix]:
    """Distances of the first two straight edges that part an offer from what is beyond."""
    _, out, low, high = cores.T
    shared = np.minimum(high[:, None], rules[:, 3]) - np.maximum(low[:, None], rules[:, 2])
    across = (rules[:, 1] - rules[:, 0]) < (rules[:, 3] - rules[:, 2])
    away = rules[:, 0] - out[:, None]
    parts = across & (shared > PARTING * (high - low)[:, None]) & (away > -SLACK)
    far = np.full((len(cores), 2), FARTHEST)
    nearest = np.sort(np.concatenate([np.where(parts, away, FARTHEST), far], axis=1), axis=1)
    return [nearest[:, 0], nearest[:, 1]]


def _prints(cores: Matrix, texts: Matrix, until: Matrix) -> list[Matrix]:
    """Lines of nobody in the free space: how many, and how far away the first begins and the last ends."""
    _, out, low, high = cores.T
    shared = np.minimum(high[:, None], texts[:, 3]) - np.maximum(low[:, None], texts[:, 2])
    there = (shared > 0.3 * (texts[:, 3] - texts[:, 2])) & (texts[:, 0] > out[:, None] - SLACK) & (texts[:, 1] < until[:, None] + SLACK)
    begins = np.where(there, texts[:, 0] - out[:, None], FARTHEST).min(axis=1, initial=FARTHEST)
    ends = np.where(there, texts[:, 1] - out[:, None], 0.0).max(axis=1, initial=0.0)
    return [there.sum(axis=1).astype(float), begins, ends]


def _span(texts: Matrix, cores: Matrix) -> float:
    """Where the page's print ends."""
    return float(max(texts[:, 1].max(initial=-np.inf), cores[:, 1].max()))


def _within(texts: Matrix, cores: Matrix) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which lines are an offer's own."""
    x, y = (texts[:, 0] + texts[:, 2])[:, None] / 2, (texts[:, 1] + texts[:, 3])[:, None] / 2
    return np.asarray(((x >= cores[:, 0]) & (x <= cores[:, 2]) & (y >= cores[:, 1]) & (y <= cores[:, 3])).any(axis=1))


def _turned(table: Matrix, side: int) -> Matrix:
    """Boxes as (near, far, low, high): the first two from the page's inside outward to that side, the others along it."""
    start, along = (0, 1) if side % 2 == 0 else (1, 0)
    near, far = (table[:, start], table[:, start + 2]) if side > 1 else (-table[:, start + 2], -table[:, start])
    return np.column_stack([near, far, table[:, along], table[:, along + 2]])


def _columns(areas: Sequence[Area]) -> Matrix:
    return np.array([(area.left, area.top, area.right, area.bottom) for area in areas], dtype=float).reshape(-1, 4)
