"""A long call, recognised in parts, understood as one: roles, answers and feelings know no parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from schemas.extractions import CallExtraction
from schemas.rows.call import UtteranceRow
from schemas.settings import CallSettings
from workers.calls.metadata import companies
from workers.calls.personal import ADAPTER as PRIVACY
from workers.calls.personal import with_personal
from workers.calls.replies import with_replies
from workers.calls.rows import LEAST_TALK_S
from workers.calls.turns import Span, talk_s
from workers.calls.understanding import understood, with_roles
from workers.calls.vocabulary import vocabulary
from workers.calls.voices.waiting import ADAPTER as MUSIC
from workers.calls.voices.waiting import joined, with_music


def concluded(call: CallExtraction, settings: CallSettings) -> CallExtraction:
    """The call with everything found anew over all its turns. What a part guessed of roles is forgotten; what was stated stays."""
    rows = with_roles([_unguessed(row) for row in call.utterances], call.language, companies(call.metadata, settings))
    duration_s = call.calls[0].duration_s if call.calls else None
    told = understood(rows, call.language, duration_s, settings.categories, vocabulary(call.metadata, settings))
    heard = with_music(told, joined(span for span in call.call_spans if span.adapter == MUSIC))
    whole = with_personal(heard, [span for span in call.call_spans if span.adapter == PRIVACY])
    header = {**whole.header, **talk_of_roles(whole.rows)}
    call = call.model_copy(
        update={
            "calls": tuple(row.model_copy(update=header) for row in call.calls),
            "utterances": whole.rows,
            "call_spans": whole.spans,
        }
    )
    return with_replies(call, settings.replies)


def _unguessed(row: UtteranceRow) -> UtteranceRow:
    if row.role_confidence in (None, 1.0):
        return row
    return row.model_copy(update={"role": "unknown", "role_confidence": None})


def talk_of_roles(rows: Sequence[UtteranceRow]) -> dict[str, Any]:
    """Seconds and words a minute of each role, where any is known."""
    spans: dict[str, list[Span]] = {}
    words: Counter[str] = Counter()
    for row in rows:
        if row.role != "unknown" and row.start_s is not None and row.end_s is not None:
            spans.setdefault(row.role, []).append(Span(row.channel or 0, row.start_s, row.end_s))
            words[row.role] += len(row.text.split())
    seconds = {role: talk_s(found) for role, found in sorted(spans.items())}
    if not seconds:
        return {}
    speed = {role: round(words[role] / talk * 60, 1) for role, talk in seconds.items() if talk >= LEAST_TALK_S}
    return {"talk_time_s": {role: round(talk, 2) for role, talk in seconds.items()}, "words_per_minute": speed or None}
