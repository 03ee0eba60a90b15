"""Pages as engines read them.

Coordinates are fractions of the page, 0 to 1, origin at the top left, x to the right and y down, whatever the engine or the scan's resolution.
A polygon has four corners, clockwise from the text's own top left, so that rotated text keeps its reading direction.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from schemas.documents import Value

Fraction = float
Homography = tuple[float, float, float, float, float, float, float, float, float]
"""A projective map of the plane, row by row: (x, y) goes to ((ax + by + c) / w, (dx + ey + f) / w) with w = gx + hy + i."""
Polygon = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction], tuple[Fraction, Fraction], tuple[Fraction, Fraction]]


Rule = tuple[Fraction, Fraction, Fraction, Fraction]
"""A level or upright stroke: x and y of its start and its end."""


class Box(Value):
    """Axis-parallel rectangle in page fractions, x0 <= x1 and y0 <= y1."""

    x0: float = Field(ge=0, le=1)
    y0: float = Field(ge=0, le=1)
    x1: float = Field(ge=0, le=1)
    y1: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> Box:
        if self.x0 > self.x1 or self.y0 > self.y1:
            raise ValueError("a box needs x0 <= x1 and y0 <= y1")
        return self

    @classmethod
    def around(cls, polygon: Polygon) -> Box:
        """The smallest box around `polygon`, clipped to the page."""
        xs = [min(1.0, max(0.0, x)) for x, _ in polygon]
        ys = [min(1.0, max(0.0, y)) for _, y in polygon]
        return cls(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))


class Word(Value):
    """One word with its place; `confidence` is the engine's own, 0 to 1."""

    text: str
    polygon: Polygon
    confidence: float = Field(ge=0, le=1)


class Line(Value):
    """One line of text. `words` is empty when the engine gives lines only."""

    text: str
    polygon: Polygon
    confidence: float = Field(ge=0, le=1)
    words: tuple[Word, ...] = ()
    font_size: float | None = Field(default=None, description="height of the type as a fraction of the page's height; None: take the polygon's")
    colour: str | None = Field(default=None, description="#rrggbb of the text: as the file says (PDF text layer), or as seen")
    background: str | None = Field(default=None, description="#rrggbb behind the text")
    weight: float | None = Field(
        default=None, ge=0, description="stroke weight, CSS-like 100 to 900; for OCR the stroke's width by the type's height, on the same scale"
    )
    struck: bool | None = Field(default=None, description="whether a line runs through the text")

    @property
    def box(self) -> Box:
        """The box around the line."""
        return Box.around(self.polygon)


class Straightening(Value):
    """Where a page that was straightened lies on the image as it was sent (upright as its EXIF data says): what is understood of a page is
    understood as it would lie on a desk, what is told of it stands where its sender sees it."""

    to_sent: Homography = Field(description="from fractions of the straightened page to fractions of the image as sent")
    width_px: int = Field(gt=0, description="pixels of the image as sent")
    height_px: int = Field(gt=0)

    def sent(self, polygon: Polygon) -> Polygon:
        """`polygon` of the straightened page on the image as sent."""
        first, second, third, fourth = polygon
        return projected(self.to_sent, first), projected(self.to_sent, second), projected(self.to_sent, third), projected(self.to_sent, fourth)

    def before(self, step: Homography) -> Straightening:
        """The same with one more straightening after it; `step` goes from the new page's fractions to this one's."""
        a, b = self.to_sent, step
        rows = [sum(a[3 * row + k] * b[3 * k + column] for k in range(3)) for row in range(3) for column in range(3)]
        return self.model_copy(update={"to_sent": tuple(value / rows[8] for value in rows)})


def projected(by: Homography, point: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """Where `by` takes `point`."""
    x, y = point
    away = by[6] * x + by[7] * y + by[8]
    return (by[0] * x + by[1] * y + by[2]) / away, (by[3] * x + by[4] * y + by[5]) / away


class Page(Value):
    """What was read on one page, in the frame of the straightened page where it was straightened."""

    width_px: int = Field(gt=0, description="pixels of the image that was read; for a text layer, of the page at 72 dpi")
    height_px: int = Field(gt=0)
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = Field(default=(), description="long straight edges: of panels, boxes and tables")
    text_source: Literal["text-layer", "ocr"] = "ocr"
    adapter: str = Field(description="name/version/model of what read it, e.g. `rapidocr/3.10.0/PP-OCRv6`")
    straightened: Straightening | None = Field(default=None, description="where this page lies on the image as sent; None: it is that image")

    def as_sent(self, polygon: Polygon) -> Polygon:
        """`polygon` of this page in fractions of the image as sent: what rows state as their evidence."""
        return polygon if self.straightened is None else self.straightened.sent(polygon)


class Detection(Value):
    """An object, logo, label or barcode on an image."""

    kind: Literal["object", "logo", "label", "barcode"]
    label: str = Field(description="what it is; for a barcode its symbology, e.g. `EAN-13`")
    value: str | None = Field(default=None, description="what it says: a barcode's digits")
    polygon: Polygon | None = None
    confidence: float = Field(ge=0, le=1)
    adapter: str = ""
