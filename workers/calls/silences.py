"""Stretches in which nobody speaks, and who cut whom short, as spans of the call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemas.rows.call import CallSpanRow, UtteranceRow

LEAST_SILENCE_S: Final = 3.0
"""Shorter gaps are how people talk: half of all pauses between turns are under 0.3 s and hardly any over 2 s (Heldner and Edlund 2010)."""
ADAPTER: Final = "tamiz/1/turns"


def silences(rows: Sequence[UtteranceRow], duration_s: float | None) -> list[CallSpanRow]:
    """Gaps of at least `LEAST_SILENCE_S` between turns, before the first and after the last; numbered from 1. None for a transcript without times."""
    spans = sorted((row.start_s, row.end_s) for row in rows if row.start_s is not None and row.end_s is not None)
    if not spans:
        return []
    edges = [*spans, (duration_s, duration_s)] if duration_s else spans
    found: list[CallSpanRow] = []
    until = 0.0
    for start, end in edges:
        if start - until >= LEAST_SILENCE_S:
            found.append(_span("silence", round(until, 3), round(start, 3)))
        until = max(until, end)
    return found


def cuttings_short(rows: Sequence[UtteranceRow]) -> list[CallSpanRow]:
    """Each interruption with the role of whoever interrupts."""
    return [
        _span("interruption", row.start_s, row.end_s).model_copy(update={"role": row.role, "text": row.text, "channel": row.channel})
        for row in rows
        if row.is_interruption
    ]


def _span(kind: str, start: float | None, end: float | None) -> CallSpanRow:
    return CallSpanRow.model_validate(
        {"span_no": 1, "kind": kind, "start_s": start, "end_s": end, "confidence": 0.75, "method": "derived", "adapter": ADAPTER}
    )
