"""Barcodes of products among the codes on a page: GTINs, by their check digit (GS1 General Specifications, 7.9)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.pages import Detection

MISREAD: Final = "barcode_check_digit"
"""Flag: a code lies on the offer whose check digit is wrong, so that it was misread or misprinted."""

_LENGTHS: Final = (8, 12, 13, 14)
_IN_TEXT: Final = re.compile(r"\(?01\)?(\d{14})(?!\d)")
"""A GTIN within a GS1 element string, as DataBar and GS1 DataMatrix carry it."""
_COUPON: Final = re.compile(r"9(?:8[0-4]|9\d)\d{10}")
"""GS1 prefixes of refund receipts and coupons, which name no product."""


def gtin(code: str) -> str | None:
    """The GTIN that a code's text is or holds, None where it holds none: a web address, a coupon, digits with a wrong check digit."""
    text = code.strip()
    held = _IN_TEXT.match(text)
    digits = held[1] if held else text
    return digits if _is_gtin(digits) and not _COUPON.fullmatch(digits) else None


def product_code(columns: Mapping[str, Any], detections: Sequence[Detection]) -> tuple[str | None, tuple[str, ...]]:
    """The one GTIN whose code lies in an offer's box, and flags. None for several: which of them is the offer's is not said."""
    x0, y0, x1, y1 = (columns.get(side) for side in ("x0", "y0", "x1", "y1"))
    if x0 is None or y0 is None or x1 is None or y1 is None:
        return None, ()
    inside = [seen.value for seen in detections if seen.kind == "barcode" and seen.value and _within(seen, x0, y0, x1, y1)]
    found = {code for value in inside if (code := gtin(value)) is not None}
    misread = not found and any(value.isdecimal() and len(value) in _LENGTHS and not _is_gtin(value) for value in inside)
    return (found.pop() if len(found) == 1 else None), ((MISREAD,) if misread else ())


def _is_gtin(digits: str) -> bool:
    """Modulo 10 with weights 3 and 1 from the right, the check digit itself with 1."""
    if len(digits) not in _LENGTHS or not (digits.isascii() and digits.isdecimal()) or not digits.strip("0"):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0


def _within(seen: Detection, x0: float, y0: float, x1: float, y1: float) -> bool:
    if seen.polygon is None:
        return False
    x, y = (sum(corner[axis] for corner in seen.polygon) / 4 for axis in (0, 1))
    return x0 <= x <= x1 and y0 <= y <= y1
