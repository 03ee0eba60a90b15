"""Where a sheet of paper lies on a photograph.

A brochure is full of rectangles, so a rectangle is a sheet only when all of this holds: its four sides are edges for most of their length, it is
not parallel to the picture (a straight page needs no straightening, and a panel of a page nearly always is), it is large, and what lies around it
shows no more detail than the picture's rim, as a table does and a page with print beside the panel does not. Where one of these fails the picture
is left as it is: a page read askew loses little, a page cut loses its offers.

Work is done on a picture of `SMALL_PX`, so that it costs the same for every photograph. Curved sheets are taken for flat ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[Any]
    Points = NDArray[Any]

SMALL_PX: Final = 512
"""Long side of the picture that is looked at: a side of a page is an edge at any size, print is not."""
SMALLEST: Final = 0.2
"""Share of the picture below which a rectangle is not taken for the page that was meant."""
CROOKED: Final = 0.012
"""Corners off an upright rectangle by this share of the picture, about 0.7 degrees: below, nothing is gained by straightening."""
_RIM: Final = 0.02
_LEAST_STEP: Final = 14.0  # grey levels between paper and table, summed over channels: below it a side is a guess
_SUPPORTED: Final = 0.72  # of a side's length, for each of the four
_PLACES: Final = 64  # looked at along a side
_FROM: Final = 0.05  # of a side's length at either end that is left out: corners are bent and rounded
_STEP_PX: Final = 0.5
_SHARP: Final = 2  # steps by which an edge may leave its line
_ALIKE_PX: Final = 5  # rough corners this near to each other's lead to the same sides
_BUSY: Final = 0.015  # share of the surroundings that may show more detail than the rim


def find_sheet(picture: Pixels) -> Points | None:
    """Corners of the sheet on `picture` (height, width, 3; long side `SMALL_PX`), in pixels, shape (4, 2), clockwise from the top left as it
    lies; None when no sheet stands out, or the one that does fills the picture or lies straight."""
    import cv2
    import numpy as np

    best: Points | None = None
    apart = _unlike_rim(picture)
    seen: list[Points] = []
    for rough in _rough(picture, apart):
        corners = np.roll(rough, -int(np.argmin(rough.sum(axis=1))), axis=0)
        if _area(rough) < 0.8 * SMALLEST * apart.size or any(np.abs(corners - other).max() < _ALIKE_PX for other in seen):
            continue
        seen.append(corners)
        if not _quiet_around(rough, picture):
            continue
        fine = _refined(picture, rough)
        if fine is None:
            fine = _refined(cv2.cvtColor(apart, cv2.COLOR_GRAY2RGB), rough)  # on checked cloth the cloth's own steps are the strongest
        if fine is not None and _plausible(fine, picture) and (best is None or _area(fine) > _area(best)):
            best = fine
    return None if best is None else np.roll(best, -int(np.argmin(best.sum(axis=1))), axis=0)


def _rough(picture: Pixels, apart: Pixels) -> Iterator[Points]:
    """Quadrilaterals around what differs from the picture's rim, and around closed edges, largest first in each."""
    import cv2
    import numpy as np

    level, _ = cv2.threshold(apart, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    masks: list[Pixels] = [np.asarray(apart > share * level, dtype=np.uint8) for share in (1.0, 0.6)]
    edges = np.zeros(apart.shape, np.uint8)
    for channel in cv2.split(cv2.medianBlur(picture, 5)):
        edges = np.maximum(edges, cv2.Canny(channel, 30, 80))
    masks.append(cv2.dilate(edges, np.ones((3, 3), np.uint8)))
    for mask in masks:
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
        contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:2]:
            corners = _four_corners(cv2.convexHull(contour))
            if corners is not None:
                yield corners


