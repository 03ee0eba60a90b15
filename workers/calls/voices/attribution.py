"""Recognised turns given to the voices heard while their words were said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from schemas.transcripts import Segment, TimedWord
from workers.calls.turns import Turn
from workers.calls.voices.speakers import VoiceSpan

NEAR_S: Final = 0.5
"""A word between two spans belongs to the nearer one up to here: recognisers set their edges about this loosely."""
SHORTEST_S: Final = 0.4
"""A change of voice within a turn lasts at least so long: "yes" takes 0.3 s, and a word's edges err by a tenth of a second each."""


@dataclass(frozen=True, slots=True)
class VoicedTurn:
    """A turn, and whose it is; None where nobody was heard near it."""

    turn: Turn
    speaker: int | None


def attributed(turns: Sequence[Turn], spans: Sequence[VoiceSpan]) -> list[VoicedTurn]:
    """The turns in order of time, cut between words where another voice goes on. `spans` are in order of time."""
    found = [piece for turn in turns for piece in _cut(turn, _around(turn.segment, spans))]
    return sorted(found, key=lambda one: (one.turn.segment.start_s, one.turn.channel))


def _around(segment: Segment, spans: Sequence[VoiceSpan]) -> list[VoiceSpan]:
    return [span for span in spans if span.start_s < segment.end_s + NEAR_S and span.end_s > segment.start_s - NEAR_S]


def _cut(turn: Turn, spans: Sequence[VoiceSpan]) -> list[VoicedTurn]:
    words = turn.segment.words
    if not words or not spans:
        return [VoicedTurn(turn, _speaker(turn.segment.start_s, turn.segment.end_s, spans))]
    pieces = _pieces(words, _filled([_speaker(word.start_s, word.end_s, spans) for word in words]))
    edges = [turn.segment.start_s, *(piece[0].start_s for piece, _ in pieces[1:])]
    ends = [*(piece[-1].end_s for piece, _ in pieces[:-1]), turn.segment.end_s]
    return [
        VoicedTurn(replace(turn, segment=Segment(start_s=min(start, end), end_s=end, words=tuple(piece))), speaker)
        for (piece, speaker), start, end in zip(pieces, edges, ends, strict=True)
    ]


def _speaker(start_s: float, end_s: float, spans: Sequence[VoiceSpan]) -> int | None:
    """Who is heard most between two seconds, else who is heard nearest to them."""
    heard: Counter[int] = Counter()
    for span in spans:
        heard[span.speaker] += max(0.0, min(end_s, span.end_s) - max(start_s, span.start_s))  # type: ignore[assignment]
    if heard and (most := heard.most_common(1)[0])[1] > 0:
        return most[0]
    near = min(spans, key=lambda span: max(span.start_s - end_s, start_s - span.end_s), default=None)
    return near.speaker if near and max(near.start_s - end_s, start_s - near.end_s) <= NEAR_S else None


def _filled(speakers: list[int | None]) -> list[int | None]:
    """A word near nobody goes with the word before it, at the begin with the one after it."""
    known = [speaker for speaker in speakers if speaker is not None]
    before = known[0] if known else None
    found: list[int | None] = []
    for speaker in speakers:
        before = before if speaker is None else speaker
        found.append(before)
    return found


def _pieces(words: Sequence[TimedWord], speakers: Sequence[int | None]) -> list[tuple[list[TimedWord], int | None]]:
    """Words of one speaker together; too short a piece goes to its longer neighbour."""
    numbered = zip(words, speakers, strict=True)
    pieces = [([word for word, _ in group], speaker) for speaker, group in groupby(numbered, key=lambda pair: pair[1])]
    while len(pieces) > 1:
        shortest = min(range(len(pieces)), key=lambda place: _lasts(pieces[place][0]))
        if _lasts(pieces[shortest][0]) >= SHORTEST_S:
            break
        pieces = _absorbed(pieces, shortest)
    return pieces


def _absorbed(pieces: list[tuple[list[TimedWord], int | None]], place: int) -> list[tuple[list[TimedWord], int | None]]:
    beside = [other for other in (place - 1, place + 1) if 0 <= other < len(pieces)]
    speaker = pieces[max(beside, key=lambda other: _lasts(pieces[other][0]))][1]
    changed = [*pieces[:place], (pieces[place][0], speaker), *pieces[place + 1 :]]
    return [([word for words, _ in group for word in words], owner) for owner, group in _grouped(changed)]


def _grouped(pieces: list[tuple[list[TimedWord], int | None]]) -> list[tuple[int | None, list[tuple[list[TimedWord], int | None]]]]:
    return [(owner, list(group)) for owner, group in groupby(pieces, key=lambda piece: piece[1])]


def _lasts(words: Sequence[TimedWord]) -> float:
    return words[-1].end_s - words[0].start_s
