"""Every OCR adapter against the family's suite."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from adapters.ocr.none import NoOcr
from adapters.ocr.rapidocr import RapidOcr
from adapters.ocr.tesseract import TesseractOcr
from adapters.testing import drawn
from adapters.testing.ocr import NoOcrContract, OcrContract, OcrDescription
from schemas.errors import ProgramMissing


class TestNone(NoOcrContract):
    @pytest.fixture
    def engine(self):
        return NoOcr(NoOcr.Options())


class TestRapidOcr(OcrContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls):
        return RapidOcr(RapidOcr.Options())

    def test_pages_smaller_than_the_network_s_grid_are_read_as_empty(self, engine):
        from PIL import Image

        for size in ((1, 1), (8, 8), (2000, 9)):
            assert engine.read(drawn.encoded(Image.new("RGB", size, "white"))).lines == ()

    def test_importing_and_building_it_loads_no_runtime(self):
        code = (
            "import sys; from adapters.ocr.rapidocr import RapidOcr; RapidOcr(RapidOcr.Options()).model; "
            "print([m for m in ('cv2', 'onnxruntime', 'numpy', 'rapidocr') if m in sys.modules])"
        )
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"

    def test_writes_nothing_to_the_standard_streams(self):
        code = (
            "from adapters.ocr.rapidocr import RapidOcr; from adapters.testing import drawn; engine = RapidOcr(RapidOcr.Options()); "
            "engine.read(drawn.blank_page()); engine.read(drawn.text_page())"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("", "")

    def test_reads_lines_that_stand_on_their_head_when_asked(self):
        from io import BytesIO

        from PIL import Image

        engine = RapidOcr(RapidOcr.Options(upside_down=True))
        turned = Image.open(BytesIO(drawn.text_page().encoded)).rotate(180)
        assert any("Monday" in line.text for line in engine.read(drawn.encoded(turned)).lines)
        assert "cls" in engine.model


class TestTesseractDescription(OcrDescription):
    @pytest.fixture
    def engine(self):
        return TesseractOcr(TesseractOcr.Options())

    def test_missing_program_is_named_with_its_remedy(self, engine, monkeypatch):
        monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "/nonexistent/tesseract")
        with pytest.raises(ProgramMissing, match="apt install tesseract-ocr"):
            engine.read(drawn.text_page())


@pytest.mark.needs_tesseract
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="the program tesseract is not on this machine (apt install tesseract-ocr)")
class TestTesseract(OcrContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls):
        return TesseractOcr(TesseractOcr.Options())
