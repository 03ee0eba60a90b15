from __future__ import annotations

import numpy as np
import pytest

from adapters.ocr.second_look import ACCEPTED, look_again
from schemas.pages import Line
from tests.pagetools import line
from tests.unit.adapters.ocr.price_art import WHITE, Drawn, Glyph, art, figures

RAISED = art(*figures("1", 100), *figures("49", 55))


class Reader:
    """Answers the same for every image, and counts them."""

    def __init__(self, text: str = "149", score: float = 0.95) -> None:
        self.answer = (text, score)
        self.asked = 0

    def __call__(self, images):
        self.asked += len(images)
        assert all(image.ndim == 3 and image.dtype == np.uint8 for image in images)
        return [self.answer] * len(images)


def at(drawn: Drawn, text: str, box=None, confidence: float = 0.6) -> Line:
    """`text` as read at `box` of a drawing, in pixels."""
    height, width = drawn.pixels.shape[:2]
    left, top, right, bottom = box or drawn.box
    return line(text, left / width, top / height, right / width, bottom / height, confidence)


BODY = [line(f"Text der Seite {number}", 0.02, 0.02 + 0.03 * number, 0.2, 0.04 + 0.03 * number) for number in range(5)]


def read(drawn: Drawn, *lines: Line, reader: Reader | None = None) -> list[str]:
    return [one.text for one in look_again([*BODY, *lines], drawn.pixels, reader or Reader())][len(BODY) :]


@pytest.mark.parametrize("first", ["1", "1 u 9", "14", "l49", "149", "1 .49"])
def test_big_figures_are_read_again(first):
    assert read(RAISED, at(RAISED, first)) == ["1.49"]


def test_the_line_has_the_place_of_all_figures_and_the_new_confidence():
    left, top, _, bottom = RAISED.box
    seen = look_again([*BODY, at(RAISED, "1", (left, top, left + 40, bottom))], RAISED.pixels, Reader(score=0.91))[-1]
    height, width = RAISED.pixels.shape[:2]
    box = seen.box
    assert seen.confidence == 0.91
    for side, wanted in zip((box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height), RAISED.box, strict=True):
        assert side == pytest.approx(wanted, abs=16)
    assert box.x0 * width <= left
    assert box.x1 * width >= RAISED.box[2] - 1


def test_pieces_that_are_part_of_it_are_gone():
    left, top, right, bottom = RAISED.box
    pieces = [at(RAISED, "1", (left, top, left + 40, bottom)), at(RAISED, "49", (left + 46, top, right, top + 55))]
    assert read(RAISED, *pieces) == ["1.49"]


def test_words_and_percents_within_it_stay():
    left, top, right, _ = RAISED.box
    label, badge = at(RAISED, "nur", (left + 46, top, right, top + 20)), at(RAISED, "-20%", (left + 46, top + 20, right, top + 40))
    assert read(RAISED, at(RAISED, "1"), label, badge) == ["1.49", "nur", "-20%"]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("1.49", 0.95), ("€ 1.49", 0.95), ("1,49*", 0.99), ("-20%", 0.5), ("Butter 1", 0.5), ("Angebot", 0.5), ("-", 0.5)],
)
def test_sure_prices_words_and_percents_are_not_looked_at(text, confidence):
    reader = Reader()
    assert read(RAISED, at(RAISED, text, confidence=confidence), reader=reader) == [text]
    assert reader.asked == 0


def test_a_complete_price_that_was_read_unsurely_is_looked_at():
    assert read(RAISED, at(RAISED, "1.48", confidence=0.6)) == ["1.49"]


def test_small_type_is_not_looked_at():
    reader = Reader()
    small = line("149", 0.5, 0.5, 0.55, 0.52, 0.5)
    assert look_again([*BODY, small], RAISED.pixels, reader) == [*BODY, small]
    assert reader.asked == 0


@pytest.mark.parametrize("reader", [Reader(score=ACCEPTED - 0.01), Reader("14"), Reader("Butter"), Reader("")])
def test_what_the_second_reading_does_not_bear_out_stays_as_it_was(reader):
    assert read(RAISED, at(RAISED, "1 u"), reader=reader) == ["1 u"]


def test_a_single_figure_is_a_price_only_with_a_dash():
    alone = art(*figures("5", 100))
    assert read(alone, at(alone, "5"), reader=Reader("5")) == ["5"]
    dashed = art(*figures("5", 100), Glyph(".", 100, 88), Glyph("-", 100, 55))
    left, top, _, bottom = dashed.box
    assert read(dashed, at(dashed, "5", (left, top, left + 70, bottom)), reader=Reader("5")) == ["5.-"]


def test_light_figures_on_a_dark_ground():
    night = art(*figures("2", 100), *figures("99", 55), ink=WHITE, ground=(150, 0, 20))
    assert read(night, at(night, "2"), reader=Reader("299")) == ["2.99"]


def test_two_prices_side_by_side_are_two():
    pixels = np.concatenate([RAISED.pixels, RAISED.pixels], axis=1)
    both = Drawn(pixels, RAISED.box)
    left, top, right, bottom = RAISED.box
    wide = RAISED.pixels.shape[1]
    lines = [at(both, "1"), at(both, "1", (left + wide, top, right + wide, bottom))]
    assert read(both, *lines) == ["1.49", "1.49"]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_made_up_from_noise(seed):
    pixels = np.random.default_rng(seed).integers(0, 255, (240, 420, 3), dtype=np.uint8)
    noise = Drawn(pixels, RAISED.box)
    assert read(noise, at(noise, "1 u")) == ["1 u"]


def test_nothing_is_made_up_from_a_photograph():
    """Blurred light and shade, as a picture of fruit has."""
    import cv2

    lots = np.random.default_rng(5).integers(0, 255, (12, 21, 3), dtype=np.uint8)
    photo = Drawn(cv2.resize(lots, (420, 240), interpolation=cv2.INTER_CUBIC), RAISED.box)
    assert read(photo, at(photo, "1 u")) == ["1 u"]


def test_a_page_without_lines():
    assert look_again([], RAISED.pixels, Reader()) == []


def test_lines_beyond_the_page_are_no_trouble():
    strange = [line("149", -2.0, -2.0, 3.0, 3.0, 0.5), line("149", 0.9, 0.9, 0.9, 0.9, 0.5), line("149", 0.99, 0.2, 1.4, 0.9, 0.5)]
    assert len(look_again([*BODY, *strange], RAISED.pixels, Reader())) <= len(BODY) + 3
