"""What a chain looks like, drawn anew for every page within the bounds of its style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from training.composer.art import Form
from training.composer.fonts import Family, FontBook
from training.composer.goods import Habits
from training.composer.money import Money
from training.composer.pictures import luminance
from training.composer.pricing import PriceStyle
from training.composer.words import Language

BrandWay = Literal["caps", "small", "inline", "after", "logo"]
CardWay = Literal["none", "white", "tint", "edge", "round", "shadow", "dark", "main", "second", "photo", "gradient"]


@dataclass(frozen=True)
class Palette:
    """Colours as #rrggbb: paper, ink on it, softer ink, the chain's colour and ink on that, a second colour and ink on that."""

    paper: str
    ink: str
    soft: str
    main: str
    on_main: str
    second: str
    on_second: str


@dataclass(frozen=True)
class Type:
    """Families for names, prices, small text and headings."""

    name: Family
    price: Family
    text: Family
    title: Family


@dataclass(frozen=True)
class Tag:
    """How a price stands: on which plate (None: on nothing), in which colours, turned by up to `tilt` degrees."""

    form: Form | None
    fill: str | None
    edge: str | None
    ink: str
    tilt: float


@dataclass(frozen=True)
class Look:
    """Everything a page needs to be drawn in one hand."""

    style: str
    retailer: str
    words: Language
    fonts: FontBook
    money: Money
    habits: Habits
    palette: Palette
    type: Type
    price: PriceStyle
    tag: Tag
    badge: Tag
    brand_way: BrandWay
    name_caps: bool
    name_bold: bool
    name_colour: str
    card: CardWay
    arrangements: tuple[str, ...]
    old_struck: str
    """How an old price is struck out: a way of `art.struck`, or "" for words alone."""
    old_words: bool
    old_place: Literal["above", "below", "beside", "text"]
    badge_place: Literal["above", "below", "beside"]
    package_place: Literal["text", "price"]
    package_plate: bool
    unit_price_place: Literal["text", "price"]
    small_print: float
    """Size of small print over that of names."""
    leaders: bool
    """Whether dots lead from names to prices in lists."""
    accents: float
    """Share of offers on a card in one of the chain's own colours."""
    pictures: float
    stickers: float
    across: float
    """0: names flush left, 0.5 centred, 1 flush right."""
    phrases: dict[str, str]
    """The one wording of each kind this page uses."""


def readable(ground: str, *choices: str) -> str:
    """The first of `choices` that stands out from `ground`; black or white when none does."""
    for colour in choices:
        if abs(luminance(colour) - luminance(ground)) > 0.42:
            return colour
    return "#16181c" if luminance(ground) > 0.5 else "#ffffff"
