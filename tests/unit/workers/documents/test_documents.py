from __future__ import annotations

import codecs

import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from adapters.nlp.local import LocalLanguage
from schemas.documents import Kind
from schemas.errors import Empty, Malformed, TooLarge
from schemas.extractions import DocumentExtraction
from schemas.settings import Limits
from tests.pagetools import FailingOcr, ScriptedOcr, line, page, source, tools
from workers.documents.density import looks_like_brochure
from workers.documents.kinds import decide_kind
from workers.documents.pipeline import DocumentPipeline
from workers.documents.text import decode, read_text

FLYER = [
    *(line(f"Produkt Nummer {number}", 0.1, 0.1 * number, 0.3, 0.1 * number + 0.014) for number in range(1, 6)),
    *(line("199", 0.1, 0.1 * number + 0.03, 0.2, 0.1 * number + 0.07) for number in range(1, 6)),
]
LETTER = [
    line("We are writing to you about the delivery of last Monday and what came of it.", 0.1, y / 100, 0.9, y / 100 + 0.01) for y in range(10, 60, 2)
]


def written(tmp_path, raw):
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    "raw",
    [
        "Grüße, señor".encode(),
        codecs.BOM_UTF8 + "Grüße, señor".encode(),
        "Grüße, señor".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Grüße, señor".encode("utf-16-be"),
        "Grüße, señor".encode("utf-32"),
        "Grüße, señor".encode("cp1252"),
    ],
)
def test_texts_are_decoded_by_mark_then_utf8_then_windows(raw):
    assert decode(raw) == "Grüße, señor"


def test_bytes_windows_does_not_know_are_marked_not_dropped():
    assert decode(b"caf\xe9 \x81") == "café \ufffd"


def test_text_files_are_capped_and_never_empty(tmp_path):
    with pytest.raises(TooLarge, match="TAMIZ_LIMITS__TEXT_BYTES"):
        read_text(written(tmp_path, b"12345"), Limits(text_bytes=4))
    with pytest.raises(Empty):
        read_text(written(tmp_path, b""), Limits())
    with pytest.raises(Empty):
        read_text(written(tmp_path, b" \n\t"), Limits())
    with pytest.raises(Malformed):
        read_text(written(tmp_path, codecs.BOM_UTF16_LE + b"a"), Limits())


def test_a_text_file_is_one_page_without_places(tmp_path):
    pipeline, used = DocumentPipeline(), tools(tmp_path, nlp=LocalLanguage(LocalLanguage.Options()))
    note = source(written(tmp_path, b"Dear Ms Miller,\n\nplease write to jane@example.com before Monday.\n"), "text/plain")
    assert pipeline.plan(note, used) == ()
    found = pipeline.extract(note, None, used).extraction
    assert isinstance(found, DocumentExtraction)
    assert (found.kind, found.language, found.items) == (Kind.DOCUMENT, "en", 1)
    assert [(row.line_no, row.text) for row in found.lines] == [(1, "Dear Ms Miller,"), (3, "please write to jane@example.com before Monday.")]
    assert {(row.x0, row.y1) for row in (*found.lines, *found.pages)} == {(None, None)}
    (mail,) = [entity for entity in found.entities if entity.type == "EMAIL"]
    assert (mail.item_no, mail.text) == (1, "jane@example.com")
    assert found.pages[0].text[mail.char_start : mail.char_end] == "jane@example.com"


def test_a_pdf_has_its_entities_per_page(tmp_path):
    path = tmp_path / "a.pdf"
    sheet = canvas.Canvas(str(path), pagesize=(400, 600))
    for number in (1, 2):
        sheet.drawString(20, 500, f"Please write to desk{number}@example.com before Monday.")
        sheet.showPage()
    sheet.save()
    found = DocumentPipeline().extract(source(path, "application/pdf"), None, tools(tmp_path, nlp=LocalLanguage(LocalLanguage.Options()))).extraction
    assert isinstance(found, DocumentExtraction)
    assert [(row.item_no, row.text) for row in found.entities if row.type == "EMAIL"] == [(1, "desk1@example.com"), (2, "desk2@example.com")]


def test_without_a_language_engine_language_and_entities_stay_unknown(tmp_path):
    found = DocumentPipeline().extract(source(written(tmp_path, b"Hello there"), "text/plain"), None, tools(tmp_path)).extraction
    assert isinstance(found, DocumentExtraction)
    assert (found.language, found.entities) == (None, ())


def test_prices_make_a_brochure():
    assert looks_like_brochure([page(*FLYER)])
    assert not looks_like_brochure([page(*LETTER)])
    assert not looks_like_brochure([page(*LETTER, *LETTER, line("€ 1.49", 0.1, 0.8, 0.2, 0.84), line("€ 2.49", 0.3, 0.8, 0.4, 0.84))])
    assert not looks_like_brochure([page(*FLYER, line("Rechnung Nr. 7", 0.1, 0.9, 0.3, 0.92), line("Summe: 9,95", 0.1, 0.94, 0.3, 0.96))])
    assert not looks_like_brochure([page()])
    assert not looks_like_brochure([])


@pytest.mark.parametrize(("lines", "kind"), [(FLYER, Kind.BROCHURE), (LETTER, Kind.DOCUMENT)])
def test_the_first_page_decides_the_kind(tmp_path, lines, kind):
    path = tmp_path / "a.tiff"
    sheet = Image.new("L", (100, 141), 255)
    sheet.save(path, save_all=True, append_images=[sheet, sheet])
    engine = ScriptedOcr(*lines)
    assert decide_kind(source(path, "image/tiff"), tools(tmp_path, ocr=engine)) is kind
    assert engine.asked == 1


def test_text_and_unreadable_first_pages_are_documents(tmp_path):
    assert decide_kind(source(written(tmp_path, b"1.49 2.49 3.49"), "text/plain"), tools(tmp_path)) is Kind.DOCUMENT
    path = tmp_path / "a.png"
    Image.new("L", (100, 141), 255).save(path)
    assert decide_kind(source(path, "image/png"), tools(tmp_path, ocr=FailingOcr(Malformed("broken")))) is Kind.DOCUMENT
