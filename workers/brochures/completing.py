"""Prices that were read in part, or mistaken for the old one, put right by what is printed about them: percentage, unit price and package.

Display type is where engines fail: of `-.69` they read 69, of a big `4` before `99` nothing. A discount or a unit price says what the amount must be.
Only figures that were read are used: nothing is put in their place that they do not end in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from workers.brochures.boxes import Matrix
from workers.brochures.companions import BADGE_REACH
from workers.brochures.groups import Group
from workers.brochures.implied import Implied
from workers.brochures.look import Look
from workers.brochures.pairs import Pair
from workers.brochures.tokens import Form, Token

PERCENT: Final = 0.011
"""Share by which a price and what is left after a whole percentage may differ."""
CENTS: Final = 2
"""Figures of a price of which the units may not have been read."""
UNSURE: Final = (Form.BARE, Form.ALONE, Form.ROUND)
"""Forms of which an engine may have lost units or a decimal sign."""
REACH: Final = 3.0
"""Distance of a price from an amount that a percentage ties it to, in type sizes of the larger."""
SURE: Final = 0.5
"""Chance of being a price from which a token is not taken for an old one, whatever a percentage says."""
LEAST_SIZE: Final = 0.8
"""Type size, in that of the old price, that a price has at least."""


def set_right(
    look: Look, roles: Matrix, pairs: Sequence[Pair], groups: Sequence[Group], badges: Mapping[int, int]
) -> tuple[Look, Matrix, list[Pair]]:
    """The page with its prices as the rest of it says: roles of amounts (tokens x nothing, price, old price) and pairs changed, amounts completed.

    `badges` are percentages by the pair's number.
    """
    made = {one.line: one for one in look.implied}
    prices, roles, found = list(look.prices), roles.copy(), []
    taken = {pair.token for pair in pairs}
    for number, pair in enumerate(pairs):
        near = [other for other in _near(look, pair.token) if other not in taken]
        wanted = [made[line] for line in (*groups[pair.group].lines, *groups[pair.group].details) if line in made]
        new = _mistaken(look, pair.token, near, wanted) if roles[pair.token, 1] < SURE else None
        if new is not None:
            prices[new[0]] = new[1]
            roles[[pair.token, new[0]]] = (0.0, 0.0, 1.0), (0.0, 1.0, 0.0)
            taken.add(new[0])
            found.append(Pair(new[0], pair.group))
            continue
        if number in badges:
            wanted += [Implied(-1, float(prices[other].price.amount) * (1 - badges[number] / 100), PERCENT) for other in near]
        prices[pair.token] = completed(prices[pair.token], wanted)
        found.append(pair)
    return replace(look, prices=tuple(prices)), roles, found


def _near(look: Look, token: int) -> list[int]:
    price = look.prices[token]
    return [
        other for other, found in enumerate(look.prices) if other != token and max(price.area.gap(found.area)) < REACH * max(price.size, found.size)
    ]


def completed(token: Token, wanted: Sequence[Implied]) -> Token:
    """The price, read anew where its figures allow another amount that is `wanted` and the present one is not."""

    def confirmed(amount: Decimal) -> bool:
        return any(one.agrees(float(amount)) for one in wanted)

    if token.form not in UNSURE or confirmed(token.price.amount):
        return token
    found = next((amount for amount in _readings(token, wanted) if confirmed(amount)), None)
    return token if found is None else replace(token, price=replace(token.price, amount=found))


def _readings(token: Token, wanted: Sequence[Implied]) -> Iterator[Decimal]:
    """Other amounts that the figures of a price may be the end of: in cents, whole, and with units that were not read."""
    digits = "".join(character for character in token.price.text if character.isdigit())
    yield (Decimal(digits) / 100).quantize(Decimal("0.01"))
    yield Decimal(digits).quantize(Decimal("0.01"))
    if len(digits) == CENTS:
        for one in wanted:
            for units in (int(one.amount), int(one.amount) - 1, int(one.amount) + 1):
                if units > 0:
                    yield Decimal(f"{units}.{digits}")


def _mistaken(look: Look, old: int, near: Sequence[int], wanted: Sequence[Implied]) -> tuple[int, Token] | None:
    """The amount near a pair's price that a percentage at either leaves of it: then that is the price, and this was the old one. None where there is
    none, or the price is confirmed.
    """
    was = look.prices[old]
    if any(one.agrees(float(was.price.amount)) for one in wanted):
        return None
    fits = []
    for number in near:
        token = look.prices[number]
        lefts = [
            Implied(-1, float(was.price.amount) * (1 - badge.percent / 100), PERCENT)
            for badge in look.percents
            if min(max(token.area.gap(badge.area)), max(was.area.gap(badge.area))) < BADGE_REACH * max(token.size, was.size)
        ]
        read = completed(token, lefts)
        if any(one.agrees(float(read.price.amount)) for one in lefts) and token.size > LEAST_SIZE * was.size:
            fits.append((max(was.area.gap(token.area)), number, read))
    return min(fits, key=lambda fit: fit[0])[1:] if fits else None
