"""Pages turned over: on chains nobody has seen, prices stand above names where ours have them below, and left where ours have them right."""

from __future__ import annotations

from typing import Final

import numpy as np

from workers.brochures.boxes import Matrix

SHARE: Final = 0.3
"""What a turned page counts against the real one."""
_LEFT, _RIGHT, _X, _TOP, _BOTTOM, _TOP_BELOW, _BOTTOM_ABOVE, _LEFT_BEHIND = range(8)
"""Where `pair_features` puts the directions: left to left, right to right, middles, top to top, bottom to bottom, a price's top from a name's bottom,
its bottom from the name's top, and its left from the name's right."""
FARTHEST: Final = 3.0
"""Type sizes at which directions are cut."""


def mirrored(rows: Matrix) -> list[Matrix]:
    """Rows of pairs as they would be on the page upside down, and on the page from right to left. All that is no direction stays."""
    over, across = rows.copy(), rows.copy()
    for column, source in ((_TOP, _BOTTOM), (_BOTTOM, _TOP), (_TOP_BELOW, _BOTTOM_ABOVE), (_BOTTOM_ABOVE, _TOP_BELOW)):
        over[:, column] = -rows[:, source]
    for column, source in ((_LEFT, _RIGHT), (_RIGHT, _LEFT), (_X, _X)):
        across[:, column] = -rows[:, source]
    right_behind = rows[:, _RIGHT] + rows[:, _LEFT] - rows[:, _LEFT_BEHIND]
    across[:, _LEFT_BEHIND] = np.clip(-right_behind, -FARTHEST, FARTHEST)
    return [over, across]
