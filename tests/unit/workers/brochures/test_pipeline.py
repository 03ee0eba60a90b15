from __future__ import annotations

from PIL import Image
from reportlab.pdfgen import canvas

from adapters.nlp.local import LocalLanguage
from schemas.documents import Kind
from schemas.extractions import BrochureExtraction
from schemas.ledger import PartSpec
from tests.pagetools import ScriptedOcr, line, money, source, tools
from workers.brochures.pipeline import BrochurePipeline


def flyer(tmp_path, pages):
    path = tmp_path / "flyer.pdf"
    sheet = canvas.Canvas(str(path), pagesize=(400, 600))
    for number in range(1, pages + 1):
        sheet.setFont("Helvetica", 9)
        sheet.drawString(40, 500, f"Natural yogurt No. {number}")
        sheet.drawString(40, 489, "4 x 125 g")
        sheet.setFont("Helvetica-Bold", 30)
        sheet.drawString(40, 450, "€ 1.49")
        sheet.showPage()
    sheet.save()
    return path


def test_a_small_brochure_is_worked_off_in_one_go(tmp_path):
    pipeline, used = BrochurePipeline(), tools(tmp_path)
    brochure = source(flyer(tmp_path, 2), "application/pdf", chain="Moolane")
    assert pipeline.plan(brochure, used) == ()
    result = pipeline.extract(brochure, None, used)
    found = result.extraction
    assert isinstance(found, BrochureExtraction)
    assert (found.kind, found.items, found.part_no, found.problems) == (Kind.BROCHURE, 2, 1, ())
    assert [(offer.offer_no, offer.page_no, offer.price, offer.currency, offer.retailer) for offer in found.offers] == [
        (1, 1, money("1.49"), "EUR", "Moolane"),
        (2, 2, money("1.49"), "EUR", "Moolane"),
    ]
    assert found.offers[0].adapter == f"{found.pages[0].adapter}+brochures/1"
    assert len(found.lines) == 6
    assert result.attachments == ()


def test_a_part_counts_from_one(tmp_path):
    pipeline, used = BrochurePipeline(), tools(tmp_path)
    brochure = source(flyer(tmp_path, 10), "application/pdf")
    parts = pipeline.plan(brochure, used)
    assert [part.spec for part in parts] == [{"pages": [1, 4]}, {"pages": [5, 8]}, {"pages": [9, 10]}]
    found = pipeline.extract(brochure, parts[2], used).extraction
    assert isinstance(found, BrochureExtraction)
    assert (found.part_no, found.items) == (3, 2)
    assert [(offer.offer_no, offer.page_no, offer.name) for offer in found.offers] == [
        (1, 1, "Natural yogurt No. 9"),
        (2, 2, "Natural yogurt No. 10"),
    ]


def test_a_photo_and_its_language(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (100, 141), "white").save(path)
    lines = [
        line("Frische Vollmilch von der Weide", 0.1, 0.1, 0.4, 0.114),
        line("je 1 Liter", 0.1, 0.116, 0.3, 0.13),
        line("119", 0.1, 0.15, 0.2, 0.2),
    ]
    used = tools(tmp_path, ocr=ScriptedOcr(*lines), nlp=LocalLanguage(LocalLanguage.Options()))
    found = BrochurePipeline().extract(source(path, "image/png"), None, used).extraction
    assert isinstance(found, BrochureExtraction)
    assert found.language == "de"
    assert [(offer.name, offer.price, offer.package) for offer in found.offers] == [("Frische Vollmilch von der Weide", money("1.19"), "je 1 Liter")]
    assert [row.step for row in found.steps] == ["read", "render", "ocr", "nlp", "understand"]


def test_the_stated_language_needs_no_engine(tmp_path):
    found = BrochurePipeline().extract(
        source(flyer(tmp_path, 1), "application/pdf", language="es"), PartSpec(part_no=1, spec={"pages": [1, 1]}), tools(tmp_path)
    )
    assert found.extraction.language == "es"
