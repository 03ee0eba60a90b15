"""Image files as pages, through Pillow with an explicit list of formats.

PostScript, WMF and every other format that runs programs or interpreters is never offered to Pillow. A TIFF has a page per frame; of an
animation the first frame is the page.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from PIL import Image, UnidentifiedImageError

from adapters.decoding.frames import gif_frames
from adapters.decoding.straighten import LONG_SIDE_PX, encode, laid_flat, sheet_on
from adapters.imaging import PageImage
from schemas.errors import Empty, Malformed, RejectedInput, TooLarge, Truncated
from schemas.pages import Page
from schemas.settings import Limits

IMAGE_FORMATS: Final = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/gif": "GIF",
    "image/avif": "AVIF",
}
"""Pillow's format per sniffed media type."""

UNCHANGED_BYTES: Final = 8 * 1024**2
"""A file up to this size is handed on as it is; larger ones are encoded anew to keep kept outputs and engine calls small."""

_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What makes a picture upright, by EXIF orientation (CIPA DC-008, tag 0x0112); 1 and unknown values are upright already.

_DECODER_FAULTS = (
    *(OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, KeyError, IndexError, TypeError),
    *(AttributeError, OverflowError, ZeroDivisionError, RuntimeError, NotImplementedError),
)
# What Pillow 13 raises on its own fuzzing corpus; anything else is a bug to look at.
_TRUNCATED_SIGNS = ("truncat", "not enough image data", "broken data stream", "unexpected end", "premature", "end of file", "ended unexpectedly")


class ImagePages:
    """An image file. Raises at construction what `open_pages` documents."""

    def __init__(self, path: Path, media_type: str, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._size_bytes = path.stat().st_size
        if not self._size_bytes:
            raise Empty("the image file holds no bytes")
        self._format = IMAGE_FORMATS[media_type]
        self._file = path.open("rb")
        try:
            self.page_count = self._count()
        except BaseException:
            self._file.close()
            raise

    def text_layer(self, page_no: int) -> Page | None:  # noqa: ARG002 - the port's signature
        """An image has no text layer."""
        return None

    def image(self, page_no: int) -> PageImage:
        """The page as JPEG or PNG; the original bytes when they are upright, straight and small enough."""
        with _typed_faults():
            image, unchanged = self._upright(page_no, LONG_SIDE_PX)
            sheet = sheet_on(image)
            if sheet is not None:
                with self._open() as whole:
                    finer = self._format == "JPEG" and max(whole.size) > max(image.size)
                fine = self._upright(page_no, 2 * LONG_SIDE_PX)[0] if finer else image  # the sheet is but a part of the picture
                return laid_flat(fine, sheet, image.size)
            if unchanged:
                return PageImage(encoded=self._path.read_bytes(), width_px=image.width, height_px=image.height)
            return encode(image)

    def _upright(self, page_no: int, side: int) -> tuple[Image.Image, bool]:
        """The page in mode RGB or L, turned as its EXIF data asks, and whether the file holds just that in a size and format engines take.

        A JPEG is decoded no larger than needed for a long side of `side` pixels.
        """
        with self._open() as image:
            if page_no > 1:
                image.seek(page_no - 1)
            self._check_pixels(image)
            fits = max(image.size) <= LONG_SIDE_PX and self._size_bytes <= UNCHANGED_BYTES
            if max(image.size) > side:
                image.draft(None, (side, side))  # JPEG only: the decoder itself scales by 2, 4 or 8
            image.load()
            orientation = image.getexif().get(_ORIENTATION, 1)
            plain = image.mode in ("L", "RGB") and "transparency" not in image.info
            page = on_white_paper(_reduced(image))
            unchanged = fits and plain and self._format in ("JPEG", "PNG") and orientation not in _TURNS
            return page.transpose(_TURNS[orientation]) if orientation in _TURNS else page, unchanged

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _count(self) -> int:
        if self._format == "GIF":
            gif_frames(self._path, self._limits.frames)
        with _typed_faults(), self._open() as image:
            self._check_pixels(image)
            if self._format != "TIFF":
                if getattr(image, "n_frames", 1) > self._limits.frames and self._format != "GIF":
                    raise TooLarge(f"the image has more than {self._limits.frames} frames (TAMIZ_LIMITS__FRAMES)")
                return 1
            for frame in range(1, self._limits.frames + 1):
                try:
                    image.seek(frame)
                except EOFError:
                    return frame
            raise TooLarge(f"the image has more than {self._limits.frames} frames (TAMIZ_LIMITS__FRAMES)")

    def _open(self) -> Image.Image:
        self._file.seek(0)
        Image.MAX_IMAGE_PIXELS = self._limits.image_pixels
        return Image.open(self._file, formats=[self._format])

    def _check_pixels(self, image: Image.Image) -> None:
        if image.width * image.height > self._limits.image_pixels:
            raise TooLarge(f"the image has {image.width} x {image.height} pixels, more than {self._limits.image_pixels} (TAMIZ_LIMITS__IMAGE_PIXELS)")


def _reduced(image: Image.Image) -> Image.Image:
    """At no more than about twice the needed size, so that the colour conversions after it never hold a second full frame."""
    factor = max(image.size) // (2 * LONG_SIDE_PX)
    if factor <= 1:
        return image
    if image.mode == "1":
        image = image.convert("L")
    return image.reduce(factor) if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK") else image


def on_white_paper(image: Image.Image) -> Image.Image:
    """A new image in mode RGB or L, transparent parts white as on paper."""
    if "A" in image.getbands() or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGB", rgba.size, "white")
        paper.paste(rgba, mask=rgba.getchannel("A"))
        return paper
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image)
    if image.mode in ("L", "RGB"):
        return image.copy()
    return image.convert("L" if image.mode == "1" else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit and float greys stretched over 0 to 255."""
    grey = image.convert("F")
    low, high = grey.getextrema()
    assert isinstance(low, float)
    assert isinstance(high, float)
    scale = 255.0 / (high - low) if high > low else 0.0
    return grey.point(lambda value: value * scale - low * scale).convert("L")


@contextmanager
def _typed_faults() -> Iterator[None]:
    """Translate what Pillow raises; its warnings about bombs and broken metadata do not pass as success or as noise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except RejectedInput:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise TooLarge("the image declares more pixels than the cap (TAMIZ_LIMITS__IMAGE_PIXELS)") from error
        except UnidentifiedImageError as error:
            raise Malformed("the image's header cannot be read; it is broken or of another type than it seems") from error
        except _DECODER_FAULTS as error:
            if isinstance(error, EOFError) or any(sign in str(error).lower() for sign in _TRUNCATED_SIGNS):
                raise Truncated("the image ends before its content does; send the whole file") from error
            raise Malformed("the image is broken and cannot be decoded") from error
