"""Who wins on held-out rows: the more often right; where chance may have made the difference, the one that knows better how sure it is."""

from __future__ import annotations

from typing import Any

import pytest

from workers.learning.contest import Contest


def contest(**found: Any) -> Contest:
    said = {"opponent": "shipped", "measure": "accuracy", "rows": 400, "ours": 0.9, "theirs": 0.9, "only_ours": 5, "only_theirs": 5} | found
    return Contest(**said)


@pytest.mark.parametrize(
    ("found", "won"),
    [
        ({"ours": 0.95, "chance": 0.001, "our_loss": 0.4, "their_loss": 0.3}, True),
        ({"ours": 0.85, "chance": 0.001, "our_loss": 0.2, "their_loss": 0.3}, False),
        ({"ours": 0.89, "chance": 0.6, "our_loss": 0.2, "their_loss": 0.3}, True),
        ({"ours": 0.91, "chance": 0.6, "our_loss": 0.4, "their_loss": 0.3}, False),
        ({"chance": 1.0, "our_loss": 0.3, "their_loss": 0.3}, False),
        ({"ours": 0.91}, True),
        ({"ours": 0.9}, False),
        ({"ours": 0.99, "rows": 49}, False),
    ],
)
def test_who_wins(found: dict[str, Any], won: bool) -> None:
    assert contest(**found).won is won


def test_what_decided_is_told() -> None:
    close = contest(ours=0.89, chance=0.6, our_loss=0.2, their_loss=0.3)
    clear = contest(ours=0.95, chance=0.001, our_loss=0.2, their_loss=0.3)
    assert "the log loss decided" in close.told
    assert "the rows right decided" in clear.told
    assert "decided" not in contest().told
