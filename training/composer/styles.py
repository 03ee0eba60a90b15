"""Chains that do not exist: bounds within which each of their pages is drawn."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from training.composer.art import Form
from training.composer.fonts import FontBook, Kind
from training.composer.goods import Habits
from training.composer.look import BrandWay, CardWay, Look, Palette, Tag, Type, readable
from training.composer.money import habit
from training.composer.pictures import shade
from training.composer.pricing import price_style
from training.composer.words import Language, language

STRUCK = ("flat", "rising", "falling", "low", "cross")
"""The ways of `art.struck`."""


@dataclass(frozen=True)
class Style:
    """One chain. Colours as #rrggbb, counts of offers as (lowest, highest), shares 0 to 1."""

    name: str
    retailer: str
    papers: tuple[str, ...]
    mains: tuple[str, ...]
    seconds: tuple[str, ...]
    titles: tuple[Kind, ...]
    texts: tuple[Kind, ...]
    prices: tuple[Kind, ...]
    tags: tuple[Form | None, ...]
    badges: tuple[Form | None, ...]
    cards: tuple[CardWay, ...]
    arrangements: tuple[str, ...]
    layouts: tuple[str, ...]
    offers: tuple[int, int]
    brands: tuple[BrandWay, ...]
    pictures: float = 0.95
    tilt: float = 0.0
    old: float = 0.4
    loyalty: float = 0.08
    multibuy: float = 0.1
    centred: float = 0.2


@cache
def styles() -> tuple[Style, ...]:
    """The chains of styles.toml, in its order."""
    raw = tomllib.loads(Path(__file__).with_name("styles.toml").read_text("utf-8"))
    return tuple(Style(name=name, **{key: _value(key, value) for key, value in row.items()}) for name, row in raw.items())


def _value(key: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(None if key in {"tags", "badges"} and entry == "none" else entry for entry in value)


def look_of(style: Style, code: str, fonts: FontBook, random: Random) -> Look:
    """One page's look within `style`, in the language `code`."""
    words = language(code)
    money = habit(random, random.choice(words.currencies), words.separator)
    palette = _palette(style, random)
    pricing = price_style(random, money)
    struck = random.choices(("", *STRUCK), (3, 4, 3, 1, 1, 0.5))[0]
    return Look(
        style=style.name,
        retailer=style.retailer,
        words=words,
        fonts=fonts,
        money=money,
        habits=_habits(style, random),
        palette=palette,
        type=_type(style, fonts, random),
        price=pricing,
        tag=_tag(random.choice(style.tags), palette, style.tilt, random),
        badge=_tag(random.choice(style.badges) or "box", _swapped(palette), 0.0, random),
        brand_way=random.choice(style.brands),
        name_caps=random.random() < 0.2,
        name_bold=random.random() < 0.8,
        name_colour=random.choice((palette.ink, palette.ink, palette.main)),
        card=random.choice(style.cards),
        arrangements=tuple(random.sample(style.arrangements, min(len(style.arrangements), random.randint(2, 4)))),
        old_struck=struck,
        old_words=not struck or random.random() < 0.35,
        old_place=random.choices(("above", "below", "beside", "text"), (4, 5, 2, 1))[0],
        badge_place=random.choices(("above", "beside", "below"), (6, 2, 1))[0],
        package_place=random.choices(("text", "price"), (6, 1))[0],
        package_plate=random.random() < 0.5,
        unit_price_place=random.choices(("text", "price"), (3, 1))[0],
        small_print=random.choice((0.55, 0.62, 0.7, 0.8)),
        leaders=random.random() < 0.6,
        accents=random.choice((0.0, 0.0, 0.1, 0.25)),
        pictures=style.pictures,
        stickers=random.choice((0.0, 0.15, 0.4)),
        across=0.5 if random.random() < style.centred else random.choices((0.0, 1.0), (9, 1))[0],
        phrases=_wording(words, random),
    )


def _wording(words: Language, random: Random) -> dict[str, str]:
    """One template of each kind: a page says the same thing in the same words."""
    return {name: random.choice(values) for name, values in (*words.phrases.items(), ("dates", words.page["dates"]))}


def _palette(style: Style, random: Random) -> Palette:
    paper, main, second = random.choice(style.papers), random.choice(style.mains), random.choice(style.seconds)
    ink = readable(paper, "#1b1f24", "#ffffff")
    return Palette(
        paper,
        ink,
        shade(ink, 0.25 if ink != "#ffffff" else -0.12),
        main,
        readable(main, "#ffffff", second),
        second,
        readable(second, main, "#1b1f24"),
    )


def _swapped(palette: Palette) -> Palette:
    """The second colour first, for what must not look like the price."""
    return Palette(palette.paper, palette.ink, palette.soft, palette.second, palette.on_second, palette.main, palette.on_main)


def _type(style: Style, fonts: FontBook, random: Random) -> Type:
    text = fonts.pick(random, *style.texts)
    name = text if random.random() < 0.5 else fonts.pick(random, *style.texts)
    return Type(name, fonts.pick(random, *style.prices), text, fonts.pick(random, *style.titles))


def _tag(form: Form | None, palette: Palette, tilt: float, random: Random) -> Tag:
    if form is None:
        return Tag(None, None, None, palette.main, tilt)
    fill, ink = random.choice(((palette.main, palette.on_main), (palette.second, palette.on_second), ("#ffffff", readable("#ffffff", palette.main))))
    return Tag(form, fill, random.choice((None, None, palette.main, "#ffffff")), ink, tilt)


def _habits(style: Style, random: Random) -> Habits:
    return Habits(
        brand=random.choice((0.4, 0.75, 0.95)),
        old=style.old * random.choice((0.0, 1.0, 1.6)),
        discount=random.choice((0.0, 0.7, 1.0)),
        unit_price=random.choice((0.0, 0.6, 0.9)),
        loyalty=style.loyalty,
        multibuy=style.multibuy,
        details=random.choice((0.1, 0.4, 0.8)),
        action=random.choice((0.0, 0.15, 0.5)),
        prefix=random.choice((0.0, 0.05, 0.15)),
        package=random.choice((0.85, 0.97, 1.0)),
    )
