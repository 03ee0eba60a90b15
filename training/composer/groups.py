"""Several offers in one cell: products that share a price, and one product in two sizes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from training.composer.cards import Label, draw_card, draw_picture, fitting_panel, ground_of, labelled
from training.composer.flow import SetLine, fitted, set_lines
from training.composer.goods import Offer, Stock
from training.composer.look import Look
from training.composer.panel import draw_panel
from training.composer.sheet import Rect, Sheet
from training.composer.texts import text_items


def draw_shared(sheet: Sheet, cell: Rect, stock: Stock, look: Look, random: Random) -> list[Label]:
    """Two or three products side by side over the one price they all cost; [] when their texts do not fit."""
    look = replace(look, package_place="text", unit_price_place="text", old_place="below" if look.old_place == "text" else look.old_place)
    first = stock.offer()
    others = [_priced_as(first, stock.offer()) for _ in range(random.choice((1, 1, 2)))]
    offers = [replace(first, unit_price=""), *others]
    inner, ground = cell.inset(cell.width * 0.03, cell.height * 0.03), ground_of(look, random)
    parts = [inner.part(place / len(offers), 0, (place + 0.94) / len(offers), 0.62) for place in range(len(offers))]
    texts = [_text(offer, part.part(0, 0.52, 1, 1), look, ground) for offer, part in zip(offers, parts, strict=True)]
    if not all(texts):
        return []
    draw_card(sheet, cell, look, random, ground)
    first, panel = fitting_panel(random, first, look, inner.part(0.2, 0.64, 1, 1), ground)
    start = sheet.offer or 0
    price = draw_panel(sheet, panel, inner.part(0.2, 0.64, 1, 1), (random.choice((0.5, 1.0)), 1.0), look.tag, 0.0)
    labels = []
    for place, (offer, part, lines) in enumerate(zip(offers, parts, texts, strict=True)):
        sheet.offer = start + place
        box = draw_picture(sheet, part.part(0.05, 0, 0.95, 0.5), offer, look, random)
        box = box.union(set_lines(sheet, lines, part.part(0, 0.52, 1, 1), across=look.across))
        said = replace(offer, discount=first.discount, loyalty=first.loyalty, loyalty_label=first.loyalty_label, multibuy=first.multibuy)
        labels.append(replace(labelled(said, lines, panel, box.union(price), price), group="shared price"))
    return labels


def _priced_as(first: Offer, other: Offer) -> Offer:
    """`other` for what `first` costs, with nothing of its own about money."""
    return replace(
        other,
        price=first.price,
        old=first.old,
        unit_price="",
        basis=first.basis,
        tier="",
        deposit="",
        points="",
        limit="",
        only_on="",
        prefix=first.prefix,
    )


def _text(offer: Offer, part: Rect, look: Look, ground: str) -> list[SetLine]:
    items = text_items(offer, look, (part.width * part.height * 2) ** 0.5, ground)
    return fitted(items, part, hyphenate=look.words.hyphenate)


def draw_sizes(sheet: Sheet, cell: Rect, stock: Stock, look: Look, random: Random) -> list[Label]:
    """One product in two sizes, each with its price under its package; [] when the text does not fit."""
    look = replace(look, package_place="price", package_plate=False, unit_price_place="price")
    small, large = stock.sizes()
    inner, ground = cell.inset(cell.width * 0.03, cell.height * 0.03), ground_of(look, random)
    text_part = inner.part(0.3, 0, 1, 0.46)
    lines = _text(replace(small, package="", unit_price=""), text_part, look, ground)
    if not lines:
        return []
    draw_card(sheet, cell, look, random, ground)
    box = draw_picture(sheet, inner.part(0, 0, 0.28, 1), small, look, random)
    box = box.union(set_lines(sheet, lines, text_part, across=look.across))
    labels, start = [], sheet.offer or 0
    for place, offer in enumerate((small, large)):
        sheet.offer = start + place
        part = inner.part(0.3 + 0.36 * place, 0.48, 0.63 + 0.36 * place, 1)
        said, panel = fitting_panel(random, offer, look, part, ground)
        price = draw_panel(sheet, panel, part, (0.0, 1.0), look.tag, 0.0)
        labels.append(replace(labelled(said, lines, panel, box.union(price), price), group="sizes"))
    return labels
