from __future__ import annotations

import pytest

from schemas.pages import Detection
from workers.brochures.barcodes import MISREAD, gtin, product_code

BOX = {"x0": 0.1, "y0": 0.1, "x1": 0.5, "y1": 0.5}


def code(value: str | None, x: float = 0.2, y: float = 0.2, kind="barcode") -> Detection:
    return Detection(kind=kind, label="EAN-13", value=value, polygon=((x, y), (x + 0.1, y), (x + 0.1, y + 0.1), (x, y + 0.1)), confidence=1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4006381333931", "4006381333931"),  # EAN-13, the example of the standard's own articles
        ("96385074", "96385074"),  # EAN-8
        ("036000291452", "036000291452"),  # UPC-A
        ("10614141000415", "10614141000415"),  # GTIN-14
        ("(01)10614141000415", "10614141000415"),
        ("011061414100041517261231", None),
        ("4006381333932", None),
        ("4006381333391", None),
        ("0000000000000", None),
        ("9812345678902", None),
        ("400638133393", None),
        ("https://moolane.example/a", None),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", None),
        ("", None),
    ],
)
def test_check_digits(text, found):
    assert gtin(text) == found


def test_the_one_code_in_the_box():
    elsewhere, address, picture = code("96385074", 0.7), code("https://moolane.example"), code("96385074", kind="object")
    assert product_code(BOX, [elsewhere, address, picture, code("4006381333931")]) == ("4006381333931", ())
    assert product_code(BOX, [code("4006381333931"), code("4006381333931", 0.3)]) == ("4006381333931", ())
    assert product_code(BOX, [code("4006381333931"), code("96385074", 0.3)]) == (None, ())
    assert product_code(BOX, [elsewhere, address, code(None)]) == (None, ())
    assert product_code({"x0": None}, [code("4006381333931")]) == (None, ())


def test_a_misread_code_is_left_out_and_flagged():
    assert product_code(BOX, [code("4006381333932")]) == (None, (MISREAD,))
    assert product_code(BOX, [code("9812345678902"), code("12345")]) == (None, ())
