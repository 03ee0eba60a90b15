"""Long straight edges on a page image: where panels, boxes and tables end.

A brochure sets each offer on a ground of its own or rules it off. Such an edge is level or upright, long, thin, and flat in colour on one side;
edges within photographs are none of it for long.
"""

from __future__ import annotations

from typing import Any, Final

from schemas.pages import Rule

SIDE: Final = 724
"""Pixels of the long side at which edges are looked for."""
SHORTEST: Final = 0.11
"""Length of an edge, by the long side."""
STEP: Final = 12
"""Difference of a colour channel, of 255, over two pixels that is an edge."""
THICKEST: Final = 5
"""Pixels of a straight edge's thickness."""
FLAT: Final = 14
"""Difference from the middle colour, of 255, within which nearly all of an edge's flat side lies."""
MOSTLY: Final = 0.85
"""Share of a side that is "nearly all" of it."""
MOST: Final = 400
"""Edges that are looked at; a page with more is a photograph of gratings."""


def rules_on(pixels: Any) -> tuple[Rule, ...]:
    """Edges of a page in BGR, in page fractions."""
    import cv2

    scale = min(1.0, SIDE / max(pixels.shape[:2]))
    if scale * min(pixels.shape[:2]) < 3:
        return ()
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    level = _edges(small)
    upright = [(y0, x0, y1, x1) for x0, y0, x1, y1 in _edges(cv2.transpose(small))]
    return (*level, *upright)


def _edges(pixels: Any) -> list[Rule]:
    """Level edges."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    steps = np.zeros((height, width), np.uint8)
    blue, green, red = cv2.split(cv2.absdiff(pixels[2:], pixels[:-2]))
    steps[1:-1] = cv2.max(cv2.max(blue, green), red) > STEP
    length = max(8, int(SHORTEST * max(height, width)))
    steps = cv2.morphologyEx(steps, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    steps = cv2.morphologyEx(steps, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    _, _, table, _ = cv2.connectedComponentsWithStats(steps, connectivity=8)
    found = []
    for x, y, wide, high, _ in table[1 : MOST + 1].tolist():
        if high <= THICKEST and _flat(pixels, x, y + high // 2, wide):
            found.append((x / width, (y + high / 2) / height, (x + wide) / width, (y + high / 2) / height))
    return found


def _flat(pixels: Any, x: int, y: int, wide: int) -> bool:
    """Whether one side of an edge is of one colour, or outside the page."""
    import numpy as np

    rows = [y + offset for offset in (-3, -2, 2, 3)]
    if rows[0] < 0 or rows[-1] >= pixels.shape[0]:
        return True
    strips = pixels[rows, x : x + wide : 2].astype(np.int16)
    near = abs(strips - np.median(strips, axis=1, keepdims=True)).max(axis=2) < FLAT
    return bool((near.mean(axis=1) > MOSTLY).any())
