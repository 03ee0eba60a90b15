from __future__ import annotations

from io import BytesIO
from math import cos, radians, sin

import pytest
from PIL import Image

from adapters.decoding.straighten import encode, turned
from adapters.ocr.none import NoOcr
from schemas.pages import Box, Line, Page, Straightening, Word
from tests.pagetools import line, page
from workers.pages.upright import confidence, legible, read_upright, sideways, slant

TEXT = "Mountain butter, mild sour"


class TurningOcr:
    """Reads pages whose black bar is where `TOPS` says the top is; sideways text as tall boxes, text on its head as rubbish, as PP-OCR does."""

    name, version, model = "turning", "1", "script"
    capabilities = NoOcr.capabilities
    options = NoOcr.Options()

    def __init__(self) -> None:
        self.read_tops: list[str] = []

    def read(self, image) -> Page:
        sheet = Image.open(BytesIO(image.encoded)).convert("L")
        across, down = sheet.width // 2, sheet.height // 2
        places = {"top": (across, 3), "right": (sheet.width - 4, down), "bottom": (across, sheet.height - 4), "left": (3, down)}
        top = min(places, key=lambda side: sheet.getpixel(places[side]))
        self.read_tops.append(top)
        wide = top in ("top", "bottom")
        sure = 0.97 if top in ("top", "right") else 0.7
        text = TEXT if sure > 0.9 else "nw d te"
        boxes = [(0.1, 0.1 * row, 0.8, 0.1 * row + 0.03) if wide else (0.1 * row, 0.1, 0.1 * row + 0.03, 0.8) for row in range(2, 9)]
        lines = tuple(line(text, *box, sure) for box in boxes)
        return Page(width_px=image.width_px, height_px=image.height_px, lines=lines, adapter="turning/1/script")


def sheet():
    """Upright: a black bar at the top."""
    image = Image.new("L", (300, 400), 255)
    image.paste(0, (0, 0, 300, 12))
    return encode(image)


@pytest.mark.parametrize(
    ("quarters", "tops"),
    [(0, ["top"]), (1, ["right", "top"]), (2, ["bottom", "top"]), (3, ["left", "top"])],
)
def test_a_page_is_read_as_often_as_it_takes_to_have_its_top_on_top(quarters, tops):
    engine = TurningOcr()
    image = turned(sheet(), quarters) if quarters else sheet()
    found, shown = read_upright(image.model_copy(update={"straightened": None}), engine)
    assert engine.read_tops == tops
    assert {one.text for one in found.lines} == {TEXT}
    assert (found.width_px, found.height_px) == (shown.width_px, shown.height_px) == (300, 400)
    assert found.straightened == shown.straightened


def test_a_page_that_lies_right_is_not_touched():
    image = sheet()
    found, shown = read_upright(image, TurningOcr())
    assert shown is image
    assert found.straightened is None


def test_lines_of_a_turned_page_are_found_where_they_were_sent():
    image = turned(sheet(), 1).model_copy(update={"straightened": None})
    found, _ = read_upright(image, TurningOcr())
    box = Box.around(found.as_sent(((0, 0), (1, 0), (1, 0.03), (0, 0.03))))
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((0.97, 0, 1, 1))


class BadPrint(TurningOcr):
    """Half-sure of everything, whichever way it lies."""

    def read(self, image) -> Page:
        self.read_tops.append("")
        lines = tuple(line("fa ded pr nt", 0.1, 0.1 * row, 0.8, 0.1 * row + 0.03, 0.72) for row in range(2, 9))
        return Page(width_px=image.width_px, height_px=image.height_px, lines=lines, adapter="turning/1/script")


def test_bad_print_is_turned_once_and_left_as_it_lay():
    engine, image = BadPrint(), sheet()
    found, shown = read_upright(image, engine)
    assert len(engine.read_tops) == 2
    assert shown is image
    assert found.straightened is None


