"""How a call felt: the score of each side over the whole call and over its quarters, -5 to 5, as contact-centre analytics state it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from schemas.rows.call import UtteranceRow

QUARTERS: Final = 4
SCALE: Final = 5.0
"""An utterance's sentiment goes from -1 to 1, a call's from -5 to 5 (AWS Post Call Analytics `SentimentScore`)."""


def sentiment_by_role(rows: Sequence[UtteranceRow], duration_s: float | None) -> dict[str, dict[str, Any]] | None:
    """Per role `score`, `quarters` (null where the role says nothing) and `change`, the last quarter with words less the first; None for no scores.

    Quarters are of time; of turns where the transcript has no times. An utterance counts by its words, so that "yes" does not outweigh a complaint.
    """
    found: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
    for at, row in enumerate(rows):
        if row.sentiment is not None and row.role != "unknown":
            found[row.role].append((_quarter(row, at, len(rows), duration_s), row.sentiment, len(row.text.split())))
    return {role: _summed(scores) for role, scores in sorted(found.items())} or None


def _quarter(row: UtteranceRow, at: int, count: int, duration_s: float | None) -> int:
    share = at / count
    if duration_s and row.start_s is not None and row.end_s is not None:
        share = (row.start_s + row.end_s) / 2 / duration_s
    return min(QUARTERS - 1, int(share * QUARTERS))


def _summed(scores: Sequence[tuple[int, float, int]]) -> dict[str, Any]:
    quarters = [_mean([(score, words) for quarter, score, words in scores if quarter == wanted]) for wanted in range(QUARTERS)]
    known = [quarter for quarter in quarters if quarter is not None]
    change = round(known[-1] - known[0], 2) if len(known) > 1 else None
    return {"score": _mean([(score, words) for _, score, words in scores]), "quarters": quarters, "change": change}


def _mean(scores: Sequence[tuple[float, int]]) -> float | None:
    weight = sum(words for _, words in scores)
    return round(SCALE * sum(score * words for score, words in scores) / weight, 2) if weight else None
