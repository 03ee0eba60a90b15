"""What a PDF page draws besides its text: filled areas, thin rules and pictures, in drawing order and in points of the page.

Objects inside form XObjects are taken where the form places them. The look is cheap on purpose: boxes for all objects, outlines only for those that
could be a rule or lie under text, and an end to it on pages that draw without end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium_c

from adapters.decoding import pdf_calls as calls
from adapters.decoding.pdf_calls import Matrix

MOST_OBJECTS: Final = 20_000
"""Objects looked at per page; a map drawn of more has no rules that matter behind them."""
MOST_SEGMENTS: Final = 20_000
"""Path segments looked at per page for rules."""
RULE_THICKNESS: Final = 8.0
"""Points: thicker strokes and bars strike out nothing but type of more than 30 points, and are areas otherwise."""
THIN: Final = 0.12
"""Thickness by length up to which a filled outline is a rule."""
DEEPEST: Final = 8
"""Forms within forms that are followed."""

Box = tuple[float, float, float, float]
"""left, bottom, right, top in points."""
Colour = tuple[int, int, int, int]
"""red, green, blue, alpha, 0 to 255."""


class Rule(NamedTuple):
    """A straight thin line."""

    x0: float
    y0: float
    x1: float
    y1: float
    thickness: float


@dataclass(slots=True)
class Area:
    """A filled path (`colour` None: a pattern), a picture or a shading (`path` None). Its outline is read when somebody asks what it covers."""

    order: int
    box: Box
    colour: Colour | None
    path: int | None = None
    matrix: Matrix = field(default_factory=Matrix)
    opaque: bool = True
    _outline: list[tuple[float, float]] | None = None

    def covers(self, x: float, y: float) -> bool:
        """Whether the point lies inside the outline: even-odd over the path's corners and curve ends."""
        left, bottom, right, top = self.box
        if not (left <= x <= right and bottom <= y <= top):
            return False
        if self.path is None:
            return True
        if self._outline is None:
            self._outline = list(_corners(self.path, self.matrix))
        return _inside(self._outline, x, y)


@dataclass(slots=True)
class Drawn:
    """The objects of a page. `order` says when a text object, by its address, is drawn. Addresses hold as long as the page is open."""

    areas: list[Area] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    order: dict[int, int] = field(default_factory=dict)
    pictures: list[Box] = field(default_factory=list)
    outlines: int = 0
    """Segments of filled paths with curves, of which a letter drawn as an outline has 8 to 40."""
    segments: int = 0


def drawn(page: Any) -> Drawn:
    """Everything on a pypdfium2 page."""
    found = Drawn()
    handle = calls.address(page.raw)
    counter = iter(range(MOST_OBJECTS))
    objects = (calls.page_object(handle, number) for number in range(calls.count_objects(handle)))
    _collect(objects, Matrix(), 0, counter, found)
    return found


def _collect(objects: Iterator[int | None], outer: Matrix, depth: int, counter: Iterator[int], found: Drawn) -> None:
    for item in objects:
        if item is None:
            continue
        order = next(counter, None)
        if order is None:
            return
        kind = calls.object_type(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            found.order[item] = order
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            _path(item, outer, order, found)
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM:
            if depth < DEEPEST:
                inner = (calls.form_object(item, number) for number in range(calls.count_form_objects(item)))
                _collect(inner, calls.matrix(item).then(outer), depth + 1, counter, found)
        else:
            box = _box(item, outer)
            if box is not None:
                opaque = kind == pdfium_c.FPDF_PAGEOBJ_IMAGE and not calls.has_transparency(item)
                found.areas.append(Area(order, box, None, opaque=opaque))
                if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                    found.pictures.append(box)


def _box(item: int, outer: Matrix) -> Box | None:
    box = calls.bounds(item)
    if box is None or outer == Matrix():
        return box
    corners = [outer.point(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _path(item: int, outer: Matrix, order: int, found: Drawn) -> None:
    filled, stroked = calls.draw_mode(item)
    box = _box(item, outer) if filled or stroked else None
    if box is None:
        return
    inner: Matrix | None = None
    segments = calls.count_segments(item)
    if stroked and found.segments < MOST_SEGMENTS:
        inner = calls.matrix(item).then(outer)
        thickness = calls.stroke_width(item) * inner.scale()
        colour = calls.stroke_colour(item)
        if thickness <= RULE_THICKNESS and (colour is None or colour[3]):
            found.segments += segments
            found.rules.extend(_strokes(item, inner, thickness))
    if not filled:
        return
    wide, high = box[2] - box[0], box[3] - box[1]
    short = min(wide, high)
    if short <= RULE_THICKNESS and short <= THIN * max(wide, high):
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        found.rules.append(Rule(box[0], y, box[2], y, high) if wide > high else Rule(x, box[1], x, box[3], wide))
        return
    inner = inner or calls.matrix(item).then(outer)
    if segments <= 6 and found.segments < MOST_SEGMENTS:
        found.segments += segments
        rule = _sliver(list(_corners(item, inner)))
        if rule is not None:
            found.rules.append(rule)
            return
    if segments > 6:
        found.outlines += segments
    found.areas.append(Area(order, box, calls.fill_colour(item), item, inner, opaque=not calls.has_transparency(item)))


def _strokes(path: int, inner: Matrix, thickness: float) -> Iterator[Rule]:
    """The straight pieces of a stroked path, a curve by its chord; the edge that closes an outline strikes nothing and is left out."""
    here = (0.0, 0.0)
    for moved, there in _points(path, inner):
        if not moved and there != here:
            yield Rule(*here, *there, thickness)
        here = there


def _corners(path: int, inner: Matrix) -> Iterator[tuple[float, float]]:
    return (point for _, point in _points(path, inner))


def _points(path: int, inner: Matrix) -> Iterator[tuple[bool, tuple[float, float]]]:
    """Corners and curve ends of a path, each with whether the pen was lifted to it; control points are left out."""
    controls = 0
    for number in range(calls.count_segments(path)):
        segment = calls.path_segment(path, number)
        kind = calls.segment_type(segment)
        if kind == pdfium_c.FPDF_SEGMENT_BEZIERTO:
            controls = (controls + 1) % 3
            if controls:
                continue
        yield kind == pdfium_c.FPDF_SEGMENT_MOVETO, inner.point(*calls.point(segment))


def _sliver(corners: list[tuple[float, float]]) -> Rule | None:
    """A long thin outline of a few corners as the rule along it."""
    if len(corners) < 3:
        return None
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
    (x0, y0), (x1, y1) = max(edges, key=lambda edge: math.dist(*edge))
    length = math.hypot(x1 - x0, y1 - y0)
    area = abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in edges)) / 2
    if not length or area / length > min(RULE_THICKNESS, THIN * length):
        return None
    across_x, across_y = -(y1 - y0) / length, (x1 - x0) / length
    shift = sum((x - x0) * across_x + (y - y0) * across_y for x, y in corners) / len(corners)
    return Rule(x0 + shift * across_x, y0 + shift * across_y, x1 + shift * across_x, y1 + shift * across_y, area / length)


def _inside(corners: list[tuple[float, float]], x: float, y: float) -> bool:
    inside = False
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return inside
