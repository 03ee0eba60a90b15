"""One offer in one cell: where its picture, text and price stand, and what was drawn as a label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from training.composer.art import fitted as art_fitted
from training.composer.flow import Cut, Item, SetLine, fitted, height_of, joined, set_lines
from training.composer.goods import Offer
from training.composer.look import Look, readable
from training.composer.panel import Panel, draw_panel, price_panel
from training.composer.pictures import pack_shot, photograph, shade
from training.composer.sheet import Point, Rect, Sheet

Part = tuple[float, float, float, float]


@dataclass(frozen=True)
class Arrangement:
    """Where things stand in a cell, in fractions of it. `anchor`: of the price in its part; `down`: of the text; `shape`: lowest and highest width over height."""

    picture: Part | None
    text: Part
    price: Part
    anchor: Point
    down: float
    shape: tuple[float, float]


ARRANGEMENTS: dict[str, Arrangement] = {
    "shelf": Arrangement((0.04, 0, 0.96, 0.56), (0, 0.6, 0.56, 1), (0.58, 0.6, 1, 1), (1, 1), 0, (0.55, 1.6)),
    "shelf-left": Arrangement((0.04, 0, 0.96, 0.56), (0.46, 0.6, 1, 1), (0, 0.58, 0.43, 1), (0, 1), 0, (0.55, 1.6)),
    "beside": Arrangement((0, 0, 0.46, 1), (0.49, 0, 1, 0.52), (0.49, 0.54, 1, 1), (0, 1), 0, (0.8, 3.0)),
    "beside-right": Arrangement((0.54, 0, 1, 1), (0, 0, 0.51, 0.52), (0, 0.54, 0.51, 1), (0, 1), 0, (0.8, 3.0)),
    "caption": Arrangement((0, 0.3, 1, 1), (0, 0, 1, 0.29), (0.42, 0.62, 1, 1), (1, 1), 0, (0.45, 1.5)),
    "caption-left": Arrangement((0.1, 0.3, 1, 1), (0, 0, 1, 0.29), (0, 0.64, 0.56, 1), (0, 1), 0, (0.45, 1.5)),
    "crown": Arrangement((0.06, 0.3, 0.94, 0.72), (0, 0.74, 1, 1), (0, 0, 0.7, 0.3), (0, 0), 0, (0.45, 1.3)),
    "crown-right": Arrangement((0.0, 0.2, 0.8, 0.7), (0, 0.72, 1, 1), (0.45, 0, 1, 0.34), (1, 0), 0, (0.45, 1.3)),
    "tower": Arrangement((0.08, 0, 0.92, 0.46), (0, 0.48, 1, 0.74), (0.05, 0.75, 0.95, 1), (0.5, 1), 0, (0.35, 1.1)),
    "plate": Arrangement((0, 0, 0.6, 0.72), (0, 0.73, 1, 1), (0.5, 0.32, 1, 0.71), (1, 1), 0.2, (0.6, 1.9)),
    "strip": Arrangement((0, 0, 0.26, 1), (0.28, 0, 0.66, 1), (0.68, 0, 1, 1), (1, 0.5), 0.5, (1.9, 7.0)),
    "strip-price-first": Arrangement((0.74, 0, 1, 1), (0.34, 0, 0.73, 1), (0, 0, 0.32, 1), (0, 0.5), 0.5, (1.9, 7.0)),
    "bare": Arrangement(None, (0, 0, 0.6, 1), (0.62, 0, 1, 1), (1, 0.5), 0.5, (1.4, 12.0)),
    "bare-stack": Arrangement(None, (0, 0, 1, 0.56), (0, 0.58, 1, 1), (0, 1), 0, (0.3, 2.2)),
    "bare-top": Arrangement(None, (0, 0.46, 1, 1), (0, 0, 1, 0.44), (0, 0), 0, (0.3, 2.2)),
    "scene": Arrangement((0.3, 0.1, 1, 0.95), (0.03, 0.04, 0.5, 0.52), (0.03, 0.55, 0.5, 0.97), (0, 1), 0, (0.9, 3.0)),
    "scene-low": Arrangement((0.1, 0.02, 0.9, 0.6), (0.03, 0.66, 0.56, 0.97), (0.58, 0.55, 0.98, 0.97), (1, 1), 1, (0.6, 2.2)),
}
FALLBACKS = ("bare-stack", "bare")


@dataclass(frozen=True)
class Label:
    """A drawn offer: what it says and its box on the page in points."""

    offer: Offer
    product_name: str
    brand_lines: tuple[str, ...]
    name_lines: tuple[str, ...]
    unit: str | None
    unit_price: str
    details: str
    price_texts: tuple[str, ...]
    old_shown: bool
    said: tuple[str, ...]
    box: Rect
    shared: bool = False


def draw_offer(sheet: Sheet, cell: Rect, offer: Offer, look: Look, random: Random) -> Label | None:
    """Draw `offer` into `cell`; None, and nothing drawn, when its texts do not fit there."""
    inner = cell.inset(max(2.0, cell.width * 0.035), max(2.0, cell.height * 0.035))
    ground = _ground(look, random)
    items = text_items(offer, look, (inner.width * inner.height) ** 0.5, ground)
    plan = _planned(random, inner, items, look)
    if plan is None:
        return None
    arrangement, lines = plan
    bounds = draw_card(sheet, cell, look, random, ground)
    price_part = inner.part(*arrangement.price)
    tilt = random.uniform(-look.tag.tilt, look.tag.tilt)
    panel = _panel(random, offer, look, price_part, ground)
    if arrangement.picture and random.random() < look.pictures:
        bounds = _joined(bounds, draw_picture(sheet, inner.part(*arrangement.picture), offer, look, random))
    text_part = inner.part(*arrangement.text)
    drawn = set_lines(sheet, lines, text_part, across=look.across, down=arrangement.down)
    drawn = drawn.union(draw_panel(sheet, panel, price_part, arrangement.anchor, look.tag, tilt))
    return labelled(offer, lines, panel, _joined(bounds, drawn))


def _joined(first: Rect | None, second: Rect) -> Rect:
    return second if first is None else first.union(second)


def _ground(look: Look, random: Random) -> str:
    """The colour that will stand behind the texts of a card."""
    palette = look.palette
    return {
        "none": palette.paper,
        "white": "#ffffff",
        "tint": shade(palette.second, 0.82),
        "edge": palette.paper,
        "round": "#ffffff",
        "shadow": "#ffffff",
        "dark": shade(palette.main, -0.55),
        "photo": random.choice((shade(palette.main, -0.5), shade(palette.second, 0.75))),
        "gradient": shade(palette.second, 0.6),
    }[look.card]


def draw_card(sheet: Sheet, cell: Rect, look: Look, random: Random, ground: str) -> Rect | None:
    """The card under an offer; its box when it can be seen as one."""
    area, palette = cell.inset(1.5), look.palette
    if look.card == "none":
        return None
    if look.card == "photo":
        sheet.image(photograph(random, (220, max(40, int(220 * area.height / area.width))), (ground, shade(ground, 0.15))), area)
    elif look.card == "gradient":
        sheet.gradient(area, (shade(ground, 0.25), shade(ground, -0.04)))
    elif look.card == "shadow":
        sheet.box(Rect(area.x0 + 2, area.y0 + 2.5, area.x1 + 2, area.y1 + 2.5), "#000000", alpha=0.18)
        sheet.box(area, ground)
    elif look.card == "edge":
        sheet.box(area, None, palette.main, random.choice((0.5, 1.0, 1.8)))
    elif look.card == "round":
        sheet.box(area, ground, palette.second, 0.8, radius=9)
    else:
        sheet.box(area, ground)
    return area


def text_items(offer: Offer, look: Look, scale: float, ground: str) -> list[Item]:
    """The paragraphs of an offer, most important first; `scale`: side of the cell's square in points."""
    size = max(6.4, min(24.0, scale * 0.068))
    soft = readable(ground, look.palette.soft, look.palette.ink)
    name_cut = Cut(look.type.name.bold if look.name_bold else look.type.name.regular, size, readable(ground, look.name_colour, look.palette.ink))
    small = Cut(look.type.text.regular, max(5.0, size * 0.7), soft)
    items = _titles(offer, look, name_cut, small)
    if offer.details:
        items.append(Item("detail", ((", ".join(offer.details), small),), optional=True))
    if offer.package:
        cut = replace(small, font=look.type.text.bold) if look.price.underlined else small
        items.append(Item("package", ((offer.package, cut),), gap=size * 0.1))
    if offer.unit_price:
        tail = replace(small, size=max(5.0, small.size * 0.9))
        items.append(Item("unit_price", ((offer.unit_price, tail),), optional=True, glued=look.old_words and bool(offer.package)))
    if offer.old is not None and look.old_place == "text":
        items.append(Item("old", ((look.phrases["was"].format(p=look.money.written(offer.old)), replace(small, font=look.type.text.bold)),)))
    for kind, text in (("deposit", offer.deposit), ("tier", offer.tier), ("label", offer.points), ("other", offer.limit), ("other", offer.validity)):
        if text:
            items.append(Item(kind, ((text, replace(small, font=look.type.text.bold) if kind == "tier" else small),), optional=True))  # type: ignore[arg-type]
    return items


