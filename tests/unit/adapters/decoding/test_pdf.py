from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from adapters.decoding.images import LONG_SIDE_PX
from adapters.decoding.pages import open_pages
from samples.generator.photo import Conditions, photograph
from schemas.errors import Empty, Encrypted, Malformed, TooLarge, Truncated
from schemas.settings import Limits
from tests.brochure_pages import drawn_page

WIDE, HIGH = 400, 600


def pdf(tmp_path, *draws, **options):
    path = tmp_path / "a.pdf"
    sheet = canvas.Canvas(str(path), pagesize=(WIDE, HIGH), invariant=1, **options)
    for draw in draws:
        draw(sheet)
        sheet.showPage()
    sheet.save()
    return path


def opened(path, limits=Limits()):  # noqa: B008
    return open_pages(path, "application/pdf", limits)


def layer(tmp_path, draw):
    with opened(pdf(tmp_path, draw)) as file:
        return file.text_layer(1)


def price_tag(sheet):
    sheet.setFont("Helvetica", 10)
    sheet.drawString(50, 500, "Natural yogurt 4 x 125 g")
    sheet.setFillColorRGB(1, 0, 0)
    sheet.setFont("Helvetica-Bold", 40)
    sheet.drawString(50, 440, "1.")
    sheet.setFont("Helvetica-Bold", 20)
    sheet.drawString(84, 452, "49")


def test_lines_have_places_sizes_and_colours(tmp_path):
    page = layer(tmp_path, price_tag)
    assert (page.width_px, page.height_px, page.text_source) == (WIDE, HIGH, "text-layer")
    assert page.adapter.startswith("pypdfium2/")
    name, whole, cents = page.lines
    assert (name.text, whole.text, cents.text) == ("Natural yogurt 4 x 125 g", "1.", "49")
    assert (name.colour, whole.colour) == ("#000000", "#ff0000")
    assert name.font_size == pytest.approx(10 / HIGH)
    assert whole.font_size == pytest.approx(40 / HIGH)
    assert name.box.x0 == pytest.approx(50 / WIDE, abs=0.01)
    assert name.box.y1 == pytest.approx((HIGH - 500) / HIGH, abs=0.01)


def test_columns_on_one_baseline_are_lines_of_their_own(tmp_path):
    def draw(sheet):
        sheet.drawString(50, 500, "Apples")
        sheet.drawString(250, 500, "Pears")

    assert [line.text for line in layer(tmp_path, draw).lines] == ["Apples", "Pears"]


def test_bold_words_stay_in_their_sentence_with_their_spaces(tmp_path):
    def draw(sheet):
        text = sheet.beginText(50, 500)
        for font, words in (("Helvetica", "Fresh "), ("Helvetica-Bold", "mountain"), ("Helvetica", " milk from here")):
            text.setFont(font, 10)
            text.textOut(words)
        sheet.drawText(text)

    assert [line.text for line in layer(tmp_path, draw).lines] == ["Fresh mountain milk from here"]


def test_hyphens_at_line_ends_are_hyphens(tmp_path):
    def draw(sheet):
        sheet.drawString(50, 500, "Gourmet-")
        sheet.drawString(50, 486, "Pflaumen")

    assert [line.text for line in layer(tmp_path, draw).lines] == ["Gourmet-", "Pflaumen"]


def test_turned_text_keeps_its_reading_direction(tmp_path):
    def draw(sheet):
        sheet.drawString(50, 500, "upright text here")
        sheet.translate(300, 100)
        sheet.rotate(90)
        sheet.drawString(0, 0, "upwards")

    (x0, y0), (x1, y1), _, _ = next(line.polygon for line in layer(tmp_path, draw).lines if line.text == "upwards")
    assert x0 == pytest.approx(x1)
    assert y0 > y1


