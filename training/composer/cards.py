"""One offer in one cell, and what was drawn of it as a label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from training.composer.arrangements import Arrangement, planned
from training.composer.art import draw, written
from training.composer.art import fitted as art_fitted
from training.composer.flow import Kind, SetLine, joined, set_lines
from training.composer.goods import Offer
from training.composer.look import CardWay, Look, Tag, readable
from training.composer.panel import Panel, draw_panel, price_panel
from training.composer.pictures import pack_shot, photograph, shade
from training.composer.sheet import Rect, Sheet
from training.composer.texts import text_items

LEAST_FIGURES = 13.0
"""Points of a price's figures under which nothing else is put beside it: it could not be read."""

LOW_ROW = 26.0
"""Points of height under which a price list sets everything about an offer on one line."""


@dataclass(frozen=True)
class Label:
    """A drawn offer: what it says and its box on the page in points. `said` holds, by kind, what stands in its text."""

    offer: Offer
    product_name: str
    brand_lines: tuple[str, ...]
    name_lines: tuple[str, ...]
    unit: str | None
    unit_price: str
    price_texts: tuple[str, ...]
    old_shown: bool
    said: dict[str, str]
    box: Rect
    price_box: Rect
    group: str = ""


def draw_offer(sheet: Sheet, cell: Rect, offer: Offer, look: Look, random: Random) -> Label | None:
    """Draw `offer` into `cell`; None, and nothing drawn, when its texts do not fit there."""
    look = accented(look, random)
    inner = cell.inset(max(2.0, cell.width * 0.035), max(2.0, cell.height * 0.035))
    ground = ground_of(look, random)
    items = text_items(offer, look, (inner.width * inner.height) ** 0.5, ground)
    if inner.height < LOW_ROW:
        items = [replace(item, glued=True) for item in items]
    plan = planned(random, inner, items, look)
    if plan is None:
        return None
    arrangement, lines = plan
    bounds = draw_card(sheet, cell, look, random, ground)
    text_part, price_part = inner.part(*arrangement.text), inner.part(*arrangement.price)
    if arrangement.picture and random.random() < look.pictures:
        bounds = _joined(bounds, draw_picture(sheet, inner.part(*arrangement.picture), offer, look, random))
        if look.tag.form is None and arrangement.over_picture:
            look = replace(look, tag=Tag("round", ground, None, readable(ground, look.palette.main, look.palette.ink), look.tag.tilt))
        draw_sticker(sheet, inner, arrangement, look, random)
    offer, panel = fitting_panel(random, offer, look, price_part, ground)
    text_box = set_lines(sheet, lines, text_part, across=look.across, down=arrangement.down)
    price_box = draw_panel(sheet, panel, price_part, arrangement.anchor, look.tag, random.uniform(-look.tag.tilt, look.tag.tilt))
    if arrangement.shape[0] >= 4 and look.leaders:
        _leader(sheet, text_box, price_box, look)
    return labelled(offer, lines, panel, _joined(bounds, text_box.union(price_box)), price_box)


def _joined(first: Rect | None, second: Rect) -> Rect:
    return second if first is None else first.union(second)


def accented(look: Look, random: Random) -> Look:
    """The look itself, or now and then with a card in one of the chain's colours and a price that stands out from it."""
    if random.random() > look.accents:
        return look
    palette = look.palette
    card: CardWay = random.choice(("main", "second"))
    ink = readable(palette.main, palette.on_main) if card == "main" else readable(palette.second, palette.on_second)
    tag = replace(look.tag, fill="#ffffff", ink=readable("#ffffff", palette.main), edge=None) if look.tag.form else replace(look.tag, ink=ink)
    return replace(look, card=card, tag=tag, name_colour=ink)


