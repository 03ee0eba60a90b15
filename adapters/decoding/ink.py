"""How the lines on an image are printed: colour, background, stroke weight, and whether a line runs through them.

An engine says what is written and where. A brochure says more: a name is set in heavier type than its description, an old price is struck out, and
what belongs together lies on one ground. Measured on the labelled pages: bold type has strokes of 0.19 to 0.23 of its height, book weight 0.06 to
0.13, and the longest level run through a struck price is over half of its width, through others under 0.4.
"""

from __future__ import annotations

from typing import Any, Final

from adapters.decoding.rules import rules_on
from adapters.imaging import PageImage, pixels_of
from schemas.pages import Line, Page

HEIGHT: Final = 40
"""Pixels to which a line is scaled before it is measured."""
WIDEST: Final = 600
"""Pixels of a scaled line that are looked at; the beginning of a long line is like its end."""
SAMPLE: Final = 300
"""Pixels that a colour or a weight is taken from."""
STRUCK: Final = 0.5
"""Length of the longest level run through the middle of a text, by its width, from which it is struck out."""
_WEIGHT: Final = 3_600
"""CSS weight by stroke over height: 0.11 is 400, 0.20 is 720."""


def inked(page: Page, image: PageImage) -> Page:
    """`page` with colour, background, weight and strike-through of its lines, and its straight edges, as seen on the image it was read from."""
    pixels = pixels_of(image.encoded)
    if pixels is None:
        return page
    return page.model_copy(update={"lines": tuple(_inked(line, pixels) for line in page.lines), "rules": rules_on(pixels)})


def _inked(line: Line, pixels: Any) -> Line:
    import cv2
    import numpy as np

    strip = _strip(line, pixels)
    if strip is None:
        return line
    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    edge = np.concatenate([bright[0], bright[-1]])
    ink = bright == (0 if edge.mean() >= 127 else 255)
    if ink.mean() > 0.6:
        ink = ~ink
    rows, columns = np.flatnonzero(ink.mean(axis=1) > 0.02), np.flatnonzero(ink.any(axis=0))
    if not len(rows) or not len(columns) or ink.all():
        return line
    depth = cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, 3)
    inside, outside = _some(np.flatnonzero(ink)), _some(np.flatnonzero(~ink))
    stroke = 2 * float(np.percentile(depth.reshape(-1)[inside], 80)) / (rows[-1] - rows[0] + 1)
    run = _longest_run(ink[int(HEIGHT * 0.35) : int(HEIGHT * 0.68), columns[0] : columns[-1] + 1])
    return line.model_copy(
        update={
            "colour": _hex(np.median(strip.reshape(-1, 3)[inside], axis=0)),
            "background": _hex(np.median(strip.reshape(-1, 3)[outside], axis=0)),
            "weight": float(min(900, max(100, round(_WEIGHT * stroke)))),
            "struck": run > STRUCK,
        }
    )


def _some(values: Any) -> Any:
    """Every n-th of many values: enough for a middle one."""
    return values[:: max(1, len(values) // SAMPLE)]


def _strip(line: Line, pixels: Any) -> Any:
    """The line's box, scaled to `HEIGHT`; None when it is too small to tell anything."""
    import cv2

    height, width = pixels.shape[:2]
    box = line.box
    left, top, right, bottom = int(box.x0 * width), int(box.y0 * height), int(box.x1 * width) + 1, int(box.y1 * height) + 1
    cut = pixels[top:bottom, left:right]
    if cut.shape[0] < 4 or cut.shape[1] < 4:
        return None
    scale = HEIGHT / cut.shape[0]
    cut = cut[:, : max(4, int(WIDEST / scale))]
    size = (max(4, round(cut.shape[1] * scale)), HEIGHT)
    return cv2.resize(cut, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def _longest_run(middle: Any) -> float:
    """The longest unbroken level run of ink, by the width."""
    import numpy as np

    padded = np.zeros((middle.shape[0], middle.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = middle
    steps = np.diff(padded, axis=1)
    starts, ends = np.argwhere(steps == 1), np.argwhere(steps == -1)
    return float((ends[:, 1] - starts[:, 1]).max() / middle.shape[1]) if len(starts) else 0.0


def _hex(bgr: Any) -> str:
    blue, green, red = (int(value) for value in bgr)
    return f"#{red:02x}{green:02x}{blue:02x}"
