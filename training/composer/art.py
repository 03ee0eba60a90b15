"""Price art: glyphs, strokes and plates in units of their own, put beside and above each other, then scaled into a place on the sheet."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from training.composer.fonts import cap_height, width_of
from training.composer.sheet import Point, Rect, Sheet

Form = Literal["box", "round", "ellipse", "circle", "burst", "flag", "arrow", "ticket"]
Align = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class Glyphs:
    """One text object: baseline start, font, size, colour."""

    at: Point
    text: str
    font: str
    size: float
    colour: str


@dataclass(frozen=True)
class Stroke:
    """A straight line, such as the one through an old price."""

    start: Point
    end: Point
    colour: str
    width: float


@dataclass(frozen=True)
class Plate:
    """A coloured shape behind what follows."""

    form: Form
    rect: Rect
    fill: str | None
    edge: str | None
    line: float


@dataclass(frozen=True)
class Art:
    """A drawing with its bounds."""

    parts: tuple[Glyphs | Stroke | Plate, ...]
    box: Rect

    @property
    def texts(self) -> tuple[str, ...]:
        """What is written in it, object by object."""
        return tuple(part.text for part in self.parts if isinstance(part, Glyphs))

    def moved(self, dx: float, dy: float) -> Art:
        return self.scaled(1.0, (dx, dy))

    def scaled(self, by: float, offset: Point = (0.0, 0.0)) -> Art:
        """Every coordinate times `by`, then moved by `offset`."""
        dx, dy = offset

        def point(at: Point) -> Point:
            return at[0] * by + dx, at[1] * by + dy

        def rect(r: Rect) -> Rect:
            return Rect(*point((r.x0, r.y0)), *point((r.x1, r.y1)))

        parts: list[Glyphs | Stroke | Plate] = []
        for part in self.parts:
            if isinstance(part, Glyphs):
                parts.append(replace(part, at=point(part.at), size=part.size * by))
            elif isinstance(part, Stroke):
                parts.append(replace(part, start=point(part.start), end=point(part.end), width=part.width * by))
            else:
                parts.append(replace(part, rect=rect(part.rect), line=part.line * by))
        return Art(tuple(parts), rect(self.box))

    def on(self, form: Form, fill: str | None, edge: str | None = None, pad: float = 0.12) -> Art:
        """On a plate of `form`, `pad` units larger than the drawing (round forms larger still, so that corners stay inside)."""
        box = self.box.inset(-pad)
        if form in {"circle", "burst"}:
            radius = math.hypot(box.width, box.height) / 2 * 0.96
            x, y = box.centre
            box = Rect(x - radius, y - radius, x + radius, y + radius)
        elif form == "ellipse":
            box = box.inset(-box.width * 0.14, -box.height * 0.16)
        elif form in {"flag", "arrow", "ticket"}:
            box = box.inset(-box.height * 0.28, 0)
        plate = Plate(form, box, fill, edge, 0.05)
        outer = box.inset(-box.width * 0.07) if form == "burst" else box
        return Art((plate, *self.parts), outer)


def written(text: str, font: str, size: float, colour: str) -> Art:
    """One text, its baseline at 0."""
    deep = size * 0.2 if any(letter in "gjpqyç,;()/|§$" for letter in text) else 0.0
    return Art((Glyphs((0, 0), text, font, size, colour),), Rect(0, -cap_height(font) * size, width_of(text, font, size), deep))


def beside(left: Art, right: Art, gap: float = 0.0, lift: float = 0.0) -> Art:
    """`right` after `left`, raised by `lift`."""
    right = right.moved(left.box.x1 + gap - right.box.x0, -lift)
    return Art(left.parts + right.parts, left.box.union(right.box))


def above(upper: Art, lower: Art, gap: float = 0.08, align: Align = "centre") -> Art:
    """`upper` over `lower`."""
    dx = {
        "left": lower.box.x0 - upper.box.x0,
        "centre": lower.box.centre[0] - upper.box.centre[0],
        "right": lower.box.x1 - upper.box.x1,
    }[align]
    upper = upper.moved(dx, lower.box.y0 - gap - upper.box.y1)
    return Art(upper.parts + lower.parts, upper.box.union(lower.box))


def struck(art: Art, way: str, colour: str, width: float) -> Art:
    """With a line through it: `flat`, `rising`, `falling`, `cross` or `low` (a little under the middle)."""
    box = art.box.inset(-0.04 * art.box.width, 0)
    middle = box.y0 + box.height * (0.5 if way != "low" else 0.62)
    lines = {
        "flat": [((box.x0, middle), (box.x1, middle))],
        "low": [((box.x0, middle), (box.x1, middle))],
        "rising": [((box.x0, box.y1), (box.x1, box.y0))],
        "falling": [((box.x0, box.y0), (box.x1, box.y1))],
        "cross": [((box.x0, box.y1), (box.x1, box.y0)), ((box.x0, box.y0), (box.x1, box.y1))],
    }[way]
    return Art(art.parts + tuple(Stroke(start, end, colour, width) for start, end in lines), box)


def fitted(art: Art, rect: Rect, anchor: Point, largest: float) -> Art:
    """Scaled into `rect`, at most by `largest`; `anchor` says where in the spare room it stands, (0, 0) at the upper left."""
    by = min(rect.width / art.box.width, rect.height / art.box.height, largest)
    spare_x, spare_y = rect.width - art.box.width * by, rect.height - art.box.height * by
    return art.scaled(by, (rect.x0 + anchor[0] * spare_x - art.box.x0 * by, rect.y0 + anchor[1] * spare_y - art.box.y0 * by))


def draw(sheet: Sheet, art: Art) -> Rect:
    """Draw it where it is; the box on the page."""
    for part in art.parts:
        if isinstance(part, Glyphs):
            sheet.text(part.at, part.text, part.font, part.size, part.colour)
        elif isinstance(part, Stroke):
            sheet.line(part.start, part.end, part.colour, part.width)
        else:
            draw_plate(sheet, part)
    return sheet.placed(art.box)


def draw_plate(sheet: Sheet, plate: Plate) -> None:
    """The shape alone."""
    rect, edge = plate.rect, plate.edge
    if plate.form == "box":
        sheet.box(rect, plate.fill, edge, plate.line)
    elif plate.form == "round":
        sheet.box(rect, plate.fill, edge, plate.line, radius=rect.height * 0.18)
    elif plate.form in {"ellipse", "circle"}:
        sheet.ellipse(rect, plate.fill, edge, plate.line)
    else:
        sheet.polygon(OUTLINES[plate.form](rect), plate.fill, edge, plate.line)


def _burst(rect: Rect) -> list[Point]:
    (x, y), points = rect.centre, []
    for step in range(36):
        reach = 1.14 if step % 2 else 1.0
        angle = step / 36 * 2 * math.pi
        points.append((x + math.cos(angle) * rect.width / 2 * reach, y + math.sin(angle) * rect.height / 2 * reach))
    return points


def _flag(rect: Rect) -> list[Point]:
    lean = rect.height * 0.25
    return [(rect.x0 + lean, rect.y0), (rect.x1, rect.y0), (rect.x1 - lean, rect.y1), (rect.x0, rect.y1)]


def _arrow(rect: Rect) -> list[Point]:
    tip = rect.height * 0.28
    return [(rect.x0, rect.y0), (rect.x1 - tip, rect.y0), (rect.x1, rect.centre[1]), (rect.x1 - tip, rect.y1), (rect.x0, rect.y1)]


def _ticket(rect: Rect) -> list[Point]:
    cut = rect.height * 0.25
    left, inner = rect.x0, rect.x0 + cut
    return [(inner, rect.y0), (rect.x1, rect.y0), (rect.x1, rect.y1), (inner, rect.y1), (left, rect.y1 - cut), (left, rect.y0 + cut)]


OUTLINES = {"burst": _burst, "flag": _flag, "arrow": _arrow, "ticket": _ticket}
