"""Page understanding: which amounts are prices, which lines are names, and what belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from schemas.pages import Page
from workers.brochures.boxes import Matrix
from workers.brochures.companions import BADGE_REACH, members, old_prices, percents
from workers.brochures.completing import set_right
from workers.brochures.extent import extents
from workers.brochures.forest import FOLDER, Forest, load
from workers.brochures.groups import Group, find_groups
from workers.brochures.layout import Area, Piece
from workers.brochures.lexicon import Lexicon
from workers.brochures.lists import asides, listed
from workers.brochures.look import Look, look_at
from workers.brochures.packages import find_bare_basis, find_basis
from workers.brochures.pairs import POSSIBLE, Pair, chosen_pairs, offer_rows, pair_chances, possible
from workers.brochures.tokens import Token

LISTED: Final = 0.5
"""Confidence of a line of a price list, which no labelled page has: as good as any other guess until somebody measures it."""
SAID: Final = 0.8
"""Confidence of an offer in running text: nine of the labelled pages' ten are right."""
PRICED: Final = 0.5
"""Chance of being a price from which a token that found no name is looked at once more."""
FAINT: Final = 0.1
"""Chance of being part of a name from which a line may then begin one."""
FAINT_PAIR: Final = 0.01
"""Chance that such a pair must have."""
MOST_SAVED: Final = 4
"""Times a member's price that everybody's may be."""


@dataclass(frozen=True, slots=True)
class Models:
    """What training fitted: roles of tokens (nothing, price, old price), lines of names, pairs, how sure an offer is, and how far it reaches."""

    token: Forest
    line: Forest
    pair: Forest
    offer: Forest
    extent: Forest


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
    """The offers of a page in reading order, and the lines that are no offer's, `per kg` among them: that belongs to a price, not to a name."""

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
    said = asides(look)
    _set_aside(look, said, roles, lines)
    groups = find_groups(look.texts, lines, look.above, look.below, look.facts)
    pairs, sure = _likeliest(look, roles, groups, models)
    faint = _faint(look, roles, lines, groups, pairs, models)
    beside = [Pair(look.prices.index(token), len(groups) + len(faint[0]) + number) for number, (token, _) in enumerate(said)]
    groups = [*groups, *faint[0], *(group for _, group in said)]
    pairs, sure = [*pairs, *faint[1], *beside], np.concatenate([sure, faint[2], np.full(len(said), SAID)])
    lists = listed(look)
    if len(lists) > len(pairs):
        return _of_list(look, lists)
    badges = percents(look, pairs)
    look, roles, pairs = set_right(look, roles, pairs, groups, badges)
    olds = old_prices(look, roles, pairs)
    parts = [(look.prices[pair.token], groups[pair.group], olds.get(number)) for number, pair in enumerate(pairs)]
    reach = extents(look, [core(*part) for part in parts], models.extent)
    offers = [FoundOffer(*part, badges.get(number), float(sure[number]), reach[number]) for number, part in enumerate(parts)]
    told = {no for pair in pairs for no in (*groups[pair.group].lines, *groups[pair.group].details)}
    labels = tuple(
        piece for number, piece in enumerate(look.texts) if number not in told or find_basis(piece.text, words) or find_bare_basis(piece.text, words)
    )
    return PageReading(tuple(sorted(offers, key=lambda offer: (round(offer.price.area.top, 2), offer.price.area.left))), labels)


def _set_aside(look: Look, said: Sequence[tuple[Token, Group]], roles: Matrix, lines: Matrix) -> None:
    """Take what running text says already from what is still to be found."""
    for token, group in said:
        roles[look.prices.index(token)] = (1.0, 0.0, 0.0)
        lines[list(group.lines)] = 0.0


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
