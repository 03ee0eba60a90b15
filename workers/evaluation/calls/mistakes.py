"""What went wrong, in the words of the calls: the stretches worst heard, turns under a wrong role, questions and wishes mistaken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from schemas.documents import Value
from schemas.rows.call import Role
from workers.evaluation.calls.gold import Recording, Turn
from workers.evaluation.calls.heard import Utterance, role_of, text_of
from workers.evaluation.calls.questions import one_of
from workers.evaluation.calls.roles import wrong_s
from workers.evaluation.calls.words import Stretch, worst_stretch
from workers.evaluation.labelled import grouped

SHOWN_CHARS: Final = 300
"""Of a turn."""
_OF_A_CALL: Final = 3
"""Turns under a wrong role that are quoted of one call: one that is exchanged as a whole would crowd the others out."""
T = TypeVar("T")


class Misheard(Value):
    """The worst stretch of a recording."""

    name: str
    language: str | None
    stretch: Stretch


class Miscast(Value):
    """A turn of ours under a wrong role."""

    name: str
    start_s: float
    seconds: float
    """Of it, those that belong to the true role."""
    role: Role
    ours: Role
    text: str


class Misjudged(Value):
    """A turn that asks and was not said to, or the other way round."""

    of: str
    dialogue: str
    turn_no: int
    text: str


class Mistaken(Value):
    """A wish that was taken for another, with the first turn in which it was."""

    of: str
    label: str
    said: str | None
    turns: int
    text: str


class Said(NamedTuple):
    """A labelled turn with our utterance, if there is one."""

    of: str
    number: int
    turn: Turn
    ours: Utterance | None


def misheard(recordings: Sequence[Recording], spoken: Mapping[Path, Sequence[Utterance]], worst: int) -> tuple[Misheard, ...]:
    """Of every recording whose words are known one stretch, those with the most errors first. `spoken`: of those that were read."""
    read = [one for one in recordings if one.said is not None and one.path in spoken]
    found = [(one, worst_stretch(one.said or "", text_of(spoken[one.path]), one.language)) for one in read]
    wrong = [Misheard(name=one.name, language=one.language, stretch=stretch) for one, stretch in found if stretch]
    return tuple(sorted(wrong, key=lambda one: -one.stretch.wrong)[:worst])


def miscast(recordings: Sequence[Recording], spoken: Mapping[Path, Sequence[Utterance]], worst: int) -> tuple[Miscast, ...]:
    """Turns under a wrong role, the longest first, a few of every call."""
    found: list[Miscast] = []
    for one in recordings:
        wrong = [_miscast(one, said) for said in spoken.get(one.path, ()) if one.roles]
        found += sorted(filter(None, wrong), key=lambda turn: -turn.seconds)[:_OF_A_CALL]
    return tuple(sorted(found, key=lambda turn: -turn.seconds)[:worst])


def _miscast(recording: Recording, said: Utterance) -> Miscast | None:
    missed = wrong_s(recording.roles or (), role_of(said))
    if missed is None:
        return None
    return Miscast(name=recording.name, start_s=said.start_s, seconds=missed[1], role=missed[0], ours=said.role, text=_shown(said.text))


def misjudged(turns: Sequence[Said], *, asked: bool, worst: int) -> tuple[Misjudged, ...]:
    """Turns that ask (or do not: `asked`) of which we say the contrary: of each set as many, taken evenly from its first to its last."""
    wrong = [one for one in turns if one.turn.asked is asked and bool(one.ours and one.ours.is_question) is not asked]
    sets = grouped(wrong, lambda one: one.of).values()
    chosen = [one for group in sets for one in _spread(group, max(1, worst // len(sets)))]
    return tuple(Misjudged(of=one.of, dialogue=one.turn.dialogue, turn_no=one.number, text=_shown(one.turn.text)) for one in chosen)


def mistaken(turns: Sequence[Said], worst: int) -> tuple[Mistaken, ...]:
    """Which wish was taken for which, the most frequent first."""
    pairs = [(one, one_of(one.turn.intents, said), said) for one in turns if one.turn.intents for said in [one.ours.intent if one.ours else None]]
    wrong: dict[tuple[str, str, str], list[Said]] = {}
    for one, label, said in pairs:
        if label != said:
            wrong.setdefault((domain_of(one.of, one.turn), label, said or ""), []).append(one)
    ranked = sorted(wrong.items(), key=lambda item: (-len(item[1]), item[0]))[:worst]
    return tuple(
        Mistaken(of=of, label=label, said=said or None, turns=len(group), text=_shown(group[0].turn.text)) for (of, label, said), group in ranked
    )


def domain_of(of: str, turn: Turn) -> str:
    """The group in which a turn's intent counts: its set, and its domain where it has one."""
    return f"{of} {turn.domain or ''}".strip()


def _spread(items: Sequence[T], number: int) -> list[T]:
    """So many of them, evenly; all where there are no more."""
    if len(items) <= number:
        return list(items)
    return [items[place * len(items) // number] for place in range(number)]


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "..."
