"""Page understanding: which amounts are prices, which lines are names, and what belongs together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from schemas.pages import Page
from workers.brochures.assign import assign
from workers.brochures.boxes import Matrix
from workers.brochures.extent import extents
from workers.brochures.forest import FOLDER, Forest, load
from workers.brochures.groups import Group, find_groups
from workers.brochures.layout import Area, Piece
from workers.brochures.lexicon import Lexicon
from workers.brochures.lists import listed
from workers.brochures.look import Look, look_at
from workers.brochures.pair_features import SHARES
from workers.brochures.tokens import Form, Token

POSSIBLE: Final = 0.05
"""Chance from which a token may be an offer's price."""
ALONE: Final = 0.003
"""Chance of a pair below which price and name both stay alone."""
LISTED: Final = 0.5
"""Confidence of a line of a price list, which no labelled page has: as good as any other guess until somebody measures it."""
PRICED: Final = 0.5
"""Chance of being a price from which a token that found no name is looked at once more."""
FAINT: Final = 0.1
"""Chance of being part of a name from which a line may then begin one."""
FAINT_PAIR: Final = 0.01
"""Chance that such a pair must have."""
PARTED: Final = 2.0
"""What a straight edge all the way between a price and a name takes from the logarithm of their odds."""
OLD: Final = 0.25
"""Chance of being an old price from which a token is taken for one."""
OLD_REACH: Final = 3.0
"""Distance of an old price, in type sizes of the price."""
BADGE_REACH: Final = 1.5
"""Distance of a percentage badge, in type sizes of the price."""
MEMBER_REACH: Final = 2.0
"""Distance of the label of a member's price, in type sizes of the price."""
MOST_SAVED: Final = 4
"""Times a member's price that everybody's may be."""
MOST_OFF: Final = 20
"""Times the price that an old price may be."""


@dataclass(frozen=True, slots=True)
class Models:
    """What training fitted: roles of tokens (nothing, price, old price), lines of names, pairs, how sure an offer is, and how far it reaches."""

    token: Forest
    line: Forest
    pair: Forest
    offer: Forest
    extent: Forest


@dataclass(frozen=True, slots=True)
class Pair:
    """A price and a name; numbers of the look's tokens and of the groups."""

    token: int
    group: int


@dataclass(frozen=True, slots=True)
class FoundOffer:
    """One offer as it lies on the page."""

    price: Token
    group: Group
    old: Token | None
    percent: int | None
    confidence: float
    extent: Area
    """All that is the offer's, its picture too, in page heights."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """The offers of a page in reading order, and the lines that are no offer's."""

    offers: tuple[FoundOffer, ...]
    labels: tuple[Piece, ...]


@lru_cache(maxsize=1)
def shipped() -> Models:
    """The models of this version."""
    found = load(FOLDER / "brochures.npz")
    return Models(found["token"], found["line"], found["pair"], found["offer"], load(FOLDER / "extent.npz")["extent"])


def read_page(page: Page, words: Lexicon, models: Models | None = None) -> PageReading:
    """The offers of a page. `models` are the shipped ones unless others are to be judged."""
    models = models or shipped()
    look = look_at(page, words)
    if not look.prices or not look.texts:
        return PageReading((), look.texts)
    roles = models.token.chances(look.token_rows(words))
    lines = models.line.chances(look.line_rows(roles[:, 1]))[:, 1]
    groups = find_groups(look.texts, lines, look.above, look.below, look.facts)
    pairs, sure = _likeliest(look, roles, groups, models)
    faint = _faint(look, roles, lines, groups, pairs, models)
    groups, pairs, sure = [*groups, *faint[0]], [*pairs, *faint[1]], np.concatenate([sure, faint[2]])
    lists = listed(look)
    if len(lists) > len(pairs):
        return _of_list(look, lists)
    olds = old_prices(look, roles, pairs)
    badges = percents(look, pairs)
    parts = [(look.prices[pair.token], groups[pair.group], olds.get(number)) for number, pair in enumerate(pairs)]
    reach = extents(look, [core(*part) for part in parts], models.extent)
    offers = [FoundOffer(*part, badges.get(number), float(sure[number]), reach[number]) for number, part in enumerate(parts)]
    told = {no for pair in pairs for no in (*groups[pair.group].lines, *groups[pair.group].details)}
    labels = tuple(piece for number, piece in enumerate(look.texts) if number not in told)
    return PageReading(tuple(sorted(offers, key=lambda offer: (round(offer.price.area.top, 2), offer.price.area.left))), labels)


