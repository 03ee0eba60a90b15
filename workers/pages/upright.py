"""Pages the way their text runs: what lies on its side or head is turned and read again, what is a few degrees askew is levelled.

Both are decided from the lines an engine found, so a page that lies right pays nothing. Engines read lines askew as well as level ones (measured: 8
degrees cost 2% of the letters of brochure pages), so levelling turns image and places and reads nothing again.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, degrees, hypot
from typing import Final

from adapters.decoding.straighten import levelled, turned
from adapters.imaging import PageImage
from adapters.ocr.port import OcrEngine
from schemas.pages import Homography, Line, Page, Polygon, projected

SURE: Final = 0.8
"""Mean confidence of the letters below which a page may stand on its head. Brochure pages that stand right: 0.85 to 0.98; on their head 0.70."""
SIDEWAYS_SURE: Final = 0.85
"""Engines that turn tall boxes themselves read a page whose top points right with 0.96, one whose top points left with 0.70."""
UPRIGHT_WORTH: Final = 0.9
"""What an upright reading must have of the letters of one on its side, whose places are of no use for understanding the page."""
FEWEST_LINES: Final = 4
"""Lines of `TELLING` letters from which a page's direction is believed; a stamp or a house number says nothing."""
TELLING: Final = 4
LEVEL: Final = 0.4
"""Degrees that count as level: the lines of pages that were never on paper stray by less than 0.2."""
AGREEING: Final = 0.7
"""Share of the length of all lines that runs within 1.5 degrees of the middle one; the pages of type set aslant have 0.15 to 0.4."""


def read_upright(image: PageImage, engine: OcrEngine) -> tuple[Page, PageImage]:
    """The page read by `engine`, upright and level, and the image in the same frame: `image` itself, or one turned from it.

    A page that reads well where it lies is read once, one on its side twice, one that reads badly any way up to three times. Raises what the
    engine raises.
    """
    page, best = engine.read(image), image
    for quarters in _other_ways(page):
        other = turned(image, quarters)
        found = engine.read(other)
        if legible(found) > legible(page) * (UPRIGHT_WORTH if sideways(page) and not sideways(found) else 1):
            page, best = found, other
        if confidence(found) >= SURE and not sideways(found):
            break
    angle = slant(page)
    if abs(angle) >= LEVEL:
        best, move = levelled(best, angle)
        page = _moved(page, best, move)
    return page.model_copy(update={"straightened": best.straightened}), best


def legible(page: Page) -> float:
    """Letters read, each as much as it is sure; half-sure ones count as nothing, because text on its head yields plenty of them."""
    return sum(len(line.text) * max(0.0, line.confidence - 0.5) for line in page.lines)


def confidence(page: Page) -> float:
    """Mean over the letters of the page; 1 for a page without any."""
    letters = sum(len(line.text) for line in page.lines)
    return sum(line.confidence * len(line.text) for line in page.lines) / letters if letters else 1.0


def sideways(page: Page) -> bool:
    """Whether most of the text stands in boxes that are taller than wide, as texts of several letters do when the page lies on its side."""
    telling = [line for line in page.lines if len(line.text) >= TELLING]
    tall = [line for line in telling if _upended(line, page)]
    return len(tall) >= FEWEST_LINES and sum(len(line.text) for line in tall) > 0.5 * sum(len(line.text) for line in telling)


def slant(page: Page) -> float:
    """Degrees, clockwise, by which the text's direction is off level, -180 to 180; 0 when the lines do not agree on one."""
    runs = sorted(_run(line, page) for line in page.lines if len(line.text) > TELLING)
    runs = [(angle, length) for angle, length in runs if length > 0]
    total = sum(length for _, length in runs)
    passed, middle = 0.0, 0.0
    for angle, length in runs:
        passed += length
        if passed >= total / 2:
            middle = angle
            break
    agreeing = [(angle, length) for angle, length in runs if abs(angle - middle) <= 1.5]
    if len(agreeing) < FEWEST_LINES or sum(length for _, length in agreeing) < AGREEING * total:
        return 0.0
    return sum(angle * length for angle, length in agreeing) / sum(length for _, length in agreeing)


def _other_ways(page: Page) -> Iterator[int]:
    """Quarter turns to try, the likeliest first."""
    if sideways(page):
        tall = Page(width_px=1, height_px=1, adapter="", lines=tuple(line for line in page.lines if _upended(line, page)))
        yield from (3, 1) if confidence(tall) >= SIDEWAYS_SURE else (1, 3)
    elif confidence(page) < SURE and sum(len(line.text) >= TELLING for line in page.lines) >= FEWEST_LINES:
        yield 2


def _upended(line: Line, page: Page) -> bool:
    """A tall box whose polygon does not say which way its text reads: engines that know begin it at the text's own top left."""
    (x0, y0), (x1, y1), _, (x3, y3) = line.polygon
    along = hypot((x1 - x0) * page.width_px, (y1 - y0) * page.height_px)
    down = hypot((x3 - x0) * page.width_px, (y3 - y0) * page.height_px)
    return down > 1.5 * along


def _run(line: Line, page: Page) -> tuple[float, float]:
    """Direction in degrees and length in pixels of a line; length 0 for one too short to have a direction."""
    (x0, y0), (x1, y1), _, (x3, y3) = line.polygon
    across, up = (x1 - x0) * page.width_px, (y1 - y0) * page.height_px
    length = hypot(across, up)
    deep = hypot((x3 - x0) * page.width_px, (y3 - y0) * page.height_px)
    return degrees(atan2(up, across)), length if length > 4 * deep else 0.0


def _moved(page: Page, image: PageImage, move: Homography) -> Page:
    """`page` in the frame of `image`, to which `move` takes its places."""

    def moved(polygon: Polygon) -> Polygon:
        first, second, third, fourth = polygon
        return projected(move, first), projected(move, second), projected(move, third), projected(move, fourth)

    def moved_line(line: Line) -> Line:
        words = tuple(word.model_copy(update={"polygon": moved(word.polygon)}) for word in line.words)
        size = None if line.font_size is None else line.font_size * page.height_px / image.height_px
        return line.model_copy(update={"polygon": moved(line.polygon), "words": words, "font_size": size})

    return page.model_copy(update={"width_px": image.width_px, "height_px": image.height_px, "lines": tuple(moved_line(line) for line in page.lines)})
