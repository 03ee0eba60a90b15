"""The two-page brochure as a PDF with a text layer.

Bytes are the same for the same reportlab and zlib: `invariant` leaves out the time and derives the file's id from its content. The
standard Helvetica is used, not embedded, so that no font of this machine gets into the file.
"""

from __future__ import annotations

from io import BytesIO

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.eanbc import Ean13BarcodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from samples.generator import art
from samples.generator.catalogue import CHAIN, CLAIM, PAGE_ONE, PAGE_TWO, VALID_FROM, VALID_TO, Offer

Box = tuple[float, float, float, float]

WIDTH, HEIGHT = A4
MARGIN, GAP, FOOTER = 16.0, 7.0, 40.0
BLUE, RED, YELLOW, INK, GREY = (HexColor(code) for code in ("#0b4a8f", "#d8102c", "#ffd60a", "#1b2733", "#5a6773"))
PAPER, CARD_LINE = HexColor("#eaf4fb"), HexColor("#c3d6e6")
SMALL_PRINT = (
    "All prices in EUR including VAT. While stocks last, household quantities only. Pictures may differ from the product.",
    "MooCard prices with the free MooCard at the till. Deposit is added to the price and paid back. www.moolane.example",
)
REGULAR, BOLD, SLANTED = "Helvetica", "Helvetica-Bold", "Helvetica-BoldOblique"


def validity() -> str:
    """The printed validity, such as `Mon 23 November to Sat 28 November 2026`."""
    return f"{VALID_FROM:%a} {VALID_FROM.day} {VALID_FROM:%B} to {VALID_TO:%a} {VALID_TO.day} {VALID_TO:%B %Y}"


def brochure_pdf() -> bytes:
    """Both pages as a PDF file."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"{CHAIN}: offers {validity()}")
    canvas.setAuthor(CHAIN)
    _page(canvas, PAGE_ONE, 1)
    _page(canvas, PAGE_TWO, 2)
    canvas.save()
    return out.getvalue()


def _page(canvas: Canvas, offers: tuple[Offer, ...], number: int) -> None:
    canvas.setFillColor(PAPER)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    head = _cover_head(canvas) if number == 1 else _inner_head(canvas)
    for offer, box in zip(offers, _cells(len(offers), head), strict=True):
        _card(canvas, offer, box)
    _foot(canvas, number)
    canvas.showPage()


def _cells(count: int, head: float) -> list[Box]:
    """Boxes of a 3 x 3 grid under a head of `head` points; with eight offers the first takes two columns."""
    wide = (WIDTH - 2 * MARGIN - 2 * GAP) / 3
    high = (HEIGHT - head - FOOTER - 4 * GAP) / 3
    places = [(row, column) for row in range(3) for column in range(3)]
    boxes = [(MARGIN + c * (wide + GAP), HEIGHT - head - GAP - (r + 1) * high - r * GAP, wide, high) for r, c in places]
    if count == len(boxes) - 1:
        x, y, w, h = boxes[0]
        return [(x, y, 2 * w + GAP, h), *boxes[2:]]
    return boxes


def _logo(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A drop of milk over the chain's name."""
    canvas.setFillColor(white)
    drop = canvas.beginPath()
    drop.moveTo(x, y + size)
    drop.curveTo(x + size * 0.15, y + size * 0.6, x + size * 0.42, y + size * 0.45, x + size * 0.36, y + size * 0.15)
    drop.curveTo(x + size * 0.28, y - size * 0.14, x - size * 0.28, y - size * 0.14, x - size * 0.36, y + size * 0.15)
    drop.curveTo(x - size * 0.42, y + size * 0.45, x - size * 0.15, y + size * 0.6, x, y + size)
    canvas.drawPath(drop, stroke=0, fill=1)
    canvas.setFillColor(BLUE)
    for dx, dy, r in ((-0.14, 0.28, 0.1), (0.15, 0.14, 0.12), (-0.08, 0.02, 0.06)):
        canvas.circle(x + dx * size, y + dy * size, r * size, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont(SLANTED, size * 0.9)
    canvas.drawString(x + size * 0.55, y + size * 0.12, CHAIN)


def _cover_head(canvas: Canvas) -> float:
    head = 104.0
    canvas.setFillColor(BLUE)
    canvas.rect(0, HEIGHT - head, WIDTH, head, stroke=0, fill=1)
    _logo(canvas, 44, HEIGHT - 62, 44)
    canvas.setFillColor(white)
    canvas.setFont(REGULAR, 12)
    canvas.drawString(69, HEIGHT - 76, CLAIM)
    canvas.setFillColor(YELLOW)
    burst = canvas.beginPath()
    burst.moveTo(WIDTH - 285, HEIGHT - head + 26)
    for x, y in ((WIDTH - 270, HEIGHT - 14), (WIDTH - 14, HEIGHT - 14), (WIDTH - 26, HEIGHT - head + 26)):
        burst.lineTo(x, y)
    burst.close()
    canvas.drawPath(burst, stroke=0, fill=1)
    canvas.setFillColor(RED)
    canvas.setFont(SLANTED, 31)
    canvas.drawString(WIDTH - 264, HEIGHT - 49, "Fresh this week")
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 9.8)
    canvas.drawString(WIDTH - 266, HEIGHT - 69, f"Valid {validity()}")
    canvas.setFillColor(RED)
    canvas.rect(0, HEIGHT - head, WIDTH, 16, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont(BOLD, 9)
    canvas.drawString(MARGIN, HEIGHT - head + 4.5, "Harbour Street 12, Port Ellary")
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - head + 4.5, "Monday to Saturday 7 am to 9 pm")
    return head


