"""What is drawn on and under the text of a PDF page: lines through it, and the colour behind it.

A line through text is a thin rule that crosses the middle of the letters, level or slanted, and ends about where they end. A rule below the baseline
underlines, one that runs on is a table's or a decoration, one beside the letters frames them.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np

from adapters.decoding.drawn import Area, Box, Drawn, Rule
from adapters.decoding.text_runs import Run, TextRuns

WHITE: Final = (255, 255, 255)
LEVEL: Final = math.tan(math.radians(4))
"""Rise by length up to which a rule is parallel to the text."""
STEEPEST: Final = math.tan(math.radians(62))
THROUGH: Final = (0.14, 0.86)
"""Where a level line must cross the letters, in their height over the baseline; browsers and office programs draw theirs at 0.35 to 0.5, at 0.6 of
letters without ascenders; an underline lies below 0."""
LEAST_COVER: Final = 0.6
"""Share of a run's width that a level line covers."""
LEAST_CROSS: Final = 0.4
"""Share of a run's width that a slanted line covers, from below the letters' middle to above it."""
OVERHANG: Final = 1.2
"""Type sizes that a line may stick out at either end."""
THICKEST: Final = 0.3
"""Thickness of a line through text, in letter heights; more is a bar."""

Rules = np.ndarray[Any, np.dtype[np.float64]]


def struck_out(runs: list[Run], rules: list[Rule], reader: TextRuns) -> list[Run]:
    """`runs` with `struck` set where a line runs through them; a run of which only some words are struck is taken apart there."""
    if not rules:
        return runs
    table: Rules = np.array(rules, dtype=np.float64)
    marked: list[Run] = []
    for run in runs:
        near = table[_near(table, run.box, run.size)]
        if not len(near):
            marked.append(run)
        elif _struck(run, near):
            marked.append(replace(run, struck=True))
        elif " " in run.text and not run.slanted and _touched(run, near):
            marked.extend(_rejoined([replace(word, struck=_struck(word, near)) for word in reader.words(run)], run))
        else:
            marked.append(run)
    return marked


def _rejoined(words: list[Run], whole: Run) -> list[Run]:
    if not any(word.struck for word in words):
        return [whole]
    return words


def _near(table: Rules, box: Box, size: float) -> Any:
    """Rules whose box meets the run's and that are not far longer than it."""
    low_x, high_x = np.minimum(table[:, 0], table[:, 2]), np.maximum(table[:, 0], table[:, 2])
    low_y, high_y = np.minimum(table[:, 1], table[:, 3]), np.maximum(table[:, 1], table[:, 3])
    return (low_x <= box[2]) & (high_x >= box[0]) & (low_y <= box[3]) & (high_y >= box[1]) & (table[:, 4] <= size)


def _struck(run: Run, rules: Rules) -> bool:
    start, end, height = run.extent()
    slack = OVERHANG * run.size
    for x0, y0, x1, y1, thickness in rules:
        (u0, v0), (u1, v1) = sorted((run.along(x0, y0), run.along(x1, y1)))
        if thickness > THICKEST * height or u0 < start - slack or u1 > end + slack:
            continue
        cover = (min(u1, end) - max(u0, start)) / (end - start) if end > start else 0.0
        rise, reach = abs(v1 - v0), u1 - u0
        if rise <= LEVEL * reach:
            if cover >= LEAST_COVER and THROUGH[0] * height <= (v0 + v1) / 2 <= THROUGH[1] * height:
                return True
        elif rise <= STEEPEST * reach and cover >= LEAST_CROSS:
            middle = v0 + (v1 - v0) * ((start + end) / 2 - u0) / reach
            through = 0.1 * height <= middle <= 0.9 * height
            if through and min(v0, v1) >= -height and max(v0, v1) <= 2 * height and (cover >= LEAST_COVER or rise >= 0.5 * height):
                return True
    return False


def _touched(run: Run, rules: Rules) -> bool:
    """Whether a rule lies across some of the letters' middle, so that a look at the single words pays."""
    start, end, height = run.extent()
    for x0, y0, x1, y1, thickness in rules:
        (u0, v0), (u1, v1) = sorted((run.along(x0, y0), run.along(x1, y1)))
        inside = min(u1, end) - max(u0, start)
        if thickness <= THICKEST * height and inside >= 0.5 * run.size and u1 - u0 <= end - start + run.size and 0 <= (v0 + v1) / 2 <= height:
            return True
    return False


def with_backgrounds(runs: list[Run], drawn: Drawn) -> list[Run]:
    """`runs` with the colour under each: of the topmost filled area beneath its middle, of the paper; None over pictures, shadings and patterns."""
    if not drawn.areas:
        return [replace(run, background="#ffffff") for run in runs]
    boxes = np.array([area.box for area in drawn.areas])
    orders = np.array([area.order for area in drawn.areas])
    return [replace(run, background=_background(run, drawn, boxes, orders)) for run in runs]


def _background(run: Run, drawn: Drawn, boxes: Any, orders: Any) -> str | None:
    x, y = middle(run)
    order = drawn.order.get(run.item)
    beneath = (boxes[:, 0] <= x) & (boxes[:, 2] >= x) & (boxes[:, 1] <= y) & (boxes[:, 3] >= y)
    if order is not None:
        beneath &= orders < order
    layers: list[Area] = []
    for number in reversed(np.flatnonzero(beneath)):
        area = drawn.areas[int(number)]
        if not area.covers(x, y) or (area.colour is not None and not area.colour[3]):
            continue
        layers.append(area)
        if area.colour is None or area.colour[3] == 255:
            break
    red, green, blue = WHITE
    for area in reversed(layers):
        if area.colour is None:
            return None
        share = area.colour[3] / 255
        red, green, blue = (round(old + (new - old) * share) for old, new in zip((red, green, blue), area.colour, strict=False))
    return f"#{red:02x}{green:02x}{blue:02x}"


def middle(run: Run) -> tuple[float, float]:
    """The middle of a run's box."""
    return (run.box[0] + run.box[2]) / 2, (run.box[1] + run.box[3]) / 2
