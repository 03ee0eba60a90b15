"""No vision: nothing is seen. Unlike OCR it is never required, so an empty answer is right."""

from __future__ import annotations

from typing import ClassVar

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from schemas.documents import Value
from schemas.pages import Detection


class NoVision:
    """Sees nothing."""

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

    def detect(self, image: PageImage) -> tuple[Detection, ...]:  # noqa: ARG002 - the port's signature
        """Nothing."""
        return ()
