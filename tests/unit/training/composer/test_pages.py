"""Whole pages: what the labels say is what the PDF's own text layer says, where they say it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from training.composer.fonts import FontBook
from training.composer.pages import ComposedPage, compose
from training.composer.sheet import Rect
from training.composer.styles import styles
from training.composer.words import LANGUAGES

FONTS = FontBook({})
CASES = [(style, LANGUAGES[(place + turn) % 6], turn) for place, style in enumerate(styles()) for turn in range(3)]


def composed(style: object, code: str, seed: int, offers: int | None = None) -> ComposedPage:
    return compose(style, code, FONTS, Random(f"{code}/{seed}"), offers)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0].name}-{case[1]}-{case[2]}")
def page(request: pytest.FixtureRequest) -> ComposedPage:
    return composed(*request.param)


def objects(page: ComposedPage) -> Iterator[tuple[str, Rect]]:
    """Every text object of the PDF with its box in points from the top left; PDFium calls a hyphen at a line's end U+0002."""
    with pypdfium2.PdfDocument(page.pdf) as document:
        sheet = document[0]
        layer = sheet.get_textpage()
        for found in sheet.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], textpage=layer):
            left, bottom, right, top = found.get_bounds()
            yield found.extract().strip().replace("\x02", "-"), Rect(left, page.height - top, right, page.height - bottom)


def inside(inner: Rect, outer: Rect) -> bool:
    slack = 2.0 + 0.2 * inner.height  # PDFium draws another euro sign for fonts that are not embedded, up to a fifth wider
    return outer.x0 - slack <= inner.x0 and inner.x1 <= outer.x1 + slack and outer.y0 - slack <= inner.y0 and inner.y1 <= outer.y1 + slack


def test_names_and_prices_stand_in_the_text_layer_inside_their_boxes(page: ComposedPage) -> None:
    written = list(objects(page))
    for label in page.labels:
        texts = [text for text, box in written if inside(box, label.box)]
        whole = " ".join(texts)
        for line in (*label.brand_lines, *label.name_lines):
            assert line in whole
        prices = [text for text, box in written if inside(box, label.price_box)]
        for piece in label.price_texts:
            assert piece in prices


def test_labels_join_brand_and_name_as_printed(page: ComposedPage) -> None:
    for label in page.labels:
        assert label.product_name.replace("-", "").replace(" ", "") == "".join((*label.brand_lines, *label.name_lines)).replace("-", "").replace(
            " ", ""
        )
        assert label.offer.name.replace("-", "").replace(" ", "").casefold() in label.product_name.replace("-", "").replace(" ", "").casefold()


def test_an_old_price_is_higher_and_stands_in_its_offers_box(page: ComposedPage) -> None:
    written = list(objects(page))
    for label in (label for label in page.labels if label.old_shown):
        assert label.offer.old is not None
        assert label.offer.old > label.offer.price
        digits = [text for text, box in written if inside(box, label.box)]
        assert any(f"{label.offer.old // 100}{mark}{label.offer.old % 100:02d}" in text for text in digits for mark in ".,") or label.offer.old < 100


def test_no_text_lies_on_another_or_off_the_page(page: ComposedPage) -> None:
    boxes = [(ink, ink.box.inset(ink.box.width * 0.12, ink.box.height * 0.15)) for ink in page.inks]
    for ink, box in boxes:
        assert inside(box, Rect(0, 0, page.width, page.height)), ink.text
    for (one, first), (other, second) in combinations(boxes, 2):
        smaller = min(first.width * first.height, second.width * second.height)
        assert first.overlap(second) <= 0.15 * smaller, (one.text, other.text)


def test_the_same_lots_draw_the_same_page_to_the_byte() -> None:
    style = styles()[3]
    assert composed(style, "es", 7).pdf == composed(style, "es", 7).pdf
    assert composed(style, "es", 7).pdf != composed(style, "es", 8).pdf


@pytest.mark.parametrize("code", LANGUAGES)
def test_pages_without_offers_have_none_but_do_have_text(code: str) -> None:
    for seed, style in enumerate(styles()[:4]):
        page = composed(style, code, seed, offers=0)
        assert page.labels == ()
        assert page.inks


@pytest.mark.parametrize("name", ["maxi-mini", "tabella"])
def test_a_page_of_150_offers_holds_150(name: str) -> None:
    style = next(style for style in styles() if style.name == name)
    page = composed(style, "en", 1, offers=150)
    assert len(page.labels) in {150, 151}  # one cell may sell two sizes
    assert len({label.product_name for label in page.labels}) >= 140


def test_styles_are_many_and_their_own() -> None:
    assert len(styles()) >= 12
    assert len({style.retailer for style in styles()}) == len(styles())
    assert len({(style.arrangements, style.layouts, style.mains) for style in styles()}) == len(styles())
