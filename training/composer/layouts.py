"""Cells for offers on a page."""

from __future__ import annotations

import math
from random import Random

from training.composer.sheet import Rect


def grid(area: Rect, count: int, gap: float, random: Random, wanted: float = 1.0) -> list[Rect]:
    """About `count` equal cells in rows; `wanted`: width over height."""
    columns = max(1, round(math.sqrt(count * area.width / area.height / wanted)))
    rows = max(1, math.ceil(count / columns))
    lines = _cut(area, rows, gap, random, across=False, jitter=0.0)
    last = count - columns * (rows - 1)
    shares = [columns] * (rows - 1) + [last if random.random() < 0.8 else columns]
    return [cell for line, share in zip(lines, shares, strict=True) for cell in _cut(line, share, gap, random, across=True, jitter=0.0)][:count]


def rows(area: Rect, count: int, gap: float, random: Random, wanted: float = 1.0) -> list[Rect]:
    """Rows of unequal heights, each with its own number of unequal cells."""
    columns = max(1.0, math.sqrt(count * area.width / area.height / wanted))
    number = max(1, round(count / columns))
    shares = [count // number + (1 if place < count % number else 0) for place in range(number)]
    random.shuffle(shares)
    lines = _cut(area, number, gap, random, across=False, jitter=0.25)
    return [cell for line, share in zip(lines, shares, strict=True) for cell in _cut(line, max(1, share), gap, random, across=True, jitter=0.25)]


def columns(area: Rect, count: int, gap: float, random: Random, wanted: float = 1.0) -> list[Rect]:
    """Columns, each with its own number of cells."""
    number = max(1, min(count, round(math.sqrt(count * area.width / area.height / wanted))))
    shares = [count // number + (1 if place < count % number else 0) for place in range(number)]
    random.shuffle(shares)
    lines = _cut(area, number, gap, random, across=True, jitter=0.12)
    return [cell for line, share in zip(lines, shares, strict=True) for cell in _cut(line, max(1, share), gap, random, across=False, jitter=0.3)]


def collage(area: Rect, count: int, gap: float, random: Random, wanted: float = 1.0) -> list[Rect]:
    """Cut the largest cell in two, again and again, wherever it suits."""
    cells = [area]
    while len(cells) < count:
        largest = max(cells, key=lambda cell: cell.width * cell.height * random.uniform(0.6, 1.0))
        cells.remove(largest)
        share = random.uniform(0.36, 0.64)
        across = largest.width / largest.height > wanted * random.uniform(0.7, 1.4)
        if across:
            edge = largest.x0 + largest.width * share
            cells += [Rect(largest.x0, largest.y0, edge - gap / 2, largest.y1), Rect(edge + gap / 2, largest.y0, largest.x1, largest.y1)]
        else:
            edge = largest.y0 + largest.height * share
            cells += [Rect(largest.x0, largest.y0, largest.x1, edge - gap / 2), Rect(largest.x0, edge + gap / 2, largest.x1, largest.y1)]
    return sorted(cells, key=lambda cell: (round(cell.y0), cell.x0))


def hero(area: Rect, count: int, gap: float, random: Random, wanted: float = 1.0) -> list[Rect]:
    """One big cell above, below or beside the others."""
    if count < 2:
        return [area]
    share = random.uniform(0.35, 0.5)
    way = random.choice(("top", "bottom", "left", "right"))
    cut = {
        "top": ((0, 0, 1, share), (0, share, 1, 1)),
        "bottom": ((0, 1 - share, 1, 1), (0, 0, 1, 1 - share)),
        "left": ((0, 0, share + 0.1, 0.6), (0, 0.6, 1, 1)),
        "right": ((1 - share, 0, 1, 1), (0, 0, 1 - share, 1)),
    }[way]
    big, rest = area.part(*cut[0]), area.part(*cut[1])
    beside = grid(area.part(share + 0.1, 0, 1, 0.6), max(1, (count - 1) // 2), gap, random, wanted) if way == "left" else []
    left = count - 1 - len(beside)
    return [
        big.inset(gap / 2),
        *(cell.inset(gap / 2) for cell in beside),
        *(grid(rest.inset(gap / 2), left, gap, random, wanted) if left > 0 else []),
    ]


def scattered(area: Rect, count: int, gap: float, random: Random, wanted: float = 1.0) -> list[Rect]:
    """A grid shaken: cells shrink and shift within their place."""
    cells = []
    for cell in grid(area, count, gap, random, wanted):
        w, h = cell.width * random.uniform(0.82, 1.0), cell.height * random.uniform(0.84, 1.0)
        x, y = cell.x0 + (cell.width - w) * random.random(), cell.y0 + (cell.height - h) * random.random()
        cells.append(Rect(x, y, x + w, y + h))
    return cells


def listing(area: Rect, count: int, gap: float, random: Random, wanted: float = 1.0) -> list[Rect]:
    """Low wide rows in one to three columns."""
    del wanted
    number = 1 if count <= 14 else 2 if count <= 60 else 3
    per = math.ceil(count / number)
    height = min(area.height / per, 64.0)
    cells = []
    for column in _cut(area, number, gap * 2, random, across=True, jitter=0.0):
        cells += [
            Rect(column.x0, column.y0 + height * place, column.x1, column.y0 + height * (place + 1) - min(gap, height * 0.08)) for place in range(per)
        ]
    return cells[:count]


LAYOUTS = {layout.__name__: layout for layout in (grid, rows, columns, collage, hero, scattered, listing)}


def _cut(area: Rect, number: int, gap: float, random: Random, *, across: bool, jitter: float) -> list[Rect]:
    """`area` in `number` strips with `gap` points between them; `jitter`: how unequal, 0 to 1."""
    weights = [1 + random.uniform(-jitter, jitter) for _ in range(number)]
    room = (area.width if across else area.height) - gap * (number - 1)
    strips, at = [], area.x0 if across else area.y0
    for weight in weights:
        size = room * weight / sum(weights)
        strips.append(Rect(at, area.y0, at + size, area.y1) if across else Rect(area.x0, at, area.x1, at + size))
        at += size + gap
    return strips
