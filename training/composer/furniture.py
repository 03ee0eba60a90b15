"""What stands on a page beside its offers: headers, footers, small print, recipes, advertisements, addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from training.composer.art import draw, written
from training.composer.art import fitted as art_fitted
from training.composer.flow import Cut, Item, fitted, set_lines
from training.composer.look import Look, readable
from training.composer.pictures import photograph, shade
from training.composer.sheet import Rect, Sheet


@dataclass(frozen=True)
class Validity:
    """From the first to the last day of the page's offers, how the page says it, and how it writes the last day."""

    first: date
    last: date
    text: str
    last_text: str


def validity(random: Random, look: Look) -> Validity:
    """A week of offers and its wording."""
    first = date(2025, 1, 6) + timedelta(days=random.randrange(900))
    last = first + timedelta(days=random.choice((2, 5, 5, 6, 6, 13)))
    page, style = look.words.page, random.choice(look.words.page["date"])

    def day(value: date) -> str:
        return style.format(d=value.day, m=f"{value.month:02d}", M=page["months"][value.month - 1])

    text = look.phrases["dates"].format(a=day(first), b=day(last), da=page["days"][first.weekday()], db=page["days"][last.weekday()], y=last.year)
    return Validity(first, last if "{b}" in look.phrases["dates"] else first, text, day(last))


def header(sheet: Sheet, area: Rect, look: Look, random: Random, when: Validity) -> None:
    """The chain's name, its slogan or a section's title, and the dates."""
    palette = look.palette
    way = random.choice(("band", "band", "open", "panel", "photo"))
    ground = palette.paper
    if way == "band":
        ground = palette.main
        sheet.box(area, ground)
    elif way == "panel":
        ground = palette.second
        sheet.box(area.part(0.12, 0, 0.88, 0.92), ground, radius=8)
        area = area.part(0.12, 0, 0.88, 0.92)
    elif way == "photo":
        ground = shade(palette.main, -0.6)
        sheet.image(photograph(random, (300, max(30, int(300 * area.height / area.width))), (ground, shade(ground, 0.12))), area)
    ink = readable(ground, palette.on_main, palette.main, palette.ink)
    title = look.retailer if random.random() < 0.6 else random.choice(look.words.page["sections"])
    texts = [title.upper() if random.random() < 0.4 else title, random.choice((when.text, when.text, random.choice(look.words.page["slogans"])))]
    inner = area.inset(10, area.height * 0.12)
    if random.random() < 0.5:
        parts = [inner.part(0, 0, 0.5, 1), inner.part(0.54, 0.2, 1, 0.9)]
        if random.random() < 0.5:
            parts = [inner.part(0.5, 0, 1, 1), inner.part(0, 0.2, 0.46, 0.9)]
    else:
        parts = [inner.part(0, 0, 1, 0.6), inner.part(0.05, 0.66, 0.95, 1)]
    for text, part, font in zip(texts, parts, (look.type.title.bold, look.type.text.bold), strict=True):
        draw(sheet, art_fitted(written(text, font, 1, ink), part, (random.choice((0, 0.5, 1)), 0.5), part.height))


def footer(sheet: Sheet, area: Rect, look: Look, random: Random, number: int) -> None:
    """Small print, page number, web address."""
    palette, ground = look.palette, look.palette.paper
    if random.random() < 0.6:
        ground = random.choice((palette.main, palette.second, "#ffffff", shade(palette.main, 0.8)))
        sheet.box(area, ground)
    ink = readable(ground, palette.on_main, palette.soft, palette.ink)
    texts = random.sample(legal(look, random), random.randint(1, 4))
    cut = Cut(look.type.text.regular, random.uniform(4.6, 5.8), ink)
    inner = area.inset(10, 3)
    lines = fitted(
        [Item("other", ((text, cut),), optional=place > 0) for place, text in enumerate(texts)], inner.part(0, 0, 0.62, 1), hyphenate=False
    )
    set_lines(sheet, lines, inner.part(0, 0, 0.62, 1), down=0.5)
    site = _host(look) + random.choice((".example", ".example/shop"))
    right = inner.part(0.66, 0.1, 1, 0.9)
    text = random.choice((f"www.{site}", f"{site}", f"{number}", f"{look.retailer} · {number}"))
    draw(sheet, art_fitted(written(text, look.type.title.bold, 1, ink), right, (1, 0.5), 11))


def legal(look: Look, random: Random) -> list[str]:
    """Sentences of small print, some with amounts in them that are no offers."""
    amounts = {"p": look.money.written(random.choice((199, 299, 390, 495, 50))), "q": look.money.written(random.choice((2000, 3500, 5000)))}
    return [sentence.format(**amounts, r=_host(look)) for sentence in look.words.page["legal"]]


def _host(look: Look) -> str:
    """The chain's name as a web address has it."""
    return look.retailer.lower().replace(" & ", "-").replace(" ", "-")


def section(sheet: Sheet, area: Rect, look: Look, random: Random) -> None:
    """A heading over a group of offers."""
    palette, way = look.palette, random.choice(("band", "line", "plain", "flag"))
    text = random.choice(look.words.page["sections"])
    ground = palette.paper
    if way in {"band", "flag"}:
        ground = random.choice((palette.main, palette.second))
        sheet.box(area.inset(0, 1) if way == "band" else area.inset(0, 1).part(0, 0, 0.55, 1), ground, radius=3)
    elif way == "line":
        sheet.line((area.x0, area.y1 - 1), (area.x1, area.y1 - 1), palette.main, 1.2)
    ink = readable(ground, palette.on_main, palette.main, palette.ink)
    inner = area.inset(6, area.height * 0.2)
    art = written(text.upper() if random.random() < 0.3 else text, look.type.title.bold, 1, ink)
    draw(
        sheet,
        art_fitted(art, inner if way != "flag" else inner.part(0, 0, 0.52, 1), (0 if way == "flag" else random.choice((0, 0.5)), 0.5), inner.height),
    )