@pytest.mark.parametrize(("turn", "x", "y"), [(0, 0.125, 0.417), (90, 0.875, 0.083), (180, 0.875, 0.583), (270, 0.125, 0.917)])
def test_turned_pages_are_seen_as_shown(tmp_path, turn, x, y):
    def draw(sheet):
        sheet.setPageRotation(turn)
        sheet.drawString(50, 350, "A line of text")  # reportlab lays a turned page's sheet across: 600 by 400 points

    page = layer(tmp_path, draw)
    (x0, y0), (x1, y1), _, _ = page.lines[0].polygon
    assert (x0, y0) == (pytest.approx(x, abs=0.04), pytest.approx(y, abs=0.04))
    assert {0: x1 > x0, 90: y1 > y0, 180: x1 < x0, 270: y1 < y0}[turn]
    assert (page.width_px, page.height_px) == (WIDE, HIGH)


@pytest.mark.parametrize(
    "draw",
    [
        lambda sheet: sheet.rect(50, 50, 100, 100),
        lambda sheet: sheet.drawString(50, 20, "7"),
        lambda sheet: sheet.drawString(WIDE + 100, 500, "printer's marks beside the sheet"),
    ],
    ids=["no text", "a page number", "off the page"],
)
def test_pages_without_a_usable_text_layer_have_none(tmp_path, draw):
    assert layer(tmp_path, draw) is None


def test_pages_are_drawn_at_the_size_engines_want(tmp_path):
    with opened(pdf(tmp_path, price_tag)) as file:
        image = file.image(1)
    assert (image.height_px, image.width_px) == (LONG_SIDE_PX, pytest.approx(LONG_SIDE_PX * WIDE / HIGH, abs=2))
    page = Image.open(BytesIO(image.encoded))
    assert page.format == "JPEG"
    assert page.convert("RGB").crop((150, 250, 350, 550)).getcolors(2**24) is not None
    assert min(page.convert("L").crop((150, 250, 450, 550)).getextrema()) < 120


def test_the_same_page_is_drawn_the_same_twice(tmp_path):
    with opened(pdf(tmp_path, price_tag)) as file:
        assert file.image(1) == file.image(1)


def test_pages_and_pixels_are_capped(tmp_path):
    path = pdf(tmp_path, price_tag, price_tag, price_tag)
    with pytest.raises(TooLarge, match="TAMIZ_LIMITS__PAGES"):
        opened(path, Limits(pages=2))
    with opened(path, Limits(pages=3, image_pixels=1000)) as file, pytest.raises(TooLarge, match="TAMIZ_LIMITS__IMAGE_PIXELS"):
        file.image(1)


def test_a_password_is_named_and_an_empty_one_is_tried(tmp_path):
    with pytest.raises(Encrypted, match="password"):
        opened(pdf(tmp_path, price_tag, encrypt=StandardEncryption("secret", ownerPassword="owner")))
    with opened(pdf(tmp_path, price_tag, encrypt=StandardEncryption("", ownerPassword="owner"))) as file:
        assert file.text_layer(1) is not None


def test_broken_files(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"")
    with pytest.raises(Empty):
        opened(path)
    path.write_bytes(b"%PDF-1.7\nnothing that could be a page\n%%EOF\n")
    with pytest.raises(Malformed):
        opened(path)
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog")
    with pytest.raises(Truncated, match="send the whole file"):
        opened(path)


def test_a_photograph_in_a_pdf_is_laid_flat(tmp_path):
    taken = Image.open(BytesIO(photograph(drawn_page(), 4, Conditions(turn=7, tilt=0.05, fill=0.8)).jpeg))

    def photo(sheet):
        sheet.drawInlineImage(taken, 0, 0, WIDE, HIGH)

    with opened(pdf(tmp_path, photo)) as file:
        assert file.text_layer(1) is None
        assert file.image(1).straightened is not None


def test_a_page_with_a_text_layer_is_never_laid_flat(tmp_path, monkeypatch):
    monkeypatch.setattr("adapters.decoding.straighten.sheet_on", lambda image: ((0.1, 0.1), (0.9, 0.12), (0.9, 0.9), (0.1, 0.9)))
    with opened(pdf(tmp_path, price_tag, lambda sheet: None)) as file:
        assert file.text_layer(1) is not None
        assert file.image(1).straightened is None
        assert file.image(2).straightened is not None


def test_a_page_that_does_not_exist_is_malformed_and_closing_twice_is_fine(tmp_path):
    file = opened(pdf(tmp_path, price_tag))
    with pytest.raises(Malformed):
        file.image(2)
    file.close()
    file.close()
