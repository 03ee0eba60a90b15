"""Tesseract through pytesseract: the program does the work, in a process of its own."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from importlib import metadata
from io import BytesIO, StringIO
from itertools import groupby
from typing import Any, ClassVar

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from schemas.documents import Value
from schemas.errors import EngineOutputInvalid, Malformed, ModelMissing, ProgramMissing, TimedOut
from schemas.pages import Line, Page, Polygon, Word

_WORD = "5"  # the TSV's level of a single word; 1 to 4 are page, block, paragraph, line


class TesseractOcr:
    """Reads plain print well and the big stylised prices of brochures hardly ever (DESIGN 4)."""

    name: ClassVar[str] = "tesseract"
    version: ClassVar[str] = metadata.version("pytesseract")
    capabilities: ClassVar[Capabilities] = Capabilities(max_bytes=64 * 1024**2)

    class Options(Value):
        """How the program is called."""

        languages: str = Field(
            default="",
            pattern=r"^[A-Za-z_/]*(\+[A-Za-z_/]+)*$",
            description="installed language packs, e.g. `deu+eng`; empty: all of deu, eng, spa, fra, ita, por that are installed; more are slower",
        )
        layout: int = Field(
            default=11,
            ge=0,
            le=13,
            description="page segmentation mode (--psm): 11 finds sparse text in any order, 3 reads columns of running text better",
        )
        word_score: float = Field(default=0.3, ge=0, le=1, description="confidence below which a word is dropped; lower finds more and more rubbish")
        timeout_s: float = Field(default=60.0, gt=0, le=3600, description="seconds one page may take before the program is killed")

    def __init__(self, options: Options) -> None:
        self.options = options
        self._installed: str | None = None

    @property
    def model(self) -> str:
        """The language packs as configured."""
        return self.options.languages or "auto"

    def read(self, image: PageImage) -> Page:
        """Lines of words, polygons in page fractions. Raises `ProgramMissing`, `ModelMissing`, `Malformed`, `TimedOut`."""
        from PIL import Image

        try:
            picture = Image.open(BytesIO(image.encoded), formats=["PNG", "JPEG"])
            picture.load()
        except (OSError, SyntaxError, ValueError) as error:
            raise Malformed("the page image cannot be decoded") from error
        table = self._run(picture)
        width, height = picture.size
        return Page(
            width_px=width,
            height_px=height,
            lines=tuple(self._lines(table, width, height)),
            adapter=f"{self.name}/{self.version}/{self.model}",
        )

    def _run(self, picture: Any) -> str:
        import pytesseract

        os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its own threads slow a page down when every core has a worker
        try:
            return str(
                pytesseract.image_to_data(picture, lang=self._languages(), config=f"--psm {self.options.layout}", timeout=self.options.timeout_s)
            )
        except pytesseract.TesseractNotFoundError as error:
            raise _not_found() from error
        except pytesseract.TesseractError as error:
            if "load" in error.message.lower() and "lang" in error.message.lower():
                raise ModelMissing(
                    f"tesseract lacks a language pack of {self.options.languages!r}; install it (`apt install tesseract-ocr-deu`)"
                ) from error
            raise EngineOutputInvalid("tesseract failed on this page") from error
        except RuntimeError as error:  # pytesseract's way to say that it killed the program
            raise TimedOut(f"tesseract took longer than {self.options.timeout_s:g} s for a page") from error

    def _languages(self) -> str:
        if self.options.languages:
            return self.options.languages
        if self._installed is None:
            import pytesseract

            found = set(pytesseract.get_languages(config=""))
            self._installed = "+".join(code for code in ("deu", "eng", "spa", "fra", "ita", "por") if code in found)
        if not self._installed:
            raise ModelMissing("tesseract has no language pack that is known here; install one (`apt install tesseract-ocr-eng`)")
        return self._installed

    def _lines(self, table: str, width: int, height: int) -> Iterator[Line]:
        rows = csv.DictReader(StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
        words = [row for row in rows if row["level"] == _WORD and (row["text"] or "").strip()]
        for _, group in groupby(words, key=lambda row: (row["block_num"], row["par_num"], row["line_num"])):
            found = [word for row in group if (word := _word(row, width, height)).confidence >= self.options.word_score]
            if found:
                yield Line(
                    text=" ".join(word.text for word in found),
                    polygon=_around([corner for word in found for corner in word.polygon]),
                    confidence=sum(word.confidence for word in found) / len(found),
                    words=tuple(found),
                )


def _not_found() -> ProgramMissing:
    return ProgramMissing("the program tesseract is not on this machine; install it (`apt install tesseract-ocr`) or set TAMIZ_OCR=rapidocr")


def _word(row: dict[str, str], width: int, height: int) -> Word:
    try:
        left, top = int(row["left"]), int(row["top"])
        right, bottom = left + int(row["width"]), top + int(row["height"])
        score = float(row["conf"]) / 100
    except (KeyError, ValueError) as error:
        raise EngineOutputInvalid("tesseract answered a table without places or confidences") from error
    corners = [(x / width, y / height) for x in (left, right) for y in (top, bottom)]
    return Word(text=row["text"].strip(), polygon=_around(corners), confidence=min(1.0, max(0.0, score)))


def _around(corners: list[tuple[float, float]]) -> Polygon:
    xs = [min(1.0, max(0.0, x)) for x, _ in corners]
    ys = [min(1.0, max(0.0, y)) for _, y in corners]
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)
