"""The contract of every OCR adapter. Subclass `OcrContract` and give it an `engine` fixture."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.ocr.port import OcrEngine
from adapters.testing import drawn
from schemas.errors import AdapterDisabled, Malformed
from schemas.pages import Box


class OcrDescription:
    """What holds for every OCR adapter, `none` too."""

    def test_says_what_it_is(self, engine: OcrEngine) -> None:
        """Name, version and model make up the label of every row; options and capabilities are data."""
        assert engine.name
        assert engine.version
        assert engine.model
        assert isinstance(engine.options, BaseModel)
        assert isinstance(engine.capabilities, Capabilities)

    def test_every_option_is_described(self, engine: OcrEngine) -> None:
        """Each option says its unit and trade-off."""
        undescribed = [name for name, field in type(engine.options).model_fields.items() if not field.description]
        assert not undescribed


class OcrContract(OcrDescription):
    """What holds for every engine that reads."""

    def test_finds_the_words_where_they_stand(self, engine: OcrEngine) -> None:
        """Every drawn line is read, and its box lies on the drawn one."""
        page = engine.read(drawn.text_page())
        for text, (left, top, size) in drawn.TEXTS.items():
            wanted = "".join(text.lower().split())
            found = [line for line in page.lines if wanted in "".join(line.text.lower().split())]
            assert found, f"{text!r} was not read in {[line.text for line in page.lines]}"
            box = Box.around(found[0].polygon)
            assert abs(box.x0 - left / drawn.WIDTH_PX) < 0.03
            assert box.y0 - 0.02 < (top + size / 2) / drawn.HEIGHT_PX < box.y1 + 0.02

    def test_page_states_its_size_and_reader(self, engine: OcrEngine) -> None:
        """Pixels of the image that was read, and the label name/version/model."""
        page = engine.read(drawn.text_page())
        assert (page.width_px, page.height_px) == (drawn.WIDTH_PX, drawn.HEIGHT_PX)
        assert page.text_source == "ocr"
        assert page.adapter.startswith(f"{engine.name}/{engine.version}/")

    def test_polygons_are_fractions_and_clockwise(self, engine: OcrEngine) -> None:
        """The first two corners run along the top of upright text, the third lies below."""
        for line in engine.read(drawn.text_page()).lines:
            assert all(0 <= value <= 1 for corner in line.polygon for value in corner)
            (x0, y0), (x1, _), (_, y2), _ = line.polygon
            assert x0 < x1
            assert y0 < y2

    def test_blank_page_has_no_lines(self, engine: OcrEngine) -> None:
        """Nothing is made up."""
        assert engine.read(drawn.blank_page()).lines == ()

    def test_reads_the_same_twice(self, engine: OcrEngine) -> None:
        """Kept outputs replace a second reading, so a second reading must not differ."""
        assert engine.read(drawn.text_page()) == engine.read(drawn.text_page())

    def test_bytes_that_are_no_image_are_malformed(self, engine: OcrEngine) -> None:
        """A typed error, chained to the decoder's."""
        with pytest.raises(Malformed):
            engine.read(drawn.not_an_image())


class NoOcrContract(OcrDescription):
    """What holds for `none`: a page that must be read is a named failure."""

    def test_refuses_to_read(self, engine: OcrEngine) -> None:
        """Never an empty page."""
        with pytest.raises(AdapterDisabled, match="TAMIZ_OCR"):
            engine.read(drawn.text_page())
