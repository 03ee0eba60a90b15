"""Product pictures as vector drawings: a box in points, two colours, no text (a pack shot has no text layer in a real brochure either)."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfgen.canvas import Canvas

from samples.generator.catalogue import Art

INK = HexColor("#33414f")


def _shade(colour: Color, by: float) -> Color:
    """`colour` moved towards white (by > 0) or black (by < 0)."""
    goal = 1.0 if by > 0 else 0.0
    part = abs(by)
    return Color(*(value + (goal - value) * part for value in (colour.red, colour.green, colour.blue)))


def _filled(canvas: Canvas, points: list[tuple[float, float]], colour: Color) -> None:
    """A polygon with the light coming from the left."""
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.close()
    canvas.saveState()
    canvas.clipPath(path, stroke=0, fill=0)
    xs = [x for x, _ in points]
    canvas.linearGradient(min(xs), 0, max(xs), 0, [_shade(colour, 0.35), colour, _shade(colour, -0.18)], [0, 0.45, 1], extend=True)
    canvas.restoreState()
    canvas.setStrokeColor(_shade(colour, -0.35))
    canvas.setLineWidth(0.6)
    canvas.drawPath(path, stroke=1, fill=0)


def _fruit(canvas: Canvas, x: float, y: float, r: float, colour: Color) -> None:
    canvas.setFillColor(_shade(colour, -0.1))
    for dx, dy, size in ((-0.7, 0, 0.62), (0.6, 0.1, 0.66), (0, 0.55, 0.7)):
        canvas.circle(x + dx * r, y + dy * r, size * r, stroke=0, fill=1)
    canvas.setFillColor(_shade(colour, 0.55))
    for dx, dy in ((-0.9, 0.2), (0.4, 0.35), (-0.2, 0.8)):
        canvas.circle(x + dx * r, y + dy * r, 0.13 * r, stroke=0, fill=1)


def _shadow(canvas: Canvas, x: float, y: float, w: float) -> None:
    canvas.saveState()
    canvas.setFillColor(INK)
    canvas.setFillAlpha(0.18)
    canvas.ellipse(x - w * 0.04, y - w * 0.07, x + w * 1.08, y + w * 0.07, stroke=0, fill=1)
    canvas.restoreState()


def cup(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """A yogurt cup, wider at the lid."""
    x, y, w, _ = box
    h = min(box[3], w / 0.78)
    wide, narrow = h * 0.78, h * 0.12
    left = x + (w - wide) / 2
    _shadow(canvas, left + narrow / 2, y, wide - narrow)
    _filled(canvas, [(left + narrow, y), (left + wide - narrow, y), (left + wide, y + h * 0.9), (left, y + h * 0.9)], body)
    band = [(left + narrow * 0.75, y + h * 0.22), (left + wide - narrow * 0.75, y + h * 0.22)]
    band += [(left + wide - narrow * 0.25, y + h * 0.66), (left + narrow * 0.25, y + h * 0.66)]
    _filled(canvas, band, accent)
    canvas.setFillColor(white)
    canvas.ellipse(left + wide * 0.2, y + h * 0.29, left + wide * 0.8, y + h * 0.6, stroke=0, fill=1)
    _fruit(canvas, left + wide * 0.5, y + h * 0.42, h * 0.08, accent)
    _filled(canvas, [(left - 2, y + h * 0.89), (left + wide + 2, y + h * 0.89), (left + wide, y + h), (left, y + h)], _shade(accent, 0.2))


def cups(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """A pack of four cups, two behind two."""
    x, y, w, h = box
    for dx, dy, size in ((0.12, 0.2, 0.72), (0.5, 0.2, 0.72), (0.0, 0.0, 0.78), (0.4, 0.0, 0.78)):
        cup(canvas, (x + w * dx, y + h * dy, w * 0.5, h * size), body, accent)


def tub(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """A low tub with a lid."""
    x, y, w, _ = box
    wide = min(w, box[3] * 1.35)
    h = wide / 1.2
    left, top = x + (w - wide) / 2, y + h * 0.66
    _shadow(canvas, left + wide * 0.05, y, wide * 0.9)
    _filled(canvas, [(left + wide * 0.07, y), (left + wide * 0.93, y), (left + wide, top), (left, top)], body)
    _filled(
        canvas,
        [
            (left + wide * 0.05, y + h * 0.16),
            (left + wide * 0.95, y + h * 0.16),
            (left + wide * 0.98, y + h * 0.46),
            (left + wide * 0.02, y + h * 0.46),
        ],
        accent,
    )
    canvas.setFillColor(white)
    canvas.circle(left + wide / 2, y + h * 0.31, h * 0.12, stroke=0, fill=1)
    _fruit(canvas, left + wide / 2, y + h * 0.29, h * 0.06, accent)
    _filled(canvas, [(left - 3, top), (left + wide + 3, top), (left + wide + 1, top + h * 0.1), (left - 1, top + h * 0.1)], _shade(accent, 0.3))


def carton(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """A gable-top carton with a screw cap."""
    x, y, w, h = box
    wide = h * 0.46
    left, side = x + (w - wide * 1.3) / 2, wide * 0.3
    _shadow(canvas, left, y, wide + side)
    _filled(
        canvas,
        [(left + wide, y), (left + wide + side, y + h * 0.06), (left + wide + side, y + h * 0.74), (left + wide, y + h * 0.7)],
        _shade(body, -0.15),
    )
    _filled(canvas, [(left, y), (left + wide, y), (left + wide, y + h * 0.7), (left, y + h * 0.7)], body)
    _filled(
        canvas, [(left, y + h * 0.7), (left + wide, y + h * 0.7), (left + wide + side * 0.5, y + h * 0.9), (left + side * 0.5, y + h * 0.9)], accent
    )
    _filled(canvas, [(left, y), (left + wide, y), (left + wide, y + h * 0.24), (left, y + h * 0.32)], accent)
    canvas.setFillColor(white)
    canvas.circle(left + wide * 0.5, y + h * 0.46, wide * 0.24, stroke=1, fill=1)
    canvas.setFillColor(_shade(accent, -0.15))
    canvas.circle(left + wide * 0.62, y + h * 0.8, wide * 0.16, stroke=0, fill=1)
    _filled(
        canvas,
        [(left + side * 0.5, y + h * 0.9), (left + wide + side * 0.5, y + h * 0.9), (left + wide + side * 0.5, y + h), (left + side * 0.5, y + h)],
        _shade(body, -0.08),
    )


def bottle(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """A bottle with a label and a cap."""
    x, y, w, h = box
    wide = h * 0.36
    left, neck = x + (w - wide) / 2, wide * 0.28
    _shadow(canvas, left, y, wide)
    outline = [(left, y), (left + wide, y), (left + wide, y + h * 0.6), (left + wide - neck, y + h * 0.8)]
    outline += [(left + wide - neck, y + h * 0.9), (left + neck, y + h * 0.9), (left + neck, y + h * 0.8), (left, y + h * 0.6)]
    _filled(canvas, outline, body)
    _filled(canvas, [(left, y + h * 0.14), (left + wide, y + h * 0.14), (left + wide, y + h * 0.5), (left, y + h * 0.5)], accent)
    canvas.setFillColor(white)
    canvas.circle(left + wide / 2, y + h * 0.32, wide * 0.3, stroke=0, fill=1)
    _fruit(canvas, left + wide / 2, y + h * 0.3, wide * 0.15, accent)
    _filled(
        canvas,
        [(left + neck * 0.8, y + h * 0.89), (left + wide - neck * 0.8, y + h * 0.89), (left + wide - neck * 0.8, y + h), (left + neck * 0.8, y + h)],
        accent,
    )


def block(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """A wrapped block seen from above its long side."""
    x, y, w, h = box
    wide = min(w * 0.82, h * 1.3)
    high, depth = wide * 0.5, wide * 0.2
    left = x + (w - wide - depth) / 2
    _shadow(canvas, left, y, wide)
    _filled(
        canvas,
        [(left, y + high), (left + wide, y + high), (left + wide + depth, y + high + depth), (left + depth, y + high + depth)],
        _shade(body, 0.3),
    )
    _filled(
        canvas,
        [(left + wide, y), (left + wide + depth, y + depth), (left + wide + depth, y + high + depth), (left + wide, y + high)],
        _shade(body, -0.12),
    )
    _filled(canvas, [(left, y), (left + wide, y), (left + wide, y + high), (left, y + high)], body)
    _filled(canvas, [(left, y + high * 0.25), (left + wide, y + high * 0.25), (left + wide, y + high * 0.78), (left, y + high * 0.78)], accent)
    canvas.setFillColor(white)
    canvas.ellipse(left + wide * 0.3, y + high * 0.34, left + wide * 0.7, y + high * 0.69, stroke=0, fill=1)


def slices(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """Fanned slices of cheese."""
    x, y, w, _ = box
    side = min(w * 0.66, box[3] * 0.7)
    h = side / 0.62
    _shadow(canvas, x + w * 0.12, y, side)
    for step in range(4):
        left, low = x + w * 0.12 + step * side * 0.3, y + h * 0.06 * step
        _filled(
            canvas,
            [(left, low), (left + side, low + h * 0.05), (left + side * 0.95, low + side), (left - side * 0.05, low + side * 0.94)],
            _shade(body, 0.1 * step),
        )
    canvas.setFillColor(_shade(body, -0.12))
    for dx, dy, r in ((0.25, 0.3, 0.06), (0.6, 0.55, 0.08), (0.7, 0.2, 0.05)):
        canvas.circle(left + side * dx, low + side * dy, side * r, stroke=0, fill=1)
    _filled(
        canvas,
        [
            (left + side * 0.55, low + side * 0.62),
            (left + side * 0.97, low + side * 0.66),
            (left + side * 0.95, low + side),
            (left + side * 0.53, low + side * 0.97),
        ],
        accent,
    )


def wedge(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """A wedge of cheese with holes and its rind."""
    x, y, w, h = box
    wide = min(w * 0.95, h * 1.4)
    high, left = wide * 0.42, x + (w - wide) / 2
    _shadow(canvas, left, y, wide)
    _filled(canvas, [(left, y + high), (left + wide * 0.82, y + high * 1.5), (left + wide, y + high)], _shade(body, 0.35))
    _filled(canvas, [(left, y), (left + wide, y), (left + wide, y + high), (left, y + high)], body)
    _filled(canvas, [(left + wide * 0.94, y), (left + wide, y), (left + wide, y + high), (left + wide * 0.94, y + high)], accent)
    canvas.setFillColor(_shade(body, -0.2))
    for dx, dy, r in ((0.15, 0.35, 0.09), (0.38, 0.68, 0.12), (0.6, 0.3, 0.14), (0.8, 0.65, 0.08)):
        canvas.circle(left + wide * dx, y + high * dy, high * r, stroke=0, fill=1)


def eggs(canvas: Canvas, box: tuple[float, float, float, float], body: Color, accent: Color) -> None:
    """A row of eggs in a carton."""
    x, y, w, h = box
    wide = min(w, h * 1.5)
    left, size = x + (w - wide) / 2, wide / 5.4
    _shadow(canvas, left, y, wide)
    for row, lift in ((0, wide * 0.3), (1, wide * 0.2)):
        for step in range(5):
            canvas.setFillColor(_shade(accent, 0.18 * row + 0.04 * (step % 3)))
            cx = left + size * (0.7 + step)
            canvas.ellipse(cx - size * 0.44, y + lift, cx + size * 0.44, y + lift + size * 1.2, stroke=0, fill=1)
    _filled(canvas, [(left + wide * 0.03, y), (left + wide * 0.97, y), (left + wide, y + wide * 0.28), (left, y + wide * 0.28)], body)


SHAPES: dict[str, Callable[[Canvas, tuple[float, float, float, float], Color, Color], None]] = {
    shape.__name__: shape for shape in (cup, cups, tub, carton, bottle, block, slices, wedge, eggs)
}


def draw(canvas: Canvas, art: Art, box: tuple[float, float, float, float]) -> None:
    """Draw `art` into `box` (x, y, width, height in points, origin at the bottom left)."""
    SHAPES[art.shape](canvas, box, HexColor(art.body), HexColor(art.accent))