def _unlike_rim(picture: Pixels) -> Pixels:
    """Distance of each pixel to the nearest of the few colours that the rim is made of, summed over the channels of L*a*b*."""
    import cv2
    import numpy as np

    lab = cv2.cvtColor(cv2.medianBlur(picture, 5), cv2.COLOR_RGB2LAB)

    rim = lab[_rim_mask(lab.shape[:2])][::3].astype(np.float32)
    nothing: Any = None
    cv2.setRNGSeed(0)
    _, labels, centres = cv2.kmeans(rim, 4, nothing, (cv2.TERM_CRITERIA_MAX_ITER, 8, 0), 1, cv2.KMEANS_PP_CENTERS)
    far = np.full(lab.shape[:2], 255, np.uint8)
    for index, centre in enumerate(centres):
        if (labels == index).mean() >= 0.08:
            away = cv2.absdiff(lab, np.full_like(lab, np.round(centre)))
            far = cv2.min(far, cv2.transform(away, np.ones((1, 3), np.float32)))
    return np.asarray(far, dtype=np.uint8)


def _rim_mask(shape: tuple[int, ...]) -> NDArray[Any]:
    import numpy as np

    wide = max(3, round(_RIM * max(shape)))
    mask = np.ones(shape[:2], dtype=bool)
    mask[wide:-wide, wide:-wide] = False
    return mask


def _four_corners(hull: Any) -> Points | None:
    """The hull as a quadrilateral, when four corners hold nearly all of it."""
    import cv2
    import numpy as np

    area, around = cv2.contourArea(hull), cv2.arcLength(hull, closed=True)
    for tolerance in (0.01, 0.02, 0.03, 0.045, 0.06):
        points = cv2.approxPolyDP(hull, tolerance * around, closed=True)
        if len(points) == 4:
            quad = np.asarray(points.reshape(4, 2), dtype=np.float32)
            return _clockwise(quad) if cv2.contourArea(quad) > 0.9 * area else None
        if len(points) < 4:
            return None
    return None


def _clockwise(quad: Points) -> Points:
    import cv2

    return quad if cv2.contourArea(quad, oriented=True) > 0 else quad[::-1].copy()


def _refined(picture: Pixels, rough: Points) -> Points | None:
    """Each side moved to where the step from table to paper is, as a straight line; None when a side has no such step for most of its length."""
    import cv2
    import numpy as np

    smooth = cv2.GaussianBlur(picture, (0, 0), 1.2).astype(np.float32)
    lines = []
    for start, end in zip(rough, np.roll(rough, -1, axis=0), strict=True):
        line = _side(smooth, start, end)
        if line is None:
            return None
        lines.append(line)
    corners = [_crossing(lines[index - 1], lines[index]) for index in range(4)]
    return None if any(corner is None for corner in corners) else np.array(corners, dtype=np.float32)


def _side(smooth: Any, start: Any, end: Any) -> tuple[Any, Any] | None:
    """Point and direction of the straight edge near the segment: of all lines and shallow arcs along it the one with most steps under it, of
    those nearly as good the outermost, because print near a side may be bolder than the side itself."""
    import numpy as np

    length = float(np.linalg.norm(end - start))
    if length < 0.15 * SMALL_PX:
        return None
    along = (end - start) / length
    across = np.array([along[1], -along[0]])  # outwards
    reach = max(5.0, 0.02 * length)
    peaks = _peaks(_steps_across(smooth, (start, end), across, reach))
    track = _track(peaks, 0.008 * length)
    rows, columns = np.nonzero(peaks)
    held = np.abs(columns - track[rows]) <= _SHARP
    if len(set(rows[held])) < _SUPPORTED * _PLACES:
        return None
    slope, offset = np.polyfit(rows[held], columns[held] * _STEP_PX - reach, 1)
    head = start + _FROM * (end - start) + offset * across
    tail = end - _FROM * (end - start) + (offset + slope * (_PLACES - 1)) * across
    return head, (tail - head) / np.linalg.norm(tail - head)


def _peaks(steps: Any) -> Any:
    """Where a step is the largest within a pixel, and no mere shade."""
    import numpy as np

    around = np.max([np.roll(steps, shift, axis=1) for shift in (-2, -1, 1, 2)], axis=0)
    return (steps > around) & (steps >= _LEAST_STEP)