def _inner_head(canvas: Canvas) -> float:
    head = 50.0
    canvas.setFillColor(BLUE)
    canvas.rect(0, HEIGHT - head, WIDTH, head, stroke=0, fill=1)
    _logo(canvas, 32, HEIGHT - 38, 26)
    canvas.setFillColor(YELLOW)
    canvas.setFont(SLANTED, 19)
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 25, "More from the cold shelf")
    canvas.setFillColor(white)
    canvas.setFont(REGULAR, 9.5)
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 40, f"Valid {validity()}")
    return head


def _foot(canvas: Canvas, number: int) -> None:
    canvas.setFillColor(GREY)
    canvas.setFont(REGULAR, 6.8)
    for line, text in enumerate(reversed(SMALL_PRINT)):
        canvas.drawString(MARGIN, 14 + 10 * line, text)
    canvas.setFont(BOLD, 9)
    canvas.drawRightString(WIDTH - MARGIN, 16, str(number))


def _card(canvas: Canvas, offer: Offer, box: Box) -> None:
    x, y, w, h = box
    canvas.setFillColor(white)
    canvas.setStrokeColor(CARD_LINE)
    canvas.setLineWidth(0.8)
    canvas.roundRect(x, y, w, h, 7, stroke=1, fill=1)
    hero = w > h * 1.2
    below = _words(canvas, offer, (x + 9, y, w * (0.62 if hero else 1) - 18, h - 8))
    if offer.barcode:
        _barcode(canvas, offer.barcode, x + 22, y + 8)
    low = 68 if offer.barcode else 44
    art.draw(canvas, offer.art, (x + 12, y + low, w * (0.56 if hero else 0.52), below - y - low - 10))
    _price_tag(canvas, offer, x + w, y + (62 if offer.barcode else 8), 66 if hero else 44)
    _extras(canvas, offer, box)


def _words(canvas: Canvas, offer: Offer, box: Box) -> float:
    """Brand, name, package and unit price at the top of `box`; gives back the y below them."""
    x, y, w, h = box
    hero = w > 200
    name_size = 19 if hero else 13.5
    badge = 40 if offer.discount and not hero else 0
    top = y + h - 9
    canvas.setFillColor(BLUE)
    canvas.setFont(BOLD, 12 if hero else 9.5)
    canvas.drawString(x, top, offer.brand)
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, name_size)
    for line in simpleSplit(offer.name, BOLD, name_size, w - badge):
        top -= name_size * 1.12
        canvas.drawString(x, top, line)
    canvas.setFillColor(GREY)
    canvas.setFont(REGULAR, 9 if hero else 8)
    details = [part for part in (offer.promo if hero else None, offer.package, f"{offer.basis} = {offer.unit_price}") if part]
    for line in details:
        top -= 12
        canvas.drawString(x, top, line)
    return top


