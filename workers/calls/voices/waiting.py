"""Music on hold as spans of the call, joined with the holds that words tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from schemas.rows.call import CallSpanRow
from workers.calls.turns import Span, talk_s
from workers.calls.understanding import Understood
from workers.calls.voices.listening import Listened

ADAPTER: Final = "tamiz/1/sounds"
LEAST_S: Final = 8.0
"""A shorter stretch may be a jingle before a greeting; holds told by words begin here, too."""
NEAR_S: Final = 2.0
"""Music that stops for less goes on: tunes have pauses, and parts of a long call are cut in them."""
CONFIDENCE: Final = 0.7
"""A judgement: made-up music is found nearly always, songs are taken for talk; no recording at hand says when somebody was put on hold."""


def music(listened: Listened) -> list[CallSpanRow]:
    """A span `hold` named `music` for each stretch of it on a channel that copies no other; times are the recording's."""
    found = [
        _span(channel, sound.start_s, sound.end_s)
        for channel in listened.survey.voices()
        for sound in listened.sounds.get(channel, ())
        if sound.kind == "music"
    ]
    return joined(found)


def joined(spans: Iterable[CallSpanRow]) -> list[CallSpanRow]:
    """Stretches of the same channel that hardly stop made one, and those of at least `LEAST_S` kept."""
    found: list[CallSpanRow] = []
    for span in sorted(spans, key=lambda span: (span.channel or 0, span.start_s or 0.0)):
        before = found[-1] if found else None
        if before and before.channel == span.channel and (span.start_s or 0.0) - (before.end_s or 0.0) < NEAR_S:
            found[-1] = _span(span.channel or 0, before.start_s or 0.0, max(before.end_s or 0.0, span.end_s or 0.0))
        else:
            found.append(span)
    return [span for span in found if (span.end_s or 0.0) - (span.start_s or 0.0) >= LEAST_S]


def with_music(told: Understood, heard: Sequence[CallSpanRow]) -> Understood:
    """What is understood of a call, with the holds that were heard; `hold_s` counts words' and music's holds once."""
    if not heard:
        return told
    spans = sorted([*told.spans, *heard], key=lambda span: span.start_s if span.start_s is not None else -1.0)
    waits = sorted((span.start_s or 0.0, span.end_s or 0.0) for span in spans if span.kind == "hold")
    held = round(talk_s(Span(0, *wait) for wait in waits), 3)
    numbered = tuple(span.model_copy(update={"span_no": number}) for number, span in enumerate(spans, start=1))
    return replace(told, spans=numbered, header={**told.header, "hold_s": held})


def _span(channel: int, start_s: float, end_s: float) -> CallSpanRow:
    return CallSpanRow(
        span_no=1,
        kind="hold",
        name="music",
        channel=channel,
        start_s=start_s,
        end_s=end_s,
        confidence=CONFIDENCE,
        method="derived",
        adapter=ADAPTER,
    )
