from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from workers.brochures.assign import assign

costs = arrays.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(-50, 50, allow_nan=False))


def least(cost):
    """By trying everything."""
    if cost.shape[0] > cost.shape[1]:
        return least(cost.T)
    return min(sum(cost[row, column] for row, column in enumerate(chosen)) for chosen in permutations(range(cost.shape[1]), cost.shape[0]))


@given(costs)
def test_the_total_is_the_least_there_is(cost):
    pairs = assign(cost)
    assert len(pairs) == min(cost.shape)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert sum(cost[pair] for pair in pairs) == pytest.approx(least(cost), abs=1e-6)


@given(costs)
def test_pairs_are_within_the_matrix_and_in_order(cost):
    pairs = assign(cost)
    assert pairs == sorted(pairs)
    assert all(0 <= row < cost.shape[0] and 0 <= column < cost.shape[1] for row, column in pairs)


def test_the_nearest_is_left_to_whom_it_costs_less():
    assert assign(np.array([[1.0, 2.0], [1.0, 9.0]])) == [(0, 1), (1, 0)]


def test_more_rows_than_columns():
    assert assign(np.array([[5.0], [1.0], [3.0]])) == [(1, 0)]


def test_many_rows_at_once():
    cost = np.full((120, 200), 9.0)
    wanted = [(row, (7 * row) % 200) for row in range(120)]
    for pair in wanted:
        cost[pair] = 1.0
    assert assign(cost) == wanted