def _titles(offer: Offer, look: Look, name: Cut, small: Cut) -> list[Item]:
    """Brand and name in the chain's order; a logo brand is drawn in the heading face."""
    title = offer.name.upper() if look.name_caps else offer.name
    product = Item("name", ((title, name),))
    if not offer.brand:
        return [product]
    if look.brand_way == "inline":
        return [Item("name", ((f"{offer.brand} {title}", name),))]
    cut = {
        "caps": replace(small, size=name.size * 0.72),
        "small": replace(small, size=name.size * 0.8),
        "after": replace(small, size=name.size * 0.8),
        "logo": Cut(look.type.title.bold, name.size * 1.05, name.colour),
    }[look.brand_way]
    brand = Item("brand", ((offer.brand.upper() if look.brand_way == "caps" else offer.brand, cut),))
    return [product, brand] if look.brand_way == "after" else [brand, product]


def _planned(random: Random, inner: Rect, items: list[Item], look: Look) -> tuple[Arrangement, list[SetLine]] | None:
    """An arrangement of the look that suits the cell's shape, with the text set in it."""
    shape = inner.width / inner.height
    names = [name for name in look.arrangements if ARRANGEMENTS[name].shape[0] <= shape <= ARRANGEMENTS[name].shape[1]]
    random.shuffle(names)
    for name in (*names, *FALLBACKS):
        arrangement = ARRANGEMENTS[name]
        part = inner.part(*arrangement.text)
        if (lines := fitted(items, part, hyphenate=look.words.hyphenate)) and height_of(lines, 1.12) <= part.height:
            return arrangement, lines
    return None


