"""HEIC photographs as pages: HEVC tiles decoded by PyAV (FFmpeg's library), put together as the file says.

FFmpeg gets one coded picture at a time and no container, file or address; a cap on its pixels holds before it takes memory for them.
"""

from __future__ import annotations

import struct
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from PIL import Image

from adapters.decoding.heif_boxes import Still, Tile, read_extents, read_still
from adapters.decoding.straighten import LONG_SIDE_PX, as_page
from adapters.imaging import PageImage
from schemas.errors import Empty, Malformed, TooLarge
from schemas.pages import Page
from schemas.settings import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[Any]

HEIC_TYPE: Final = "image/heic"

_FULL_RANGE: Final = 2
"""FFmpeg's AVCOL_RANGE_JPEG."""
_TURNS: Final = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}
"""By the quarter turns anti-clockwise that an `irot` property asks for."""


class HeifPages:
    """A HEIC file: one page, its primary image. Raises at construction what `open_pages` documents."""

    page_count: int = 1

    def __init__(self, path: Path, limits: Limits) -> None:
        size = path.stat().st_size
        if not size:
            raise Empty("the image file holds no bytes")
        self._path = path
        self._most_pixels = limits.image_pixels
        with path.open("rb") as file:
            self._still = read_still(file, size)
        if self._still.width * self._still.height > self._most_pixels:
            raise TooLarge(
                f"the image has {self._still.width} x {self._still.height} pixels, more than {self._most_pixels} (TAMIZ_LIMITS__IMAGE_PIXELS)"
            )

    def text_layer(self, page_no: int) -> Page | None:  # noqa: ARG002 - the port's signature
        """An image has no text layer."""
        return None

    def image(self, page_no: int) -> PageImage:  # noqa: ARG002 - the port's signature; there is one page
        """The page as JPEG."""
        image = _transformed(Image.fromarray(self._pixels()), self._still)
        factor = max(image.size) // (2 * LONG_SIDE_PX)
        return as_page(image.reduce(factor) if factor > 1 else image)

    def close(self) -> None:
        """Nothing is kept open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _pixels(self) -> Pixels:
        """The tiles side by side, cut to the size that the file states: shape (height, width, 3)."""
        import numpy as np

        still = self._still
        canvas = np.zeros((still.height, still.width, 3), np.uint8)
        top = left = row_height = 0
        with self._path.open("rb") as file:
            for number, tile in enumerate(still.tiles):
                pixels = _decoded(read_extents(file, tile.extents), tile, still, self._most_pixels)
                if number % still.columns == 0:
                    top, left, row_height = top + row_height, 0, pixels.shape[0]
                room = canvas[top : top + pixels.shape[0], left : left + pixels.shape[1]]
                room[:] = pixels[: room.shape[0], : room.shape[1]]
                left += pixels.shape[1]
        if top + row_height < still.height or left < still.width:
            raise Malformed("the image's tiles do not cover the size that it states")
        return canvas


def _decoded(coded: bytes, tile: Tile, still: Still, most_pixels: int) -> Pixels:
    """One tile as RGB, shape (height, width, 3)."""
    import av
    from av.video.frame import VideoFrame

    context = av.CodecContext.create("hevc", "r")
    context.extradata = tile.configuration
    context.thread_count = 1
    context.options = {"max_pixels": str(most_pixels), "err_detect": "explode"}
    try:
        frames = [*context.decode(av.Packet(coded)), *context.decode(None)]
    except (av.FFmpegError, ValueError) as error:
        raise Malformed("the image is broken and cannot be decoded") from error
    if not frames or not isinstance(frames[0], VideoFrame):
        raise Malformed("the image is broken and cannot be decoded")
    frame = frames[0]
    if still.full_range is not None:
        frame.color_range = _FULL_RANGE if still.full_range else 1
    return frame.to_ndarray(format="rgb24")


def _transformed(image: Image.Image, still: Still) -> Image.Image:
    """Turned, mirrored and cropped as the file asks (ISO/IEC 23008-12, 6.5). Its EXIF orientation says the same again and is not for readers."""
    for name, value in still.transforms:
        if name == b"irot":
            turn = _TURNS.get(value[0] & 3)
            image = image if turn is None else image.transpose(turn)
        elif name == b"imir":
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT if value[0] & 1 else Image.Transpose.FLIP_TOP_BOTTOM)
        else:
            image = _cropped(image, value)
    return image


def _cropped(image: Image.Image, aperture: bytes) -> Image.Image:
    """Cut to a clean aperture (ISO/IEC 14496-12, 12.1.4): a size and the way of its middle from the picture's, as fractions."""
    try:
        numbers = struct.unpack(">IIIIiIiI", aperture[:32])
        width, height, right, down = (numbers[index] / numbers[index + 1] for index in (0, 2, 4, 6))
    except (struct.error, ZeroDivisionError) as error:
        raise Malformed("the image's crop is broken") from error
    left, top = (image.width - width) / 2 + right, (image.height - height) / 2 + down
    box = max(0, round(left)), max(0, round(top)), min(image.width, round(left + width)), min(image.height, round(top + height))
    if box[0] >= box[2] or box[1] >= box[3]:
        raise Malformed("the image's crop leaves nothing of it")
    return image.crop(box)
