"""Page images drawn for the contract suites: known text and codes at known places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from adapters.imaging import PageImage
from schemas.pages import Box

WIDTH_PX: Final = 1000
HEIGHT_PX: Final = 1400
TEXTS: Final[Mapping[str, tuple[int, int, int]]] = {
    "Natural yogurt": (120, 200, 56),
    "from the mountain farm": (120, 300, 40),
    "2.49": (620, 620, 120),
    "Delivered every Monday": (300, 1100, 44),
}
"""What stands on the text page: left and top in pixels, type size in pixels."""
EAN: Final = "4006381333931"
EAN_AT: Final = Box(x0=0.3, y0=0.5, x1=0.585, y1=0.6)
"""Where the code stands on the barcode page."""

_ODD = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_PARITY = ("OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO")
# Element and parity tables of GS1 General Specifications, 5.2.1.


@cache
def text_page() -> PageImage:
    """`TEXTS` in black on white, as PNG."""
    sheet = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), "white")
    pen = ImageDraw.Draw(sheet)
    for text, (left, top, size) in TEXTS.items():
        pen.text((left, top), text, font=ImageFont.load_default(size), fill="black")
    return encoded(sheet)


@cache
def blank_page() -> PageImage:
    """White paper."""
    return encoded(Image.new("RGB", (WIDTH_PX, HEIGHT_PX), "white"))


@cache
def barcode_page() -> PageImage:
    """`EAN` at `EAN_AT`, modules of 3 pixels."""
    sheet = Image.new("L", (WIDTH_PX, HEIGHT_PX), 255)
    pen = ImageDraw.Draw(sheet)
    for index, bar in enumerate(ean13_modules(EAN)):
        if bar == "1":
            pen.rectangle((300 + 3 * index, 700, 302 + 3 * index, 840), fill=0)
    return encoded(sheet)


def not_an_image() -> PageImage:
    """Bytes that no decoder can read."""
    return PageImage(encoded=b"this is not a picture", width_px=WIDTH_PX, height_px=HEIGHT_PX)


def encoded(image: Image.Image) -> PageImage:
    """`image` as a PNG page."""
    out = BytesIO()
    image.save(out, "PNG")
    return PageImage(encoded=out.getvalue(), width_px=image.width, height_px=image.height)


def ean13_modules(digits: str) -> str:
    """The 95 modules of an EAN-13 code, `1` for a bar."""
    left = "".join(
        _ODD[int(digit)] if parity == "O" else _complement(_ODD[int(digit)])[::-1]
        for digit, parity in zip(digits[1:7], _PARITY[int(digits[0])], strict=True)
    )
    right = "".join(_complement(_ODD[int(digit)]) for digit in digits[7:])
    return f"101{left}01010{right}101"


def _complement(modules: str) -> str:
    return modules.translate(str.maketrans("01", "10"))
