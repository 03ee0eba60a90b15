"""Drawings put together."""

from __future__ import annotations

import pytest

from training.composer.art import Art, Form, Plate, Stroke, above, beside, draw, fitted, struck, written
from training.composer.sheet import Rect, Sheet
from training.composer.styles import STRUCK

FORMS: tuple[Form, ...] = ("box", "round", "ellipse", "circle", "burst", "flag", "arrow", "ticket")


def text(said: str = "199") -> Art:
    return written(said, "Helvetica-Bold", 1.0, "#000000")


def test_what_stands_beside_does_not_overlap() -> None:
    left, right = text("1"), text("99")
    both = beside(left, right, 0.1)
    assert both.box.width == pytest.approx(left.box.width + 0.1 + right.box.width)
    assert both.texts == ("1", "99")


def test_what_stands_above_does_not_overlap() -> None:
    both = above(text("old"), text("new"), 0.2, "left")
    assert both.box.height == pytest.approx(text("old").box.height + 0.2 + text("new").box.height)


@pytest.mark.parametrize("form", FORMS)
def test_a_plate_holds_its_text(form: Form) -> None:
    art = text().on(form, "#ff0000", "#00ff00")
    plate = art.parts[0]
    assert isinstance(plate, Plate)
    inner = text().box
    assert plate.rect.x0 < inner.x0
    assert inner.x1 < plate.rect.x1
    assert plate.rect.y0 < inner.y0
    assert inner.y1 < plate.rect.y1


@pytest.mark.parametrize("way", STRUCK)
def test_a_line_runs_through_an_old_price(way: str) -> None:
    art = struck(text(), way, "#000000", 0.1)
    strokes = [part for part in art.parts if isinstance(part, Stroke)]
    assert len(strokes) == (2 if way == "cross" else 1)
    for stroke in strokes:
        assert stroke.start[0] <= text().box.x0
        assert stroke.end[0] >= text().box.x1
        assert art.box.y0 <= min(stroke.start[1], stroke.end[1]) <= max(stroke.start[1], stroke.end[1]) <= art.box.y1


def test_a_drawing_is_scaled_into_its_place_and_drawn_there() -> None:
    sheet, room = Sheet(300, 300), Rect(50, 60, 150, 90)
    box = draw(sheet, fitted(text().on("burst", "#ff0000"), room, (1, 1), largest=100))
    assert box.x1 == pytest.approx(150)
    assert box.y1 == pytest.approx(90)
    assert room.x0 <= box.x0
    assert room.y0 <= box.y0 + 1e-6
    assert [ink.text for ink in sheet.inks] == ["199"]


def test_turned_text_is_remembered_where_it_stands() -> None:
    sheet = Sheet(300, 300)
    with sheet.turned((100, 100), 90):
        box = sheet.text((100, 100), "down", "Helvetica", 20, "#000000")
    assert box.height > box.width
    assert box.y0 == pytest.approx(100)
    assert box.x0 >= 99
