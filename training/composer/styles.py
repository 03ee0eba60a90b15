"""Chains that do not exist: bounds within which each of their pages is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from training.composer.art import Form
from training.composer.fonts import FontBook, Kind
from training.composer.goods import Habits
from training.composer.look import BrandWay, CardWay, Look, Palette, Tag, Type, readable
from training.composer.money import habit
from training.composer.pictures import shade
from training.composer.pricing import price_style
from training.composer.words import language

BELOW_PICTURE = ("shelf", "shelf-left", "plate")
BESIDE_PICTURE = ("beside", "beside-right", "strip", "strip-price-first")
ABOVE_PICTURE = ("caption", "caption-left")
PRICE_FIRST = ("crown", "crown-right", "bare-top")


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


STYLES: tuple[Style, ...] = (
    Style(
        "frischwerk", "Frischwerk", ("#ffffff", "#f7f5ef"), ("#1f7a3d", "#2f8f2f", "#0e5a3a"), ("#f2b705", "#e8541e"), ("sans", "rounded"), ("sans",),
        ("sans",), ("box", "round"), ("box", "round"), ("white", "none", "tint"), (*BELOW_PICTURE, "caption"), ("grid", "rows"), (6, 12), ("caps", "small"),
    ),
    Style(
        "mercadia", "Mercadia", ("#ffffff", "#fff8e1"), ("#d8232a", "#b5121b"), ("#ffd400", "#ffcb05"), ("condensed", "display"), ("condensed", "sans"),
        ("condensed", "display", "sans"), ("box", "burst", "flag", None), ("burst", "box"), ("none", "edge", "tint"), (*BELOW_PICTURE, *PRICE_FIRST, "beside"),
        ("collage", "scattered", "hero"), (8, 18), ("inline", "after"), tilt=7.0, multibuy=0.25, old=0.3,
    ),
    Style(
        "nordhus", "Nordhus", ("#13233f", "#1d2b36", "#102c2a"), ("#e33d2e", "#f28c1b"), ("#ffffff", "#f5d547"), ("sans", "rounded"), ("sans",), ("sans",),
        ("box", "round"), ("box", "round"), ("none", "dark", "photo"), (*BESIDE_PICTURE, "shelf", "tower"), ("columns", "grid", "rows"), (5, 10), ("caps", "logo"),
        old=0.6,
    ),
    Style(
        "corner-basket", "Corner Basket", ("#ffffff", "#fdf1f1", "#eef6ff"), ("#6a1b9a", "#0057a8", "#c2185b"), ("#ffe600", "#00a88f"), ("display", "sans"), ("sans",),
        ("display", "sans"), ("circle", "burst", "ellipse"), ("flag", "box", "circle"), ("none", "round", "shadow"), (*BELOW_PICTURE, *PRICE_FIRST, "tower", "scene-low"),
        ("grid", "hero", "scattered"), (4, 12), ("inline", "small", "after"), tilt=10.0, loyalty=0.35, multibuy=0.3, centred=0.5,
    ),
    Style(
        "tabella", "Tabella", ("#ffffff", "#fbfaf5"), ("#33383f", "#7a1f1f", "#1c4f6b"), ("#c9a227", "#d9dde2"), ("serif", "sans"), ("sans", "serif", "condensed"),
        ("serif", "sans"), (None, None, "box"), (None, "box"), ("none", "edge"), ("bare", "strip", "strip-price-first"), ("listing",), (12, 48), ("inline", "small"),
        pictures=0.4, old=0.25,
    ),
    Style(
        "gran-plaza", "Gran Plaza", ("#fffdf7", "#f3efe6"), ("#0b6e4f", "#8c2f39", "#5c4033"), ("#e9c46a", "#f4a261"), ("serif", "script"), ("serif",), ("serif",),
        (None, "ellipse", "ticket"), ("ellipse", None, "ticket"), ("none", "gradient", "shadow"), (*BELOW_PICTURE, "beside", "scene"), ("hero", "rows", "collage"), (3, 9),
        ("small", "logo", "after"), centred=0.5,
    ),
    Style(
        "bigbuy", "BigBuy", ("#ffe600", "#ffef5c", "#ff7f00"), ("#d0021b", "#003da5", "#111111"), ("#ffffff", "#003da5"), ("condensed", "display"), ("condensed",),
        ("condensed", "display"), ("box", "flag", "arrow", None), ("burst", "flag", "box"), ("white", "none", "edge"), (*ABOVE_PICTURE, *PRICE_FIRST, "shelf", "bare-stack"),
        ("grid", "rows", "collage"), (9, 24), ("inline", "caps"), tilt=4.0, old=0.35, multibuy=0.2,
    ),
    Style(
        "petit-panier", "Petit Panier", ("#ffffff", "#fcf7fa", "#f4f9f2"), ("#c8102e", "#1b4d8f", "#3c8d2f"), ("#f7c9d4", "#bfe3b4", "#ffd166"), ("rounded", "script"),
        ("rounded", "sans"), ("rounded", "sans"), ("round", "circle", "ticket"), ("circle", "round"), ("round", "tint", "gradient"), ("tower", "shelf", "crown", "beside", "plate"),
        ("grid", "columns", "hero"), (4, 11), ("logo", "small", "caps"), loyalty=0.25, centred=0.7,
    ),
    Style(
        "depot-33", "Depot 33", ("#e9ecef", "#ffffff", "#2b2d31"), ("#ff5a00", "#0071bc", "#00843d"), ("#222222", "#ffd200"), ("sans", "display"), ("sans", "condensed"),
        ("sans", "display"), ("box", "arrow", "flag"), ("box", "flag"), ("white", "shadow", "edge"), (*ABOVE_PICTURE, *BESIDE_PICTURE, "shelf"), ("columns", "collage", "grid"),
        (3, 9), ("logo", "caps", "inline"), old=0.55,
    ),
    Style(
        "la-huerta", "La Huerta", ("#f8fbef", "#ffffff", "#2d3b1f"), ("#4c8c2b", "#7a9a01", "#b3452c"), ("#f6c445", "#dfeacb"), ("script", "serif", "rounded"), ("sans", "serif"),
        ("script", "rounded", "sans"), (None, "ellipse", "ticket", "round"), ("ellipse", "circle"), ("none", "photo", "gradient"), ("scene", "scene-low", *BELOW_PICTURE, "crown"),
        ("hero", "scattered", "collage"), (2, 8), ("after", "small", "inline"), tilt=5.0, old=0.2,
    ),
    Style(
        "super-neon", "SuperNeon", ("#14001f", "#001a33", "#101010"), ("#ff2d95", "#00d1ff", "#b4ff00"), ("#ffe600", "#7a00ff"), ("display", "condensed"), ("sans", "condensed"),
        ("display", "condensed", "sans"), (None, "round", "flag", "burst"), ("flag", "burst"), ("none", "dark", "edge"), (*BELOW_PICTURE, *PRICE_FIRST, "strip"),
        ("collage", "rows", "hero"), (5, 14), ("caps", "inline"), tilt=6.0, loyalty=0.2,
    ),
    Style(
        "kontor", "Kontor", ("#ffffff",), ("#003b71", "#5b0f16", "#22543d"), ("#dfe6ee", "#e7d9c4"), ("serif", "sans"), ("serif", "sans"), ("serif",), (None,), (None, "box"),
        ("none", "edge"), ("shelf", "shelf-left", "caption", "beside", "bare-stack"), ("grid", "rows"), (6, 16), ("inline", "small"), old=0.3,
    ),
    Style(
        "maxi-mini", "Maxi & Mini", ("#ffffff", "#fafafa"), ("#e4002b", "#0033a0", "#007a33"), ("#ffd100", "#f2f2f2"), ("sans", "condensed"), ("condensed", "sans"),
        ("condensed", "sans"), ("box", None), ("box", "circle"), ("edge", "none", "white"), ("bare-stack", "bare-top", "shelf", "tower", "caption"), ("grid",), (24, 150),
        ("inline", "small"), pictures=0.6, old=0.15, loyalty=0.0, multibuy=0.03,
    ),
    Style(
        "campo-vivo", "Campo Vivo", ("#fff7ed", "#e8f4ea", "#ffffff"), ("#e76f00", "#00695c", "#ad1457"), ("#ffca28", "#80cbc4"), ("rounded", "display"), ("sans",),
        ("rounded", "display", "sans"), ("round", "circle", "ellipse", "arrow"), ("round", "burst"), ("round", "gradient", "shadow"),
        ("strip", "beside", "beside-right", "crown-right", "plate", "tower"), ("columns", "rows", "scattered"), (4, 12), ("caps", "after", "logo"), tilt=3.0, multibuy=0.25, loyalty=0.15,
    ),
)  # fmt: skip


def look_of(style: Style, code: str, fonts: FontBook, random: Random) -> Look:
    """One page's look within `style`, in the language `code`."""
    words = language(code)
    money = habit(random, random.choice(words.currencies), words.separator)
    palette = _palette(style, random)
    pricing = price_style(random, money)
    struck = random.choices(("", "flat", "rising", "falling", "low", "cross"), (3, 4, 3, 1, 1, 0.5))[0]
    brand = random.choice(style.brands)
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
        brand_way=brand,
        name_caps=random.random() < 0.2,
        name_bold=random.random() < 0.8,
        name_colour=random.choice((palette.ink, palette.ink, palette.main)),
        card=random.choice(style.cards),
        arrangements=tuple(random.sample(style.arrangements, min(len(style.arrangements), random.randint(2, 4)))),
        old_struck=struck,
        old_words=not struck or random.random() < 0.35,
        old_place=random.choices(("above", "below", "beside", "text"), (4, 5, 2, 1))[0],
        badge_place=random.choices(("above", "beside", "below"), (6, 2, 1))[0],
        pictures=style.pictures,
        stickers=0.2,
        across=0.5 if random.random() < style.centred else random.choices((0.0, 1.0), (9, 1))[0],
        phrases={name: random.choice(values) for name, values in (*words.phrases.items(), ("dates", words.page["dates"]))},
    )


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