def _price_tag(canvas: Canvas, offer: Offer, right: float, low: float, size: float) -> None:
    """The slanted yellow tag with the big price, the old price struck out above it."""
    whole, cents = str(offer.price).split(".")
    first = f"{whole}." if offer.raised_cents else str(offer.price)
    cents_size = size * 0.56
    wide = stringWidth(first, SLANTED, size) + (stringWidth(cents, SLANTED, cents_size) if offer.raised_cents else 0)
    left, high = right - wide - 18, size * 1.0
    tag = canvas.beginPath()
    tag.moveTo(left - 8, low)
    for point in ((left + 2, low + high), (right, low + high), (right, low)):
        tag.lineTo(*point)
    tag.close()
    canvas.setFillColor(YELLOW)
    canvas.drawPath(tag, stroke=0, fill=1)
    canvas.setFillColor(RED)
    canvas.setFont(SLANTED, size)
    canvas.drawString(left + 4, low + size * 0.15, first)
    if offer.raised_cents:
        canvas.setFont(SLANTED, cents_size)
        canvas.drawString(left + 4 + stringWidth(first, SLANTED, size), low + size * 0.15 + size * 0.32, cents)
    if offer.original is not None:
        _old_price(canvas, str(offer.original), right - 10, low + high + 5, size * 0.33)


def _old_price(canvas: Canvas, text: str, right: float, low: float, size: float) -> None:
    wide = stringWidth(text, BOLD, size)
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, size)
    canvas.drawRightString(right, low, text)
    canvas.setStrokeColor(RED)
    canvas.setLineWidth(1.4)
    canvas.line(right - wide - 3, low + size * 0.08, right + 3, low + size * 0.62)


def _extras(canvas: Canvas, offer: Offer, box: Box) -> None:
    """What some offers have beside the price: discount badge, loyalty price, several for a price, deposit, promotion."""
    x, y, w, h = box
    if offer.discount:
        size = 30 if w > h * 1.2 else 19
        canvas.setFillColor(RED)
        canvas.circle(x + w - size - 5, y + h - size - 5, size, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.setFont(BOLD, size * 0.78)
        canvas.drawCentredString(x + w - size - 5, y + h - size * 1.27 - 5, f"-{offer.discount}%")
    if offer.loyalty is not None:
        _ribbon(canvas, f"MooCard {offer.loyalty}", x, y + 8, BLUE)
    if offer.multibuy:
        _ribbon(canvas, offer.multibuy, x, y + 8, RED)
    canvas.setFillColor(GREY)
    canvas.setFont(REGULAR, 7.5)
    if offer.deposit is not None:
        canvas.drawRightString(x + w - 8, y + 57, f"plus {offer.deposit} deposit")
    if offer.barcode and offer.promo:
        canvas.setFont(BOLD, 7.5)
        canvas.saveState()
        canvas.translate(x + 16, y + 8)
        canvas.rotate(90)
        canvas.drawString(0, 0, offer.promo)
        canvas.restoreState()


def _ribbon(canvas: Canvas, text: str, x: float, y: float, colour: Color) -> None:
    wide = stringWidth(text, BOLD, 8.5)
    canvas.setFillColor(colour)
    canvas.rect(x, y, wide + 14, 16, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont(BOLD, 8.5)
    canvas.drawString(x + 7, y + 5, text)


def _barcode(canvas: Canvas, digits: str, x: float, y: float) -> None:
    """EAN-13 of the twelve leading digits; reportlab adds the check digit."""
    code = Ean13BarcodeWidget(digits[:12], barHeight=44, barWidth=1.15, fontSize=7)
    drawing = Drawing(120, 50)
    drawing.add(code)
    renderPDF.draw(drawing, canvas, x, y)
