from __future__ import annotations

import pytest

from tests.pagetools import line, page
from workers.brochures.layout import Area, blocks_of, body_size, upright_pieces, whole_rows


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


def test_blocks_follow_a_column_and_end_at_white():
    lines = [line(text, 0.1, y, 0.3, y + 0.014) for text, y in (("Milch", 0.1), ("1 Liter", 0.115), ("Käse", 0.2), ("200 g", 0.215))]
    beside = line("Brot", 0.5, 0.1, 0.6, 0.114)
    blocks = blocks_of(upright_pieces(page(*lines, beside)))
    assert sorted([piece.text for piece in block.lines] for block in blocks) == [["Brot"], ["Käse", "200 g"], ["Milch", "1 Liter"]]


def test_the_body_is_set_in_the_size_of_most_letters():
    pieces = upright_pieces(page(line("1.49", 0.1, 0.1, 0.2, 0.2), line("Vollmilch aus der Region", 0.1, 0.3, 0.4, 0.314)))
    assert body_size(pieces) == pytest.approx(0.014)
    assert body_size([]) == 0


def test_gaps_are_white_between_rectangles():
    assert Area(0, 0, 1, 1).gap(Area(1.5, 0.5, 2, 3)) == (0.5, 0)
    assert Area(0, 0, 1, 1).gap(Area(0.5, 0.5, 2, 2)) == (0, 0)
