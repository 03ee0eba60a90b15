"""Pages brought upright: a photographed sheet laid flat, a page that lies on its side or head turned.

Whatever is done is told by a `Straightening`, so that places on the page can be found again on the image as it was sent. Light is left as it is:
evening out shadows gained two percent of the words and none of the offers (docs/benchmarks.md). Bent and crumpled sheets are taken for flat ones.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast

from PIL import Image

from adapters.decoding.sheet import SMALL_PX, find_sheet
from adapters.imaging import PageImage
from schemas.pages import Homography, Polygon, Straightening

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONG_SIDE_PX: Final = 2_000
"""RapidOCR scales its input to 2,000 px; more would be decoded and thrown away (its `max_side_len`)."""
JPEG_QUALITY: Final = 92
FINER: Final = 1.25
"""How much larger than on the photograph a sheet is drawn at most: laying flat stretches its far end."""
MARGIN: Final = 0.004
"""Kept around a sheet, as a share of its size: its print may go to the edge, and the corners were found on a small picture."""

_TURNS: Final = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
_UNTURNED: Final[dict[int, Homography]] = {
    1: (0, 1, 0, -1, 0, 1, 0, 0, 1),
    2: (-1, 0, 1, 0, -1, 1, 0, 0, 1),
    3: (0, -1, 1, 1, 0, 0, 0, 0, 1),
}
# From fractions of the turned page to those of the page before, by quarter turns clockwise.


def sheet_on(image: Image.Image) -> Polygon | None:
    """The corners of the photographed sheet on `image` (mode RGB or L), in fractions, clockwise; None when there is nothing to lay flat."""
    import numpy as np

    scale = SMALL_PX / max(image.size)
    if scale >= 1:
        return None
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.reduce(max(1, int(0.5 / scale))).resize(size, Image.Resampling.BOX)
    found = find_sheet(np.asarray(small.convert("RGB")))
    if found is None:
        return None
    corners = [(float(x) / size[0], float(y) / size[1]) for x, y in _widened(found)]
    return corners[0], corners[1], corners[2], corners[3]


def laid_flat(image: Image.Image, sheet: Polygon, sent: tuple[int, int]) -> PageImage:
    """`sheet` of `image` (mode RGB or L) as a page of its own, long side at most `LONG_SIDE_PX`; `sent` is the size of the image as sent, which
    is told as it would be handed on, long side at most `LONG_SIDE_PX` too."""
    import cv2
    import numpy as np

    corners = np.array(sheet, dtype=np.float32) * np.array(image.size, dtype=np.float32)
    top, right, bottom, left = (float(np.linalg.norm(corners[index] - corners[(index + 1) % 4])) for index in range(4))
    wide, high = max(top, bottom), max(left, right)
    scale = min(FINER, LONG_SIDE_PX / max(wide, high))
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], dtype=np.float32)
    warp = cv2.getPerspectiveTransform(corners, target)
    how = cv2.INTER_CUBIC if scale > 0.7 else cv2.INTER_AREA
    flat = cv2.warpPerspective(np.asarray(image), warp, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
    to_sent = cv2.getPerspectiveTransform(unit, np.array(sheet, dtype=np.float32))
    shown = min(1.0, LONG_SIDE_PX / max(sent))
    straightened = Straightening(to_sent=_homography(to_sent), width_px=max(1, round(sent[0] * shown)), height_px=max(1, round(sent[1] * shown)))
    return encode(Image.fromarray(flat), straightened)


def as_page(image: Image.Image) -> PageImage:
    """`image` (mode RGB or L) as a page: a photographed sheet on it laid flat, anything else as it is."""
    sheet = sheet_on(image)
    return encode(image) if sheet is None else laid_flat(image, sheet, image.size)


def turned(image: PageImage, quarters: int) -> PageImage:
    """`image` turned clockwise by 1, 2 or 3 quarters."""
    with Image.open(BytesIO(image.encoded), formats=["PNG", "JPEG"]) as page:
        pixels = page.transpose(_TURNS[quarters])
    return encode(pixels, _sent(image).before(_UNTURNED[quarters])).model_copy(update={"language": image.language})


def levelled(image: PageImage, angle: float) -> tuple[PageImage, Homography]:
    """`image` turned about its middle so that what runs `angle` degrees clockwise of level runs level, on paper large enough for all of it; and
    the map from its fractions to those of the level image."""
    import cv2
    import numpy as np

    with Image.open(BytesIO(image.encoded), formats=["PNG", "JPEG"]) as page:
        pixels = np.asarray(page.convert(page.mode if page.mode in ("L", "RGB") else "RGB"))
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    across, down = abs(turn[0, 0]), abs(turn[0, 1])
    size = round(width * across + height * down), round(width * down + height * across)
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    level = cv2.warpAffine(pixels, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255))
    to_level = np.diag([1 / size[0], 1 / size[1], 1]) @ np.vstack([turn, [0, 0, 1]]) @ np.diag([width, height, 1])
    found = encode(Image.fromarray(level), _sent(image).before(_homography(np.linalg.inv(to_level))))
    return found.model_copy(update={"language": image.language}), _homography(to_level)


def encode(image: Image.Image, straightened: Straightening | None = None) -> PageImage:
    """`image` (mode RGB or L) as a JPEG page, long side at most `LONG_SIDE_PX`; the same pixels give the same bytes."""
    image.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return PageImage(encoded=out.getvalue(), width_px=image.width, height_px=image.height, straightened=straightened)


def _sent(image: PageImage) -> Straightening:
    return image.straightened or Straightening(to_sent=(1, 0, 0, 0, 1, 0, 0, 0, 1), width_px=image.width_px, height_px=image.height_px)


def _widened(corners: NDArray[Any]) -> NDArray[Any]:
    middle = corners.mean(axis=0)
    return cast("NDArray[Any]", middle + (corners - middle) * (1 + 2 * MARGIN))


def _homography(matrix: NDArray[Any]) -> Homography:
    return cast(Homography, tuple(float(value) for value in matrix.ravel()))