def _track(peaks: Any, bulge: float) -> Any:
    """Offset at every place of the line or shallow arc that most peaks lie on; of those about as good the outermost."""
    import numpy as np

    count = peaks.shape[1]
    near = np.max([np.roll(peaks, shift, axis=1) for shift in range(-_SHARP, _SHARP + 1)], axis=0)
    ends = np.arange(0, count, 2)
    places = np.linspace(0, 1, _PLACES)
    lines = ends[:, None, None] * (1 - places) + ends[None, :, None] * places
    outer = 0.05 * (ends[:, None] + ends[None, :]) / (2 * count)
    best, track = -1.0, lines[0, 0]
    for arc in (0.0, -bulge, bulge):
        tracks = lines + 4 * arc / _STEP_PX * places * (1 - places)
        held = near[np.arange(_PLACES), np.clip(np.round(tracks), 0, count - 1).astype(np.intp)].mean(axis=2) + outer
        index = np.unravel_index(int(held.argmax()), held.shape)
        if held[index] > best + 0.02:
            best, track = float(held[index]), tracks[index]
    return track


def _steps_across(smooth: Any, segment: tuple[Any, Any], across: Any, reach: float) -> Any:
    """How much the colour changes at places along `segment` (rows) and offsets `-reach` to `reach` across it (columns, `_STEP_PX` apart)."""
    import cv2
    import numpy as np

    start, end = segment
    places = start + np.linspace(_FROM, 1 - _FROM, _PLACES)[:, None] * (end - start)
    offsets = np.arange(-reach - 2 * _STEP_PX, reach + 2.5 * _STEP_PX, _STEP_PX)
    grid = (places[:, None, :] + offsets[None, :, None] * across).astype(np.float32)
    seen = cv2.remap(smooth, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.abs(seen[:, 4:] - seen[:, :-4]).sum(axis=2)


def _crossing(first: tuple[Any, Any], second: tuple[Any, Any]) -> Any | None:
    """Where two lines meet; None when they are nearly parallel."""
    import numpy as np

    (point, way), (other, its_way) = first, second
    turn = way[0] * its_way[1] - way[1] * its_way[0]
    if abs(turn) < 0.3:
        return None
    gap = other - point
    return np.asarray(point + way * (gap[0] * its_way[1] - gap[1] * its_way[0]) / turn)


def _area(quad: Points) -> float:
    import cv2

    return float(cv2.contourArea(quad))


def _plausible(quad: Points, picture: Pixels) -> bool:
    """Convex, large, inside the picture, seen from not too flat an angle, and crooked."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    slack = 0.01 * max(height, width)
    inside = bool((quad > -slack).all() and (quad[:, 0] < width + slack).all() and (quad[:, 1] < height + slack).all())
    if not inside or not cv2.isContourConvex(quad) or _area(quad) < SMALLEST * height * width:
        return False
    top, right, bottom, left = (float(np.linalg.norm(quad[index] - quad[(index + 1) % 4])) for index in range(4))
    if max(top, bottom) > 1.8 * min(top, bottom) or max(left, right) > 1.8 * min(left, right):
        return False
    ordered = np.roll(quad, -int(np.argmin(quad.sum(axis=1))), axis=0)
    (x0, y0), (x1, y1) = ordered.min(axis=0), ordered.max(axis=0)
    upright = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    return bool(np.abs(ordered - upright).max() > CROOKED * max(height, width))


def _quiet_around(quad: Points, picture: Pixels) -> bool:
    """Whether the picture around the sheet shows no more detail than its rim."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    detail = cv2.absdiff(grey, cv2.blur(grey, (9, 9)))
    covered = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(covered, np.round(quad).astype(np.int32), 1)
    gap = max(5, round(0.025 * SMALL_PX))
    around = cv2.dilate(covered, np.ones((2 * gap + 1, 2 * gap + 1), np.uint8)) == 0
    rim = _rim_mask(grey.shape) & around
    if rim.sum() < 0.2 * _rim_mask(grey.shape).sum():
        return False
    usual = max(8.0, 1.5 * float(np.quantile(detail[rim], 0.98)))
    return float((detail[around] > usual).mean()) <= _BUSY
