"""What a page draws besides its text, from files written operator by operator."""

from __future__ import annotations

from contextlib import contextmanager

import pypdfium2
import pytest

from adapters.decoding.drawn import DEEPEST, drawn
from tests.pdffiles import page_file


def shown(content, **options):
    with open_page(content, **options) as page:
        return drawn(page)


@contextmanager
def open_page(content, **options):
    document = pypdfium2.PdfDocument(page_file(content, **options))
    page = document[0]
    try:
        yield page
    finally:
        page.close()
        document.close()


def rounded(rule):
    return tuple(round(value, 1) for value in rule)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("2 w 10 20 m 60 20 l S", (10, 20, 60, 20, 2)),
        ("0.5 0 0 0.5 100 100 cm 2 w 10 20 m 60 20 l S", (105, 110, 130, 110, 1)),
        ("10 20 50 1.5 re f", (10, 20.8, 60, 20.8, 1.5)),
        ("10 20 1.5 50 re f", (10.8, 20, 10.8, 70, 1.5)),
        ("10 20 m 60 40 l 60 42 l 10 22 l f", (10, 21, 60, 41, 1.9)),
        ("1 w 10 20 m 20 30 40 30 60 25 c S", (10, 20, 60, 25, 1)),
    ],
    ids=["stroke", "scaled", "level bar", "upright bar", "slanted bar", "curve"],
)
def test_thin_lines_are_rules(content, rule):
    assert [rounded(found) for found in shown(content).rules] == [pytest.approx(rule, abs=0.4)]


@pytest.mark.parametrize("content", ["10 20 50 30 re f", "20 w 10 20 m 60 20 l S", "10 20 m 60 20 l n", "10 20 50 40 re W n"])
def test_what_is_thick_or_not_drawn_is_no_rule(content):
    assert shown(content).rules == []


def test_areas_know_their_colour_their_outline_and_their_turn():
    content = "1 0 0 rg 10 10 100 100 re f BT /F1 10 Tf 20 20 Td (text) Tj ET 0 0 1 rg 200 10 m 300 10 l 250 110 l f"
    with open_page(content) as page:
        found = drawn(page)
        first, second = found.areas
        assert (first.colour, second.colour) == ((255, 0, 0, 255), (0, 0, 255, 255))
        assert first.order < min(found.order.values()) < second.order
        assert first.covers(50, 50)
        assert second.covers(250, 50)
        assert not second.covers(205, 100)


def test_forms_within_forms_are_followed_to_a_depth():
    def nested(depth):
        form = "/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Matrix [1 0 0 1 1 0]"
        chain = [(f"{form} /Resources << /XObject << /Fm {8 + number} 0 R >> >>", b"/Fm Do") for number in range(depth - 1)]
        return shown("/Fm Do", resources="/XObject << /Fm 7 0 R >>", others=[*chain, (form, b"1 w 10 20 m 60 20 l S")]).rules

    assert [rounded(rule) for rule in nested(3)] == [(13, 20, 63, 20, 1)]
    assert nested(DEEPEST + 2) == []


def test_a_form_that_draws_itself_ends():
    form = "/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Resources << /XObject << /Fm 7 0 R >> >>"
    found = shown("/Fm Do", resources="/XObject << /Fm 7 0 R >>", others=[(form, b"1 w 10 20 m 60 20 l S /Fm Do")])
    assert len(found.rules) <= DEEPEST


def test_outlines_are_counted_and_straight_boxes_are_not():
    assert shown("10 10 100 100 re f").outlines == 0
    assert shown("10 10 m 10 60 60 60 60 10 c 50 5 40 5 30 10 c 20 15 15 15 10 10 c f").outlines >= 9
