"""Words of a recogniser as segments between pauses: in order, within the stretch, times from the recording's start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.stt.port import ChannelAudio
from schemas.transcripts import Segment, TimedWord


@dataclass(frozen=True, slots=True)
class Heard:
    """A word as an engine gives it, seconds from the stretch's start."""

    text: str
    start_s: float
    end_s: float
    confidence: float


def segments(words: Iterable[Heard], audio: ChannelAudio, pause_s: float) -> tuple[Segment, ...]:
    """Segments that follow each other; a pause of `pause_s` between two words begins a new one.

    Engines round and overlap: a word never begins before the one before it ended, and none lies outside of the stretch.
    """
    longest = len(audio.pcm) / 2 / audio.sample_rate_hz
    found: list[list[TimedWord]] = []
    before = 0.0
    for word in words:
        text = " ".join(word.text.split())
        if not text:
            continue
        start = min(longest, max(before, word.start_s))
        end = min(longest, max(start, word.end_s))
        if not found or start - before >= pause_s:
            found.append([])
        found[-1].append(
            TimedWord(
                text=text,
                start_s=round(audio.offset_s + start, 3),
                end_s=round(audio.offset_s + end, 3),
                confidence=round(min(1.0, max(0.0, word.confidence)), 4),
            )
        )
        before = end
    return tuple(Segment(start_s=group[0].start_s, end_s=group[-1].end_s, words=tuple(group)) for group in found)


def spread(text: str, start_s: float, end_s: float, confidence: float) -> list[Heard]:
    """Words of a text whose times nobody knows, over its stretch by their letters."""
    words = text.split()
    letters = sum(len(word) for word in words) or 1
    found, at = [], start_s
    for word in words:
        until = at + (end_s - start_s) * len(word) / letters
        found.append(Heard(word, at, until, confidence))
        at = until
    return found
