"""Engines and sources for the tests of page pipelines: scripted readers, drawn files."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

from adapters.capabilities import Capabilities
from adapters.nlp.none import NoLanguage
from adapters.ocr.none import NoOcr
from adapters.vision.none import NoVision
from schemas.pages import Detection, Line, Page
from schemas.settings import Limits
from workers.pipeline import Source, Steps, Tools


class ScriptedOcr:
    """Answers the given lines for every image, and counts how often it was asked."""

    name = "scripted"
    version = "1"
    model = "script"
    capabilities = Capabilities()
    options = NoOcr.Options()

    def __init__(self, *lines: Line) -> None:
        self.lines = lines
        self.asked = 0

    def read(self, image) -> Page:
        self.asked += 1
        return Page(width_px=image.width_px, height_px=image.height_px, lines=self.lines, adapter="scripted/1/script")


class FailingOcr(ScriptedOcr):
    """Raises what it was given."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def read(self, image) -> Page:
        raise self.error


class ScriptedVision:
    """Sees the given detections on every image."""

    name = "scripted"
    version = "1"
    model = "script"
    capabilities = Capabilities(provides=("barcode",))
    options = NoVision.Options()

    def __init__(self, *seen: Detection) -> None:
        self.seen = seen
        self.asked = 0

    def detect(self, image) -> tuple[Detection, ...]:
        self.asked += 1
        return self.seen


def line(text: str, x0: float, y0: float, x1: float, y1: float, confidence: float = 1.0) -> Line:
    """An upright line at its place in page fractions."""
    return Line(text=text, polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)), confidence=confidence)


def page(*lines: Line) -> Page:
    """A page of A4's shape."""
    return Page(width_px=1000, height_px=1414, lines=lines, adapter="scripted/1/script")


def tools(tmp_path: Path, **engines) -> Tools:
    """Null engines, except those given."""
    chosen = {
        "ocr": NoOcr(NoOcr.Options()),
        "vision": NoVision(NoVision.Options()),
        "nlp": NoLanguage(NoLanguage.Options()),
        "stt": None,
        "tts": None,
        "limits": Limits(),
        **engines,
    }
    return Tools(pipeline_version="test", out_dir=tmp_path, steps=Steps(), **chosen)


def source(path: Path, media_type: str, **metadata) -> Source:
    """A spooled file."""
    raw = path.read_bytes()
    return Source(
        path=path,
        name=path.name,
        document_id="a" * 26,
        source_uri=f"file:///landing/{path.name}",
        version="1",
        media_type=media_type,
        size_bytes=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        metadata=metadata,
    )


def money(text: str) -> Decimal:
    """A price as the columns hold it."""
    return Decimal(text)
