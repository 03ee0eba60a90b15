"""Port of the vision engines: an image in, objects, logos, labels and barcodes out."""

from __future__ import annotations

from typing import Protocol

from adapters.capabilities import Adapter
from adapters.imaging import PageImage
from schemas.pages import Detection


class VisionEngine(Adapter, Protocol):
    """Sees things on images."""

    @property
    def model(self) -> str:
        """Name of the model in use."""
        ...

    def detect(self, image: PageImage) -> tuple[Detection, ...]:
        """What it sees, polygons in page fractions. `none` sees nothing: vision is never required for a document."""
        ...
