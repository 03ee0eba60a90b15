"""The order of one object's events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ordering import compare_order

sequencers = st.text("0123456789ABCDEF", min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("0055AED6DCD90281E4", "0055AED6DCD90281E5"),
        ("0055AED6DCD9", "0055AED6DCD90281E5"),
        ("0055AED6DCD90281E5", "0055AED6DCDA"),
        ("00000000000000000009", "00000000000000000010"),
    ],
)
def test_the_shorter_key_is_padded_on_the_right(older: str, newer: str) -> None:
    assert compare_order(older, newer) < 0
    assert compare_order(newer, older) > 0


@given(sequencers, st.integers(0, 5))
def test_padding_makes_no_difference(key: str, zeros: int) -> None:
    assert compare_order(key, key + "0" * zeros) == 0


@given(sequencers, sequencers, sequencers)
def test_it_is_an_order(a: str, b: str, c: str) -> None:
    first, second, third = sorted((a, b, c), key=lambda key: key.ljust(20, "0"))
    assert compare_order(first, second) <= 0
    assert compare_order(second, third) <= 0
    assert compare_order(first, third) <= 0
