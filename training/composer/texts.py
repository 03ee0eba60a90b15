"""The paragraphs of an offer."""

from __future__ import annotations

from dataclasses import replace

from training.composer.flow import Cut, Item, Kind
from training.composer.goods import Offer
from training.composer.look import Look, readable

SMALLEST = 5.0
"""Points of the smallest small print: on a page of 1024 pixels it stands 6 pixels high, as on the public pages."""


def text_items(offer: Offer, look: Look, scale: float, ground: str) -> list[Item]:
    """The paragraphs of `offer`, optional ones for what may be left out; `scale`: side in points of a square as large as the cell."""
    size = max(6.4, min(24.0, scale * 0.068))
    soft = readable(ground, look.palette.soft, look.palette.ink)
    name_cut = Cut(look.type.name.bold if look.name_bold else look.type.name.regular, size, readable(ground, look.name_colour, look.palette.ink))
    small = Cut(look.type.text.regular, max(SMALLEST, size * look.small_print), soft)
    strong = replace(small, font=look.type.text.bold)
    items = _titles(offer, look, name_cut, small)
    if offer.details:
        items.append(Item("detail", ((", ".join(offer.details), small),), optional=True))
    if offer.package and look.package_place == "text":
        items.append(Item("package", ((offer.package, strong if look.price.underlined else small),), gap=size * 0.1))
    if offer.unit_price and look.unit_price_place == "text":
        tail = replace(small, size=max(SMALLEST, small.size * 0.9))
        items.append(Item("unit_price", ((offer.unit_price, tail),), optional=True, glued=look.old_words and items[-1].kind == "package"))
    if offer.old is not None and look.old_place == "text":
        items.append(Item("old", ((look.phrases["was"].format(p=look.money.written(offer.old)), strong),)))
    said: tuple[tuple[Kind, str], ...] = (
        ("tier", offer.tier), ("deposit", offer.deposit), ("validity", offer.only_on), ("label", offer.points), ("other", offer.limit),
    )  # fmt: skip
    for kind, text in said:
        if text:
            items.append(Item(kind, ((text, strong if kind in {"tier", "validity"} else small),), optional=True))
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
