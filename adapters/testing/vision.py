"""The contract of every vision adapter. Subclass `VisionContract` or `BarcodeContract` and give it an `engine` fixture."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.testing import drawn
from adapters.vision.port import VisionEngine
from schemas.errors import Malformed
from schemas.pages import Box


class VisionContract:
    """What holds for every vision adapter, `none` too."""

    def test_says_what_it_is(self, engine: VisionEngine) -> None:
        """Name, version and model make up the label of every row; options and capabilities are data."""
        assert engine.name
        assert engine.version
        assert engine.model
        assert isinstance(engine.options, BaseModel)
        assert isinstance(engine.capabilities, Capabilities)

    def test_every_option_is_described(self, engine: VisionEngine) -> None:
        """Each option says its trade-off."""
        undescribed = [name for name, field in type(engine.options).model_fields.items() if not field.description]
        assert not undescribed

    def test_white_paper_shows_nothing(self, engine: VisionEngine) -> None:
        """Nothing is made up."""
        assert engine.detect(drawn.blank_page()) == ()

    def test_sees_the_same_twice(self, engine: VisionEngine) -> None:
        """Kept outputs replace a second look, so a second look must not differ."""
        assert engine.detect(drawn.barcode_page()) == engine.detect(drawn.barcode_page())


class BarcodeContract(VisionContract):
    """What holds for adapters that read barcodes."""

    def test_reads_the_code_where_it_stands(self, engine: VisionEngine) -> None:
        """Digits, symbology, place and reader."""
        codes = [found for found in engine.detect(drawn.barcode_page()) if found.kind == "barcode"]
        assert [(code.label, code.value) for code in codes] == [("EAN-13", drawn.EAN)]
        (code,) = codes
        assert code.adapter.startswith(f"{engine.name}/{engine.version}/")
        assert code.polygon is not None
        box = Box.around(code.polygon)
        assert abs(box.x0 - drawn.EAN_AT.x0) < 0.04
        assert abs(box.x1 - drawn.EAN_AT.x1) < 0.04
        assert drawn.EAN_AT.y0 - 0.02 < (box.y0 + box.y1) / 2 < drawn.EAN_AT.y1 + 0.02

    def test_says_that_it_reads_barcodes(self, engine: VisionEngine) -> None:
        """Pages are drawn only for adapters that provide something."""
        assert "barcode" in engine.capabilities.provides

    def test_text_is_no_code(self, engine: VisionEngine) -> None:
        """Letters are not taken for bars."""
        assert [found for found in engine.detect(drawn.text_page()) if found.kind == "barcode"] == []

    def test_bytes_that_are_no_image_are_malformed(self, engine: VisionEngine) -> None:
        """A typed error, chained to the decoder's."""
        with pytest.raises(Malformed):
            engine.detect(drawn.not_an_image())
