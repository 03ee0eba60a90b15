"""Port of the vision engines: an image in, objects, logos, labels and barcodes out."""

from __future__ import annotations

from typing import ClassVar, Protocol

from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from schemas.pages import Detection


class VisionEngine(Protocol):
    """Sees things on images."""

    name: ClassVar[str]
    version: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    options: BaseModel

    @property
    def model(self) -> str:
        """Name of the model in use."""
        ...

    def detect(self, image: PageImage) -> tuple[Detection, ...]:
        """What it sees, polygons in page fractions. `none` sees nothing: vision is never required for a document."""
        ...
