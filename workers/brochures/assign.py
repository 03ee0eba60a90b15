"""The best assignment of rows to columns: shortest augmenting paths over a cost matrix (Jonker and Volgenant's method, without their start)."""

from __future__ import annotations

from typing import Any

import numpy as np


def assign(cost: np.ndarray[Any, np.dtype[np.float64]]) -> list[tuple[int, int]]:
    """Pairs (row, column) of least total cost, each row and column at most once, min(rows, columns) of them. Costs are finite."""
    if cost.shape[0] > cost.shape[1]:
        return sorted((row, column) for column, row in assign(cost.T))
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + 1)
    owner = np.zeros(columns + 1, dtype=int)  # 1-based row of each column; 0 for free, column 0 is the root
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        best, came = np.full(columns + 1, np.inf), np.zeros(columns + 1, dtype=int)
        done = np.zeros(columns + 1, dtype=bool)
        while owner[column]:
            done[column] = True
            current = owner[column]
            reduced = cost[current - 1] - row_price[current] - column_price[1:]
            better = ~done[1:] & (reduced < best[1:])
            best[1:][better], came[1:][better] = reduced[better], column
            column = int(np.where(done[1:], np.inf, best[1:]).argmin()) + 1
            step = best[column]
            row_price[owner[done]] += step
            column_price[done] -= step
            best[1:][~done[1:]] -= step
        while column:
            owner[column] = owner[came[column]]
            column = int(came[column])
    return sorted((int(owner[column]) - 1, column - 1) for column in range(1, columns + 1) if owner[column])
