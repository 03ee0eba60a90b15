"""PP-OCR through RapidOCR: detection and recognition models that lie inside the package's wheel, run by ONNX Runtime on one thread.

`docs/benchmarks.md` has the measurements behind the options' defaults."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import metadata, resources
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage, pixels_of
from adapters.ocr.networks import Alphabet, Network, weights
from adapters.ocr.ppocr import Detector, Recogniser
from adapters.ocr.second_look import look_again
from schemas.documents import Value
from schemas.errors import EngineOutputInvalid, Malformed, ModelMissing
from schemas.pages import Line, Page, Polygon

_DETECTION, _RECOGNITION = "PP-OCRv6_det_small", "PP-OCRv6_rec_small"
_TURNED = "ch_ppocr_mobile_v2.0_cls_mobile"


class RapidOcr:
    """The default engine. One engine per process on one thread: two of them beat one of two threads by 1.3x (DESIGN 4)."""

    name: ClassVar[str] = "rapidocr"
    version: ClassVar[str] = metadata.version("rapidocr")
    capabilities: ClassVar[Capabilities] = Capabilities(max_bytes=64 * 1024**2)

    class Options(Value):
        """How the two networks run."""

        detection_side_px: int = Field(
            default=1_472,
            ge=320,
            le=4_000,
            description="pixels of the long side at which text is looked for; more finds smaller print, time and memory grow with the square",
        )
        alphabet: Alphabet = Field(
            default="latin",
            description="what can be read: `latin` is a sixth faster and takes no letter for a Chinese sign; `all` reads Chinese and Japanese too",
        )
        least_line_px: int = Field(
            default=160,
            ge=16,
            le=640,
            description="pixels to which a short line, 48 px high, is padded; fewer is faster, but prices of display type are then cut short",
        )
        rec_batch_num: int = Field(
            default=1,
            ge=1,
            le=64,
            description="text lines recognised at once; more pads short lines to the longest: on a CPU slower and more memory, on a GPU faster",
        )
        upside_down: bool = Field(
            default=False, description="also ask the orientation classifier whether a line stands on its head; 15% slower, for scans fed in both ways"
        )
        level_figures: bool = Field(
            default=True,
            description="set big figures with raised cents level and read them again where they were not read as a price; 3% slower",
        )
        text_score: float = Field(
            default=0.5, ge=0, le=1, description="confidence below which a line is dropped; lower finds more of the faint print and more rubbish"
        )
        box_score: float = Field(
            default=0.5, ge=0, le=1, description="confidence below which a place is not taken for text; lower finds more and takes longer"
        )

    def __init__(self, options: Options) -> None:
        self.options = options
        self._engine: Any = None

    @property
    def model(self) -> str:
        """The networks that run."""
        return "+".join([_DETECTION, _RECOGNITION, *([_TURNED] if self.options.upside_down else [])])

    def read(self, image: PageImage) -> Page:
        """Lines from top to bottom, polygons in page fractions. Raises `Malformed` for bytes that are no image, `ModelMissing`."""
        pixels = _decoded(image)
        found = self._recognised(pixels)
        height, width = pixels.shape[:2]
        lines = _lines(found, width, height)
        if self.options.level_figures:
            lines = look_again(lines, pixels, self._read_lines)
        return Page(
            width_px=width,
            height_px=height,
            lines=tuple(lines),
            adapter=f"{self.name}/{self.version}/{self.model}",
        )

    def _read_lines(self, images: Sequence[Any]) -> list[tuple[str, float]]:
        return [(reading.text, reading.score) for reading in self._engine.text_rec.read(images)]

    def _recognised(self, pixels: Any) -> Any:
        import cv2

        if self._engine is None:
            self._engine = self._load()
        try:
            return self._engine(pixels)
        except cv2.error as error:
            raise EngineOutputInvalid("rapidocr failed on this page") from error

    def _load(self) -> Any:
        try:
            import rapidocr
        except ImportError as error:
            raise ModelMissing(f"rapidocr is not fully installed ({error.name} is missing); run `make setup` again") from error
        options = self.options
        engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": options.upside_down,
                "Global.text_score": options.text_score,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Cls.model_path": str(_model_file(_TURNED)) if options.upside_down else None,
            }
        )
        engine.text_det = Detector(Network(weights(_model_file(_DETECTION))), options.detection_side_px, options.box_score)
        reading = weights(_model_file(_RECOGNITION), options.alphabet)
        engine.text_rec = Recogniser(Network(reading), reading.characters, options.rec_batch_num, options.least_line_px)
        _quieten()
        return engine


def _model_file(model: str) -> Path:
    """Path of a model in the wheel; named outright, because RapidOCR would fetch a missing one from the network in the middle of a document."""
    file = Path(str(resources.files("rapidocr") / "models" / f"{model}.onnx"))
    if not file.is_file():
        raise ModelMissing(f"the model {model} is missing from the rapidocr package; reinstall it with `make setup`")
    return file


def _quieten() -> None:
    """Its logger has a handler of its own and warns of every page without text, which is no fault."""
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)


def _decoded(image: PageImage) -> Any:
    pixels = pixels_of(image.encoded)
    if pixels is None:
        raise Malformed("the page image cannot be decoded")
    return pixels


def _lines(found: Any, width: int, height: int) -> list[Line]:
    if found.boxes is None:
        return []
    try:
        return [
            Line(text=text, polygon=_polygon(box, width, height), confidence=min(1.0, float(score)))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]
    except (TypeError, ValueError) as error:
        raise EngineOutputInvalid("rapidocr answered lines without text, score or place") from error


def _polygon(box: Any, width: int, height: int) -> Polygon:
    corners = [(min(1.0, max(0.0, float(x) / width)), min(1.0, max(0.0, float(y) / height))) for x, y in box]
    return corners[0], corners[1], corners[2], corners[3]
