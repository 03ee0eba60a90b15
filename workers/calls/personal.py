"""Where in a call personal data was said: spans for SQL, and for the silence in the redacted copy of the audio. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from schemas.rows.call import CallSpanRow, Role, UtteranceRow
from schemas.settings import PersonalData
from schemas.transcripts import TimedWord
from workers.calls.privacy import Found
from workers.calls.understanding import Understood

ADAPTER: Final = "tamiz/1/privacy"
CONFIDENCE: Final = 0.8
"""A judgement: digits that pass a check are surer, those that a question asked for less."""
_FASTEST_S: Final = 0.03
"""Seconds a character takes at least: talk has about 15 characters a second, digits fewer. Words with shorter times have none."""


def personal_spans(
    rows: Sequence[UtteranceRow],
    found: Mapping[int, Sequence[Found]],
    words: Mapping[int, Sequence[TimedWord]],
    redact: Collection[PersonalData] = (),
) -> list[CallSpanRow]:
    """A span `personal` for each thing `found` in the rows as they were searched, by utterance number; those of the kinds to `redact` are flagged so.

    `words`: what was recognised of each utterance. An utterance whose words have no times, or do not make up its text, gives its whole time.
    """
    return [_span(row, one, words.get(row.utterance_no, ()), redact) for row in rows for one in found.get(row.utterance_no, ())]


def _span(row: UtteranceRow, found: Found, words: Sequence[TimedWord], redact: Collection[PersonalData]) -> CallSpanRow:
    start_s, end_s = _time(row, found, words)
    return CallSpanRow(
        span_no=1,
        kind="personal",
        name=found.kind,
        role=row.role,
        utterance_no=row.utterance_no,
        channel=row.channel,
        start_s=start_s,
        end_s=end_s,
        confidence=CONFIDENCE,
        method="derived",
        adapter=ADAPTER,
        flags=("redacted",) if found.kind in redact else (),
    )


def _time(row: UtteranceRow, found: Found, words: Sequence[TimedWord]) -> tuple[float | None, float | None]:
    heard = row.text if row.raw_text is None else row.raw_text
    if not words or " ".join(word.text for word in words) != heard:
        return row.start_s, row.end_s
    parts = [part for word in words for part in [word] * len(word.text.split(" "))]  # a recogniser may call two words one
    first, end = _places(row.text, found)
    if row.raw_text is not None:
        first, end = _before_mending(row.text.split(" "), row.raw_text.split(" "), first, end)
    chosen = parts[first:end]
    start_s, end_s = min(one.start_s for one in chosen), max(one.end_s for one in chosen)
    if end_s - start_s < _FASTEST_S * (found.char_end - found.char_start):
        return row.start_s, row.end_s
    return start_s, end_s


def _places(text: str, found: Found) -> tuple[int, int]:
    """First and end (exclusive) of the words, parted by single spaces, that hold what was found."""
    first = text.count(" ", 0, found.char_start)
    return first, text.count(" ", 0, found.char_end) + 1


def _before_mending(mended: list[str], raw: list[str], first: int, end: int) -> tuple[int, int]:
    """The words of the raw text that stand where words `first` to `end` of the mended one do."""
    places: list[int] = []
    for tag, start, stop, raw_start, raw_stop in SequenceMatcher(None, mended, raw, autojunk=False).get_opcodes():
        if start < end and stop > first:
            exact = tag == "equal"
            places += [raw_start + max(0, first - start) if exact else raw_start, raw_start + min(stop, end) - start if exact else raw_stop]
    return min(places), max(places)


def with_personal(told: Understood, spans: Sequence[CallSpanRow]) -> Understood:
    """What is understood of a call, with these spans; each has the role that its turn has by now."""
    if not spans:
        return told
    roles = [span.model_copy(update={"role": _role(span, told.rows)}) for span in spans]
    ordered = sorted([*told.spans, *roles], key=lambda span: span.start_s if span.start_s is not None else -1.0)
    return replace(told, spans=tuple(span.model_copy(update={"span_no": number}) for number, span in enumerate(ordered, start=1)))


def _role(span: CallSpanRow, rows: Sequence[UtteranceRow]) -> Role | None:
    if span.start_s is None:
        return span.role
    return next(
        (
            row.role
            for row in rows
            if row.channel == span.channel and row.start_s is not None and row.end_s is not None and row.start_s <= span.start_s <= row.end_s
        ),
        span.role,
    )
