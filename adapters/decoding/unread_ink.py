"""Whether a page shows writing that its text layer does not hold: a scan with a stamp, offers drawn as outlines beside live small print.

First by where things lie: pictures in parts of the page that have no text, and curved outlines beside few characters. Only pages where that is much
are drawn without their text, and what is left is searched for rows of letter-sized marks.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from adapters.decoding.drawn import Drawn
from adapters.decoding.page_sheet import Grey, Looks, Sheet
from adapters.decoding.text_runs import Run

GRID: Final = (16, 12)
"""Rows and columns of the parts that are told apart."""
LEAST_PARTS: Final = 0.45
"""Share of the page that pictures fill without text, from which a look pays; a flyer's packshots fill 0.2 to 0.4."""
PER_LETTER: Final = 20
"""Path segments of a letter's outline (8 for an I, 40 for a serif g)."""
LEAST_OUTLINED: Final = 0.4
"""Outlines by characters of the layer from which a look pays."""
SCAN: Final = 0.8
"""Share of the page under one picture that makes it a scan if there is next to no text."""
SCAN_TEXT: Final = 80
"""Letters and figures of a stamp, a page number or a file mark on a scan."""
LEAST_MARKS: Final = 40
"""Letter-sized marks in rows that are writing; textures give fewer."""
MOST_MARKS: Final = 0.7
"""Marks by characters of the layer: above it the layer is the smaller part of the page's writing; neighbours often join into one mark."""
CONTRAST: Final = 40
"""Grey steps between a letter and its surroundings."""
LETTER_PX: Final = (4, 45)
"""Least and greatest height of a mark."""
ROW: Final = 4
"""Marks that make a row."""
MOST_COMPARED: Final = 2_500
"""Marks that are held against each other."""


def unread(runs: list[Run], looks: Looks, sheet: Sheet, shown: Drawn) -> bool:
    """Whether the page shows more writing outside `runs`, its visible text, than inside."""
    characters = sum(character.isalnum() for run in runs for character in run.text)
    largest = max((_share(sheet.box(box)) for box in shown.pictures), default=0.0)
    if largest >= SCAN and characters < SCAN_TEXT:
        return True
    if not _suspicious(runs, characters, sheet, shown):
        return False
    marks = _rows_of_marks(looks.textless, [sheet.box(run.box) for run in runs])
    return marks >= LEAST_MARKS and marks > MOST_MARKS * characters


def _share(box: tuple[float, float, float, float]) -> float:
    x0, y0, x1, y1 = (min(1.0, max(0.0, value)) for value in box)
    return (x1 - x0) * (y1 - y0)


def _suspicious(runs: list[Run], characters: int, sheet: Sheet, shown: Drawn) -> bool:
    if shown.outlines > LEAST_OUTLINED * PER_LETTER * characters:
        return True
    filled, written = np.zeros(GRID, dtype=bool), np.zeros(GRID, dtype=bool)
    for box in shown.pictures:
        _mark(filled, sheet.box(box))
    for run in runs:
        _mark(written, sheet.box(run.box))
    return int((filled & ~written).sum()) >= LEAST_PARTS * filled.size


def _mark(grid: Any, box: tuple[float, float, float, float]) -> None:
    rows, columns = grid.shape
    x0, y0, x1, y1 = (min(1.0, max(0.0, value)) for value in box)
    if x1 > x0 and y1 > y0:
        grid[int(y0 * rows) : int(np.ceil(y1 * rows)), int(x0 * columns) : int(np.ceil(x1 * columns))] = True


def _rows_of_marks(drawing: Grey, known: list[tuple[float, float, float, float]]) -> int:
    """Letter-sized marks that stand in rows, light on dark or dark on light, outside the `known` boxes."""
    rows, columns = drawing.shape
    picture = drawing.copy()
    for x0, y0, x1, y1 in known:
        part = slice(max(0, int(y0 * rows) - 1), int(y1 * rows) + 2), slice(max(0, int(x0 * columns) - 1), int(x1 * columns) + 2)
        if picture[part].size:
            picture[part] = np.median(picture[part])
    return max(_in_rows(_marks(picture)), _in_rows(_marks(255 - picture)))


def _marks(picture: Grey) -> Any:
    """x, y, width, height of dark marks of a letter's size."""
    import cv2

    hats = cv2.morphologyEx(picture, cv2.MORPH_BLACKHAT, cv2.getStructuringElement(cv2.MORPH_RECT, (13, 13)))
    _, dark = cv2.threshold(hats, CONTRAST, 255, cv2.THRESH_BINARY)
    _, _, found, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    x, y, width, height, area = found[1:].T
    low, high = LETTER_PX
    letters = (height >= low) & (height <= high) & (width >= 2) & (width <= 4 * height) & (area >= 0.12 * width * height) & (area >= low)
    return np.stack([x, y, width, height], axis=1)[letters][:MOST_COMPARED]


def _in_rows(marks: Any) -> int:
    """How many of `marks` have neighbours of their height on both sides or belong to such a row's end."""
    if len(marks) < ROW:
        return 0
    x, y, width, height = (marks[:, column].astype(np.float32) for column in range(4))
    gap = x[None, :] - (x + width)[:, None]
    level = np.abs((y + height / 2)[None, :] - (y + height / 2)[:, None])
    tall = np.maximum(height[None, :], height[:, None])
    like = np.minimum(height[None, :], height[:, None]) >= 0.5 * tall
    follows = (gap > -0.3 * tall) & (gap <= 1.2 * tall) & (level <= 0.4 * tall) & like
    np.fill_diagonal(follows, val=False)
    after, before = follows.any(axis=1), follows.any(axis=0)
    inner = after & before
    ends = (follows & inner[None, :]).any(axis=1) | (follows & inner[:, None]).any(axis=0)
    return int((inner | ends).sum())
