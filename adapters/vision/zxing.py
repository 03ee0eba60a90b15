"""Barcodes and QR codes through zxing-cpp."""

from __future__ import annotations

from importlib import metadata
from typing import Any, ClassVar, Literal

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage, pixels_of
from schemas.documents import Value
from schemas.errors import Malformed
from schemas.pages import Detection, Polygon

_LABELS = {"EAN13": "EAN-13", "EAN8": "EAN-8", "UPCA": "UPC-A", "UPCE": "UPC-E", "QRCode": "QR"}


class ZxingBarcodes:
    """Reads what a checksum confirms; it says nothing of codes it could not read."""

    name: ClassVar[str] = "zxing-cpp"
    version: ClassVar[str] = metadata.version("zxing-cpp")
    capabilities: ClassVar[Capabilities] = Capabilities(max_bytes=64 * 1024**2, provides=("barcode",))

    class Options(Value):
        """What is looked for and how hard."""

        codes: Literal["retail", "all"] = Field(
            default="retail",
            description="retail: EAN, UPC, DataBar and QR; all: every symbology, slower and with more false finds among stripes and grids",
        )
        turned: bool = Field(default=True, description="also look for codes that stand on their side; twice the time")
        inverted: bool = Field(default=False, description="also look for light codes on dark ground; twice the time")

    def __init__(self, options: Options) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """The set of symbologies looked for."""
        return self.options.codes

    def detect(self, image: PageImage) -> tuple[Detection, ...]:
        """Codes with their text and place. Raises `Malformed` for bytes that are no image."""
        picture = _grey(image)
        height, width = picture.shape
        return tuple(
            Detection(
                kind="barcode",
                label=_LABELS.get(code.format.name, code.format.name),
                value=code.text,
                polygon=_polygon(code.position, width, height),
                confidence=1.0,
                adapter=f"{self.name}/{self.version}/{self.model}",
            )
            for code in self._codes(picture)
            if code.valid and code.text
        )

    def _codes(self, picture: Any) -> Any:
        import zxingcpp

        wanted = zxingcpp.BarcodeFormat
        return zxingcpp.read_barcodes(
            picture,
            formats=zxingcpp.BarcodeFormats([wanted.AllRetail, wanted.QRCode] if self.options.codes == "retail" else [wanted.AllReadable]),
            try_rotate=self.options.turned,
            try_invert=self.options.inverted,
        )


def _grey(image: PageImage) -> Any:
    import cv2

    pixels = pixels_of(image.encoded)
    if pixels is None:
        raise Malformed("the page image cannot be decoded")
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)


def _polygon(position: Any, width: int, height: int) -> Polygon:
    corners = [
        (min(1.0, max(0.0, point.x / width)), min(1.0, max(0.0, point.y / height)))
        for point in (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    ]
    return corners[0], corners[1], corners[2], corners[3]
