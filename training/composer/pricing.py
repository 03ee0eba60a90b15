"""The big price itself: euros and cents as brochures draw them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from training.composer.art import Art, Stroke, beside, written
from training.composer.fonts import cap_height
from training.composer.money import Money

Cents = Literal["raised", "level", "small", "stacked"]
SIGNS = ("none", "same", "small", "raised", "under")


@dataclass(frozen=True)
class PriceStyle:
    """How a chain draws prices.

    `cents`: raised after the whole part, level with it, small on its baseline, or stacked with the sign over them; `separator`: what is drawn
    between, may be empty or the currency sign; `sign`: one of SIGNS, on the money's side; `whole`: how even amounts end; `small`: how amounts
    under one are written; `joined`: one text object where all is of one size; `mark`: footnote sign.
    """

    cents: Cents
    separator: str
    cents_size: float
    underlined: bool
    sign: str
    whole: Literal["dash", "zeros", "bare"]
    small: Literal["plain", "dash", "open", "coins"]
    joined: bool
    mark: str


def price_style(random: Random, money: Money) -> PriceStyle:
    """One chain's way."""
    cents: Cents = random.choices(("raised", "level", "small", "stacked"), (6, 4, 2, 1))[0]
    separator = money.separator if random.random() < 0.6 else random.choice((".", ",", ".", ""))
    if cents == "level" and not separator:
        separator = money.separator
    sign = "none" if money.side == "none" else random.choices(SIGNS, (3, 4, 3, 3, 2 if cents == "raised" else 0))[0]
    if money.currency == "GBP" and sign == "none" and random.random() < 0.8:
        sign = "same"
    if money.currency == "EUR" and cents in {"raised", "level"} and random.random() < 0.12:
        separator, sign = money.symbol, "none"
    if cents == "stacked":
        sign = "under"
    return PriceStyle(
        cents=cents,
        separator=separator,
        cents_size=random.uniform(0.42, 0.72),
        underlined=cents == "raised" and random.random() < 0.2,
        sign=sign,
        whole=random.choices(("zeros", "dash", "bare"), (5, 2 if money.currency in {"EUR", "CHF"} else 0, 2))[0],
        small=random.choices(("plain", "dash", "open", "coins"), (6, 1, 1, 2) if money.currency in {"EUR", "CHF"} else (6, 0, 1, 2))[0],
        joined=cents == "level" and random.random() < 0.75,
        mark=random.choices(("", "*", "¹"), (8, 2, 1))[0],
    )


def price_art(cents: int, style: PriceStyle, money: Money, font: str, colour: str) -> Art:
    """The price with figures of size 1 and its baseline at 0."""
    if cents < 100 and (money.pence or style.small != "plain"):
        art = _under_one(cents, style, money, font, colour)
    else:
        art = _signed(cents, style, money, font, colour)
    if style.mark:
        mark = written(style.mark, font, 0.32, colour)
        art = beside(art, mark.moved(0, art.box.y0 - mark.box.y0), 0.02)
    return art


def _under_one(cents: int, style: PriceStyle, money: Money, font: str, colour: str) -> Art:
    figures = written(f"{cents:02d}" if style.small != "coins" else f"{cents}", font, 1.0, colour)
    if money.pence or (style.small == "coins" and money.currency != "CHF"):
        coin = "p" if money.currency == "GBP" else {"USD": "¢", "MXN": "¢"}.get(money.currency, "ct")
        return beside(figures, written(coin, font, 1.0 if coin == "p" else 0.55, colour), 0.03)
    lead = written("-." if style.small == "dash" else (style.separator if style.separator in {".", ","} else "."), font, 1.0, colour)
    return beside(lead, figures, 0.02)


def _signed(cents: int, style: PriceStyle, money: Money, font: str, colour: str) -> Art:
    body = _figures(cents, style, money, font, colour)
    if style.sign in {"none", "under"}:
        return body
    size = {"same": 1.0, "small": 0.5, "raised": 0.5}[style.sign]
    sign = written(money.symbol, font, size, colour)
    if style.sign == "raised":
        sign = sign.moved(0, -cap_height(font) * (1 - size))
    gap = 0.06 if money.gap or style.sign != "same" else 0.02
    return beside(sign, body, gap) if money.side == "before" else beside(body, sign, gap)


def _figures(cents: int, style: PriceStyle, money: Money, font: str, colour: str) -> Art:
    whole, rest = str(cents // 100), f"{cents % 100:02d}"
    between = style.separator
    if cents % 100 == 0 and style.whole != "zeros" and style.cents != "stacked":
        ending = "" if style.whole == "bare" else f"{between or '.'}{'-' if between != ',' else '–'}"
        return written(whole + ending, font, 1.0, colour)
    if style.joined or style.cents == "level":
        if style.joined:
            return written(f"{whole}{between}{rest}", font, 1.0, colour)
        parts = [written(text, font, 1.0, colour) for text in (whole, between, rest) if text]
        return _row(parts, 0.02)
    small = written(rest, font, style.cents_size, colour)
    if style.cents == "small":
        return _row([written(whole + between, font, 1.0, colour), small], 0.03)
    lift = cap_height(font) * (1 - style.cents_size)
    if style.cents == "stacked":
        return _stacked(whole, rest, money, font, colour)
    head = written(whole, font, 1.0, colour)
    if between:
        head = beside(head, written(between, font, 0.6 if between == money.symbol else 1.0, colour), 0.01)
    art = beside(head, small, 0.03 if between else 0.06, lift)
    if style.underlined:
        left, right, low = art.box.x1 - small.box.width, art.box.x1, -lift + 0.09
        art = Art((*art.parts, Stroke((left, low), (right, low), colour, 0.05)), art.box)
    if style.sign == "under":
        sign = written(money.symbol, font, (1 - style.cents_size) * 0.8, colour)
        art = Art(art.parts + sign.moved(art.box.x1 - sign.box.x1, 0).parts, art.box)
    return art


def _stacked(whole: str, rest: str, money: Money, font: str, colour: str) -> Art:
    """The sign small over the cents."""
    sign, small = written(money.symbol, font, 0.4, colour), written(rest, font, 0.5, colour)
    column = beside(small, sign.moved(0, -cap_height(font) * 0.6), -small.box.width)
    return beside(written(whole, font, 1.0, colour), column, 0.06)


def _row(parts: list[Art], gap: float) -> Art:
    row = parts[0]
    for part in parts[1:]:
        row = beside(row, part, gap)
    return row
