"""What a price token looks like in numbers: its size among others, its form, what stands beside it. No text: see `training/README.md`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workers.brochures.boxes import NAN, Boxes, Matrix, apart, colours, sizes
from workers.brochures.facts import Facts
from workers.brochures.implied import Implied
from workers.brochures.layout import Piece
from workers.brochures.lexicon import Lexicon
from workers.brochures.tokens import Form, Percent, Token

SAME_SIZE: Final = 0.2
"""Difference of the logarithms of two sizes up to which they are one."""
SAME_COLOUR: Final = 0.4
"""Distance of ink and ground together up to which two amounts are printed in the same colours."""
IMPLIED_REACH: Final = 8.0
"""Distance of a unit price from the price it belongs to, in type sizes of the price."""
_NEAR_TABLES: Final = ("old_price", "loyalty", "points", "deposit", "promo")


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands on a page beside its amounts."""

    percents: Sequence[Percent]
    texts: Sequence[Piece]
    facts: Sequence[Facts]
    implied: Sequence[Implied]
    body: float


def token_features(tokens: Sequence[Token], page: Beside, words: Lexicon) -> Matrix:
    """One row for each token. Needs at least one."""
    body = page.body
    boxes, size = Boxes([token.area for token in tokens]), sizes(tokens)
    amount = np.array([float(token.price.amount) for token in tokens])
    lone = np.array([token.letters == 0 for token in tokens])
    largest = size[lone].max() if lone.any() else size.max()
    ink, ground = colours([token.piece.colour for token in tokens]), colours([token.piece.ground for token in tokens])
    white = boxes.white(boxes)
    np.fill_diagonal(white, np.inf)
    own = [
        [
            math.log(max(token.size, 1e-4) / max(body, 1e-4)),
            math.log(token.size / largest),
            float((size[lone] > token.size * 1.1).sum()) / max(1, lone.sum()),
            float((abs(np.log(size[lone] / token.size)) < 0.15).sum()),
            *(float(token.form == form) for form in range(6)),
            token.letters,
            math.log10(max(float(token.price.amount), 0.01)),
            float(round(token.price.amount * 100) % 10),
            float(token.price.currency is not None),
            token.confidence,
            NAN if token.piece.weight is None else token.piece.weight / 100,
            NAN if token.piece.struck is None else float(token.piece.struck),
            *(float(words.finds(table, token.text)) for table in ("old_price", "loyalty", "unit_price", "promo")),
            (token.area.left + token.area.right) / 2,
            (token.area.top + token.area.bottom) / 2,
            float(len(token.text)),
        ]
        for token in tokens
    ]
    return np.column_stack(
        [
            np.array(own, dtype=float),
            _beside(boxes, size, amount, white, bigger=True, ink=ink, ground=ground),
            _beside(boxes, size, amount, white, bigger=False, ink=ink, ground=ground),
            _badges(boxes, size, amount, page.percents, white),
            _surroundings(tokens, boxes, size, page.texts, page.facts),
            _kin(tokens, size, ink, ground),
            _implied(boxes, size, amount, page),
        ]
    )


def _beside(boxes: Boxes, size: Matrix, amount: Matrix, white: Matrix, *, bigger: bool, ink: Matrix, ground: Matrix) -> Matrix:
    """The nearest token of clearly bigger (or smaller) type: how far, where, how much bigger, dearer or cheaper, and in what colours."""
    count = len(size)
    ratio = np.log(size[None] / size[:, None])
    wanted = ratio > 0.2 if bigger else ratio < -0.2
    reach = np.where(wanted, white, np.inf)
    if count == 1:
        return np.full((1, 7), NAN)
    nearest = reach.argmin(axis=1)
    rows = np.arange(count)
    scale = np.maximum(size, size[nearest])
    table = np.column_stack(
        [
            reach[rows, nearest] / scale,
            (boxes.x[nearest] - boxes.x) / scale,
            (boxes.y[nearest] - boxes.y) / scale,
            ratio[rows, nearest],
            np.log(amount[nearest] / np.maximum(amount, 0.01)),
            np.linalg.norm(ink[nearest] - ink, axis=1),
            np.linalg.norm(ground[nearest] - ground, axis=1),
        ]
    )
    table[~np.isfinite(table[:, 0])] = NAN
    return table


