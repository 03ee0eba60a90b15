"""Whole Extractions of drawn pages: a flyer with a text layer, the same flyer as a picture of known lines, a letter, a note."""

from __future__ import annotations

import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from adapters.nlp.local import LocalLanguage
from tests.pagetools import ScriptedOcr, line, source, tools
from workers.brochures.pipeline import BrochurePipeline
from workers.documents.pipeline import DocumentPipeline

OFFERS = (
    ("Berghof", "Naturjoghurt mild", "je 4 x 125 g", "1 kg = 3.98", "1.", "99", "statt 2.49", "-20%"),
    ("Almgut", "Bergkäse in Scheiben", "je 150-g-Packung", "1 kg = 19.93", "2.", "99", "", ""),
    ("Lindentaler", "Apfelsaft klar", "1 Liter", "zzgl. 0.15 Pfand", "0.", "89", "", ""),
    ("Kornfeld", "Roggenbrot", "je 500 g", "1 kg = 4.58", "2.", "29", "UVP 2.79", "-17%"),
)


def flyer(path):
    sheet = canvas.Canvas(str(path), pagesize=(420, 595), invariant=1)
    for number, (brand, name, package, unit_price, whole, cents, old, percent) in enumerate(OFFERS):
        x, y = 30 + 200 * (number % 2), 520 - 260 * (number // 2)
        for font, size, down, text in (
            ("Helvetica", 9, 0, brand),
            ("Helvetica-Bold", 11, 13, name),
            ("Helvetica", 8, 25, package),
            ("Helvetica", 8, 36, unit_price),
        ):
            sheet.setFont(font, size)
            sheet.drawString(x, y - down, text)
        sheet.setFont("Helvetica-Bold", 40)
        sheet.drawString(x + 60, y - 120, whole)
        sheet.setFont("Helvetica-Bold", 20)
        sheet.drawString(x + 95, y - 106, cents)
        sheet.setFont("Helvetica", 9)
        sheet.drawString(x + 95, y - 132, old)
        sheet.drawString(x + 30, y - 100, percent)
    sheet.setFont("Helvetica", 7)
    sheet.drawString(30, 20, "Alle Preise in Euro (€). Gültig von Montag bis Samstag in allen Märkten.")
    sheet.save()
    return path


@pytest.fixture
def used(tmp_path):
    return tools(tmp_path, nlp=LocalLanguage(LocalLanguage.Options()))


def test_flyer_with_a_text_layer(tmp_path, used, golden):
    brochure = source(flyer(tmp_path / "flyer.pdf"), "application/pdf", chain="Dorfladen", valid_from="2026-11-23")
    golden("flyer_text_layer", BrochurePipeline().extract(brochure, None, used).extraction)


def test_flyer_as_a_picture(tmp_path, used, golden):
    path = tmp_path / "flyer.png"
    Image.new("RGB", (1000, 1414), "white").save(path)
    lines = []
    for number, (brand, name, package, unit_price, whole, cents, old, percent) in enumerate(OFFERS):
        x, y = 0.07 + 0.48 * (number % 2), 0.1 + 0.44 * (number // 2)
        lines += [
            line(text, x, y + 0.016 * row, x + 0.2, y + 0.016 * row + 0.015, 0.98) for row, text in enumerate((brand, name, package, unit_price))
        ]
        lines.append(line(f"{whole[:-1]}{cents}", x + 0.14, y + 0.1, x + 0.28, y + 0.16, 0.93))
        lines += [line(text, x + 0.22, y + 0.165, x + 0.28, y + 0.178, 0.95) for text in (old,) if text]
        lines += [line(text, x + 0.06, y + 0.1, x + 0.12, y + 0.12, 0.99) for text in (percent,) if text]
    ocr = ScriptedOcr(*lines)
    used = tools(tmp_path, ocr=ocr, nlp=used.nlp)
    golden("flyer_picture", BrochurePipeline().extract(source(path, "image/png"), None, used).extraction)


def test_letter(tmp_path, used, golden):
    path = tmp_path / "letter.pdf"
    sheet = canvas.Canvas(str(path), pagesize=(420, 595), invariant=1)
    for row, text in enumerate(
        ("Dear Ms Miller,", "your delivery of Monday, 23 November 2026, arrived late.", "Please write to service@example.com.", "Kind regards")
    ):
        sheet.drawString(40, 500 - 20 * row, text)
    sheet.save()
    golden("letter", DocumentPipeline().extract(source(path, "application/pdf"), None, used).extraction)


def test_note(tmp_path, used, golden):
    path = tmp_path / "note.txt"
    path.write_text("Lieber Herr Weber,\n\nbitte rufen Sie morgen an.\nViele Grüße\n", encoding="utf-8")
    golden("note", DocumentPipeline().extract(source(path, "text/plain"), None, used).extraction)
