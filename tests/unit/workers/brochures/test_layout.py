from __future__ import annotations

import pytest

from tests.pagetools import line, page
from workers.brochures.layout import Area, body_size, upright_pieces, whole_rows


def test_pieces_have_true_proportions_and_sideways_text_is_left_out():
    upright = line("Milch", 0.1, 0.1, 0.3, 0.12)
    sideways = upright.model_copy(update={"polygon": ((0.9, 0.5), (0.9, 0.3), (0.92, 0.3), (0.92, 0.5))})
    (piece,) = upright_pieces(page(upright, sideways))
    assert piece.area.width == pytest.approx(0.2 * 1000 / 1414)
    assert piece.size == pytest.approx(0.02)


def test_a_row_cut_by_the_engine_is_joined_and_columns_are_not():
    rows = whole_rows(upright_pieces(page(line("Bio", 0.1, 0.1, 0.14, 0.12), line("Milch", 0.15, 0.1, 0.2, 0.12), line("Käse", 0.5, 0.1, 0.6, 0.12))))
    assert [row.text for row in rows] == ["Bio Milch", "Käse"]


def test_two_prices_side_by_side_stay_two():
    rows = whole_rows(upright_pieces(page(line("4.49", 0.1, 0.1, 0.2, 0.14), line("3.99", 0.22, 0.1, 0.32, 0.14))))
    assert [row.text for row in rows] == ["4.49", "3.99"]


def coloured(text, x0, x1, ink, ground="#ffffff"):
    return line(text, x0, 0.1, x1, 0.12).model_copy(update={"colour": ink, "background": ground})


@pytest.mark.parametrize(
    ("second", "rows"),
    [
        (coloured("Milch", 0.15, 0.2, "#111111"), ["Bio Milch"]),
        (coloured("Milch", 0.15, 0.2, "#d01020"), ["Bio", "Milch"]),
        (coloured("Milch", 0.15, 0.2, "#101010", "#f0d000"), ["Bio", "Milch"]),
        (line("Milch", 0.15, 0.1, 0.2, 0.12), ["Bio Milch"]),
    ],
)
def test_print_of_another_colour_is_another_line(second, rows):
    assert [row.text for row in whole_rows(upright_pieces(page(coloured("Bio", 0.1, 0.14, "#101010"), second)))] == rows


def test_what_was_seen_of_a_line_goes_with_its_piece():
    seen = coloured("Milch", 0.1, 0.2, "#ff0000", "#0000ff").model_copy(update={"weight": 700.0, "struck": True})
    (piece,) = upright_pieces(page(seen))
    assert (piece.colour, piece.ground, piece.weight, piece.struck) == ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), 700.0, True)


def test_the_type_size_of_a_text_layer_makes_boxes_as_an_engine_draws_them():
    tight = line("Milch", 0.1, 0.1, 0.2, 0.11).model_copy(update={"font_size": 0.02})
    (piece,) = upright_pieces(page(tight))
    assert piece.size == pytest.approx(0.026)
    assert (piece.area.top, piece.area.bottom) == (pytest.approx(0.092), pytest.approx(0.118))


def test_the_body_is_set_in_the_size_of_most_letters():
    pieces = upright_pieces(page(line("1.49", 0.1, 0.1, 0.2, 0.2), line("Vollmilch aus der Region", 0.1, 0.3, 0.4, 0.314)))
    assert body_size(pieces) == pytest.approx(0.014)
    assert body_size([]) == 0


def test_gaps_are_white_between_rectangles():
    assert Area(0, 0, 1, 1).gap(Area(1.5, 0.5, 2, 3)) == (0.5, 0)
    assert Area(0, 0, 1, 1).gap(Area(0.5, 0.5, 2, 2)) == (0, 0)
