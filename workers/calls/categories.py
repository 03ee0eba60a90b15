"""Which categories a call belongs to, by the rules of the settings, and where in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from schemas.call_rules import Category, Condition, Feeling, Interruption, Silence, Words
from schemas.rows.call import CallSpanRow, UtteranceRow
from workers.calls.phrases import expression, plain, words

ADAPTER: Final = "tamiz/1/rules"
CLEAR: Final = 0.25
"""A turn feels positive or negative from this score on (-1 to 1)."""

_Place = tuple[float | None, float | None]
"""Seconds from and to; None where a transcript has no times."""


def categories(rows: Sequence[UtteranceRow], duration_s: float | None, rules: Sequence[Category]) -> dict[str, list[_Place]]:
    """The categories that match, each with the places that made it match; none for one that only rests on what is absent."""
    found: dict[str, list[_Place]] = {}
    for rule in rules:
        places = [_places(condition, rows, duration_s) for condition in rule.conditions]
        if all(bool(at) != condition.negate for at, condition in zip(places, rule.conditions, strict=True)):
            kept = {place for at, condition in zip(places, rule.conditions, strict=True) if not condition.negate for place in at}
            found[rule.name] = sorted(kept, key=lambda place: (place[0] is not None, place))
    return found


def category_spans(found: dict[str, list[_Place]]) -> list[CallSpanRow]:
    """A span for each place; for a category without any, one without times."""
    return [
        CallSpanRow(span_no=1, kind="category", name=name, start_s=start, end_s=end, confidence=1.0, method="derived", adapter=ADAPTER)
        for name, places in found.items()
        for start, end in places or [(None, None)]
    ]


def _places(condition: Condition, rows: Sequence[UtteranceRow], duration_s: float | None) -> list[_Place]:
    window = _window(condition, duration_s)
    if window is None:
        return []
    if isinstance(condition, Silence):
        return [gap for gap in _gaps(rows, duration_s, *window) if gap[1] - gap[0] >= condition.silence_s]
    said = [row for row in rows if _counts(row, condition.role, window)]
    if isinstance(condition, Words):
        phrases = expression("|".join(_normal(phrase) for phrase in condition.words))
        return [(row.start_s, row.end_s) for row in said if phrases.search(plain(row.text))]
    if isinstance(condition, Feeling):
        return [(row.start_s, row.end_s) for row in said if row.sentiment is not None and _feels(row.sentiment) in condition.sentiment]
    assert isinstance(condition, Interruption)
    return [(row.start_s, row.end_s) for row in said if row.is_interruption and _long(row) >= condition.interruption_s]


def _normal(phrase: str) -> str:
    """As `plain` writes texts; a star stays."""
    return " ".join("*" if part == "*" else " ".join(words(part)) for part in phrase.split()).strip()


def _feels(score: float) -> str:
    return "positive" if score >= CLEAR else "negative" if score <= -CLEAR else "neutral"


def _long(row: UtteranceRow) -> float:
    return row.end_s - row.start_s if row.start_s is not None and row.end_s is not None else 0.0


def _window(condition: Condition, duration_s: float | None) -> tuple[float, float] | None:
    """The seconds a condition looks at; None where it names some and the call's length is not known."""
    end = duration_s if duration_s is not None else float("inf")
    if condition.from_s is not None or condition.to_s is not None:
        return condition.from_s or 0.0, condition.to_s if condition.to_s is not None else end
    if condition.first_s is not None:
        return 0.0, condition.first_s
    shares = (condition.from_percent, condition.to_percent, condition.first_percent, condition.last_percent)
    if condition.last_s is None and all(share is None for share in shares):
        return 0.0, float("inf")
    if duration_s is None:
        return None
    if condition.last_s is not None:
        return max(0.0, end - condition.last_s), end
    if condition.first_percent is not None:
        return 0.0, end * condition.first_percent / 100
    if condition.last_percent is not None:
        return end * (1 - condition.last_percent / 100), end
    to = 100.0 if condition.to_percent is None else condition.to_percent
    return end * (condition.from_percent or 0.0) / 100, end * to / 100


def _counts(row: UtteranceRow, role: str | None, window: tuple[float, float]) -> bool:
    """Whether a turn is of that side and begins in the window; one without a time counts where the window is the whole call."""
    if role is not None and row.role != role:
        return False
    if row.start_s is None:
        return window == (0.0, float("inf"))
    return window[0] <= row.start_s < window[1]


def _gaps(rows: Iterable[UtteranceRow], duration_s: float | None, first: float, last: float) -> list[tuple[float, float]]:
    """Stretches without a turn, as far as they lie between `first` and `last`. None where there are no times."""
    spans = sorted((row.start_s, row.end_s) for row in rows if row.start_s is not None and row.end_s is not None)
    if not spans:
        return []
    until, found = 0.0, []
    for start, end in [*spans, *([(duration_s, duration_s)] if duration_s is not None else [])]:
        begins, ends = max(until, first), min(start, last)
        if ends > begins:
            found.append((round(begins, 3), round(ends, 3)))
        until = max(until, end)
    return found
