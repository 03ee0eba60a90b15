from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.evaluation.calibration import Claim, calibration


def claims(*pairs: tuple[float, bool]) -> list[Claim]:
    return [Claim(confidence, right) for confidence, right in pairs]


def test_nine_in_ten_of_the_sure_ones_are_right() -> None:
    found = calibration(claims(*[(0.9, True)] * 9, (0.9, False)))
    assert (found.claims, found.accuracy, found.mean_confidence) == (10, 0.9, pytest.approx(0.9))
    assert found.expected_error == pytest.approx(0)
    assert found.brier == pytest.approx(0.9 * 0.01 + 0.1 * 0.81)
    assert (found.around_nine.claims, found.around_nine.accuracy) == (10, 0.9)
    assert found.from_nine.claims == 10


def test_a_worked_case() -> None:
    found = calibration(claims((0.15, False), (0.19, True), (0.87, True), (0.95, False), (1.0, True)))
    assert [(one.claims, one.right) for one in found.bins if one.claims] == [(2, 1), (1, 1), (2, 1)]
    assert found.expected_error == pytest.approx((2 * abs(0.5 - 0.17) + abs(1 - 0.87) + 2 * abs(0.5 - 0.975)) / 5)
    assert found.brier == pytest.approx((0.15**2 + 0.81**2 + 0.13**2 + 0.95**2 + 0) / 5)
    assert (found.around_nine.claims, found.around_nine.right) == (1, 1)
    assert (found.from_nine.claims, found.from_nine.accuracy) == (2, 0.5)


def test_no_claim_is_all_zero() -> None:
    found = calibration([])
    assert (found.claims, found.expected_error, found.brier, found.from_nine.accuracy) == (0, 0, 0, 0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40))
def test_every_claim_is_in_one_bin_and_errors_are_shares(pairs: list[tuple[float, bool]]) -> None:
    found = calibration(claims(*pairs))
    assert sum(one.claims for one in found.bins) == found.claims == len(pairs)
    assert sum(one.right for one in found.bins) == sum(right for _, right in pairs)
    assert 0 <= found.expected_error <= 1
    assert 0 <= found.brier <= 1
