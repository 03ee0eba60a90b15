"""Transcripts of Amazon Transcribe, plain and Call Analytics (docs.aws.amazon.com/transcribe/latest/dg: how-input, tca-output-batch)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from schemas.extractions import Problem
from schemas.rows.call import SpokenWord
from workers.calls.transcripts.said import Said, Written
from workers.calls.transcripts.values import (
    Record,
    Words,
    all_timed,
    begins,
    channel_of,
    mean_of,
    number_of,
    numbered,
    role_of,
    seconds_of,
    text_of,
    times_of,
)


def read_analytics(data: Record) -> Written:
    """Amazon Transcribe Call Analytics: turns with a participant's role and times in ms."""
    problems: list[Problem] = []
    turns = []
    for number, item in enumerate(data["Transcript"], start=1):
        if not isinstance(item, dict):
            problems.append(Problem(code="malformed", message=f"turn {number} of `Transcript` is no object; left out", item_no=number))
            continue
        start, end = times_of(seconds_of(item.get("BeginOffsetMillis")), seconds_of(item.get("EndOffsetMillis")), number, problems)
        role = text_of(item.get("ParticipantRole"))
        words = [word for word in item.get("Items") or () if isinstance(word, dict)]
        confidence = mean_of(number_of(word.get("Confidence")) for word in words)
        said = Said(number, (text_of(item.get("Content")) or "").strip(), role, role_of(role), None, start, end, confidence=confidence)
        turns.append(replace(said, words=_words(words)))
    return Written("amazon-transcribe-analytics", tuple(turns), text_of(data.get("LanguageCode")), tuple(problems))


def _words(items: Iterable[Record]) -> tuple[SpokenWord, ...] | None:
    turn = Words(None, None, None, None)
    for item in items:
        word = text_of(item.get("Content")) or ""
        if str(item.get("Type")).lower() == "punctuation":
            turn.glue(word)
        else:
            start, end = seconds_of(item.get("BeginOffsetMillis")), seconds_of(item.get("EndOffsetMillis"))
            turn.add(word, start, end, number_of(item.get("Confidence")))
    return all_timed(turn.each)


def read_transcribe(data: Record) -> Written:
    """Amazon Transcribe: `audio_segments` are turns; without them the words are gathered by speaker or channel."""
    results = data["results"]
    segments = [item for item in results.get("audio_segments") or () if isinstance(item, dict)]
    if segments:
        items = {item["id"]: item for item in results.get("items") or () if isinstance(item, dict) and isinstance(item.get("id"), int)}
        turns = [
            Said(
                number,
                (text_of(item.get("transcript")) or "").strip(),
                text_of(item.get("speaker_label")) or text_of(item.get("channel_label")),
                channel=channel_of(item.get("channel_label")),
                start_s=number_of(item.get("start_time")),
                end_s=number_of(item.get("end_time")),
                words=_named(item.get("items"), items),
            )
            for number, item in enumerate(segments, start=1)
        ]
    else:
        turns = numbered(_gathered(_items(results)))
    language = text_of(results.get("language_code")) or text_of(data.get("language_code"))
    return Written("amazon-transcribe", tuple(turns), language)


def _named(numbers: Any, items: Mapping[int, Record]) -> tuple[SpokenWord, ...] | None:
    """The words of a segment, which names them by their numbers."""
    turn = Words(None, None, None, None)
    for number in numbers if isinstance(numbers, list) else ():
        item = items.get(number) if isinstance(number, int) else None
        best = next((one for one in (item or {}).get("alternatives") or () if isinstance(one, dict)), {})
        _add(turn, item or {}, best)
    return all_timed(turn.each)


def _add(turn: Words, item: Record, best: Record) -> None:
    word = text_of(best.get("content")) or ""
    if item.get("type") == "punctuation":
        turn.glue(word)
    else:
        turn.add(word, number_of(item.get("start_time")), number_of(item.get("end_time")), number_of(best.get("confidence")))


def _items(results: Record) -> Sequence[tuple[str | None, int | None, Record]]:
    """(speaker, channel, word) of every item: by channel where there are channels, by speaker label else."""
    channels = (results.get("channel_labels") or {}).get("channels") if isinstance(results.get("channel_labels"), dict) else None
    if isinstance(channels, list):
        return [
            (text_of(one.get("channel_label")), channel_of(one.get("channel_label")), item)
            for one in channels
            if isinstance(one, dict)
            for item in one.get("items") or ()
            if isinstance(item, dict)
        ]
    return [(text_of(item.get("speaker_label")), None, item) for item in results.get("items") or () if isinstance(item, dict)]


def _gathered(items: Iterable[tuple[str | None, int | None, Record]]) -> list[Words]:
    turns: list[Words] = []
    for speaker, channel, item in items:
        best = next((one for one in item.get("alternatives") or () if isinstance(one, dict)), {})
        word = text_of(best.get("content"))
        if word is None:
            continue
        glued = item.get("type") == "punctuation"
        start, end = number_of(item.get("start_time")), number_of(item.get("end_time"))
        last = turns[-1] if turns else None
        if last is None or (not glued and begins(last, speaker, channel, start)):
            last = Words(speaker, channel, start, end)
            turns.append(last)
        _add(last, item, best)
    return turns
