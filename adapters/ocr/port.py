"""Port of the OCR engines: a page image in, a `Page` of lines out."""

from __future__ import annotations

from typing import Protocol

from adapters.capabilities import Adapter
from adapters.imaging import PageImage
from schemas.pages import Page


class OcrEngine(Adapter, Protocol):
    """Reads the text of page images."""

    @property
    def model(self) -> str:
        """Name of the model in use, for the row's `adapter` and for the key of kept outputs."""
        ...

    def read(self, image: PageImage) -> Page:
        """Lines in the engine's order with polygons in page fractions; a page without text has no lines.

        Raises a `TransientError` that may heal, `Malformed` for an image it cannot decode, `ModelMissing`, `ProgramMissing`,
        `CredentialsMissing`, `AdapterDisabled`.
        """
        ...
