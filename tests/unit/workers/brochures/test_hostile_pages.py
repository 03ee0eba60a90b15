"""Pages that no engine should hand over, and some will."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.pages import Detection, Line, Page
from schemas.rows.brochure import OfferRow
from tests.unit.workers.brochures.printed import grid_page, printed
from workers.brochures.lexicon import lexicon
from workers.brochures.offers import Stated, offer_row, page_offers

coordinates = st.one_of(
    st.floats(0, 1),
    st.floats(-3, 4),
    st.sampled_from([0.0, 1.0, 0.5, 1e-12, -1e-12, 1e-300, 1e6, -1e6, 1e15]),
)
points = st.tuples(coordinates, coordinates)
texts = st.one_of(
    st.text(max_size=12),
    st.text("0123456789.,-€%*/ ", min_size=1, max_size=8),
    st.sampled_from(
        [
            "1.49",
            "149",
            "1.",
            "49",
            "2.4",
            "-27%",
            "statt 2.99",
            "je 500 g",
            "1 kg = 2.98",
            "Butter",
            "BUTTER",
            "\u202e1.49",
            "٣٫٤٩",
            "１．４９",
            "²³",
            "\x00",
        ]
    ),
)
colours = st.one_of(st.none(), st.sampled_from(["#ffffff", "#000000", "#d01020", "red", ""]))
sizes = st.one_of(st.none(), st.sampled_from([0.0, 1e-9, 0.01, 0.5, 40.0]))


@st.composite
def upright(draw):
    """Most lines of a page are rectangles."""
    x, y, wide, high = draw(st.floats(0, 1)), draw(st.floats(0, 1)), draw(st.floats(0, 0.5)), draw(st.floats(0, 0.2))
    return ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))


lines = st.builds(
    Line,
    text=texts,
    polygon=st.one_of(upright(), st.tuples(points, points, points, points)),
    confidence=st.floats(0, 1),
    font_size=sizes,
    colour=colours,
    background=colours,
    weight=st.one_of(st.none(), st.floats(0, 1000)),
    struck=st.one_of(st.none(), st.booleans()),
)
pages = st.builds(
    Page,
    width_px=st.sampled_from([1, 1000, 100_000]),
    height_px=st.sampled_from([1, 1414, 100_000]),
    lines=st.lists(lines, max_size=14).map(tuple),
    rules=st.lists(st.tuples(coordinates, coordinates, coordinates, coordinates), max_size=4).map(tuple),
    adapter=st.just("hostile/1/lines"),
)


def checked(page, words=None):
    """What is said of `page`, each offer a row that the warehouse takes."""
    found = page_offers(page, (), words or lexicon(), Stated())
    for number, columns in enumerate(found, start=1):
        row = offer_row(columns, number, 1, "hostile/1/lines")
        assert isinstance(row, OfferRow)
        assert 0 <= row.confidence <= 1
        assert 0 <= row.x0 <= row.x1 <= 1
        assert 0 <= row.y0 <= row.y1 <= 1
        assert row.name
        assert row.price > 0
    return found


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(pages)
def test_no_page_is_too_strange(page):
    checked(page)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 11), lines), max_size=6))
def test_strange_lines_among_good_ones(strange):
    page = grid_page(2, 2)
    good = list(page.lines)
    for place, one in strange:
        good.insert(place, one)
    checked(page.model_copy(update={"lines": tuple(good)}))


@pytest.mark.parametrize("text", ["1.49", "Butter", "Butter 1.49", "-27%", "149"])
def test_five_hundred_lines_alike(text):
    spread = [
        printed(text, 0.02 + 0.048 * (no % 20), 0.01 + 0.039 * (no // 20), 0.06 + 0.048 * (no % 20), 0.03 + 0.039 * (no // 20)) for no in range(500)
    ]
    checked(Page(width_px=1000, height_px=1414, lines=tuple(spread), adapter="hostile/1/lines"))


def test_five_hundred_lines_in_one_place():
    heap = [printed(("Butter", "1.49")[no % 2], 0.1, 0.1, 0.2, 0.12) for no in range(500)]
    checked(Page(width_px=1000, height_px=1414, lines=tuple(heap), adapter="hostile/1/lines"))


def test_a_line_of_twenty_thousand_letters():
    long = printed("Butter 1.49 je 500 g " * 1_000, 0.1, 0.1, 0.9, 0.12)
    page = grid_page(2, 2)
    checked(page.model_copy(update={"lines": (*page.lines, long)}))


def test_offers_are_the_same_beside_lines_without_letters():
    page = grid_page(2, 2)
    noise = [printed(text, 0.9, 0.9, 0.9, 0.9) for text in (" ", "\t", "\u200b")]
    assert [offer["name"] for offer in checked(page.model_copy(update={"lines": (*page.lines, *noise)}))] == [
        offer["name"] for offer in checked(page)
    ]


def test_codes_anywhere_are_no_trouble():
    far = Detection(kind="barcode", label="EAN-13", value="1", polygon=((5, 5), (6, 5), (6, 6), (5, 6)), confidence=1)
    none = Detection(kind="barcode", label="EAN-13", value="1", polygon=None, confidence=1)
    found = page_offers(grid_page(2, 2), (far, none), lexicon("de"), Stated())
    assert [offer["barcode"] for offer in found] == [None] * 4
    assert all(math.isfinite(offer["confidence"]) for offer in found)
