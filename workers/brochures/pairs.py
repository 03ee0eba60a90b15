"""Which price belongs to which name, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workers.brochures.assign import assign
from workers.brochures.boxes import Matrix
from workers.brochures.forest import Forest
from workers.brochures.groups import Group
from workers.brochures.implied import Implied
from workers.brochures.look import Look
from workers.brochures.pair_features import SHARES
from workers.brochures.tokens import Form, Token

POSSIBLE: Final = 0.05
"""Chance from which a token may be an offer's price."""
ALONE: Final = 0.003
"""Chance of a pair below which price and name both stay alone."""
PARTED: Final = 2.0
"""What a straight edge all the way between a price and a name takes from the logarithm of their odds."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A price and a name; numbers of the look's tokens and of the groups."""

    token: int
    group: int


def possible(roles: Matrix) -> list[int]:
    """Tokens that may be prices; `roles` is tokens x (nothing, price, old price)."""
    return [int(number) for number in np.flatnonzero(roles[:, 1] > POSSIBLE)]


def pair_chances(rows: Matrix, model: Forest) -> Matrix:
    """tokens x groups from tokens x groups x features."""
    flat = model.chances(rows.reshape(-1, rows.shape[-1]))[:, 1].reshape(rows.shape[:2])
    return np.asarray(1 / (1 + np.exp(PARTED * rows[..., list(SHARES)].max(axis=-1) - _odds(flat))))


def chosen_pairs(chance: Matrix) -> list[tuple[int, int]]:
    """The likeliest assignment over the page: (row, column), each once; a pair less likely than `ALONE` is none."""
    tokens, groups = chance.shape
    alone = np.full((tokens, tokens), -math.log(ALONE / (1 - ALONE)))
    return [(row, column) for row, column in assign(np.concatenate([-_odds(chance), alone], axis=1)) if column < groups]


def offer_rows(look: Look, groups: Sequence[Group], roles: Matrix, chance: Matrix, chosen: Sequence[int], pairs: Sequence[Pair]) -> Matrix:
    """Features of each pair as an offer: how likely its parts are, how much likelier than others, and how well they were read."""
    row_of = {number: row for row, number in enumerate(chosen)}
    made = {one.line: one for one in look.implied}
    rows = []
    for pair in pairs:
        token, group, row = look.prices[pair.token], groups[pair.group], row_of[pair.token]
        odds = _odds(chance)
        rows.append(
            (
                odds[row, pair.group],
                odds[row, pair.group] - np.delete(odds[row], pair.group).max(initial=-9.0),
                odds[row, pair.group] - np.delete(odds[:, pair.group], row).max(initial=-9.0),
                roles[pair.token, 1],
                roles[pair.token, 2],
                group.chance,
                token.confidence,
                min(piece.confidence for piece in group.pieces),
                float(token.form == Form.DECIMAL),
                float(token.form >= Form.BARE),
                float(len(group.lines)),
                float(sum(len(piece.text) for piece in group.pieces)),
                float(any(look.facts[number].package for number in (*group.lines, *group.details))),
                float(len(pairs)),
                _confirmed(token, group, made),
            )
        )
    return np.array(rows, dtype=float)


def _confirmed(token: Token, group: Group, made: Mapping[int, Implied]) -> float:
    """1 where a unit price of the name's makes just this price, 0 where it makes another, NaN where none is stated."""
    told = [made[number] for number in (*group.lines, *group.details) if number in made]
    return float(any(one.agrees(float(token.price.amount)) for one in told)) if told else math.nan


def _odds(chance: Matrix) -> Matrix:
    """Logarithm of the odds, within reason."""
    cut = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(cut / (1 - cut)))
