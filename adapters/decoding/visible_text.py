"""Which runs of a PDF page's text a reader of the page sees.

Text is hidden by its rendering mode, by transparency, by its size, by lying off the page, and perhaps by its background's colour, by something
drawn over it, by a clip or by a layer that is switched off. The doubtful kinds are settled by drawing the page with and without its text, when they
are many.

Invisible text over a scan (rendering mode 3) is another OCR engine's reading, without sizes, weights and colours. It is not taken for the page's
text: our engine reads what is seen, prices above all.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from adapters.decoding import pdf_calls as calls
from adapters.decoding.drawn import Drawn
from adapters.decoding.page_sheet import Looks, Sheet
from adapters.decoding.text_marks import meeting, middle
from adapters.decoding.text_runs import Run

INVISIBLE: Final = 3
TINY: Final = 0.0025
"""Type size by page height below which text is a dot pattern, if it is also below `TINY_POINTS`; the smallest print of a flyer is 0.005."""
TINY_POINTS: Final = 3.0
FAINT: Final = 24
"""Steps of 255 by which a colour must differ from the one behind it in some channel."""
LIGHT: Final = 200
"""Steps of 255 in every channel from which a colour may be that of paper in a picture."""
MOST_DOUBTFUL: Final = 0.2
"""Share of characters in doubt from which the page is drawn to see."""
INK: Final = 12
"""Grey steps of 255 that a letter changes in the drawing."""


def visible_runs(runs: list[Run], looks: Looks, sheet: Sheet, shown: Drawn) -> list[Run]:
    """`runs` (with backgrounds) without those that nobody sees."""
    seen = [run for run in runs if run.mode != INVISIBLE and run.alpha > FAINT and not _tiny(run, sheet) and on_page(run, sheet)]
    covered = _covered(seen, shown)
    clean, faint, doubtful = [], [], []
    for run in seen:
        if _faint(run):
            faint.append(run)
        elif _light_on_picture(run) or run.first in covered or _clipped(run) or "OC" in calls.mark_names(run.item):
            doubtful.append(run)
        else:
            clean.append(run)
    if not faint and not doubtful:
        return seen
    if _characters(faint) + _characters(doubtful) <= MOST_DOUBTFUL * _characters(seen):
        hidden = {id(run) for run in faint}
    else:
        doubted = [*faint, *doubtful]
        hidden = {id(run) for run in doubted if not _has_ink(run, sheet, looks)}
    return [run for run in seen if id(run) not in hidden]


def on_page(run: Run, sheet: Sheet) -> bool:
    """Whether the middle of a run lies on the page."""
    x, y = middle(run)
    return sheet.left <= x <= sheet.right and sheet.bottom <= y <= sheet.top


def _characters(runs: list[Run]) -> int:
    return sum(len(run.text) for run in runs)


def _tiny(run: Run, sheet: Sheet) -> bool:
    return run.size < TINY_POINTS and run.size < TINY * sheet.height()


def _faint(run: Run) -> bool:
    if run.colour is None or run.background is None:
        return False
    pairs = zip(bytes.fromhex(run.colour[1:]), bytes.fromhex(run.background[1:]), strict=True)
    return max(abs(one - other) for one, other in pairs) < FAINT


def _light_on_picture(run: Run) -> bool:
    """White letters over a picture: easily read on a photograph, unseen on a scan."""
    return run.background is None and run.colour is not None and min(bytes.fromhex(run.colour[1:])) >= LIGHT


def _covered(runs: list[Run], shown: Drawn) -> set[int]:
    """First characters of the runs over whose middle something opaque was drawn later."""
    areas = [area for area in shown.areas if area.opaque and (area.colour is None or area.colour[3] == 255)]
    if not areas or not runs or max(area.order for area in areas) < min(shown.order.values(), default=0):
        return set()
    covered: set[int] = set()
    for run, near in zip(runs, meeting(runs, np.array([area.box for area in areas])), strict=True):
        order = shown.order.get(run.item)
        if order is not None and any(areas[number].order > order and areas[number].covers(*middle(run)) for number in near):
            covered.add(run.first)
    return covered


def _clipped(run: Run) -> bool:
    x, y = middle(run)
    return any(not (box[0] <= x <= box[2] and box[1] <= y <= box[3]) for box in calls.clip_boxes(run.item)) if run.item else False


def _has_ink(run: Run, sheet: Sheet, looks: Looks) -> bool:
    """Whether the text changes its place, and away from what lies around the letters: white on a scan's paper only wipes out what stood there."""
    rows, columns = looks.full.shape
    x0, y0, x1, y1 = sheet.box(run.box)
    part = slice(max(0, int(y0 * rows) - 1), int(y1 * rows) + 2), slice(max(0, int(x0 * columns) - 1), int(x1 * columns) + 2)
    shown, beneath = looks.full[part].astype(np.int16), looks.textless[part].astype(np.int16)
    letters = np.abs(shown - beneath) >= INK
    if not letters.any():
        return False
    ground = np.median(beneath)
    return bool(np.abs(shown[letters] - ground).sum() > np.abs(beneath[letters] - ground).sum())
