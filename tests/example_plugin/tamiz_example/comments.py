"""Reads the text that a PNG says about itself in its `Description` chunk (PNG specification 1.2, 4.2.3.1)."""

from __future__ import annotations

import io
from typing import ClassVar

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from schemas.documents import Value
from schemas.errors import Malformed
from schemas.pages import Line, Page


class CommentOptions(Value):
    """How the comment is read."""

    confidence: float = Field(default=0.5, ge=0, le=1, description="confidence of every line, 0 to 1; comments can be stale, so not 1")


class CommentOcr:
    """One line per line of the comment; an image without one has no lines."""

    Options = CommentOptions
    name: ClassVar[str] = "comments"
    version: ClassVar[str] = "1.0"
    capabilities: ClassVar[Capabilities] = Capabilities(max_bytes=50_000_000)

    def __init__(self, options: CommentOptions) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """No model: nothing is recognised."""
        return "none"

    def read(self, image: PageImage) -> Page:
        """The comment's lines, spread over the page from top to bottom. Raises `Malformed` for bytes that are no image."""
        from PIL import Image, UnidentifiedImageError

        try:
            with Image.open(io.BytesIO(image.encoded), formats=["PNG", "JPEG"]) as opened:
                texts = str(opened.info.get("Description", "")).splitlines()
        except (UnidentifiedImageError, OSError) as error:
            raise Malformed("this is no PNG or JPEG image; convert it") from error
        height = 1 / max(1, len(texts))
        lines = tuple(self._line(text, number * height, (number + 1) * height) for number, text in enumerate(texts))
        return Page(width_px=image.width_px, height_px=image.height_px, lines=lines, adapter=f"{self.name}/{self.version}/{self.model}")

    def _line(self, text: str, top: float, bottom: float) -> Line:
        return Line(text=text, polygon=((0, top), (1, top), (1, bottom), (0, bottom)), confidence=self.options.confidence)
