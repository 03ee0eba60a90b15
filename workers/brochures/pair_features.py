"""What speaks for a price and a name being one offer, in numbers. No text: see `training/README.md`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from workers.brochures.boxes import NAN, Boxes, Matrix, apart, colours, sizes
from workers.brochures.facts import Facts
from workers.brochures.groups import Group
from workers.brochures.implied import Implied
from workers.brochures.layout import Area
from workers.brochures.tokens import Token


@dataclass(frozen=True, slots=True)
class Prices:
    """Amounts that may be prices, and each one's chance of it."""

    tokens: Sequence[Token]
    chance: Matrix


@dataclass(frozen=True, slots=True)
class Ground:
    """What a page has beside names and prices: straight edges in page heights, prices that unit prices make, its body type size."""

    rules: Sequence[Area]
    implied: Sequence[Implied]
    body: float


def pair_features(offered: Prices, groups: Sequence[Group], facts: Sequence[Facts], ground: Ground) -> Matrix:
    """tokens x groups x features: what speaks for a price and a name being one offer.

    Hardly any is a distance: how far a name stands from its price is each chain's own, but that nothing else stands between them, that no other
    price is nearer, that the pairs of a page lie alike, and that a unit price makes this very price, holds everywhere.
    """
    tokens, chance, body = offered.tokens, offered.chance, ground.body
    prices, names, blocks = (
        Boxes([token.area for token in tokens]),
        Boxes([group.name_area for group in groups]),
        Boxes([group.area for group in groups]),
    )
    shape = len(tokens), len(groups)
    scale = sizes(tokens)[:, None]
    grounds = colours([token.piece.ground for token in tokens])
    same_line = np.array([[token.piece in group.pieces or token.piece in group.detail_pieces for group in groups] for token in tokens])
    columns = [
        *_directions(prices, blocks, scale),
        *_competition(prices, names, blocks, chance),
        *_alike_pairs(prices, blocks, chance, groups, np.ones(shape)),
        apart(grounds, colours([group.pieces[0].ground for group in groups])),
        apart(colours([token.piece.colour for token in tokens]), colours([group.pieces[0].colour for group in groups])),
        same_line.astype(float),
        np.full(shape, float((chance >= LIKELY).sum())),
        np.full(shape, float(len(groups))),
        *separations(prices, names, ground.rules),
        *_alike_pairs(prices, blocks, chance, groups, _mutual(prices, blocks, chance)),
        _disagreement(tokens, groups, ground.implied),
    ]
    own = [(token, size) for token, size in zip(tokens, sizes(tokens), strict=True)]
    largest = max(size for _, size in own)
    of_price = np.array(
        [
            (likely, math.log(size / max(body, 1e-4)), math.log(size / largest), token.form, float(token.letters > 0))
            for (token, size), likely in zip(own, chance, strict=True)
        ]
    )
    of_name = np.array([_group_features(group, facts, body) for group in groups])
    return np.concatenate(
        [
            np.stack(columns, axis=-1),
            np.broadcast_to(of_price[:, None], (*shape, of_price.shape[1])),
            np.broadcast_to(of_name[None], (*shape, of_name.shape[1])),
        ],
        axis=-1,
    )


PAIR_TREND: Final = (0,) * 8 + (-1,) * 6 + (1,) * 3 + (0,) * 5 + (-1,) * 4 + (1,) * 3 + (-1,) + (1, 0, 0, 0, 0) + (0, 1) + (0,) * 6
"""Which way a feature of a pair may move its chance: competitors and edges between only lower it, likeness to other pairs only raises it."""
SHARES: Final = (22, 23)
"""Where the shares of the way that an edge covers stand among the features."""
LIKELY: Final = 0.3
"""Chance from which a token is taken for a price when others are judged."""
_ALIKE: Final = 0.02
"""Page heights by which the places of two pairs may differ to be alike."""


_NEARLY: Final = 0.002
"""Page heights by which two distances differ that are the same."""


def _directions(prices: Boxes, blocks: Boxes, scale: Matrix) -> list[Matrix]:
    """Where the price stands, in its type sizes, cut at three: farther is just far."""
    steps = (
        prices.left[:, None] - blocks.left,
        prices.right[:, None] - blocks.right,
        prices.x[:, None] - blocks.x,
        prices.top[:, None] - blocks.top,
        prices.bottom[:, None] - blocks.bottom,
        prices.top[:, None] - blocks.bottom,
        prices.bottom[:, None] - blocks.top,
        prices.left[:, None] - blocks.right,
    )
    return [np.clip(step / scale, -3, 3) for step in steps]


def _competition(prices: Boxes, names: Boxes, blocks: Boxes, chance: Matrix) -> list[Matrix]:
    """How many names are nearer to the price and prices to the name, by how much, and how many stand in the space that both span."""
    white = prices.white(blocks)
    likely = chance >= LIKELY
    rivals = np.where(likely[:, None], white, np.inf)
    nearer_names = (white[:, None, :] < white[:, :, None]).sum(axis=2)
    nearer_prices = (rivals[None] < white[:, None] - 1e-9).sum(axis=1)
    nearest_name = white.min(axis=1)[:, None]
    nearest_price = np.where(np.isfinite(rivals.min(axis=0)), rivals.min(axis=0), 1.0)[None]
    left, top = np.minimum(prices.left[:, None], blocks.left), np.minimum(prices.top[:, None], blocks.top)
    right, bottom = np.maximum(prices.right[:, None], blocks.right), np.maximum(prices.bottom[:, None], blocks.bottom)

    def inside(boxes: Boxes) -> Any:
        x, y = boxes.x, boxes.y
        return (x > left[..., None]) & (x < right[..., None]) & (y > top[..., None]) & (y < bottom[..., None])

    return [
        nearer_names.astype(float),
        nearer_prices.astype(float),
        (white + 0.005) / (nearest_name + 0.005),
        (white + 0.005) / (nearest_price + 0.005),
        (inside(prices) & likely).sum(axis=2) - likely[:, None].astype(float),
        inside(names).sum(axis=2) - 1.0,
    ]


