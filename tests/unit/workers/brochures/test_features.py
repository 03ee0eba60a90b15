"""What tokens, lines and pairs look like in numbers. No test knows a column by its number: their meaning is the models' business."""

from __future__ import annotations

import random

import numpy as np
import pytest

from schemas.pages import Line, Page
from tests.pagetools import line
from tests.unit.workers.brochures.printed import a_page, grid_page, name_lines, offer_lines, printed
from workers.brochures.boxes import Boxes
from workers.brochures.groups import find_groups
from workers.brochures.layout import Area
from workers.brochures.lexicon import lexicon
from workers.brochures.look import look_at
from workers.brochures.pair_features import PAIR_TREND, SHARES, separations

DE = lexicon("de")
FINE = 1024
"""Places are multiples of a 1024th of a square page, so that moving it adds without rounding."""


def _placed(side: float) -> float:
    return round(side * FINE) / FINE


def square(page: Page) -> Page:
    """`page` on a square sheet, on a grid of places."""
    lines = [
        one.model_copy(update={"polygon": tuple((round(x * FINE) / FINE, round(y * FINE) / FINE) for x, y in one.polygon)}) for one in page.lines
    ]
    rules = [tuple(map(_placed, rule)) for rule in page.rules]
    return page.model_copy(update={"width_px": 1000, "height_px": 1000, "lines": tuple(lines), "rules": tuple(rules)})


def moved(page: Page, dx: float, dy: float) -> Page:
    lines = [one.model_copy(update={"polygon": tuple((x + dx, y + dy) for x, y in one.polygon)}) for one in page.lines]
    return page.model_copy(update={"lines": tuple(lines), "rules": tuple((x0 + dx, y0 + dy, x1 + dx, y1 + dy) for x0, y0, x1, y1 in page.rules)})


def rows_of(page: Page):
    """Features of all tokens, lines and pairs, with chances by a rule of the test's own: big amounts are prices, heavy lines are names."""
    look = look_at(page, DE)
    chance = np.array([0.9 if token.letters == 0 else 0.1 for token in look.prices])
    names = np.array([0.9 if (piece.weight or 0) > 500 else 0.05 for piece in look.texts])
    groups = find_groups(look.texts, names, look.above, look.below, look.facts)
    return look.token_rows(DE), look.line_rows(chance), look.pair_rows(range(len(look.prices)), chance, groups)


def same(one, other):
    return np.isclose(one, other, rtol=1e-7, atol=1e-9, equal_nan=True)


PAGE = square(grid_page(2, 3).model_copy(update={"lines": (*grid_page(2, 3).lines, printed("-27%", 0.4, 0.2, 0.45, 0.22))}))


def test_a_row_for_each_token_line_and_pair():
    tokens, lines, pairs = rows_of(PAGE)
    assert (tokens.shape[0], lines.shape[0], pairs.shape[:2]) == (6, 12, (6, 6))
    one_tokens, one_lines, one_pairs = rows_of(square(a_page(*offer_lines("Butter", "1.49", 0.1, 0.1))))
    assert (one_tokens.shape[1], one_lines.shape[1]) == (tokens.shape[1], lines.shape[1])
    assert (one_pairs.shape[:2], one_pairs.shape[2]) == ((1, 1), pairs.shape[2])


def test_a_scan_of_more_pixels_looks_the_same():
    for one, other in zip(rows_of(PAGE), rows_of(PAGE.model_copy(update={"width_px": 2500, "height_px": 2500})), strict=True):
        assert same(one, other).all()


def test_moving_all_lines_changes_nothing_but_their_places():
    here, there = rows_of(PAGE), rows_of(moved(PAGE, 8 / FINE, 16 / FINE))
    for one, other in zip(here[:2], there[:2], strict=True):
        changed = np.flatnonzero(~same(one, other).all(axis=0))
        steps = [sorted(set(np.round(other[:, column] - one[:, column], 9))) for column in changed]
        assert sorted(steps) == [[8 / FINE], [16 / FINE]]
    assert same(here[2], there[2]).all()


def test_the_order_of_lines_changes_nothing():
    lines = list(PAGE.lines)
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        for one, other in zip(rows_of(PAGE), rows_of(PAGE.model_copy(update={"lines": tuple(lines)})), strict=True):
            assert same(one, other).all()


def unseen(one: Line) -> Line:
    return one.model_copy(update={"weight": None, "colour": None, "background": None, "struck": None})


def test_what_nobody_measured_is_missing_and_not_nought():
    page = PAGE.model_copy(update={"lines": tuple(map(unseen, PAGE.lines))})
    look, chance = look_at(page, DE), np.full(6, 0.9)
    seen_look = look_at(PAGE, DE)
    for seen, blind in (
        (seen_look.token_rows(DE), look.token_rows(DE)),
        (seen_look.line_rows(chance), look.line_rows(chance)),
    ):
        lost = np.isnan(blind) & ~np.isnan(seen)
        assert lost.any()
        assert same(seen, blind)[~lost].all()


