"""Turns: joined where a stretch was cut, numbered in the order of time, and told apart from interruptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas.transcripts import Segment

JOIN_S: Final = 0.5
"""Two segments on either side of a cut with less silence between them are one turn: recognisers end turns at about half a second of silence."""

MARGIN_S: Final = 0.3
"""Both voices must overlap by this much to call it an interruption: recognisers pad turns by about 0.15 s, and speakers overlap by a
fifth of a second at smooth changes of turn (Heldner and Edlund 2010, Journal of Phonetics 38)."""


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody talks on a channel, seconds from the recording's start."""

    channel: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A segment with its channel, language and recogniser, and why that one was chosen, where one was."""

    channel: int
    segment: Segment
    language: str
    adapter: str
    why: str = ""

    @property
    def span(self) -> Span:
        """When it was."""
        return Span(self.channel, self.segment.start_s, self.segment.end_s)


def joined(turns: Sequence[Turn], cuts_s: Iterable[float]) -> list[Turn]:
    """One channel's turns in order of time, those joined that only a cut (seconds) separates."""
    cuts = sorted(cuts_s)
    found: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: turn.segment.start_s):
        if found and _only_cut(found[-1].segment, turn.segment, cuts) and found[-1].language == turn.language:
            before = found[-1].segment
            whole = Segment(start_s=before.start_s, end_s=max(before.end_s, turn.segment.end_s), words=before.words + turn.segment.words)
            found[-1] = replace(found[-1], segment=whole)
        else:
            found.append(turn)
    return found


def _only_cut(before: Segment, after: Segment, cuts: Sequence[float]) -> bool:
    return after.start_s - before.end_s < JOIN_S and any(before.end_s - JOIN_S < cut < after.start_s + JOIN_S for cut in cuts)


def in_order(turns: Iterable[Turn]) -> list[Turn]:
    """Turns of all channels by start, then channel."""
    return sorted(turns, key=lambda turn: (turn.segment.start_s, turn.channel))


def interrupts(span: Span, others: Iterable[Span]) -> bool:
    """Whether `span` starts while another channel's turn goes on, and both go on together for `MARGIN_S`."""
    return any(
        other.channel != span.channel and other.start_s <= span.start_s - MARGIN_S and min(other.end_s, span.end_s) >= span.start_s + MARGIN_S
        for other in others
    )


def interruptions(spans: Sequence[Span]) -> list[bool]:
    """`interrupts` for each of the spans, which are in order of start."""
    going_on: list[Span] = []
    found: list[bool] = []
    for span in spans:
        going_on = [other for other in going_on if other.end_s > span.start_s]
        found.append(interrupts(span, going_on))
        going_on.append(span)
    return found


def overlaps_s(spans: Sequence[Span]) -> list[float]:
    """Seconds of each of the spans, which are in order of start, during which another channel's goes on."""
    together: list[list[Span]] = [[] for _ in spans]
    going_on: list[int] = []
    for at, span in enumerate(spans):
        going_on = [other for other in going_on if spans[other].end_s > span.start_s]
        for other in going_on:
            if spans[other].channel != span.channel:
                both = Span(span.channel, span.start_s, min(span.end_s, spans[other].end_s))
                together[at].append(both)
                together[other].append(both)
        going_on.append(at)
    return [round(talk_s(both), 3) for both in together]


def talk_s(spans: Iterable[Span]) -> float:
    """Seconds in which at least one of the spans goes on."""
    total, until = 0.0, 0.0
    for span in sorted(spans, key=lambda span: span.start_s):
        total += max(0.0, span.end_s - max(span.start_s, until))
        until = max(until, span.end_s)
    return total