def _alike_pairs(prices: Boxes, blocks: Boxes, chance: Matrix, groups: Sequence[Group], counted: Matrix) -> list[Matrix]:
    """How many other pairs of the page, of those that are `counted`, lie to each other as this one does: a page repeats its pattern."""
    weight = np.repeat(chance, len(groups)) * np.tile([group.chance for group in groups], len(chance)) * counted.ravel()
    fewer = max(1, min(int((chance >= LIKELY).sum()), len(groups)))
    found = []
    for across, down in (
        (prices.x[:, None] - blocks.left, prices.y[:, None] - blocks.top),
        (prices.x[:, None] - blocks.right, prices.y[:, None] - blocks.top),
        (prices.x[:, None] - blocks.left, prices.y[:, None] - blocks.bottom),
    ):
        found.append(_votes(across.ravel(), down.ravel(), weight).reshape(across.shape) / fewer)
    return found


def _mutual(prices: Boxes, blocks: Boxes, chance: Matrix) -> Matrix:
    """1 where price and name are each other's nearest. In an even grid every price stands in line with the name above it and the one below; which of
    them it belongs to shows in what is nearest, over the whole page.
    """
    white = prices.white(blocks)
    rivals = np.where((chance >= LIKELY)[:, None], white, np.inf)
    return np.asarray(((white <= white.min(axis=1)[:, None] + _NEARLY) & (white <= rivals.min(axis=0)[None] + _NEARLY)).astype(float))


def _disagreement(tokens: Sequence[Token], groups: Sequence[Group], implied: Sequence[Implied]) -> Matrix:
    """How far, as a share, the price is from what the name's unit price makes it; NaN where no unit price is stated."""
    made = {one.line: one.amount for one in implied}
    told = np.array([next((made[no] for no in (*group.lines, *group.details) if no in made), NAN) for group in groups])
    amount = np.array([float(token.price.amount) for token in tokens])
    return np.asarray(np.minimum(abs(np.log(np.maximum(amount[:, None], 0.01) / np.maximum(told[None], 0.01))), 1.0))


def _votes(across: Matrix, down: Matrix, weight: Matrix) -> Matrix:
    """Sum of weights within `_ALIKE` of each place, its own left out. Counted in cells, so that a page of 150 offers costs no more than one of 10."""
    cell_x, cell_y = np.floor(across / _ALIKE).astype(int), np.floor(down / _ALIKE).astype(int)
    x, y = cell_x - cell_x.min() + 1, cell_y - cell_y.min() + 1
    grid = np.zeros((x.max() + 2, y.max() + 2))
    np.add.at(grid, (x, y), weight)
    around = sum(grid[1 + i : grid.shape[0] - 1 + i, 1 + j : grid.shape[1] - 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1))
    return np.asarray(np.asarray(around)[x - 1, y - 1] - weight)


def separations(prices: Boxes, names: Boxes, rules: Sequence[Area]) -> list[Matrix]:
    """Straight edges between a price and a name: the largest share of the way across that one covers, level and upright, and how many cover all."""
    shape = len(prices), len(names)
    share, whole = (np.zeros(shape), np.zeros(shape)), (np.zeros(shape), np.zeros(shape))
    left, right = np.minimum(prices.x[:, None], names.x), np.maximum(prices.x[:, None], names.x)
    top, bottom = np.minimum(prices.y[:, None], names.y), np.maximum(prices.y[:, None], names.y)
    slack = 0.012
    for rule in rules:
        if rule.width >= rule.height:
            between, kind = (rule.top > top) & (rule.top < bottom), 0
            low, high, start, end = left - slack, right + slack, rule.left, rule.right
        else:
            between, kind = (rule.left > left) & (rule.left < right), 1
            low, high, start, end = top - slack, bottom + slack, rule.top, rule.bottom
        covered = np.where(between, np.clip((np.minimum(end, high) - np.maximum(start, low)) / (high - low), 0, 1), 0.0)
        np.maximum(share[kind], covered, out=share[kind])
        whole[kind][...] += covered > 0.95
    return [*share, *whole]


def _group_features(group: Group, facts: Sequence[Facts], body: float) -> tuple[float, ...]:
    weights = [piece.weight for piece in group.pieces if piece.weight is not None]
    told = [facts[number] for number in (*group.lines, *group.details)]
    return (
        float(len(group.lines)),
        group.chance,
        float(len(group.details)),
        float(any(fact.package for fact in told)),
        float(any(fact.unit_price for fact in told)),
        math.log(float(np.median([piece.size for piece in group.pieces])) / max(body, 1e-4)),
        float(np.mean(weights)) / 100 if weights else NAN,
        float(sum(len(piece.text) for piece in group.pieces)),
    )
