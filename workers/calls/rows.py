"""Rows of a call: its utterances and its header."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.language import TextAnalysis
from schemas.rows.call import CallRow, SpokenWord, UtteranceRow
from schemas.transcripts import TimedWord
from workers.calls.levels import Survey
from workers.calls.metadata import CallFacts
from workers.calls.turns import Span, interruptions, overlaps_s, talk_s
from workers.calls.voices.attribution import VoicedTurn

LEAST_TALK_S: Final = 5.0
"""Seconds a role must talk before words a minute mean anything: a single "yes" gives 150."""

HEADER_CONFIDENCE: Final = 0.75
"""Talk and pauses of a header follow from voice activity, not from words: on the 30-second meeting excerpts of the AMI corpus (far microphone, people
labelled who spoke when) they agree with them in 89% of the time; the recogniser's turns, by which roles are counted, in 73%."""


@dataclass(frozen=True)
class Shape:
    """What the header needs to know of the whole recording, and whose turns it counts."""

    duration_s: float
    channels: int
    copies: Mapping[int, int]
    adapter: str


def utterances(voiced: Sequence[VoicedTurn], survey: Survey, facts: CallFacts, *, assumed_language: bool) -> tuple[UtteranceRow, ...]:
    """A row per turn, numbered from 1 in order of time; voices that share a channel are `speaker 1`, `speaker 2` and so on.

    `assumed_language`: the recogniser knows one language only and nobody stated it.
    """
    comparable = len(survey.voices()) > 1
    turns = [one.turn for one in voiced]
    spans = [turn.span for turn in turns]
    interrupting, together = interruptions(spans), overlaps_s(spans)
    return tuple(
        UtteranceRow(
            utterance_no=number,
            role=facts.role(turn.channel) if turn.channel not in survey.copies.values() else "unknown",
            speaker=_speaker(voice, turn.channel, survey, facts),
            text=turn.segment.text,
            words=_timed(turn.segment.words),
            language=turn.language,
            loudness_db=round(survey.loudness_db(turn.channel, turn.segment.start_s, turn.segment.end_s), 1),
            loudness_per_s=survey.loudness_per_s(turn.channel, turn.segment.start_s, turn.segment.end_s),
            is_interruption=interrupting[number - 1] if comparable else None,
            overlap_s=together[number - 1] if comparable else None,
            confidence=_mean([word.confidence for word in turn.segment.words]),
            adapter=turn.adapter,
            flags=("language_assumed",) if assumed_language and turn.segment.words else (),
            channel=turn.channel,
            start_s=turn.segment.start_s,
            end_s=turn.segment.end_s,
        )
        for number, (turn, voice) in enumerate(zip(turns, [one.speaker for one in voiced], strict=True), start=1)
    )


def _timed(words: Sequence[TimedWord]) -> tuple[SpokenWord, ...] | None:
    """None where nothing was understood."""
    return tuple((one.text, round(one.start_s, 3), round(one.end_s, 3), round(one.confidence, 3)) for one in words) or None


def _speaker(voice: int | None, channel: int, survey: Survey, facts: CallFacts) -> str | None:
    """The voice, where several share the channel; else whose channel it is."""
    if voice is not None:
        return f"speaker {voice}"
    return facts.speaker(channel) if channel not in survey.copies.values() else None


INTENTS: Final = "intents"
"""Name of the trained classifier whose labels become the intents of a caller's turns."""


Score = Callable[[UtteranceRow, TextAnalysis], float | None]
"""What a turn feels, -1 to 1, by its analysis: `feelings.felt` or `feelings.stated`."""


def with_analysis(rows: Sequence[UtteranceRow], analyses: Iterable[TextAnalysis], score: Score) -> tuple[UtteranceRow, ...]:
    """The rows with what the analysis of each row's text says, in order: the score, and the intent where a classifier `intents` speaks."""
    return tuple(row.model_copy(update=_said(row, analysis, score)) for row, analysis in zip(rows, analyses, strict=True))


def _said(row: UtteranceRow, analysis: TextAnalysis, score: Score) -> dict[str, float | str]:
    feeling = score(row, analysis)
    found: dict[str, float | str] = {"sentiment": feeling} if feeling is not None else {}
    intent = next((one.label for one in analysis.classes if one.model == INTENTS), None)
    return found | {"intent": intent} if intent is not None and row.role in ("customer", "unknown") else found


def header(shape: Shape, spans: Sequence[Span], facts: CallFacts, words: Mapping[int, int] | None = None) -> CallRow:
    """The call's one row. `spans` are its turns in order of start; `words` counts those of each channel, None where they are not known."""
    comparable = shape.channels - len(shape.copies) > 1
    talking = _per_role(spans, facts, shape)
    return CallRow(
        **facts.fields,
        duration_s=round(shape.duration_s, 3),
        channels=shape.channels,
        talk_time_s={role: round(seconds, 2) for role, seconds in talking.items()} or None,
        words_per_minute=_words_per_minute(talking, words, facts) if words is not None else None,
        non_talk_s=round(max(0.0, shape.duration_s - talk_s(spans)), 3),
        interruptions=sum(interruptions(spans)) if comparable else None,
        confidence=HEADER_CONFIDENCE,
        method="derived",
        adapter=shape.adapter,
        flags=(*(("identical_channels",) if shape.copies else ()), *(("interrupted",) if facts.interrupted else ())),
        start_s=0.0,
        end_s=round(shape.duration_s, 3),
    )


def _per_role(spans: Sequence[Span], facts: CallFacts, shape: Shape) -> dict[str, float]:
    """Seconds of speech of each known role; a voice that stands on two channels belongs to neither's role."""
    mixed = set(shape.copies) | set(shape.copies.values())
    roles = {channel: role for channel, role in facts.roles.items() if channel not in mixed}
    return {role: talk_s(span for span in spans if roles.get(span.channel) == role) for role in sorted(set(roles.values()))}


def _words_per_minute(talking: Mapping[str, float], words: Mapping[int, int], facts: CallFacts) -> dict[str, float] | None:
    found: dict[str, float] = {}
    for role, seconds in talking.items():
        if seconds >= LEAST_TALK_S:
            found[role] = round(sum(count for channel, count in words.items() if facts.role(channel) == role) / seconds * 60, 1)
    return found or None


def _mean(values: Sequence[float]) -> float:
    """0 for none: nobody understood anything."""
    return round(sum(values) / len(values), 4) if values else 0.0
