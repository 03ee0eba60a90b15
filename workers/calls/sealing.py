"""Parts of a long call without the personal data that shows only when they are read one after another. Pure, over Extractions' JSON.

A question may end one part and its answer begin the next; a number may be said in groups on both sides of the cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from schemas.extractions import CallExtraction
from schemas.rows.call import CallSpanRow, UtteranceRow
from schemas.settings import CallSettings
from schemas.transcripts import TimedWord
from workers.calls.named import beside
from workers.calls.personal import personal_spans
from workers.calls.privacy import Found, personal, without

_UNQUOTED: Final = {"text": None, "char_start": None, "char_end": None}
"""What a span loses with the text it stood in."""
Record = Mapping[str, Any]
"""An Extraction as JSON."""


def sealed(parts: Sequence[Record], calls: CallSettings) -> list[dict[str, Any]]:
    """The parts in order, those the same that hold nothing more.

    What a part found by itself is out of its text already. Of a turn whose words have no times, or that lost some, the whole counts.
    """
    found = [CallExtraction.model_validate(part) for part in parts]
    rows: list[UtteranceRow] = []
    for part in found:
        rows += [row.model_copy(update={"utterance_no": len(rows) + place}) for place, row in enumerate(part.utterances, start=1)]
    data = personal(rows, None, next((part.language for part in found if part.language), None))
    clean = without(rows, data, calls.redact)
    changed: list[dict[str, Any]] = []
    at = 0
    for record, part in zip(parts, found, strict=True):
        mine = rows[at : at + len(part.utterances)]
        new = [
            span.model_copy(update={"utterance_no": old.utterance_no})
            for old, row in zip(part.utterances, mine, strict=True)
            for span in _new(row, data.get(row.utterance_no, ()), part.call_spans, calls)
        ]
        named = beside(
            part.entities, {old.utterance_no: data.get(row.utterance_no, ()) for old, row in zip(part.utterances, mine, strict=True)}, calls.redact
        )
        changed.append(_with(part.model_copy(update={"entities": named}), clean[at : at + len(mine)], new, mine) if new else dict(record))
        at += len(mine)
    return changed


def _new(row: UtteranceRow, found: Sequence[Found], known: Iterable[CallSpanRow], calls: CallSettings) -> list[CallSpanRow]:
    """Spans of what the part has none for; what is to be redacted still stood in the text, so it has none."""
    words = [TimedWord(text=text, start_s=start_s, end_s=end_s, confidence=sure or 0) for text, start_s, end_s, sure in row.words or ()]
    spans = personal_spans([row], {row.utterance_no: found}, {row.utterance_no: words}, calls.redact)
    before = {one.name for one in known if one.kind == "personal" and _within(one, row)}
    return [span for span in spans if span.name in calls.redact or span.name not in before]


def _within(span: CallSpanRow, row: UtteranceRow) -> bool:
    if span.start_s is None or row.start_s is None or row.end_s is None:
        return span.start_s == row.start_s
    return span.channel == row.channel and row.start_s <= span.start_s <= row.end_s


def _with(part: CallExtraction, clean: Sequence[UtteranceRow], new: Sequence[CallSpanRow], rows: Sequence[UtteranceRow]) -> dict[str, Any]:
    """The part with these turns and spans. Where text was taken out, what quoted it goes: the whole is understood anew."""
    redacted = any(one.text != row.text for one, row in zip(clean, rows, strict=True))
    spans = [span.model_copy(update=_UNQUOTED) if redacted else span for span in part.call_spans]
    added = [span.model_copy(update={"span_no": len(spans) + place}) for place, span in enumerate(new, start=1)]
    header = {"summary": None} if redacted else {}
    return part.model_copy(
        update={
            "utterances": tuple(one.model_copy(update={"utterance_no": old.utterance_no}) for one, old in zip(clean, part.utterances, strict=True)),
            "call_spans": (*spans, *added),
            "calls": tuple(row.model_copy(update=header) for row in part.calls),
        }
    ).model_dump(mode="json", by_alias=True)
