"""Whole pages: header, cells of offers with other matter between them, footer."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from training.composer import furniture
from training.composer.cards import Label, draw_offer
from training.composer.fonts import FontBook
from training.composer.goods import Stock
from training.composer.groups import draw_shared, draw_sizes
from training.composer.layouts import LAYOUTS
from training.composer.look import Look
from training.composer.pictures import photograph, shade
from training.composer.sheet import Ink, Rect, Sheet
from training.composer.styles import Style, look_of

Subject = Literal["offers", "advertisement", "recipe", "addresses", "letter"]
SIZES = (
    (595.0, 841.3, 1024),
    (595.0, 841.3, 1024),
    (595.0, 841.3, 1024),
    (612.0, 792.0, 1100),
    (540.0, 960.0, 900),
    (700.0, 700.0, 1150),
    (841.0, 595.0, 1448),
    (480.0, 841.3, 860),
)
"""Width and height in points and width in pixels: A4 as the public pages are, US letter, tall, square, landscape, narrow."""
LARGE = (842.0, 1190.0, 1500)
"""A3, for pages of many offers."""


@dataclass(frozen=True)
class ComposedPage:
    """A page as PDF with its labels; boxes of `labels` and `inks` in points."""

    pdf: bytes
    width: float
    height: float
    width_px: int
    style: str
    language: str
    currency: str
    retailer: str
    valid_from: str
    valid_to: str
    validity_text: str
    labels: tuple[Label, ...]
    inks: tuple[Ink, ...]


def compose(style: Style, code: str, fonts: FontBook, random: Random, offers: int | None = None) -> ComposedPage:
    """A page of `style` in language `code`; `offers`: how many, None for as many as the style likes (0 for a page without any)."""
    look = look_of(style, code, fonts, random)
    subject, count = _plan(style, random, offers)
    width, height, pixels = LARGE if count > 40 else random.choice(SIZES)
    sheet = Sheet(width, height)
    _paper(sheet, look, random)
    when = furniture.validity(random, look)
    head, body, foot = _bands(sheet, random)
    if head:
        furniture.header(sheet, head, look, random, when)
    labels = _offers(sheet, body, look, random, count, style) if subject == "offers" else ()
    if subject != "offers":
        _matter(sheet, body, look, random, subject, when)
    if random.random() < 0.3:
        furniture.edge_note(sheet, body, look, random)
    if foot:
        furniture.footer(sheet, foot, look, random, random.randint(1, 64))
    return ComposedPage(
        pdf=sheet.finish(),
        width=width,
        height=height,
        width_px=pixels,
        style=style.name,
        language=code,
        currency=look.money.currency,
        retailer=look.retailer,
        valid_from=when.first.isoformat(),
        valid_to=when.last.isoformat(),
        validity_text=when.text,
        labels=tuple(labels),
        inks=tuple(sheet.inks),
    )


def _plan(style: Style, random: Random, offers: int | None) -> tuple[Subject, int]:
    if offers == 0 or (offers is None and random.random() < 0.07):
        return random.choice(("advertisement", "recipe", "addresses", "letter")), 0
    if offers is not None:
        return "offers", offers
    return "offers", 1 if random.random() < 0.03 else random.randint(*style.offers)


def _paper(sheet: Sheet, look: Look, random: Random) -> None:
    """What the page is printed on: plain, a run of colours, or a photograph faint enough to read on."""
    paper, kind = look.palette.paper, random.random()
    sheet.box(sheet.page, paper)
    if kind < 0.15:
        sheet.gradient(sheet.page, (paper, shade(paper, -0.12 if look.palette.ink != "#ffffff" else 0.12)), across=random.random() < 0.3)
    elif kind < 0.28:
        sheet.image(
            photograph(random, (320, int(320 * sheet.height / sheet.width)), (paper, shade(paper, 0.1 if look.palette.ink == "#ffffff" else -0.08))),
            sheet.page,
        )


def _bands(sheet: Sheet, random: Random) -> tuple[Rect | None, Rect, Rect | None]:
    """Header, body and footer; either band is missing now and then."""
    page = sheet.page
    head = random.uniform(0.05, 0.13) if random.random() < 0.85 else 0.0
    foot = random.uniform(0.03, 0.07) if random.random() < 0.8 else 0.0
    margin = random.uniform(6, 26)
    body = Rect(margin, page.height * head + 5, page.width - margin, page.height * (1 - foot) - 5)
    if not head:
        body = Rect(body.x0, margin, body.x1, body.y1)
    header = Rect(0, 0, page.width, page.height * head) if head else None
    footer = Rect(0, page.height * (1 - foot), page.width, page.height) if foot else None
    return header, body, footer


def _offers(sheet: Sheet, body: Rect, look: Look, random: Random, count: int, style: Style) -> list[Label]:
    """Offers in the cells of one layout, or of two with a heading between them."""
    areas = [body]
    if count >= 6 and random.random() < 0.35:
        share, tall = random.uniform(0.4, 0.6), random.uniform(14, 24)
        middle = body.y0 + body.height * share
        areas = [Rect(body.x0, body.y0, body.x1, middle - tall / 2 - 2), Rect(body.x0, middle + tall / 2 + 2, body.x1, body.y1)]
        furniture.section(sheet, Rect(body.x0, middle - tall / 2, body.x1, middle + tall / 2), look, random)
    stock = Stock(random, look.words, look.money, look.habits)
    labels: list[Label] = []
    for place, area in enumerate(areas):
        share = count // len(areas) + (count % len(areas) if place == 0 else 0)
        layout = LAYOUTS[random.choice(style.layouts)]
        fillers = 1 if share >= 5 and random.random() < 0.25 else 0
        cells = layout(area, share + fillers, random.uniform(3, 9), random, random.uniform(0.75, 1.3))
        filler = random.randrange(len(cells)) if fillers else -1
        for number, cell in enumerate(cells):
            if number == filler:
                sheet.offer = None
                _filler(sheet, cell, look, random)
                continue
            sheet.offer = len(labels)
            labels += _sold(sheet, cell, stock, look, random)
    sheet.offer = None
    return labels


def _sold(sheet: Sheet, cell: Rect, stock: Stock, look: Look, random: Random) -> list[Label]:
    """What a cell sells: one offer; in wide ones now and then several products at one price, or one product in two sizes."""
    if 1.0 < cell.width / cell.height < 3.2 and cell.width > 150 and random.random() < 0.14:
        draw_group = random.choice((draw_shared, draw_sizes))
        if labels := draw_group(sheet, cell, stock, look, random):
            return labels
    label = draw_offer(sheet, cell, stock.offer(), look, random)
    return [label] if label else []


def _filler(sheet: Sheet, cell: Rect, look: Look, random: Random) -> None:
    """Something that is no offer where one could stand."""
    when = furniture.validity(random, look)
    if random.random() < 0.5 and cell.height > 90:
        furniture.recipe(sheet, cell, look, random)
    else:
        furniture.advertisement(sheet, cell, look, random, when)


def _matter(sheet: Sheet, body: Rect, look: Look, random: Random, subject: Subject, when: furniture.Validity) -> None:
    """A page without offers."""
    if subject == "recipe":
        sheet.image(photograph(random, (320, 200), (look.palette.main, look.palette.second)), body.part(0, 0, 1, 0.4))
        furniture.recipe(sheet, body.part(0, 0.42, 1, 1), look, random)
    elif subject == "addresses":
        furniture.addresses(sheet, body.part(0, 0, 1, 0.55), look, random)
        furniture.advertisement(sheet, body.part(0, 0.58, 1, 1), look, random, when)
    elif subject == "letter":
        furniture.advertisement(sheet, body.part(0, 0, 1, 0.3), look, random, when)
        furniture.addresses(sheet, body.part(0, 0.74, 1, 1), look, random)
        furniture.recipe(sheet, body.part(0, 0.32, 1, 0.72), look, random)
    else:
        furniture.advertisement(sheet, body, look, random, when)
