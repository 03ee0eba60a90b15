"""Blanks between figures and units, which engines drop: `250g` where `250 g` is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.brochures.packages import UNIT

_GLUED = re.compile(rf"(\d)({UNIT})(?![^\W\d_])", re.IGNORECASE)
_APART = re.compile(rf"\d(?:[ \u00a0](?:{UNIT})(?![^\W\d_])|-(?:{UNIT})-)", re.IGNORECASE)


def set_apart(texts: Sequence[str]) -> bool:
    """Whether a page prints `250 g` rather than `250g`: engines drop thin blanks, so that what most lines show is what is printed. Where packages are
    hyphened, `250-g-Packung`, amounts are set apart too.
    """
    glued, apart = (sum(len(pattern.findall(text)) for text in texts) for pattern in (_GLUED, _APART))
    return apart >= glued


def respaced(text: str) -> str:
    """`text` with a blank between figures and units, and around the signs of times and of equality."""
    return _GLUED.sub(r"\1 \2", re.sub(r"\s?=\s?", " = ", re.sub(r"(?<=\d)\s?x\s?(?=\d)", " x ", text)))