def recipe(sheet: Sheet, area: Rect, look: Look, random: Random) -> None:
    """A recipe: quantities, times and temperatures that are no prices."""
    page = look.words.page
    ground = shade(look.palette.second, 0.8)
    sheet.box(area.inset(2), ground, radius=random.choice((0, 8)))
    ink = readable(ground, look.palette.ink)
    size = max(5.0, min(10.0, (area.width * area.height) ** 0.5 * 0.045))
    head, body = Cut(look.type.title.bold, size * 1.6, readable(ground, look.palette.main, ink)), Cut(look.type.text.regular, size, ink)
    strong = Cut(look.type.text.bold, size, ink)
    quantities = [text.format(n=random.choice((50, 100, 150, 200, 250, 400))) for text in random.sample(page["ingredients"], random.randint(4, 7))]
    items = [
        Item("other", ((random.choice(page["recipe_titles"]), head),)),
        Item("other", ((" · ".join(page["recipe"][2:]), strong),), optional=True),
    ]
    items.append(Item("other", ((page["recipe"][1] + ":", strong), (", ".join(quantities), body)), gap=size * 0.3))
    items += [Item("other", ((text, body),), optional=True, gap=size * 0.2) for text in random.sample(page["steps"], 3)]
    inner = area.inset(10)
    set_lines(sheet, fitted(items, inner, hyphenate=look.words.hyphenate), inner)


def advertisement(sheet: Sheet, area: Rect, look: Look, random: Random, when: Validity) -> None:
    """The chain's own advertising: percentages, vouchers and amounts, but nothing on offer."""
    ground = random.choice((look.palette.main, look.palette.second, shade(look.palette.main, -0.4)))
    if random.random() < 0.5:
        sheet.image(photograph(random, (260, max(40, int(260 * area.height / area.width))), (ground, shade(ground, 0.2))), area.inset(2))
    else:
        sheet.box(area.inset(2), ground, radius=random.choice((0, 10)))
    if random.random() < 0.25:
        frame = area.inset(5)
        for start, end in ((0, 1), (1, 2), (2, 3), (3, 0)):
            corners = ((frame.x0, frame.y0), (frame.x1, frame.y0), (frame.x1, frame.y1), (frame.x0, frame.y1))
            sheet.line(corners[start], corners[end], readable(ground, "#ffffff"), 1.2, (5.0, 3.0))
    ink = readable(ground, look.palette.on_main)
    amount = look.money.written(random.choice((500, 1000, 2500, 5000)))
    page = look.words.page
    texts = [text.format(t=random.choice(page["towns"]), a=when.last_text, p=amount) for text in random.sample(page["ads"], 2)]
    size = max(7.0, min(40.0, (area.width * area.height) ** 0.5 * 0.085))
    items = [
        Item("other", ((texts[0], Cut(look.type.title.bold, size, ink)),)),
        Item("other", ((texts[1], Cut(look.type.text.regular, size * 0.5, ink)),), optional=True, gap=size * 0.4),
    ]
    inner = area.inset(area.width * 0.08, area.height * 0.1)
    set_lines(sheet, fitted(items, inner, hyphenate=False), inner, across=random.choice((0, 0.5)), down=random.choice((0, 0.5, 1)))


def addresses(sheet: Sheet, area: Rect, look: Look, random: Random) -> None:
    """Where the shops are and when they are open."""
    page, palette = look.words.page, look.palette
    size = max(5.0, min(9.0, area.width * 0.02))
    strong, plain = (
        Cut(look.type.text.bold, size, readable(palette.paper, palette.ink)),
        Cut(look.type.text.regular, size, readable(palette.paper, palette.ink)),
    )
    number = max(1, min(3, int(area.width // 150)))
    for place in range(number):
        part = area.part(place / number, 0, (place + 0.94) / number, 1).inset(4)
        items = []
        for town in random.sample(page["towns"], 3):
            street = f"{random.choice(page['streets'])} {random.randint(1, 190)}, {random.randint(10000, 98999)} {town}"
            phone = f"Tel. {random.randint(100, 9999):05d} {random.randint(10000, 999999)}"
            rows = ((town, strong), (street, plain), (phone, plain), (random.choice(page["hours"]), plain))
            items += [Item("other", (row,), optional=True, gap=size * 0.6 if row[0] == town else 0) for row in rows]
        items[0] = Item("other", items[0].runs)
        set_lines(sheet, fitted(items, part, hyphenate=False), part)


def edge_note(sheet: Sheet, body: Rect, look: Look, random: Random) -> None:
    """A print mark turned by 90 degrees in the margin right of `body`; none where the margin is too narrow."""
    margin = sheet.width - body.x1
    if margin < 9:
        return
    text = random.choice(
        (f"KW {random.randint(1, 52)} / {look.words.code.upper()}", f"{look.retailer[:3].upper()}-{random.randint(100, 999)}", "AB12")
    )
    centre = (body.x1 + margin / 2, body.y0 + body.height * random.uniform(0.3, 0.9))
    with sheet.turned(centre, -90):
        sheet.text((centre[0] - 20, centre[1] + 2), text, look.type.text.regular, 5, readable(look.palette.paper, look.palette.soft))
