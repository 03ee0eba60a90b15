"""One flyer as fifteen programs write it; `tests/fixtures/pdf/README.md` says how each was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.decoding.pages import open_pages
from schemas.settings import Limits

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "pdf"
HTML = (
    "Frische Angebote",
    "Kaffee affin Office",
    "ganze Bohnen, 500-g-Packung",
    "mild gesäuert, 250-g-Stück",
    "verschiedene Sorten",
    "zwölf Monate gereift, je 100 g",
)
TEX = ("Ofertas frescas", "Hasta el sábado", "Café affine office", "en grano, paquete de 500 g", "Queso de montaña", "Mantequilla fina")
DRAWN = ("Fresh this week", "Coffee office affine", "whole beans, pack of 500 g", "block of 250 g")

FLYERS = {
    "cairo": (("Café moído affine office", "em grão, pacote de 500 g", "quatro copos de 125 g"), ("4,", "49", "1,79", "0,99"), ("5,99", "2,29")),
    "chromium": (HTML, ("4.", "49", "0,49", "1,", "59"), ("5.99", "2,29", "1,99")),
    "enscript-gs": (("Offerte della settimana fino a sabato", "Caffe macinato affine", "pacco da 500 g"), ("4,49", "1,59"), ()),
    "fpdf2": ((*DRAWN, "until Saturday"), ("4.", "49", "1.79"), ("5.99",)),
    "groff": (("Café office affiné", "en grains, paquet de 500 g", "Yaourt nature"), ("4,", "49", "1,79", "0,99"), ()),
    "gs-of-weasyprint": (HTML, ("4.", "49", "0,49", "1,", "59"), ("5.99", "2,29", "1,99")),
    "libreoffice": (HTML[1:], ("4.", "49", "0,49", "1,", "59"), ("5.99", "2,29")),
    "matplotlib-type3": (DRAWN, ("4.", "49", "1.79"), ("5.99",)),
    "pdflatex-times": (TEX, ("4", ",49", "0,99", "1,59"), ("5,99", "2,29", "1,99")),
    "pdflatex-type3": (TEX, ("4", ",49", "0,99", "1,59"), ("5,99", "2,29", "1,99")),
    "qpdf-linear": (TEX, ("4", ",49", "0,99", "1,59"), ("5,99", "2,29", "1,99")),
    "skia": (DRAWN, ("4.", "49", "1.79"), ("5.99",)),
    "typst": (("Fresh this week", "Coffee office affine", "Until Saturday only", "four cups of 125 g"), ("4.49", "0.99"), ("5.99", "2.29", "1.99")),
    "weasyprint": (HTML, ("4.", "49", "0,49", "1,", "59"), ("5.99", "2,29", "1,99")),
    "wkhtmltopdf": (HTML, ("4.", "49", "0,49", "1,", "59"), ("5.99", "2,29", "1,99")),
}
"""Text, prices and struck prices."""
PAGES = {"libreoffice": 2}
NO_WEIGHTS = {"pdflatex-type3"}
ONE_WEIGHT = {"enscript-gs"}


@pytest.fixture(params=sorted(FLYERS))
def flyer(request):
    with open_pages(FOLDER / f"{request.param}.pdf", "application/pdf", Limits()) as file:
        page = file.text_layer(PAGES.get(request.param, 1))
    assert page is not None
    return request.param, page


def test_every_fixture_is_read():
    assert {path.stem for path in FOLDER.glob("*.pdf")} == set(FLYERS)


def test_text_and_prices_are_read(flyer):
    name, page = flyer
    texts, prices, _ = FLYERS[name]
    read = [line.text for line in page.lines]
    assert [wanted for wanted in (*texts, *prices) if wanted not in read] == []


def test_struck_prices_and_nothing_else_are_struck(flyer):
    name, page = flyer
    assert sorted(line.text for line in page.lines if line.struck) == sorted(FLYERS[name][2])


def test_bold_type_is_told_from_regular(flyer):
    name, page = flyer
    weights = {line.weight for line in page.lines}
    assert weights == ({None} if name in NO_WEIGHTS else {400.0} if name in ONE_WEIGHT else {400.0, 700.0})


def test_cents_are_smaller_than_euros(flyer):
    _, page = flyer
    by_text = {line.text: line for line in page.lines}
    for euros, cents in (("4.", "49"), ("4,", "49"), ("4", ",49"), ("1,", "59")):
        if euros in by_text and cents in by_text:
            assert by_text[cents].font_size < 0.85 * by_text[euros].font_size
            assert by_text[cents].box.x0 >= by_text[euros].box.x1 - 0.02
            assert by_text[cents].box.y0 <= by_text[euros].box.y0 + 0.01
