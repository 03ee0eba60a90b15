"""Diarisation error rate: for how much of the talk the wrong person was named, nobody, or somebody who was silent.

NIST's definition (Rich Transcription evaluations, md-eval): missed + false + confused speaker time by the reference's speaker time, overlapped speech
counted for every speaker in it, our speakers paired with the reference's one to one so that the most time agrees. A collar leaves out so many seconds
on either side of every boundary of the reference: people do not agree on those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from schemas.documents import Value
from workers.evaluation.shares import share

COLLAR_S: Final = 0.25
"""What NIST's evaluations leave out on either side of a boundary."""


class Talk(NamedTuple):
    """Somebody talks, seconds from the recording's start."""

    start_s: float
    end_s: float
    speaker: str


class DiarisationError(Value):
    """Seconds that went wrong, by seconds of reference talk."""

    speech_s: float
    """Speaker time of the reference: two who talk at once count twice."""
    missed_s: float
    false_s: float
    confused_s: float
    rate: float

    @classmethod
    def counted(cls, *, speech_s: float, missed_s: float, false_s: float, confused_s: float) -> DiarisationError:
        """From seconds."""
        wrong = missed_s + false_s + confused_s
        return cls(speech_s=speech_s, missed_s=missed_s, false_s=false_s, confused_s=confused_s, rate=share(wrong, speech_s))


def diarisation_error(reference: Sequence[Talk], ours: Sequence[Talk], collar_s: float = 0.0) -> DiarisationError:
    """The error of one recording."""
    edges = {edge for talk in reference for edge in (talk.start_s, talk.end_s)}
    speech = missed = false = at_best = 0.0
    together: dict[tuple[str, str], float] = defaultdict(float)
    for start, end in _stretches(reference, ours, edges, collar_s):
        seconds = end - start
        wanted, named = _talking(reference, start, end), _talking(ours, start, end)
        speech += len(wanted) * seconds
        missed += max(0, len(wanted) - len(named)) * seconds
        false += max(0, len(named) - len(wanted)) * seconds
        at_best += min(len(wanted), len(named)) * seconds
        for one in wanted:
            for other in named:
                together[one, other] += seconds
    confused = max(0.0, at_best - agreed_s(together))
    return DiarisationError.counted(speech_s=speech, missed_s=missed, false_s=false, confused_s=confused)


def overall(errors: Iterable[DiarisationError]) -> DiarisationError:
    """The error of several recordings: those with more talk weigh more."""
    all_of = list(errors)
    return DiarisationError.counted(
        speech_s=sum(one.speech_s for one in all_of),
        missed_s=sum(one.missed_s for one in all_of),
        false_s=sum(one.false_s for one in all_of),
        confused_s=sum(one.confused_s for one in all_of),
    )


def _stretches(reference: Sequence[Talk], ours: Sequence[Talk], edges: Iterable[float], collar_s: float) -> Iterator[tuple[float, float]]:
    """Between all boundaries of both sides, without the collars."""
    collars = sorted((edge - collar_s, edge + collar_s) for edge in edges) if collar_s else []
    cuts = sorted({edge for talk in (*reference, *ours) for edge in (talk.start_s, talk.end_s)} | {edge for collar in collars for edge in collar})
    for start, end in pairwise(cuts):
        middle = (start + end) / 2
        if not any(first < middle < last for first, last in collars):
            yield start, end


def _talking(talks: Sequence[Talk], start: float, end: float) -> set[str]:
    return {talk.speaker for talk in talks if talk.start_s <= start and end <= talk.end_s}


def agreed_s(together: Mapping[tuple[str, str], float]) -> float:
    """Seconds that agree under the best pairing, each speaker paired at most once.

    Over all sets of paired speakers of the side that has fewer: exact, and quick up to some sixteen of them.
    """
    firsts, seconds = sorted({one for one, _ in together}), sorted({other for _, other in together})
    few_are_firsts = len(firsts) < len(seconds)
    few, many = (firsts, seconds) if few_are_firsts else (seconds, firsts)

    @cache
    def best(number: int, taken: int) -> float:
        """Of `many` from `number` on, with the `taken` of `few` gone."""
        if number == len(many):
            return 0.0
        found = best(number + 1, taken)
        for place, name in enumerate(few):
            if not taken >> place & 1:
                pair = (name, many[number]) if few_are_firsts else (many[number], name)
                found = max(found, together.get(pair, 0.0) + best(number + 1, taken | 1 << place))
        return found

    return best(0, 0)
