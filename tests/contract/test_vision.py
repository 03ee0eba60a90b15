"""Every vision adapter against the family's suite."""

from __future__ import annotations

import pytest

from adapters.testing import drawn
from adapters.testing.vision import BarcodeContract, VisionContract
from adapters.vision.none import NoVision
from adapters.vision.zxing import ZxingBarcodes


class TestNone(VisionContract):
    @pytest.fixture
    def engine(self):
        return NoVision(NoVision.Options())


class TestZxing(BarcodeContract):
    @pytest.fixture
    def engine(self):
        return ZxingBarcodes(ZxingBarcodes.Options())


class TestZxingEverySymbology(BarcodeContract):
    @pytest.fixture
    def engine(self):
        return ZxingBarcodes(ZxingBarcodes.Options(codes="all", inverted=True))


def test_a_code_on_its_side_is_read_only_when_asked():
    from io import BytesIO

    from PIL import Image

    page = Image.open(BytesIO(drawn.barcode_page().encoded)).rotate(90, expand=True)
    turned = drawn.encoded(page)
    assert [found.value for found in ZxingBarcodes(ZxingBarcodes.Options()).detect(turned)] == [drawn.EAN]
    assert ZxingBarcodes(ZxingBarcodes.Options(turned=False)).detect(turned) == ()
