from __future__ import annotations

import pytest

from adapters.decoding.type_weight import bare_name, is_symbols, weight_of

FORCE_BOLD = 1 << 18


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("Helvetica", 400),
        ("ArialMT", 400),
        ("Arial,Bold", 700),
        ("Helvetica-BoldOblique", 700),
        ("ABCDEF+Inter-SemiBold", 600),
        ("AvenirNext-DemiBoldItalic", 600),
        ("MyriadPro-SemiboldCond", 600),
        ("Roboto-Thin", 100),
        ("Montserrat-ExtraLight", 200),
        ("HelveticaNeue-LightCond", 300),
        ("Roboto-Medium", 500),
        ("Montserrat-ExtraBold", 800),
        ("Futura-Heavy", 800),
        ("Arial-Black", 900),
        ("DINPro-Blk", 900),
        ("Gotham-Ultra", 900),
        ("Frutiger-Bd", 700),
        ("NimbusRomNo9L-Medi", 700),
        ("CMBX10", 700),
        ("SFBX1000", 700),
        ("CMR10", 400),
        ("Futura-Book", 400),
        ("BookmanOldStyle", 400),
        ("Blackletter", 400),
        ("F1", None),
        ("", None),
    ],
)
def test_weights_by_name(name, weight):
    assert weight_of(name, 0) == weight


def test_a_flag_makes_bold_what_the_name_does_not():
    assert weight_of("", FORCE_BOLD) == 700
    assert weight_of("Acme", FORCE_BOLD | 32) == 700
    assert weight_of("Acme", -1) == 400


def test_pictogram_fonts_by_name():
    assert all(is_symbols(name) for name in ("Wingdings", "ABCDEF+ZapfDingbats", "Symbol", "SymbolMT", "CMSY10"))
    assert not any(is_symbols(name) for name in ("Helvetica", "ABCDEF+SegoeUI", "GillSans"))
    assert bare_name("ABCDEF+GillSans") == "GillSans"