def ground_of(look: Look, random: Random) -> str:
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
        "main": palette.main,
        "second": palette.second,
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
        sheet.shadow(Rect(area.x0 + 2, area.y0 + 2.5, area.x1 + 2, area.y1 + 2.5))
        sheet.box(area, ground)
    elif look.card == "edge":
        sheet.box(area, None, palette.main, random.choice((0.5, 1.0, 1.8)))
    elif look.card == "round":
        sheet.box(area, ground, palette.second, 0.8, radius=9)
    else:
        sheet.box(area, ground)
    return area


def fitting_panel(random: Random, offer: Offer, look: Look, part: Rect, ground: str) -> tuple[Offer, Panel]:
    """The price panel for `part`: built once to learn how large its figures come out, and again with small print readable at that size.

    Where the figures would be tiny, everything beside the price is left out, and the offer returned is without it.
    """
    state = random.getstate()
    bare = replace(offer, discount=None, action="", loyalty=None, multibuy="", loyalty_label="", loyalty_only=False)
    for said in (offer, bare):
        random.setstate(state)
        size = _figures(price_panel(random, said, look, 60.0, ground), part)
        random.setstate(state)
        panel = price_panel(random, said, look, size, ground)
        if _figures(panel, part) >= LEAST_FIGURES:
            break
    return said, panel


def _figures(panel: Panel, part: Rect) -> float:
    """Points the price's figures will have in `part`."""
    return art_fitted(panel.art, part, (0, 0), part.height).box.width / panel.art.box.width


def draw_picture(sheet: Sheet, part: Rect, offer: Offer, look: Look, random: Random) -> Rect:
    """A pack shot in `part`."""
    size = (max(24, int(part.width * 1.7)), max(24, int(part.height * 1.7)))
    sheet.image(pack_shot(random, offer, size, look.fonts.pack(random)), part)
    return sheet.placed(part)


def draw_sticker(sheet: Sheet, inner: Rect, arrangement: Arrangement, look: Look, random: Random) -> None:
    """A word on the picture now and then, such as `Organic`: it belongs to the offer, but to no part of its label."""
    if arrangement.picture is None or random.random() > look.stickers:
        return
    picture = inner.part(*arrangement.picture)
    spot = picture.part(*random.choice(((0, 0, 0.34, 0.2), (0.66, 0, 1, 0.2), (0, 0.8, 0.34, 1))))
    if spot.overlap(inner.part(*arrangement.price)) or spot.overlap(inner.part(*arrangement.text)):
        return
    badge = look.badge
    art = written(random.choice(look.words.page["stickers"]), look.type.text.bold, 1, badge.ink)
    art = art_fitted(art.on(random.choice(("box", "round", "ellipse")), badge.fill or look.palette.second, None, 0.2), spot, (0.5, 0.5), 11)
    with sheet.turned(art.box.centre, random.choice((0, 0, -8, 12))):
        draw(sheet, art)


def _leader(sheet: Sheet, text: Rect, price: Rect, look: Look) -> None:
    """Dots from a name to its price, as price lists have them."""
    y = price.y1 - price.height * 0.1
    if price.x0 - text.x1 > 12:
        sheet.line((text.x1 + 4, y), (price.x0 - 4, y), look.palette.soft, 0.6, (0.6, 2.0))


def labelled(offer: Offer, lines: list[SetLine], panel: Panel, box: Rect, price_box: Rect) -> Label:
    """The label of what was drawn."""

    def of(kind: Kind) -> tuple[str, ...]:
        return tuple(text for line in lines if (text := line.of_kind(kind)))

    brand, name = of("brand"), of("name")
    kinds: tuple[Kind, ...] = ("detail", "tier", "deposit", "validity", "label", "other")
    return Label(
        offer=offer,
        product_name=" ".join(part for part in (joined(brand), joined(name)) if part),
        brand_lines=brand,
        name_lines=name,
        unit=joined(of("package")) or panel.package or None,
        unit_price=joined(of("unit_price")) or panel.unit_price,
        price_texts=panel.price_texts,
        old_shown=bool(panel.old_text or of("old")),
        said={kind: joined(of(kind)) for kind in kinds},
        box=box,
        price_box=price_box,
    )
