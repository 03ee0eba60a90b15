"""The reliability plot: what confidences said against how often they were right, as SVG."""

from __future__ import annotations

import math
from typing import Final

from workers.evaluation.calibration import Calibration, Sure
from workers.evaluation.markup import Markup, element

_SIDE: Final = 300.0
_LEFT, _BOTTOM, _TOP, _RIGHT = 46.0, 44.0, 12.0, 14.0
_SMALLEST, _LARGEST = 3.0, 13.0


def reliability_plot(found: Calibration, claims: str) -> Markup:
    """A point per bin, its area by its claims; on the diagonal a confidence means what it says. `claims` is what they are about, in the plural."""
    most = max((one.claims for one in found.bins), default=0)
    points = [_point(one, most, claims) for one in found.bins if one.claims]
    width, height = _LEFT + _SIDE + _RIGHT, _TOP + _SIDE + _BOTTOM
    return element(
        "svg",
        *_axes(),
        element("line", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1), class_="diagonal"),
        *points,
        viewBox=f"0 0 {width:g} {height:g}",
        class_="reliability",
        role="img",
        aria_label="Reliability: share right by confidence",
    )


def _axes() -> list[Markup]:
    drawn = [element("rect", x=_x(0), y=_y(1), width=_SIDE, height=_SIDE, class_="frame")]
    for step in range(0, 11, 2):
        at = step / 10
        drawn += [
            element("line", x1=_x(at), y1=_y(0), x2=_x(at), y2=_y(1), class_="grid"),
            element("line", x1=_x(0), y1=_y(at), x2=_x(1), y2=_y(at), class_="grid"),
            element("text", f"{at:.1f}", x=_x(at), y=_y(0) + 16, text_anchor="middle"),
            element("text", f"{at:.1f}", x=_x(0) - 6, y=_y(at) + 4, text_anchor="end"),
        ]
    middle = _y(0.5)
    drawn.append(element("text", "confidence said", x=_x(0.5), y=_y(0) + 36, text_anchor="middle", class_="axis"))
    drawn.append(element("text", "share right", x=12.0, y=middle, text_anchor="middle", class_="axis", transform=f"rotate(-90 12 {middle:g})"))
    return drawn


def _point(one: Sure, most: int, claims: str) -> Markup:
    radius = _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(one.claims / most)
    x, y = _x(one.mean_confidence), _y(one.accuracy)
    said = f"{one.claims} {claims}: said {one.mean_confidence:.2f}, right {one.accuracy:.2f}"
    return element(
        "g",
        element("title", said),
        element("line", x1=x, y1=_y(one.mean_confidence), x2=x, y2=y, class_="gap"),
        element("circle", cx=x, cy=y, r=radius, class_="point"),
    )


def _x(value: float) -> float:
    return _LEFT + _SIDE * value


def _y(value: float) -> float:
    return _TOP + _SIDE * (1 - value)
