"""Transcripts of Google Speech-to-Text, v1 and v2 (google/cloud/speech/v1/cloud_speech.proto and v2), in camel or snake case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from schemas.rows.call import SpokenWord
from workers.calls.transcripts.said import Said, Written
from workers.calls.transcripts.values import Record, Words, all_timed, begins, either, number_of, numbered, share_of, text_of, timed

_RESULT_ENDS: Final = ("resultEndTime", "resultEndOffset", "result_end_time", "result_end_offset")


def read_google(data: Record) -> Written:
    """Google Speech-to-Text: a result is a turn; with diarisation the last result repeats all words with their speaker."""
    results = [item for item in data["results"] if isinstance(item, dict)]
    best = [next((one for one in item.get("alternatives") or () if isinstance(one, dict)), {}) for item in results]
    told = [words for one in best if (words := _told_apart(one))]
    if told:
        return Written("google-speech", tuple(numbered(_by_speaker(told[-1]))), _google_language(results))
    turns = [_result(number, item, one) for number, (item, one) in enumerate(zip(results, best, strict=True), start=1)]
    return Written("google-speech", tuple(turns), _google_language(results))


def _result(number: int, item: Record, best: Record) -> Said:
    words = [word for word in best.get("words") or () if isinstance(word, dict)]
    start = _word_time(words[0], "start") if words else None
    end = _word_time(words[-1], "end") if words else _duration(either(item, *_RESULT_ENDS))
    tag = either(item, "channelTag", "channel_tag")
    return Said(
        number,
        (text_of(best.get("transcript")) or "").strip(),
        speaker=f"channel {tag}" if isinstance(tag, int) and tag > 0 else None,
        channel=tag - 1 if isinstance(tag, int) and tag > 0 else None,
        start_s=start,
        end_s=end if start is None or end is None or end >= start else None,
        language=text_of(either(item, "languageCode", "language_code")),
        confidence=share_of(number_of(best.get("confidence"))),
        words=all_timed([_word(word) for word in words]),
    )


def _word(word: Record) -> SpokenWord | None:
    return timed(text_of(word.get("word")) or "", _word_time(word, "start"), _word_time(word, "end"), share_of(number_of(word.get("confidence"))))


def _told_apart(best: Record) -> Sequence[Record]:
    words = [word for word in best.get("words") or () if isinstance(word, dict)]
    return words if any(_speaker_of(word) for word in words) else []


def _speaker_of(word: Record) -> str | None:
    tag = either(word, "speakerLabel", "speaker_label", "speakerTag", "speaker_tag")
    return str(tag) if tag not in (None, 0, "") else None


def _by_speaker(words: Iterable[Record]) -> list[Words]:
    turns: list[Words] = []
    for word in words:
        speaker, start, end = _speaker_of(word), _word_time(word, "start"), _word_time(word, "end")
        if not turns or begins(turns[-1], speaker, None, start):
            turns.append(Words(speaker, None, start, end))
        turns[-1].add(text_of(word.get("word")) or "", start, end, share_of(number_of(word.get("confidence"))))
    return turns


def _word_time(word: Record, edge: str) -> float | None:
    return _duration(either(word, f"{edge}Time", f"{edge}Offset", f"{edge}_time", f"{edge}_offset"))


def _duration(value: Any) -> float | None:
    """`"1.300s"`, or seconds and nanos as protobuf's JSON of older clients writes them."""
    if isinstance(value, dict):
        whole, nanos = number_of(value.get("seconds", 0)), number_of(value.get("nanos", 0))
        return None if whole is None or nanos is None else round(whole + nanos / 1e9, 3)
    return number_of(value[:-1] if isinstance(value, str) and value.endswith("s") else value)


def _google_language(results: Sequence[Record]) -> str | None:
    return next((found for item in results if (found := text_of(either(item, "languageCode", "language_code")))), None)
