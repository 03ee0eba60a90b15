"""What is drawn on and under the text of a PDF page: lines through it, and the colour behind it.

A line through text is a thin rule that crosses the middle of the letters, level or slanted, and ends about where they end. A rule below the baseline
underlines, one that runs on is a table's or a decoration, one beside the letters frames them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from adapters.decoding.drawn import Area, Drawn, Rule
from adapters.decoding.text_lines import joined
from adapters.decoding.text_runs import Run

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

CHUNK: Final = 256
"""Runs held against all boxes at a time."""

Rules = np.ndarray[Any, np.dtype[np.float64]]


def struck_out(lines: list[Run], rules: list[Rule], words_of: Callable[[int], list[list[Run]]]) -> list[Run]:
    """`lines` with `struck` set where a rule runs through them; one of which only some words are struck is taken apart there.

    `words_of` gives the words of a line by its number, each as the runs it is drawn in.
    """
    if not rules or not lines:
        return lines
    table: Rules = np.array(rules, dtype=np.float64)
    ends = np.sort(table[:, [0, 2]], axis=1), np.sort(table[:, [1, 3]], axis=1)
    boxes = np.stack([ends[0][:, 0], ends[1][:, 0], ends[0][:, 1], ends[1][:, 1]], axis=1)
    marked: list[Run] = []
    for number, (line, near) in enumerate(zip(lines, meeting(lines, boxes), strict=True)):
        if len(near) and _struck(line, table[near]):
            marked.append(replace(line, struck=True))
        elif len(near) and " " in line.text and not line.slanted and _touched(line, table[near]):
            marked.extend(_by_words(line, words_of(number), table[near]))
        else:
            marked.append(line)
    return marked


def _by_words(line: Run, words: list[list[Run]], rules: Rules) -> list[Run]:
    """The line in stretches of struck and other words; whole when no word is struck."""
    stretches: list[tuple[bool, list[Run]]] = []
    for word in words:
        struck = _struck(joined(word), rules)
        if stretches and stretches[-1][0] == struck:
            stretches[-1][1].extend(word)
        else:
            stretches.append((struck, list(word)))
    if not any(struck for struck, _ in stretches):
        return [line]
    return [replace(joined(runs), struck=struck) for struck, runs in stretches]


def meeting(runs: list[Run], boxes: Any) -> Iterator[Any]:
    """For each run, the numbers of the `boxes` (rows of left, bottom, right, top) that meet its own."""
    for first in range(0, len(runs), CHUNK):
        own = np.array([run.box for run in runs[first : first + CHUNK]])
        meet = (boxes[None, :, 0] <= own[:, None, 2]) & (boxes[None, :, 2] >= own[:, None, 0])
        meet &= (boxes[None, :, 1] <= own[:, None, 3]) & (boxes[None, :, 3] >= own[:, None, 1])
        yield from map(np.flatnonzero, meet)


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
    if not drawn.areas or not runs:
        return [replace(run, background="#ffffff") for run in runs]
    boxes = np.array([area.box for area in drawn.areas])
    return [replace(run, background=_background(run, drawn, near)) for run, near in zip(runs, meeting(runs, boxes), strict=True)]


def _background(run: Run, drawn: Drawn, near: Any) -> str | None:
    x, y = middle(run)
    order = drawn.order.get(run.item, len(drawn.order) + len(drawn.areas) + len(drawn.rules))
    layers: list[Area] = []
    for number in reversed(near):
        area = drawn.areas[number]
        if area.order > order or not area.covers(x, y) or (area.colour is not None and not area.colour[3]):
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
