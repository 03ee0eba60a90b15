from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFont

from adapters.decoding.ink import inked
from adapters.imaging import PageImage
from schemas.pages import Line, Page
from tests.pagetools import line

WIDE, HIGH = 600, 800


def sheet(*texts, ground="white", paper="white"):
    """An image of lines drawn as (text, x, y, height, colour, stroke, struck), and the page that an engine would have read from it."""
    image = Image.new("RGB", (WIDE, HIGH), paper)
    pen = ImageDraw.Draw(image)
    lines = []
    for text, x, y, height, colour, stroke, struck in texts:
        font = ImageFont.load_default(height)
        left, top, right, bottom = pen.textbbox((x, y), text, font=font, stroke_width=stroke)
        pen.rectangle((left - 12, top - 8, right + 12, bottom + 8), fill=ground)
        pen.text((x, y), text, font=font, fill=colour, stroke_width=stroke, stroke_fill=colour)
        if struck:
            middle = (top + bottom) / 2
            pen.line((left - 2, middle, right + 2, middle), fill=colour, width=max(2, height // 12))
        lines.append(line(text, (left - 2) / WIDE, (top - 3) / HIGH, (right + 2) / WIDE, (bottom + 3) / HIGH))
    return image, Page(width_px=WIDE, height_px=HIGH, lines=tuple(lines), adapter="scripted/1/script")


def encoded(image, form="PNG"):
    out = io.BytesIO()
    image.save(out, form)
    return PageImage(encoded=out.getvalue(), width_px=image.width, height_px=image.height)


def look(*texts, **colours):
    image, page = sheet(*texts, **colours)
    return inked(page, encoded(image)).lines


def channels(code):
    return tuple(int(code[start : start + 2], 16) for start in (1, 3, 5))


def plain(text, *, height=40, colour="black", stroke=0, struck=False, y=100):
    return text, 60, y, height, colour, stroke, struck


@pytest.mark.parametrize("height", [22, 40, 70])
def test_bold_type_is_heavier_than_book(height):
    book, bold = look(plain("Naturjoghurt", height=height), plain("Naturjoghurt", height=height, stroke=max(1, height // 20), y=400))
    assert book.weight is not None
    assert bold.weight is not None
    assert 100 <= book.weight < 1.25 * book.weight < bold.weight <= 900


def test_weight_is_by_the_height_of_the_type():
    small, large = look(plain("Naturjoghurt", height=28), plain("Naturjoghurt", height=56, y=400))
    assert small.weight == pytest.approx(large.weight, rel=0.3)


@pytest.mark.parametrize(
    ("ink", "ground"), [((0, 0, 0), (255, 255, 255)), ((255, 255, 255), (0, 0, 0)), ((200, 20, 30), (250, 220, 0)), ((255, 255, 255), (10, 90, 160))]
)
def test_colours_of_ink_and_ground(ink, ground):
    (seen,) = look(plain("BUTTER 250", colour=ink, stroke=1), ground=ground)
    assert channels(seen.colour) == pytest.approx(ink, abs=40)
    assert channels(seen.background) == pytest.approx(ground, abs=40)


def test_light_on_dark_is_as_heavy_as_dark_on_light():
    (dark,) = look(plain("Naturjoghurt"))
    (light,) = look(plain("Naturjoghurt", colour="white"), ground="black")
    assert light.weight == pytest.approx(dark.weight, rel=0.2)


@pytest.mark.parametrize("text", ["2.99", "1.49", "12.99", "0.88", "7.77"])
def test_struck_prices_and_those_that_are_not(text):
    struck, open_ = look(plain(text, struck=True), plain(text, y=400))
    assert (struck.struck, open_.struck) == (True, False)


def test_a_light_price_struck_out_on_a_dark_ground():
    struck, open_ = look(plain("2.99", colour="white", struck=True), plain("2.99", colour="white", y=400), ground=(150, 0, 20))
    assert (struck.struck, open_.struck) == (True, False)


def test_words_are_not_struck_by_their_own_strokes():
    found = look(*(plain(text, y=60 + 70 * row) for row, text in enumerate(["EFFEKT", "HEFETEIG", "Milch", "TTTT", "minimum"])))
    assert [one.struck for one in found] == [False] * 5


def test_a_box_too_small_to_tell_stays_as_it_was():
    image, page = sheet(plain("Butter"))
    tiny = line("x", 0.1, 0.1, 0.1 + 2 / WIDE, 0.1 + 2 / HIGH)
    seen = inked(page.model_copy(update={"lines": (tiny, *page.lines)}), encoded(image)).lines
    assert seen[0] == tiny
    assert seen[1].weight is not None


PLACES = ((0.0, 0.0, 0.0, 0.0), (0.9, 0.9, 1.0, 1.0), (-1.0, -1.0, -0.5, -0.5), (2.0, 2.0, 3.0, 3.0), (-1.0, -1.0, 2.0, 2.0))


@pytest.mark.parametrize("place", PLACES)
def test_boxes_anywhere_are_no_trouble(place):
    image, page = sheet(plain("Butter"))
    (seen,) = inked(page.model_copy(update={"lines": (line("x", *place),)}), encoded(image)).lines
    assert isinstance(seen, Line)
    assert seen.weight is None or 100 <= seen.weight <= 900


def test_blank_paper_has_no_print():
    page = Page(width_px=WIDE, height_px=HIGH, lines=(line("x", 0.1, 0.1, 0.5, 0.2),), adapter="a/1/b")
    (seen,) = inked(page, encoded(Image.new("RGB", (WIDE, HIGH), "white"))).lines
    assert (seen.weight, seen.struck) == (None, None)


def test_text_places_and_confidence_are_as_the_engine_said():
    image, page = sheet(plain("Butter"), plain("2.99", y=300))
    for before, after in zip(page.lines, inked(page, encoded(image)).lines, strict=True):
        assert (after.text, after.polygon, after.confidence) == (before.text, before.polygon, before.confidence)


def test_an_image_that_cannot_be_decoded_leaves_the_page_as_it_was():
    _, page = sheet(plain("Butter"))
    assert inked(page, PageImage(encoded=b"no image", width_px=WIDE, height_px=HIGH)) == page


def test_jpeg_is_seen_like_png():
    image, page = sheet(plain("2.99", struck=True, colour=(200, 20, 30)))
    png, jpeg = inked(page, encoded(image)).lines[0], inked(page, encoded(image, "JPEG")).lines[0]
    assert (png.struck, jpeg.struck) == (True, True)
    assert channels(jpeg.colour) == pytest.approx(channels(png.colour), abs=40)


def test_edges_of_panels_come_with_the_print():
    image, page = sheet(plain("Butter"))
    ImageDraw.Draw(image).rectangle((40, 400, 560, 700), fill=(250, 220, 0))
    assert inked(page, encoded(image)).rules
