from __future__ import annotations

from PIL import Image
from reportlab.pdfgen import canvas

from adapters.nlp.local import LocalLanguage
from adapters.testing import drawn
from adapters.vision.zxing import ZxingBarcodes
from schemas.documents import Kind
from schemas.extractions import BrochureExtraction
from schemas.ledger import PartSpec
from schemas.pages import Detection
from tests.pagetools import ScriptedOcr, ScriptedVision, line, money, source, tools
from workers.brochures.pipeline import BrochurePipeline
from workers.crops import CROPS
from workers.pages.reading import ReadingOptions


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
    assert found.offers[0].adapter == f"{found.pages[0].adapter}+brochures/2"
    assert len(found.lines) == 6
    assert result.attachments == ()


def test_a_part_counts_from_one(tmp_path):
    pipeline, used = BrochurePipeline(), tools(tmp_path)
    brochure = source(flyer(tmp_path, 6), "application/pdf")
    parts = pipeline.plan(brochure, used)
    assert [part.spec for part in parts] == [{"pages": [1, 2]}, {"pages": [3, 4]}, {"pages": [5, 6]}]
    found = pipeline.extract(brochure, parts[2], used).extraction
    assert isinstance(found, BrochureExtraction)
    assert (found.part_no, found.items) == (3, 2)
    assert [(offer.offer_no, offer.page_no, offer.name) for offer in found.offers] == [
        (1, 1, "Natural yogurt No. 5"),
        (2, 2, "Natural yogurt No. 6"),
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
    assert [row.step for row in found.steps if row.step != "ink"] == ["read", "render", "ocr", "nlp", "understand"]


def test_the_stated_language_needs_no_engine(tmp_path):
    found = BrochurePipeline().extract(
        source(flyer(tmp_path, 1), "application/pdf", language="es"), PartSpec(part_no=1, spec={"pages": [1, 1]}), tools(tmp_path)
    )
    assert found.extraction.language == "es"


def shop(tmp_path, pages, name="flyer.pdf"):
    """Pages of lines of text: (size, x, y, text) in points, from the bottom left of 400 x 600."""
    path = tmp_path / name
    sheet = canvas.Canvas(str(path), pagesize=(400, 600))
    for page in pages:
        for size, x, y, text in page:
            sheet.setFont("Helvetica-Bold" if size > 20 else "Helvetica", size)
            sheet.drawString(x, y, text)
        sheet.showPage()
    sheet.save()
    return path


MILK = (9, 40, 500, "Frische Vollmilch"), (9, 40, 489, "je 1 Liter"), (30, 40, 450, "1.49")
HEAD = (14, 40, 580, "Mo. 10.11. - Sa. 15.11.")


def test_what_one_page_says_holds_for_all(tmp_path):
    brochure = shop(tmp_path, [[*MILK, HEAD, (9, 40, 20, "www.rewe.de")], MILK, [*MILK, (9, 140, 465, "2 für 2.50 €")]])
    result = BrochurePipeline().extract(source(brochure, "application/pdf", date="2025-11-03"), None, tools(tmp_path))
    found = result.extraction
    assert isinstance(found, BrochureExtraction)
    assert [(offer.retailer, str(offer.valid_from), str(offer.valid_to), offer.currency, offer.category) for offer in found.offers] == [
        ("REWE", "2025-11-10", "2025-11-15", "EUR", "dairy")
    ] * 3
    assert result.votes["retailer"] == {"REWE": 1.5}
    assert result.votes["validity"] == {"2025-11-10/2025-11-15": 1.0}


def test_nothing_on_the_pages_says_nothing(tmp_path):
    found = BrochurePipeline().extract(source(shop(tmp_path, [MILK]), "application/pdf"), None, tools(tmp_path)).extraction
    assert isinstance(found, BrochureExtraction)
    [offer] = found.offers
    assert (offer.retailer, offer.valid_from, offer.valid_to, offer.currency, offer.multibuy, offer.crop_uri) == (None,) * 6


SEEN = [
    line("Frische Vollmilch von der Weide", 0.1, 0.1, 0.4, 0.114),
    line("je 1 Liter", 0.1, 0.116, 0.3, 0.13),
    line("119", 0.1, 0.15, 0.2, 0.2),
]


def photo(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (500, 705), "white").save(path)
    return source(path, "image/png")


def test_a_picture_of_each_offer_the_same_at_every_reading(tmp_path):
    archives = []
    for turn in ("first", "second"):
        (tmp_path / turn).mkdir()
        used = tools(tmp_path / turn, ocr=ScriptedOcr(*SEEN))
        found = BrochurePipeline(ReadingOptions(crops="drawn")).extract(photo(tmp_path), PartSpec(part_no=7, spec={"pages": [1, 1]}), used).extraction
        assert isinstance(found, BrochureExtraction)
        assert [offer.crop_uri for offer in found.offers] == [f"/documents/{found.document_id}/crops/7-1"]
        archives.append((tmp_path / turn / CROPS).read_bytes())
    assert archives[0] == archives[1]


def test_no_pictures_unless_asked_for_and_none_where_no_page_is_drawn(tmp_path):
    BrochurePipeline().extract(photo(tmp_path), None, tools(tmp_path, ocr=ScriptedOcr(*SEEN)))
    BrochurePipeline(ReadingOptions(crops="drawn")).extract(source(flyer(tmp_path, 1), "application/pdf"), None, tools(tmp_path))
    assert not (tmp_path / CROPS).exists()
    found = BrochurePipeline(ReadingOptions(crops="all")).extract(source(flyer(tmp_path, 1), "application/pdf"), None, tools(tmp_path)).extraction
    assert isinstance(found, BrochureExtraction)
    assert found.offers[0].crop_uri == f"/documents/{found.document_id}/crops/1-1"
    assert (tmp_path / CROPS).exists()


def test_codes_on_a_page_are_objects_and_the_one_on_an_offer_is_its_barcode(tmp_path):
    def code(value, x, y, label="EAN-13"):
        corners = ((x, y), (x + 0.05, y), (x + 0.05, y + 0.02), (x, y + 0.02))
        return Detection(kind="barcode", label=label, value=value, polygon=corners, confidence=1, adapter="scripted/1/script")

    vision = ScriptedVision(code("4006381333931", 0.12, 0.12), code("https://moolane.example", 0.15, 0.16, "QR"), code("96385074", 0.7, 0.8))
    found = BrochurePipeline().extract(photo(tmp_path), None, tools(tmp_path, ocr=ScriptedOcr(*SEEN), vision=vision)).extraction
    assert isinstance(found, BrochureExtraction)
    assert [(seen.object_no, seen.label, seen.value) for seen in found.objects] == [
        (1, "EAN-13", "4006381333931"),
        (2, "QR", "https://moolane.example"),
        (3, "EAN-13", "96385074"),
    ]
    assert [offer.barcode for offer in found.offers] == ["4006381333931"]


def test_a_drawn_code_reaches_its_offer(tmp_path):
    """Through the real reader of codes, from a composed page."""
    path = tmp_path / "a.png"
    path.write_bytes(drawn.barcode_page().encoded)
    lines = [
        line("Frische Vollmilch von der Weide", 0.3, 0.46, 0.6, 0.474),
        line("je 1 Liter", 0.3, 0.476, 0.5, 0.49),
        line("119", 0.3, 0.61, 0.4, 0.66),
    ]
    used = tools(tmp_path, ocr=ScriptedOcr(*lines), vision=ZxingBarcodes(ZxingBarcodes.Options()))
    found = BrochurePipeline().extract(source(path, "image/png"), None, used).extraction
    assert isinstance(found, BrochureExtraction)
    assert [seen.value for seen in found.objects] == [drawn.EAN]
    assert [offer.barcode for offer in found.offers] == [drawn.EAN]
