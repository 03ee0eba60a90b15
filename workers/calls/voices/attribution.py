"""Recognised turns given to the voices heard while their words were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from schemas.transcripts import Segment, TimedWord
from workers.calls.turns import Turn
from workers.calls.voices.speakers import ALONE, VoiceSpan

NEAR_S: Final = 0.5
"""A word between two spans belongs to the nearer one up to here: recognisers set their edges about this loosely."""
SILENCE_S: Final = 1.0
"""Nobody heard for this long ends a turn whatever the recogniser wrote: pauses within turns rarely last a second."""
EDGE_S: Final = 0.1
"""Left around a voice: soft sounds begin and end it."""
SHORTEST_S: Final = 0.4
"""A change of voice within a turn lasts at least so long: "yes" takes 0.3 s, and a word's edges err by a tenth of a second each."""


@dataclass(frozen=True, slots=True)
class VoicedTurn:
    """A turn, and whose it is; None where nobody was heard near it, or one voice alone in the whole recording."""

    turn: Turn
    speaker: int | None


def attributed(turns: Sequence[Turn], spans: Sequence[VoiceSpan]) -> list[VoicedTurn]:
    """The turns in order of time, cut between words where another voice goes on or nobody is heard for long, and begun and ended with the voice.

    `spans` are in order of time. A turn with nobody near it stays as it is.
    """
    heard = _stretches(spans)
    found = [piece for turn in turns for piece in _cut(turn, _around(turn.segment, heard))]
    return sorted(found, key=lambda one: (one.turn.segment.start_s, one.turn.channel))


@dataclass(frozen=True, slots=True)
class _Heard:
    """A span and the number of its stretch of talk: all spans without a long silence between them."""

    span: VoiceSpan
    stretch: int


_Owner = tuple[int, int] | None
"""Speaker and stretch of talk."""
_Piece = tuple[list[TimedWord], _Owner]


def _stretches(spans: Sequence[VoiceSpan]) -> list[_Heard]:
    found: list[_Heard] = []
    for span in spans:
        last = found[-1] if found else None
        goes_on = last is not None and span.start_s - last.span.end_s < SILENCE_S
        found.append(_Heard(span, (last.stretch if last else 0) + (0 if goes_on else 1)))
    return found


def _around(segment: Segment, heard: Sequence[_Heard]) -> list[_Heard]:
    return [one for one in heard if one.span.start_s < segment.end_s + NEAR_S and one.span.end_s > segment.start_s - NEAR_S]


def _cut(turn: Turn, heard: Sequence[_Heard]) -> list[VoicedTurn]:
    words = turn.segment.words
    if not words or not heard:
        owner = _owner(turn.segment.start_s, turn.segment.end_s, heard)
        return [_voiced(turn, turn.segment, owner, heard)]
    pieces = _pieces(words, _filled([_owner(word.start_s, word.end_s, heard) for word in words]))
    starts = [turn.segment.start_s, *(piece[0].start_s for piece, _ in pieces[1:])]
    ends = [*(piece[-1].end_s for piece, _ in pieces[:-1]), turn.segment.end_s]
    return [
        _voiced(turn, Segment(start_s=min(start, end), end_s=end, words=tuple(piece)), owner, heard)
        for (piece, owner), start, end in zip(pieces, starts, ends, strict=True)
    ]


def _voiced(turn: Turn, segment: Segment, owner: _Owner, heard: Sequence[_Heard]) -> VoicedTurn:
    """The turn of the segment, which begins and ends with its owner's voice: recognisers hear words in noise before and after it."""
    mine = [
        one.span
        for one in heard
        if (one.span.speaker, one.stretch) == owner and one.span.start_s < segment.end_s and segment.start_s < one.span.end_s
    ]
    if mine:
        start, end = max(segment.start_s, mine[0].start_s - EDGE_S), min(segment.end_s, mine[-1].end_s + EDGE_S)
        segment = Segment(start_s=round(start, 3), end_s=round(end, 3), words=segment.words)
    return VoicedTurn(replace(turn, segment=segment), owner[0] if owner and owner[0] != ALONE else None)


def _owner(start_s: float, end_s: float, heard: Sequence[_Heard]) -> _Owner:
    """Who is heard most between two seconds, else who is heard nearest to them."""
    seconds: dict[tuple[int, int], float] = {}
    for one in heard:
        owner = (one.span.speaker, one.stretch)
        seconds[owner] = seconds.get(owner, 0.0) + max(0.0, min(end_s, one.span.end_s) - max(start_s, one.span.start_s))
    if seconds and max(seconds.values()) > 0:
        return max(seconds, key=lambda owner: seconds[owner])
    near = min(heard, key=lambda one: _apart(start_s, end_s, one.span), default=None)
    return (near.span.speaker, near.stretch) if near and _apart(start_s, end_s, near.span) <= NEAR_S else None


def _apart(start_s: float, end_s: float, span: VoiceSpan) -> float:
    return max(span.start_s - end_s, start_s - span.end_s)


def _filled(owners: list[_Owner]) -> list[_Owner]:
    """A word near nobody goes with the word before it, at the begin with the one after it."""
    before = next((owner for owner in owners if owner is not None), None)
    found: list[_Owner] = []
    for owner in owners:
        before = before if owner is None else owner
        found.append(before)
    return found


def _pieces(words: Sequence[TimedWord], owners: Sequence[_Owner]) -> list[_Piece]:
    """Words of one owner together; too short a piece goes to its longer neighbour."""
    pieces = _together([([word], owner) for word, owner in zip(words, owners, strict=True)])
    while len(pieces) > 1:
        shortest = min(range(len(pieces)), key=lambda place: _lasts(pieces[place][0]))
        if _lasts(pieces[shortest][0]) >= SHORTEST_S:
            break
        beside = [other for other in (shortest - 1, shortest + 1) if 0 <= other < len(pieces)]
        owner = pieces[max(beside, key=lambda other: _lasts(pieces[other][0]))][1]
        pieces = _together([*pieces[:shortest], (pieces[shortest][0], owner), *pieces[shortest + 1 :]])
    return pieces


def _together(pieces: Sequence[_Piece]) -> list[_Piece]:
    grouped = groupby(pieces, key=lambda piece: piece[1])
    return [([word for words, _ in group for word in words], owner) for owner, group in grouped]


def _lasts(words: Sequence[TimedWord]) -> float:
    return words[-1].end_s - words[0].start_s