def test_a_page_of_one_line_has_no_neighbours_to_measure():
    _, lines, _ = rows_of(square(a_page(*name_lines("Butter", "je 500 g", 0.1, 0.1, 0.02), printed("1.49", 0.1, 0.2, 0.2, 0.25))))
    alone = look_at(square(a_page(printed("Butter", 0.1, 0.1, 0.2, 0.12))), DE).line_rows(np.zeros(0))
    assert alone.shape == (1, lines.shape[1])
    assert np.isnan(alone).sum() > np.isnan(lines).sum(axis=1).max()


def test_every_number_is_finite_or_missing():
    for table in rows_of(PAGE):
        assert not np.isinf(table).any()


def test_a_price_alone_has_no_bigger_nor_smaller_one():
    alone = look_at(a_page(printed("1.49", 0.1, 0.1, 0.2, 0.15)), DE).token_rows(DE)
    beside = look_at(a_page(printed("1.49", 0.1, 0.1, 0.2, 0.15), printed("2.49", 0.22, 0.1, 0.25, 0.115)), DE).token_rows(DE)
    assert alone.shape[1] == beside.shape[1]
    assert np.isnan(alone[0]).sum() > np.isnan(beside[0]).sum()


def test_the_badge_that_explains_a_price_is_seen():
    prices = [printed("1.50", 0.1, 0.1, 0.2, 0.15), printed("2.00", 0.22, 0.12, 0.26, 0.135)]
    right = look_at(a_page(*prices, printed("-25%", 0.1, 0.16, 0.14, 0.175)), DE).token_rows(DE)
    wrong = look_at(a_page(*prices, printed("-45%", 0.1, 0.16, 0.14, 0.175)), DE).token_rows(DE)
    assert not same(right, wrong).all()
    assert (right - wrong)[~same(right, wrong)].tolist() == [1.0, 1.0]


def test_one_trend_for_each_feature_of_a_pair():
    _, _, pairs = rows_of(PAGE)
    assert pairs.shape[2] == len(PAIR_TREND)
    assert set(PAIR_TREND) <= {-1, 0, 1}
    assert [PAIR_TREND[number] for number in SHARES] == [-1, -1]


def edged(*rules):
    page = square(a_page(*offer_lines("Butter", "1.49", 0.1, 0.1), rules=rules))
    return rows_of(page)[2][0, 0]


@pytest.mark.parametrize(
    ("rule", "shares"),
    [
        ((0.05, 0.135, 0.5, 0.135), (1.0, 0.0)),
        ((0.05, 0.6, 0.5, 0.6), (0.0, 0.0)),
        ((0.6, 0.135, 0.9, 0.135), (0.0, 0.0)),
    ],
)
def test_an_edge_between_a_price_and_a_name_is_seen(rule, shares):
    found = edged(rule)
    assert [found[number] for number in SHARES] == pytest.approx(shares)
    changed = np.flatnonzero(~same(found, edged()))
    assert all(PAIR_TREND[number] == -1 and found[number] > 0 for number in changed)
    assert bool(len(changed)) is any(shares)


def test_half_an_edge_parts_half():
    price, name = Boxes([Area(0.5, 0.5, 0.6, 0.6)]), Boxes([Area(0.1, 0.1, 0.2, 0.2)])
    level, upright, whole, walls = separations(price, name, [Area(0.138, 0.3, 0.35, 0.3), Area(0.3, 0.0, 0.3, 1.0)])
    assert 0.4 < level[0, 0] < 0.6
    assert upright[0, 0] == 1.0
    assert (whole[0, 0], walls[0, 0]) == (0.0, 1.0)


def test_no_edges_part_nothing():
    found = separations(Boxes([Area(0, 0, 1, 1)]), Boxes([Area(2, 2, 3, 3)] * 2), [])
    assert [one.tolist() for one in found] == [[[0.0, 0.0]]] * 4


def test_lines_follow_each_other_in_columns():
    texts = (("Eins", 0.1), ("Zwei", 0.125), ("Drei", 0.3))
    look = look_at(square(a_page(*[line(text, x, y, x + 0.2, y + 0.02) for x in (0.1, 0.6) for text, y in texts])), DE)
    below = {piece.text + str(piece.area.left > 0.5): int(look.below[no]) for no, piece in enumerate(look.texts)}
    for no, piece in enumerate(look.texts):
        if piece.text == "Zwei":
            above = look.texts[int(look.above[no])]
            assert (above.text, above.area.left) == ("Eins", piece.area.left)
        else:
            assert look.above[no] == -1
    assert below["DreiTrue"] == below["ZweiFalse"] == -1