def _panel(random: Random, offer: Offer, look: Look, part: Rect, ground: str) -> Panel:
    """The price panel, built twice: once to learn how large its figures come out, once with small print that stays readable at that size."""
    state = random.getstate()
    panel = price_panel(random, offer, look, 60.0, ground)
    by = art_fitted(panel.art, part, (0, 0), part.height).box.width / panel.art.box.width
    random.setstate(state)
    return price_panel(random, offer, look, by, ground)


def draw_picture(sheet: Sheet, part: Rect, offer: Offer, look: Look, random: Random) -> Rect:
    """A pack shot in `part`, now and then with a sticker's word on it. The word is picture, no text."""
    size = (max(24, int(part.width * 1.7)), max(24, int(part.height * 1.7)))
    sheet.image(pack_shot(random, offer, size, look.fonts.pack(random)), part)
    return sheet.placed(part)


def labelled(offer: Offer, lines: list[SetLine], panel: Panel, box: Rect) -> Label:
    """The label of what was drawn."""

    def of(kind: str) -> tuple[str, ...]:
        return tuple(text for line in lines if (text := line.of_kind(kind)))  # type: ignore[arg-type]

    brand, name = of("brand"), of("name")
    package = joined(of("package"))
    return Label(
        offer=offer,
        product_name=" ".join(part for part in (joined(brand), joined(name)) if part),
        brand_lines=brand,
        name_lines=name,
        unit=package or None,
        unit_price=joined(of("unit_price")),
        details=joined(of("detail")),
        price_texts=panel.price_texts,
        old_shown=bool(panel.old_text or of("old")),
        said=tuple(joined(of(kind)) for kind in ("deposit", "tier", "label", "other")),
        box=box,
    )
