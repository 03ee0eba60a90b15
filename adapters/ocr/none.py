"""No OCR: pages without a text layer cannot be read."""

from __future__ import annotations

from typing import ClassVar, Never

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from schemas.documents import Value
from schemas.errors import AdapterDisabled


class NoOcr:
    """Reads nothing and says so, so that a page image is a named failure and never an empty page."""

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    class Options(Value):
        """None."""

    def __init__(self, options: Options) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def read(self, image: PageImage) -> Never:  # noqa: ARG002 - the port's signature
        """Raises `AdapterDisabled`."""
        raise AdapterDisabled("this page has no text layer and TAMIZ_OCR is `none`; set it to rapidocr or tesseract")
