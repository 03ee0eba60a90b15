"""The weight of a font by its name, on the scale of CSS: 100 is a hairline, 400 regular, 700 bold, 900 black.

Names as foundries write them (`Inter-SemiBold`, `HelveticaNeue-LightCond`, `ABCDEF+DINPro-Blk`, TeX's `CMBX10`); the order of the table settles
compounds, so that `SemiBold` is not read as `Bold`.
"""

from __future__ import annotations

import re
from typing import Final

REGULAR: Final = 400.0
BOLD: Final = 700.0
_SUBSET: Final = re.compile(r"^[A-Z]{6}\+")
_TEX_BOLD: Final = re.compile(r"^(?:cm|sf|ec|la|lm|ti|pxr|txr)?(?:bx|sbx|ssbx|bxti|bxsl)\d*$|^(?:cm|sf|ec)(?:b|ssbx|bxti|bxsl)\d+$", re.IGNORECASE)
_WEIGHTS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), weight)
    for pattern, weight in (
        (r"hairline|thin(?!k)", 100.0),
        (r"(?:extra|ultra)[-_ ]?(?:light|lt)", 200.0),
        (r"(?:semi|demi)[-_ ]?light", 350.0),
        (r"(?:semi|demi)[-_ ]?(?:bold|bd)?(?![a-z])|semi[-_ ]?bold|demi[-_ ]?bold|(?<=[a-z\d-])Dm(?![a-z])", 600.0),
        (r"(?:extra|ultra)[-_ ]?(?:bold|bd|black|blk)|xbold|heavy|(?<=[-_ ])(?:hv|xbd)(?![a-z])", 800.0),
        (r"black(?!let|adder)|(?<![a-z])blk(?![a-z])|fat(?:face)?(?![a-z])|(?<=[-_ ])(?:super|poster)(?![a-z])|impact", 900.0),
        (r"(?<=[a-z-])ultra(?![a-z])", 900.0),
        (r"(?<=-)medi(?![a-z])", 700.0),  # the free Times and Helvetica clones call their bold so
        (r"bold|fett|negrita|gras(?![a-z])|grassetto|(?<=[-_ ,])bd(?![a-z])", 700.0),
        (r"medium|(?<=[-_ ])(?:med|md)(?![a-z])", 500.0),
        (r"light(?!ning|house)|(?<=[-_ ])lt(?![a-z])", 300.0),
        (r"book(?!man|er)|regular|roman|normal|(?<=[-_ ])(?:rg|reg)(?![a-z])", 400.0),
    )
)
_SYMBOLS: Final = re.compile(
    r"wingding|webding|dingbat|^symbol|marlett|fontawesome|glyphicons|materialicons|icomoon|cmsy|cmex|msam|msbm", re.IGNORECASE
)
_FORCE_BOLD: Final = 1 << 18
"""Bit 19 of the font descriptor's flags (ISO 32000-1, table 123)."""


def weight_of(name: str, flags: int) -> float | None:
    """CSS-like weight by the font's base name and its descriptor's flags; None when neither says anything (an unnamed Type 3 font)."""
    bare = bare_name(name)
    if _TEX_BOLD.match(bare):
        return BOLD
    for pattern, weight in _WEIGHTS:
        if pattern.search(bare):
            return weight
    if flags > 0 and flags & _FORCE_BOLD:
        return BOLD
    return REGULAR if len(bare) > 2 else None


def is_symbols(name: str) -> bool:
    """Whether the font holds pictograms, so that its letters are no text."""
    return bool(_SYMBOLS.search(bare_name(name)))


def bare_name(name: str) -> str:
    """The name without its subset tag."""
    return _SUBSET.sub("", name)