def askew(angle: float, *, lines: int = 8, length: float = 0.6, width: int = 1000, height: int = 1414) -> tuple[Line, ...]:
    """Lines that run `angle` degrees clockwise of level."""
    across, down = cos(radians(angle)), sin(radians(angle))

    def at(x: float, y: float) -> tuple[float, float]:
        return (500 + x * across - y * down) / width, (700 + x * down + y * across) / height

    def box(top: float) -> tuple:
        half = length * width / 2
        return at(-half, top), at(half, top), at(half, top + 24), at(-half, top + 24)

    return tuple(
        Line(text=TEXT, polygon=box(60.0 * row), confidence=0.95, words=(Word(text="M", polygon=box(60.0 * row), confidence=1),))
        for row in range(lines)
    )


@pytest.mark.parametrize("angle", [-8.0, -1.0, 2.0, 5.0, 90.0, 180.0])
def test_the_slant_is_the_lines_direction(angle):
    assert slant(page(*askew(angle))) == pytest.approx(angle, abs=0.05)


def test_few_lines_and_lines_that_disagree_have_no_slant():
    assert slant(page()) == 0
    assert slant(page(*askew(5, lines=3))) == 0
    assert slant(page(*askew(5, lines=5), *askew(-4, lines=4), *askew(0, lines=4))) == 0
    assert slant(page(*askew(5, length=0.05))) == 0


class AskewOcr(BadPrint):
    def read(self, image) -> Page:
        self.read_tops.append("")
        return Page(width_px=image.width_px, height_px=image.height_px, lines=askew(6.0), adapter="turning/1/script")


def test_a_page_askew_is_levelled_without_reading_it_again():
    engine = AskewOcr()
    image = encode(Image.new("RGB", (1000, 1414), "white"))
    found, shown = read_upright(image, engine)
    assert len(engine.read_tops) == 1
    assert slant(found) == pytest.approx(0, abs=0.05)
    assert (found.width_px, found.height_px) == (shown.width_px, shown.height_px)
    assert found.width_px > 1000
    for now, before in zip(found.lines, askew(6.0), strict=True):
        assert now.box.y1 - now.box.y0 < 0.03
        assert now.words[0].polygon == now.polygon
        for corner, sent in zip(found.as_sent(now.polygon), before.polygon, strict=True):
            assert corner == pytest.approx(sent, abs=0.002)


def test_levelling_comes_after_what_was_straightened_before():
    earlier = Straightening(to_sent=(0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1), width_px=3000, height_px=4000)
    image = encode(Image.new("RGB", (1000, 1414), "white"), earlier)
    found, _ = read_upright(image, AskewOcr())
    assert found.straightened is not None
    assert (found.straightened.width_px, found.straightened.height_px) == (3000, 4000)
    first = askew(6.0)[0].polygon[0]
    assert found.as_sent(found.lines[0].polygon)[0] == pytest.approx((first[0] / 2 + 0.25, first[1] / 2 + 0.25), abs=0.002)


def test_type_sizes_follow_the_taller_page():
    class Sized(AskewOcr):
        def read(self, image) -> Page:
            seen = super().read(image)
            return seen.model_copy(update={"lines": tuple(one.model_copy(update={"font_size": 0.02}) for one in seen.lines)})

    found, _ = read_upright(encode(Image.new("RGB", (1000, 1414), "white")), Sized())
    assert found.lines[0].font_size == pytest.approx(0.02 * 1414 / found.height_px)


def test_half_sure_letters_do_not_count_as_legible():
    assert legible(page(line("abcd", 0, 0, 1, 0.1, 0.5))) == 0
    assert legible(page(line("abcd", 0, 0, 1, 0.1, 1.0))) == 2
    assert confidence(page()) == 1


def test_prices_in_tall_boxes_do_not_make_a_page_lie_on_its_side():
    tall = [line("1.49", 0.1 * row, 0.1, 0.1 * row + 0.03, 0.3) for row in range(5)]
    assert sideways(page(*tall))
    assert not sideways(page(*tall, *(line(TEXT, 0.1, 0.5, 0.8, 0.52) for _ in range(2))))
    assert not sideways(page(*tall[:3]))