def _of_list(look: Look, lists: Sequence[tuple[Token, Group]]) -> PageReading:
    told = {number for _, group in lists for number in group.lines}
    offers = tuple(FoundOffer(token, group, None, None, LISTED, group.area.around(token.area)) for token, group in lists)
    return PageReading(offers, tuple(piece for number, piece in enumerate(look.texts) if number not in told))


def _likeliest(look: Look, roles: Matrix, groups: Sequence[Group], models: Models) -> tuple[list[Pair], Matrix]:
    """The pairs that are likeliest together, and how sure each is."""
    chosen = possible(roles)
    if not groups or not chosen:
        return [], np.zeros(0)
    chance = pair_chances(look.pair_rows(chosen, roles[:, 1], groups), models.pair)
    pairs = _for_everyone(look, roles, [Pair(chosen[row], column) for row, column in chosen_pairs(chance)])
    sure = models.offer.chances(offer_rows(look, groups, roles, chance, chosen, pairs))[:, 1] if pairs else np.zeros(0)
    return pairs, sure


def _for_everyone(look: Look, roles: Matrix, pairs: Sequence[Pair]) -> list[Pair]:
    """Pairs with the price that everybody pays: where the chosen one is for members, a free likely one beside it that is not, and is higher."""
    taken = {pair.token for pair in pairs}
    member = members(look)
    found = []
    for pair in pairs:
        price = look.prices[pair.token]
        others = [
            (max(price.area.gap(other.area)), number)
            for number, other in enumerate(look.prices)
            if member[pair.token]
            and not member[number]
            and number not in taken
            and roles[number, 1] > POSSIBLE
            and price.price.amount < other.price.amount <= MOST_SAVED * price.price.amount
            and max(price.area.gap(other.area)) < BADGE_REACH * price.size
        ]
        token = min(others)[1] if others else pair.token
        taken.add(token)
        found.append(Pair(token, pair.group))
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


def _faint(
    look: Look, roles: Matrix, lines: Matrix, groups: Sequence[Group], pairs: Sequence[Pair], models: Models
) -> tuple[list[Group], list[Pair], Matrix]:
    """A second search for likely prices that found no name, among lines that look less like one. A page without any pair may be one offer that fills
    it, with nothing to tell a name by: its likeliest lines are taken for one.
    """
    used = {pair.token for pair in pairs}
    left = [int(number) for number in np.flatnonzero(roles[:, 1] >= PRICED) if number not in used]
    told = {no for pair in pairs for no in (*groups[pair.group].lines, *groups[pair.group].details)}
    chance = np.where([number in told for number in range(len(lines))], 0.0, lines)
    least = FAINT if pairs else min(FAINT, float(lines.max()))
    found = find_groups(look.texts, chance, look.above, look.below, look.facts, least=least) if left else []
    if not found:
        return [], [], np.zeros(0)
    odds = pair_chances(look.pair_rows(left, roles[:, 1], found), models.pair)
    chosen = [(row, column) for row, column in chosen_pairs(odds) if odds[row, column] >= FAINT_PAIR]
    more = [Pair(left[row], column) for row, column in chosen]
    if not more:
        return [], [], np.zeros(0)
    sure = models.offer.chances(offer_rows(look, found, roles, odds, left, more))[:, 1]
    return found, [Pair(pair.token, pair.group + len(groups)) for pair in more], sure


def core(price: Token, group: Group, old: Token | None) -> Area:
    """Around name, description, price and old price."""
    area = group.area.around(price.area)
    return area.around(old.area) if old else area


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
            )
        )
    return np.array(rows, dtype=float)


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


def _odds(chance: Matrix) -> Matrix:
    """Logarithm of the odds, within reason."""
    cut = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(cut / (1 - cut)))
