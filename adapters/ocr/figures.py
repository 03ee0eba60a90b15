"""Prices as art, set level: big figures with raised cents, taken apart by their ink and set in one row, so that a recogniser reads a number.

Recognition networks have learned lines of text. `1` with a small raised `49` and a dot somewhere between them is a picture to them: they answer
`1 u`, `.49` or nothing. The figures themselves are plain: pieces of one colour, side by side, of one height or of two. Here they are found by
colour around what the engine read, brought to one height, and handed back as an image with what their places say: how many are raised, where a
point stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

HEIGHT: Final = 56
"""Pixels to which the line that was read is scaled before its ink is looked at."""
ROW: Final = 40
"""Pixels of a figure in the levelled row; the recogniser scales it to 48 with its margin."""
MOST: Final = 7
"""Figures of a price at most."""
LOW: Final = 0.3
"""Height of a part, by the tallest, below which it is a point, a dash or a footnote mark."""
RAISED: Final = 0.82
"""Height, by the tallest, below which a figure is raised."""
WIDEST: Final = 1.15
"""Width of a figure by its height at most; panels and badges in the price's colour are wider."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures in a row. `box` is left, top, right, bottom in pixels of the page."""

    image: Any
    """Black on white, three channels."""
    box: tuple[float, float, float, float]
    count: int
    raised: int
    """How many at the end are set smaller."""
    point_after: int | None
    """Number of figures before a point on the base line."""
    dash: bool
    """Whether a dash follows in place of cents."""


@dataclass(frozen=True, slots=True)
class _Part:
    x: int
    y: int
    width: int
    height: int
    label: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


