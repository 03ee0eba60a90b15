"""Lines through text, and what lies under it, on drawn pages."""

from __future__ import annotations

import math

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from tests.unit.adapters.decoding.test_pdf import layer

SIZE, X, Y = 20, 100, 400
PRICE = "4.99"
WIDE = stringWidth(PRICE, "Helvetica", SIZE)


def with_price(*marks, text=PRICE):
    def draw(sheet):
        sheet.setFont("Helvetica", 10)
        sheet.drawString(X, 500, "Natural yogurt 4 x 125 g")
        sheet.setFont("Helvetica", SIZE)
        sheet.drawString(X, Y, text)
        for mark in marks:
            mark(sheet)

    return draw


def struck(tmp_path, draw):
    return [line.text for line in layer(tmp_path, draw).lines if line.struck]


def line(x0, y0, x1, y1, width=1.0):
    def draw(sheet):
        sheet.setLineWidth(width)
        sheet.line(X + x0, Y + y0, X + x1, Y + y1)

    return draw


def polygon(*points):
    def draw(sheet):
        path = sheet.beginPath()
        path.moveTo(X + points[0][0], Y + points[0][1])
        for x, y in points[1:]:
            path.lineTo(X + x, Y + y)
        path.close()
        sheet.drawPath(path, stroke=0, fill=1)

    return draw


def swoosh(sheet):
    path = sheet.beginPath()
    path.moveTo(X - 4, Y + 3)
    path.curveTo(X + 10, Y + 4, X + 30, Y + 10, X + WIDE + 4, Y + 11)
    sheet.drawPath(path, stroke=1, fill=0)


def placed(sheet):
    """The line inside a form that is placed and scaled."""
    sheet.beginForm("strike", lowerx=-100, lowery=-100, upperx=200, uppery=200)
    sheet.line(0, 0, WIDE / 2, 0)
    sheet.endForm()
    sheet.translate(X, Y + 7)
    sheet.scale(2, 2)
    sheet.doForm("strike")


@pytest.mark.parametrize(
    "mark",
    [
        line(-1, 6, WIDE + 1, 6),
        line(0, 8, WIDE, 8, 2.5),
        line(-3, 0, WIDE + 3, 13),
        line(-3, 13, WIDE + 3, 0),
        line(2, -6, WIDE - 2, 20),
        polygon((-1, 6), (WIDE + 1, 6), (WIDE + 1, 7.4), (-1, 7.4)),
        polygon((-2, 0), (WIDE, 12), (WIDE, 13.5), (-2, 1.5)),
        swoosh,
        placed,
    ],
    ids=["level", "thick", "rising", "falling", "steep", "bar", "slanted bar", "curve", "in a form"],
)
def test_lines_through_text(tmp_path, mark):
    assert struck(tmp_path, with_price(mark)) == [PRICE]


@pytest.mark.parametrize(
    "mark",
    [
        line(0, -2, WIDE, -2),
        line(0, -0.5, WIDE, -0.5),
        line(0, 16, WIDE, 16),
        line(-90, 7, 250, 7),
        line(-90, -120, 250, 140),
        line(WIDE / 2, -10, WIDE / 2, 30),
        line(WIDE + 3, 7, WIDE + 40, 7),
        polygon((-5, -5), (WIDE + 5, -5), (WIDE + 5, 20), (-5, 20)),
        polygon((-5, 2), (WIDE + 5, 2), (WIDE + 5, 12), (-5, 12)),
        lambda sheet: sheet.rect(X - 4, Y - 5, WIDE + 8, 24),
        lambda sheet: None,
    ],
    ids=["underline", "tight underline", "overline", "table rule", "page diagonal", "upright", "beside", "box", "highlight", "frame", "none"],
)
def test_lines_that_strike_nothing_out(tmp_path, mark):
    assert struck(tmp_path, with_price(mark)) == []


