"""PDF files written object by object, for what no library lets one write: fonts that lie about their letters, text that nobody sees."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDE, HIGH = 420, 595
"""Points of a page (A5)."""
OFFERS = (
    ("Naturjoghurt mild aus Weidemilch", "verschiedene Sorten, je 150-g-Becher", "1 kg = 3,27 €", "0,49"),
    ("Deutsche Markenbutter gesalzen", "mit Meersalz verfeinert, 250-g-Stück", "1 kg = 7,96 €", "1,99"),
    ("Fresh whole milk from the farm", "grass fed cows, one litre bottle", "1 l = 1.19", "1.19"),
    ("Mature cheese in thin slices", "ripened for twelve months, 200 g", "1 kg = 14.95", "2.99"),
    ("Yogur natural de oveja", "varios sabores, cuatro vasos de 125 g", "1 kg = 4,98 €", "2,49"),
    ("Mantequilla con sal marina", "de leche fresca de pasto, 250 g", "1 kg = 9,16 €", "2,29"),
)

Mark = tuple[float, float, float, str]
"""x, y, size in points and text of a piece of writing."""


def writing() -> list[Mark]:
    """The offers set as a flyer would, with big prices."""
    marks: list[Mark] = []
    for number, (name, details, basis, price) in enumerate(OFFERS):
        x, y = 30 + 200 * (number % 2), 520 - 170 * (number // 2)
        marks += [(x, y, 12, name), (x, y - 14, 8, details), (x, y - 25, 8, basis), (x + 40, y - 80, 40, price)]
    return marks


def shown(marks: Iterable[Mark], font: str = "F1", before: str = "") -> str:
    """Content that draws `marks`; `before` holds operators for each text object."""
    return "\n".join(f"BT {before} /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({_escaped(text)}) Tj ET" for x, y, size, text in marks)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def to_unicode(mapping: Mapping[int, str]) -> str:
    """A font's map from codes to text (ISO 32000-1, 9.10.3)."""
    pairs = "\n".join(f"<{code:02x}> <{letters.encode('utf-16-be').hex()}>" for code, letters in mapping.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(mapping)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    )


def page_file(
    content: str, unicode: str | None = None, *, resources: str = "", others: Iterable[tuple[str, bytes | None]] = (), catalog: str = ""
) -> bytes:
    """One page. `F1` is Helvetica with the map `unicode`, `F2` the same without; `others` (entries, a stream's bytes) are objects 7, 8, ..."""
    mapped = " /ToUnicode 6 0 R" if unicode is not None else ""
    helvetica = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding%s >>"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDE} {HIGH}] /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R /F2 {helvetica % ''} >> {resources} >> >>".encode(),
        _stream("", content.encode("cp1252")),
        (helvetica % mapped).encode(),
        _stream("", (unicode or "").encode()),
        *(_stream(entries, data) for entries, data in others),
    ]
    out = BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()


def _stream(entries: str, data: bytes | None) -> bytes:
    if data is None:
        return f"<< {entries} >>".encode()
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode %b >>\nstream\n%b\nendstream" % (len(packed), entries.encode(), packed)


def scan(marks: Iterable[Mark], scale: float = 2.0) -> tuple[str, bytes]:
    """A picture of the page with `marks` on it, as an image object."""
    sheet = Image.new("L", (round(WIDE * scale), round(HIGH * scale)), 250)
    pen = ImageDraw.Draw(sheet)
    for x, y, size, text in marks:
        pen.text((x * scale, (HIGH - y - 0.8 * size) * scale), text, fill=20, font=ImageFont.load_default(size * scale))
    entries = f"/Type /XObject /Subtype /Image /Width {sheet.width} /Height {sheet.height} /ColorSpace /DeviceGray /BitsPerComponent 8"
    return entries, sheet.tobytes()


PLACED = f"q {WIDE} 0 0 {HIGH} 0 0 cm /Im Do Q"
"""Content that draws the image `Im` over the whole page."""
PICTURE = "/XObject << /Im 7 0 R >>"
"""Resources that call object 7 `Im`."""
