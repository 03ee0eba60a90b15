from __future__ import annotations

import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from schemas.errors import AdapterDisabled, Malformed, QuotaExceeded
from schemas.ledger import PartSpec
from schemas.pages import Detection, Page, Straightening
from tests.pagetools import FailingOcr, ScriptedOcr, ScriptedVision, line, source, tools
from workers.pages.reading import Reading, ReadingOptions, ReadPage, pages_of, plan_pages, read_pages
from workers.pages.rows import line_rows, mean_confidence, object_rows, page_rows

CODE = Detection(kind="barcode", label="EAN-13", value="4006381333931", polygon=((0.1, 0.1), (0.2, 0.1), (0.2, 0.2), (0.1, 0.2)), confidence=1)


def pdf(tmp_path, *texts):
    path = tmp_path / "a.pdf"
    sheet = canvas.Canvas(str(path), pagesize=(200, 300))
    for text in texts:
        sheet.drawString(20, 200, text)
        sheet.showPage()
    sheet.save()
    return source(path, "application/pdf")


def photo(tmp_path):
    path = tmp_path / "a.jpg"
    Image.new("RGB", (60, 80), "white").save(path)
    return source(path, "image/jpeg")


def names(used):
    return [row.step for row in used.steps.rows]


def test_a_text_layer_is_read_without_any_engine(tmp_path):
    used = tools(tmp_path, vision=ScriptedVision(CODE))
    reading = read_pages(pdf(tmp_path, "A page of text", "Another page"), None, used)
    assert [read.page.lines[0].text for read in reading.pages] == ["A page of text", "Another page"]
    assert [read.page_no for read in reading.pages] == [1, 2]
    assert names(used) == ["read", "read"]
    assert used.vision.asked == 0


def test_codes_on_text_pages_are_looked_for_when_asked(tmp_path):
    used = tools(tmp_path, vision=ScriptedVision(CODE))
    reading = read_pages(pdf(tmp_path, "A page of text"), None, used, ReadingOptions(codes_on_text_pages=True))
    assert reading.pages[0].detections == (CODE,)
    assert names(used) == ["read", "render", "vision"]


def test_a_page_without_text_goes_to_the_engine(tmp_path):
    used = tools(tmp_path, ocr=ScriptedOcr(line("Milch", 0.1, 0.1, 0.3, 0.12)), vision=ScriptedVision(CODE))
    reading = read_pages(photo(tmp_path), None, used)
    assert [found.text for found in reading.pages[0].page.lines] == ["Milch"]
    assert reading.pages[0].detections == (CODE,)
    assert [(row.step, row.adapter) for row in used.steps.rows if row.adapter] == [("ocr", "scripted/1/script"), ("vision", "scripted/1/script")]


def test_mixed_pages_use_the_engine_only_where_they_must(tmp_path):
    used = tools(tmp_path, ocr=ScriptedOcr())
    read_pages(pdf(tmp_path, "A page of text", "", "More of the text"), None, used)
    assert used.ocr.asked == 1


def test_without_an_engine_a_scan_is_a_named_failure(tmp_path):
    with pytest.raises(AdapterDisabled):
        read_pages(photo(tmp_path), None, tools(tmp_path))


def test_a_bad_page_is_a_problem_and_a_bad_file_a_failure(tmp_path):
    bad = FailingOcr(Malformed("this page is broken"))
    reading = read_pages(pdf(tmp_path, "A page of text", "", "More of the text"), [2, 3], tools(tmp_path, ocr=bad))
    assert [(problem.code, problem.item_no) for problem in reading.problems] == [("malformed", 1)]
    assert [read.page_no for read in reading.pages] == [3]
    assert reading.asked == 2
    with pytest.raises(Malformed):
        read_pages(photo(tmp_path), None, tools(tmp_path, ocr=bad))


def test_a_part_of_bad_pages_leaves_the_other_parts_alone(tmp_path):
    bad = FailingOcr(Malformed("this page is broken"))
    reading = read_pages(pdf(tmp_path, "A page of text", "", ""), range(2, 4), tools(tmp_path, ocr=bad))
    assert ([problem.item_no for problem in reading.problems], reading.pages, reading.asked) == ([1, 2], (), 2)


def test_what_the_engine_lacks_is_no_page_s_fault(tmp_path):
    with pytest.raises(QuotaExceeded):
        read_pages(pdf(tmp_path, "A page of text", ""), None, tools(tmp_path, ocr=FailingOcr(QuotaExceeded("come back tomorrow"))))


@pytest.mark.parametrize(
    ("count", "parts"),
    [(1, []), (8, []), (9, [[1, 4], [5, 8], [9, 9]]), (12, [[1, 4], [5, 8], [9, 12]])],
)
def test_large_documents_are_split(count, parts):
    planned = plan_pages(count, whole_up_to=8, part_pages=4)
    assert [part.spec["pages"] for part in planned] == parts
    assert [part.part_no for part in planned] == list(range(1, len(parts) + 1))


def test_the_pages_of_a_part():
    assert list(pages_of(PartSpec(part_no=2, spec={"pages": [5, 8]}))) == [5, 6, 7, 8]
    assert pages_of(None) is None


def test_rows_count_from_one_within_the_part(tmp_path):
    engine = ScriptedOcr(line("Milch", 0.1, 0.1, 0.3, 0.12, 0.5), line("Käse", 0.1, 0.2, 0.3, 0.22, 1.0))
    used = tools(tmp_path, ocr=engine, vision=ScriptedVision(CODE))
    reading = read_pages(pdf(tmp_path, "", "", ""), [2, 3], used)
    assert [(row.page_no, row.text) for row in page_rows(reading, 2)] == [(1, "Milch\nKäse"), (2, "Milch\nKäse")]
    assert [(row.line_no, row.page_no, row.text) for row in line_rows(reading, 2)] == [
        (1, 1, "Milch"),
        (2, 1, "Käse"),
        (3, 2, "Milch"),
        (4, 2, "Käse"),
    ]
    assert [(row.object_no, row.page_no, row.value, row.x1) for row in object_rows(reading, 2)] == [
        (1, 1, "4006381333931", 0.2),
        (2, 2, "4006381333931", 0.2),
    ]


def test_rows_of_a_straightened_page_stand_where_it_was_sent():
    lay = Straightening(to_sent=(0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1), width_px=3000, height_px=4000)
    seen = Page(width_px=1400, height_px=2000, lines=(line("Milch", 0.2, 0.4, 0.6, 0.5),), adapter="scripted/1/script", straightened=lay)
    reading = Reading(pages=(ReadPage(1, seen, (CODE,)),), problems=(), asked=1)
    (sheet,), (written,), (code,) = page_rows(reading), line_rows(reading), object_rows(reading)
    assert (sheet.width_px, sheet.height_px, sheet.x0, sheet.x1) == (3000, 4000, 0, 1)
    assert (written.x0, written.y0, written.x1, written.y1) == pytest.approx((0.35, 0.45, 0.55, 0.5))
    assert (code.x0, code.y0, code.x1, code.y1) == pytest.approx((0.3, 0.3, 0.35, 0.35))


def test_confidence_of_a_page_is_weighted_by_its_letters():
    assert mean_confidence([line("aaa", 0, 0, 1, 1, 1.0), line("b", 0, 0, 1, 1, 0.2)]) == pytest.approx(0.8)
    assert mean_confidence([]) == 1.0