def test_words_struck_within_a_line_stand_alone(tmp_path):
    before = stringWidth("instead of ", "Helvetica", SIZE)
    page = layer(tmp_path, with_price(line(before, 7, before + WIDE, 7), text="instead of 4.99 now 2.99"))
    assert [(found.text, found.struck) for found in page.lines[1:]] == [("instead of", False), ("4.99", True), ("now 2.99", False)]


def test_turned_text_is_struck_along_its_own_direction(tmp_path):
    def draw(sheet):
        sheet.drawString(50, 500, "upright text here")
        sheet.setFont("Helvetica", SIZE)
        for angle, strike in ((90, True), (90, False), (20, True), (20, False)):
            sheet.saveState()
            sheet.translate(120 + 100 * strike, 150 + angle)
            sheet.rotate(angle)
            sheet.drawString(0, 0, f"{angle}.{strike:d}9")
            if strike:
                sheet.line(0, 7, WIDE, 7)
            else:
                sheet.line(0, -2, WIDE, -2)
            sheet.restoreState()

    assert sorted(struck(tmp_path, draw)) == ["20.19", "90.19"]


def test_slanted_text_has_a_slanted_box(tmp_path):
    def draw(sheet):
        sheet.drawString(50, 500, "upright text here")
        sheet.setFont("Helvetica", SIZE)
        sheet.translate(100, 200)
        sheet.rotate(20)
        sheet.drawString(0, 0, "slanted")

    found = next(line for line in layer(tmp_path, draw).lines if line.text == "slanted")
    (x0, y0), (x1, y1), _, _ = found.polygon
    across, down = (x1 - x0) * 400, (y1 - y0) * 600
    assert math.degrees(math.atan2(-down, across)) == pytest.approx(20, abs=1)
    assert math.hypot(across, down) == pytest.approx(stringWidth("slanted", "Helvetica", SIZE), rel=0.1)


def test_the_colour_behind_text(tmp_path):
    def draw(sheet):
        sheet.setFillColorRGB(1, 1, 0)
        sheet.rect(0, 300, 400, 300, stroke=0, fill=1)
        sheet.setFillColorRGB(0, 0, 1)
        sheet.circle(100, 400, 60, stroke=0, fill=1)
        for x, y, text in ((80, 400, "disc"), (48, 449, "corner"), (300, 500, "yellow"), (80, 200, "paper"), (80, 100, "later")):
            sheet.setFillColorRGB(1, 0, 0)
            sheet.drawString(x, y, text)
        sheet.setFillColorRGB(0, 1, 0, alpha=0.2)
        sheet.rect(70, 90, 60, 30, stroke=0, fill=1)

    found = {line.text: line.background for line in layer(tmp_path, draw).lines}
    assert found == {"disc": "#0000ff", "corner": "#ffff00", "yellow": "#ffff00", "paper": "#ffffff", "later": "#ffffff"}


def test_tints_mix_with_what_is_beneath(tmp_path):
    def draw(sheet):
        sheet.setFillColorRGB(1, 0, 0, alpha=0.5)
        sheet.rect(50, 390, 200, 40, stroke=0, fill=1)
        sheet.setFillColorRGB(0, 0, 0, alpha=1)
        sheet.drawString(80, 400, "on a tint of red")

    assert layer(tmp_path, draw).lines[0].background in {"#ff7f7f", "#ff8080"}


def test_weights_are_the_fonts(tmp_path):
    def draw(sheet):
        for number, font in enumerate(("Helvetica", "Helvetica-Bold", "Times-BoldItalic")):
            sheet.setFont(font, 12)
            sheet.drawString(50, 500 - 30 * number, f"set in {font}")
        outlined = sheet.beginText(50, 300)
        outlined.setFont("Helvetica", 12)
        outlined.setTextRenderMode(2)
        outlined.textOut("drawn twice")
        sheet.drawText(outlined)

    assert [line.weight for line in layer(tmp_path, draw).lines] == [400, 700, 700, 700]
