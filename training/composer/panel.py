"""The price of an offer with all that stands around it: old price, discount, loyalty price, multi-buy, label."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from training.composer.art import Align, Art, above, beside, draw, fitted, struck, written
from training.composer.goods import Offer
from training.composer.look import Look, Tag, readable
from training.composer.pricing import price_art
from training.composer.sheet import Point, Rect, Sheet


@dataclass(frozen=True)
class Panel:
    """The drawing and the texts in it that labels need."""

    art: Art
    price_texts: tuple[str, ...]
    old_text: str
    package: str
    unit_price: str


def price_panel(random: Random, offer: Offer, look: Look, expected: float, ground: str) -> Panel:
    """`expected`: points the figures of the price will have; small print is drawn no smaller than 5.2 points. `ground`: colour behind."""
    small = max(0.2, min(0.9, 5.2 / max(1.0, expected)))
    tag = look.tag
    ink = tag.ink if tag.form else readable(ground, tag.ink, look.palette.main, look.palette.ink)
    main = price_art(offer.price, look.price, look.money, look.type.price.bold, ink)
    texts = main.texts
    if offer.prefix:
        lead = written(offer.prefix, look.type.text.bold, max(small, 0.24), ink)
        main = beside(lead, main, 0.08) if random.random() < 0.6 else above(lead, main, 0.06, "left")
    if offer.basis:
        size = max(small, 0.26)
        note = written(offer.basis, look.type.text.bold, size, ink)
        main = beside(main, note, 0.06) if random.random() < 0.6 else above(main, note, 0.06, "right")
    inside = random.random() < 0.5
    align: Align = random.choice(("left", "centre", "right"))
    old = _old(offer, look, max(small, random.uniform(0.26, 0.42)), ink if inside and tag.form else ground, on_ink=inside and tag.form is not None)
    if old and inside:
        main = _joined(old, main, look.old_place, align)
    if offer.loyalty_only:
        main = above(_label(offer.loyalty_label, look, small), main, 0.1)
    if tag.form:
        main = main.on(tag.form, tag.fill, tag.edge, pad=random.uniform(0.08, 0.2))
    if old and not inside:
        main = _joined(old, main, look.old_place, align)
    main, package, unit_price = _measured(main, offer, look, small, ground)
    main = _badged(random, main, offer, look, small)
    return Panel(main, texts, "".join(old.texts) if old else "", package or offer.basis, unit_price)


def _old(offer: Offer, look: Look, size: float, reference: str, *, on_ink: bool) -> Art | None:
    """The old price, struck out or introduced by words; `reference`: the ink to share, or the ground to stand out from."""
    if offer.old is None or look.old_place == "text":
        return None
    colour = reference if on_ink else readable(reference, look.palette.soft, look.palette.ink)
    amount = look.money.written(offer.old) if look.price.sign != "none" else look.money.bare(offer.old)
    font = look.type.text.bold if look.name_bold else look.type.text.regular
    number = written(amount, font, size, colour)
    if look.old_struck:
        line = look.palette.main if not on_ink and look.price.underlined else colour
        number = struck(number, look.old_struck, line, size * 0.09)
    before, _, after = look.phrases["was"].partition("{p}")
    if look.old_words or not look.old_struck:
        if before.strip():
            number = beside(written(before.strip(), font, size * 0.85, colour), number, size * 0.25)
        if after.strip():
            number = beside(number, written(after.strip(), font, size * 0.85, colour), size * 0.25)
    return number


def _joined(old: Art, main: Art, place: str, align: Align) -> Art:
    if place == "above":
        return above(old, main, 0.1, align)
    if place == "below":
        return above(main, old, 0.1, align)
    return beside(old, main, 0.14)


def _measured(main: Art, offer: Offer, look: Look, small: float, ground: str) -> tuple[Art, str, str]:
    """With package and unit price at the price, where the look has them there; and their texts."""
    colour, font = readable(ground, look.palette.soft, look.palette.ink), look.type.text
    package = offer.package if look.package_place == "price" else ""
    unit_price = offer.unit_price if look.unit_price_place == "price" else ""
    if package:
        note = written(package, font.bold, max(small, 0.24), look.badge.ink if look.package_plate else colour)
        if look.package_plate:
            note = note.on("box", look.badge.fill or look.palette.second, None, 0.06)
        main = above(note, main, 0.06, "right")
    if unit_price:
        main = above(main, written(unit_price, font.regular, max(small, 0.2), colour), 0.07, "right")
    return main, package, unit_price


def _label(text: str, look: Look, small: float) -> Art:
    badge = look.badge
    form = "box" if badge.form in {None, "burst", "circle", "ellipse"} else badge.form or "box"
    return written(text, look.type.text.bold, max(small, 0.24), badge.ink).on(form, badge.fill or look.palette.second, badge.edge, pad=0.06)


def _badged(random: Random, main: Art, offer: Offer, look: Look, small: float) -> Art:
    """Discount, label, loyalty price and multi-buy around the price."""
    badge = look.badge
    if offer.discount is not None:
        text = look.phrases["discount"].format(d=offer.discount)
        size = max(small, random.uniform(0.26, 0.5) if len(text) < 6 else 0.24)
        art = written(text, look.type.price.bold, size, badge.ink if badge.form else readable(look.palette.paper, look.palette.main))
        main = _placed(random, art.on(badge.form, badge.fill, badge.edge, pad=0.07) if badge.form else art, main, look.badge_place)
    elif offer.action:
        main = above(_label(offer.action, look, small), main, random.choice((0.0, 0.06)), random.choice(("left", "centre", "right")))
    if offer.loyalty is not None:
        price = price_art(offer.loyalty, look.price, look.money, look.type.price.bold, badge.ink).scaled(max(0.5, small * 1.4))
        label = written(offer.loyalty_label, look.type.text.bold, max(small, 0.2), badge.ink)
        plate = above(label, price, 0.06, "left").on("round", badge.fill or look.palette.second, None, pad=0.08)
        main = _placed(random, plate, main, random.choice(("above", "below", "beside")))
    if offer.multibuy:
        plate = written(offer.multibuy, look.type.price.bold, max(small, 0.3), badge.ink)
        plate = plate.on(random.choice(("box", "round", "flag")), badge.fill or look.palette.second, None, pad=0.09)
        main = _placed(random, plate, main, random.choice(("above", "below")))
    return main


def _placed(random: Random, extra: Art, main: Art, place: str) -> Art:
    align: Align = random.choice(("left", "centre", "right"))
    if place == "above":
        return above(extra, main, 0.05, align)
    if place == "below":
        return above(main, extra, 0.05, align)
    return beside(main, extra, 0.1, random.choice((0.0, 0.3))) if random.random() < 0.5 else beside(extra, main, 0.1)


def draw_panel(sheet: Sheet, panel: Panel, rect: Rect, anchor: Point, tag: Tag, tilt: float) -> Rect:
    """Fit `panel` into `rect` (smaller when it is turned by `tilt` degrees, so that it stays inside); its box on the page."""
    room = rect.inset(rect.width * 0.04, rect.height * 0.06) if tilt else rect
    art = fitted(panel.art, room, anchor, largest=rect.height)
    if not tilt or tag.tilt == 0:
        return draw(sheet, art)
    with sheet.turned(art.box.centre, tilt):
        return draw(sheet, art)
