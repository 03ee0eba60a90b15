"""Stretches in which somebody waits on hold, told by the words around a long silence: "please hold" before it, "thank you for holding" after.

What sounds on the line meanwhile is not looked at here: a hold with music that a recogniser took for words is missed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas.rows.call import CallSpanRow, UtteranceRow
from workers.calls.phrases import base, expression, plain, words
from workers.calls.silences import silences

ADAPTER: Final = "tamiz/1/hold"
CONFIDENCE: Final = 0.7
LEAST_HOLD_S: Final = 8.0
"""A shorter silence is somebody who types or reads. A judgement, not measured: no recording at hand says when somebody was put on hold."""
_REACH: Final = 3
"""Turns before the silence that may announce it: the agent asks, the other agrees, and perhaps thanks are said."""
_ASSENT_WORDS: Final = 5
"""A longer turn after the announcement is talk: nobody was put on hold yet."""
_TOUCH_S: Final = 0.01
"""Times are written in milliseconds."""


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words" / "hold.toml").read_text("utf-8"))


@cache
def _phrases(language: str, side: str) -> re.Pattern[str] | None:
    table = _tables().get(language)
    return expression(table[side]) if table else None


def holds(rows: Sequence[UtteranceRow], duration_s: float | None, language: str | None = None) -> list[CallSpanRow]:
    """A span for each hold, numbered from 1; none for a transcript without times or in a language without phrases (`words/hold.toml`)."""
    timed = sorted((row for row in rows if row.start_s is not None and row.end_s is not None), key=lambda row: (row.start_s, row.end_s))
    return [
        CallSpanRow(
            span_no=1,
            kind="hold",
            start_s=gap.start_s,
            end_s=gap.end_s,
            confidence=CONFIDENCE,
            method="derived",
            adapter=ADAPTER,
        )
        for gap in silences(timed, duration_s)
        if _length(gap) >= LEAST_HOLD_S and (_announced(timed, gap, language) or _taken_back(timed, gap, language))
    ]


def hold_s(rows: Sequence[UtteranceRow], spans: Sequence[CallSpanRow], language: str | None = None) -> float | None:
    """Seconds on hold; None where nobody can tell: no times, or words of no known language."""
    told = any(row.start_s is not None and base(row.language or language) in _tables() for row in rows)
    return round(sum(_length(span) for span in spans), 3) if told else None


def _length(span: CallSpanRow) -> float:
    return (span.end_s or 0.0) - (span.start_s or 0.0)


def _announced(rows: Sequence[UtteranceRow], gap: CallSpanRow, language: str | None) -> bool:
    """Whether one of the last turns asks the other to wait, and only short assent follows it."""
    before = [row for row in rows if (row.end_s or 0.0) <= (gap.start_s or 0.0) + _TOUCH_S][-_REACH:]
    for row in reversed(before):
        if row.role != "customer" and _says(row, "before", language):
            return True
        if len(words(row.text)) > _ASSENT_WORDS:
            return False
    return False


def _taken_back(rows: Sequence[UtteranceRow], gap: CallSpanRow, language: str | None) -> bool:
    after = [row for row in rows if (row.start_s or 0.0) >= (gap.end_s or 0.0) - _TOUCH_S][:2]
    return any(row.role != "customer" and _says(row, "after", language) for row in after)


def _says(row: UtteranceRow, side: str, language: str | None) -> bool:
    phrases = _phrases(base(row.language or language), side)
    return phrases is not None and phrases.search(plain(row.text)) is not None