def figures_at(pixels: Any, box: tuple[float, float, float, float]) -> list[Figures]:
    """What could be figures at `box` (left, top, right, bottom in pixels): dark on light and light on dark, none when the ink tells nothing."""
    import cv2

    left, top, right, bottom = box
    size = bottom - top
    if size < 8 or right - left < 3:
        return []
    height, width = pixels.shape[:2]
    x0, y0 = int(max(0, left - 1.3 * size)), int(max(0, top - 0.45 * size))
    x1, y1 = int(min(width, right + 1.5 * size)), int(min(height, bottom + 0.45 * size))
    scale = min(1.0, HEIGHT / size)
    region = cv2.resize(pixels[y0:y1, x0:x1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    inner = tuple(round(value * scale) for value in (left - x0, top - y0, right - x0, bottom - y0))
    found = [_figures(region, inner, ink, ground) for ink, ground in _inks(region, inner)]
    return [Figures(one.image, _scaled(one.box, scale, x0, y0), *_said(one)) for one in found if one is not None]


def _scaled(box: tuple[float, float, float, float], scale: float, x: int, y: int) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return left / scale + x, top / scale + y, right / scale + x, bottom / scale + y


def as_printed(figures: Figures, read: str) -> str | None:
    """The price that `figures` show when a recogniser reads `read` from them: `1.49`, `5.-`, `149`; None when the two do not agree."""
    signs = re.sub(r"[^\d€£$]", "", read.replace("O", "0").replace("o", "0"))
    digits = signs.strip("€£$")
    before, after = signs[: signs.find(digits)], signs[signs.find(digits) + len(digits) :]
    if len(signs) != figures.count or not digits.isdecimal():
        return None
    raised, point = figures.raised - len(after), figures.point_after
    if raised == 2 and len(digits) > 2:
        amount = f"{digits[:-2]}.{digits[-2:]}"
    elif raised > 0:
        return None
    elif figures.dash:
        amount = f"{digits}.-"
    elif point is not None and figures.count - len(after) - point == 2:
        amount = f"{digits[:-2]}.{digits[-2:]}"
    else:
        amount = digits
    return f"{before}{amount}{after}"


def _said(figures: Figures) -> tuple[int, int, int | None, bool]:
    return figures.count, figures.raised, figures.point_after, figures.dash


def _inks(region: Any, inner: tuple[int, ...]) -> list[tuple[Any, Any]]:
    """The two colours of the box, each as ink and as ground."""
    import cv2
    import numpy as np

    cut = region[max(0, inner[1]) : inner[3], max(0, inner[0]) : inner[2]]
    if cut.size == 0:
        return []
    _, bright = cv2.threshold(cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY), 0, 255, cv2.THRESH_OTSU)
    light = bright > 0
    if light.all() or not light.any():
        return []
    one, other = (np.median(cut[light], axis=0).astype(np.float32), np.median(cut[~light], axis=0).astype(np.float32))
    return [(other, one), (one, other)]


def _figures(region: Any, inner: tuple[int, ...], ink: Any, ground: Any) -> Figures | None:
    import cv2
    import numpy as np

    axis = ink - ground
    length = float(axis @ axis)
    if length < 1_500:
        return None
    shifted = region.astype(np.float32) - ground
    along = (shifted @ axis) / length
    aside = np.linalg.norm(shifted - along[..., None] * axis, axis=2)
    mask = ((along > 0.55) & (along < 1.7) & (aside < 90)).astype(np.uint8)
    _, labels, table, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    size = inner[3] - inner[1]
    parts = [
        _Part(x, y, width, height, label)
        for label, (x, y, width, height, area) in enumerate(table.tolist())
        if label and area >= 6 and x > 0 and y > 0 and x + width < mask.shape[1] and y + height < mask.shape[0] and height <= 1.2 * size
    ]
    group = _figures_only(_row_of(parts, inner, size))
    if not group:
        return None
    tallest = max(part.height for part in group)
    marks = [part for part in parts if part not in group and part.height < LOW * tallest and _beside(part, group, tallest)]
    raised = _raised(group, tallest)
    if raised is None:
        return None
    points = [mark for mark in marks if mark.width < 1.7 * mark.height and mark.bottom > group[0].bottom - 0.3 * tallest]
    dashes = [mark for mark in marks if mark.width >= 1.7 * mark.height and mark.x > group[-1].x]
    before = [sum(part.x + part.width / 2 < point.x + point.width / 2 for part in group) for point in points]
    return Figures(
        image=_levelled(group, labels),
        box=(group[0].x, min(part.y for part in group), max(part.right for part in group), max(part.bottom for part in group)),
        count=len(group),
        raised=raised,
        point_after=before[0] if before else None,
        dash=bool(dashes),
    )


def _row_of(parts: list[_Part], inner: tuple[int, ...], size: int) -> list[_Part]:
    """Parts that stand side by side like figures, grown from those in the box; empty when it is no such row."""
    upright = [part for part in parts if part.width <= WIDEST * part.height and part.height >= 0.2 * size]
    seeds = [part for part in upright if part.x < inner[2] and part.right > inner[0] and part.y < inner[3] and part.bottom > inner[1]]
    seeds = [part for part in seeds if part.height >= 0.5 * max(seed.height for seed in seeds)]
    group = list(seeds)
    grown = bool(group)
    while grown and len(group) <= MOST:
        tallest = max(part.height for part in group)
        grown = False
        for part in upright:
            if part not in group and LOW * tallest < part.height < 1.9 * tallest and any(_next_to(part, other, tallest) for other in group):
                group.append(part)
                grown = True
    group.sort(key=lambda part: part.x)
    if any(b.x < a.right - 0.45 * min(a.width, b.width) for a, b in pairwise(group)):
        return []
    return group if 1 <= len(group) <= MOST else []


def _figures_only(group: list[_Part]) -> list[_Part]:
    """Without a currency sign before or after that is set in a size of its own; empty when large and small are mixed otherwise."""
    for some in (group, group[1:], group[:-1]):
        if some and _raised(some, max(part.height for part in some)) is not None:
            return some
    return []


def _next_to(part: _Part, other: _Part, tallest: int) -> bool:
    gap = max(part.x - other.right, other.x - part.right)
    level = min(part.bottom, other.bottom) - max(part.y, other.y)
    return gap < 0.3 * max(tallest, part.height) and level > 0.5 * min(part.height, other.height)


def _beside(mark: _Part, group: list[_Part], tallest: int) -> bool:
    top, bottom = min(part.y for part in group), max(part.bottom for part in group)
    middle = mark.y + mark.height / 2
    within = group[0].x - 0.4 * tallest <= mark.x <= group[-1].right + 0.5 * tallest
    return within and top + 0.35 * (bottom - top) < middle < bottom + 0.12 * tallest


def _raised(group: list[_Part], tallest: int) -> int | None:
    """How many figures at the end are smaller than the first ones; None when small and large ones are mixed."""
    small = [part.height < RAISED * tallest for part in group]
    count = small.index(True) if True in small else len(group)
    if count == 0 or not all(small[count:]):
        return None
    return len(group) - count


def _levelled(group: list[_Part], labels: Any) -> Any:
    import cv2
    import numpy as np

    gap = np.zeros((ROW, 6), np.uint8)
    row = [np.zeros((ROW, 14), np.uint8)]
    for part in group:
        cut = (labels[part.y : part.bottom, part.x : part.right] == part.label).astype(np.uint8) * 255
        width = max(3, round(part.width * ROW / part.height))
        row += [cv2.resize(cut, (width, ROW), interpolation=cv2.INTER_LINEAR if part.height < ROW else cv2.INTER_AREA), gap]
    row.append(row[0])
    image = 255 - np.pad(np.hstack(row), ((8, 8), (0, 0)))
    return np.repeat(image[..., None], 3, axis=2)