def _badges(boxes: Boxes, size: Matrix, amount: Matrix, percents: Sequence[Percent], white: Matrix) -> Matrix:
    """The nearest percentage, and whether it makes this amount the new or the old one of a neighbour."""
    count = len(size)
    if not percents:
        return np.column_stack([np.full((count, 3), NAN), np.zeros((count, 2))])
    badges = Boxes([percent.area for percent in percents])
    reach = boxes.white(badges)
    nearest = reach.argmin(axis=1)
    off = np.array([percent.percent / 100 for percent in percents])
    close = white < 4 * np.maximum(size[:, None], size[None])
    left = amount[:, None] / np.maximum(amount[None], 0.01)
    explained = (abs(1 - left[:, :, None] - off) < 0.025) & (reach[:, None, :] < 6 * size[:, None, None]) & close[:, :, None]
    return np.column_stack(
        [
            reach[np.arange(count), nearest] / size,
            (badges.x[nearest] - boxes.x) / size,
            (badges.y[nearest] - boxes.y) / size,
            explained.any(axis=(1, 2)),
            explained.any(axis=(0, 2)),
        ]
    )


def _kin(tokens: Sequence[Token], size: Matrix, ink: Matrix, ground: Matrix) -> Matrix:
    """Other amounts with cents that are printed alike: how many in size and colour, how far off in size the nearest of this colour, and in colour
    the nearest of this size.
    """
    plain = np.array([token.letters == 0 and token.form in (Form.DECIMAL, Form.JOINED) for token in tokens])
    sized = abs(np.log(size[:, None] / size[None]))
    coloured = np.nan_to_num(apart(ink, ink), nan=0.0) + np.nan_to_num(apart(ground, ground), nan=0.0)
    other = plain[None] & ~np.eye(len(tokens), dtype=bool)
    return np.column_stack(
        [
            (other & (sized < SAME_SIZE) & (coloured < SAME_COLOUR)).sum(axis=1),
            np.where(other & (coloured < SAME_COLOUR), sized, 3.0).min(axis=1),
            np.where(other & (sized < SAME_SIZE), coloured, 3.0).min(axis=1),
        ]
    )


def _implied(boxes: Boxes, size: Matrix, amount: Matrix, page: Beside) -> Matrix:
    """Whether a unit price near the amount makes just this, and how far away that stands; NaN where no unit price is near."""
    if not page.implied:
        return np.full((len(size), 2), NAN)
    lines = Boxes([page.texts[one.line].area for one in page.implied])
    reach = boxes.white(lines) / np.maximum(size, 0.01)[:, None]
    agrees = np.array([[one.agrees(value) for one in page.implied] for value in amount])
    near = np.where(reach < IMPLIED_REACH, reach, np.inf)
    right = np.where(agrees, near, np.inf).min(axis=1)
    told = np.isfinite(near.min(axis=1))
    return np.column_stack([np.where(told, np.isfinite(right), NAN), np.where(np.isfinite(right), right, NAN)])


def _surroundings(tokens: Sequence[Token], boxes: Boxes, size: Matrix, texts: Sequence[Piece], facts: Sequence[Facts]) -> Matrix:
    """Text near a token: how far the nearest line is, how many there are, and what the closest ones say."""
    if not texts:
        return np.full((len(tokens), 4 + len(_NEAR_TABLES)), NAN)
    lines = Boxes([piece.area for piece in texts])
    white = boxes.white(lines)
    for row, token in enumerate(tokens):
        for column, piece in enumerate(texts):
            if piece is token.piece:
                white[row, column] = np.inf
    said = np.array([(*(fact.says(table) for table in _NEAR_TABLES), fact.member) for fact in facts])
    close = white < 0.6 * size[:, None]
    return np.column_stack(
        [
            np.minimum(white.min(axis=1) / size, 50),
            (white < 2 * size[:, None]).sum(axis=1),
            close.sum(axis=1),
            (close[:, :, None] & said[None]).any(axis=1),
        ]
    )
