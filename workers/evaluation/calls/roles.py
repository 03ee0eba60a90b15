"""Whether agent and customer are told apart."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas.documents import Value
from schemas.rows.call import Role
from workers.evaluation.shares import share


class RoleSpan(NamedTuple):
    """A stretch of one role, seconds from the recording's start; on one channel, or on all where `channel` is None."""

    role: Role
    channel: int | None = None
    start_s: float = 0.0
    end_s: float = math.inf


class Spoken(NamedTuple):
    """An utterance of ours."""

    role: Role
    channel: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class RoledCall:
    """One call: who is known to speak when, and what we said of it; None where it was not read."""

    name: str
    truth: tuple[RoleSpan, ...]
    ours: tuple[Spoken, ...] | None


class CallRoles(Value):
    """One call. It is right when each true role is the one that most of our time within its stretches carries."""

    name: str
    right: bool
    heard: dict[Role, Role | None]
    """For every true role, what we mostly called it; None where we heard nobody."""


class RoleScores(Value):
    """Over several calls."""

    calls: int
    right: int
    accuracy: float
    spoken_s: float
    """Seconds of our utterances within stretches of a known role."""
    right_s: float
    time_accuracy: float
    said_s: dict[Role, dict[Role, float]]
    """Those seconds by the true role and by ours."""
    each: tuple[CallRoles, ...]


def role_accuracy(calls: Sequence[RoledCall]) -> RoleScores:
    """Roles of `calls`; one that was not read is wrong."""
    each, said_s = list[CallRoles](), dict[Role, dict[Role, float]]()
    for call in calls:
        times = _times(call)
        heard = {span.role: _most(times.get(span.role, {})) for span in call.truth}
        each.append(CallRoles(name=call.name, right=all(role == said for role, said in heard.items()), heard=heard))
        for true, said in times.items():
            sums = said_s.setdefault(true, {})
            sums.update({role: sums.get(role, 0.0) + seconds for role, seconds in said.items()})
    spoken_s = sum(sum(said.values()) for said in said_s.values())
    right_s = sum(said.get(role, 0.0) for role, said in said_s.items())
    right = sum(one.right for one in each)
    return RoleScores(
        calls=len(each),
        right=right,
        accuracy=share(right, len(each)),
        spoken_s=spoken_s,
        right_s=right_s,
        time_accuracy=share(right_s, spoken_s),
        said_s=said_s,
        each=tuple(each),
    )


def wrong_s(truth: Iterable[RoleSpan], one: Spoken) -> tuple[Role, float] | None:
    """The true role that an utterance of ours misses for the most seconds, and these; None where there is none."""
    missed = [(span.role, seconds) for span in truth for role, seconds in _within(span, [one]) if role != span.role]
    return max(missed, key=lambda found: found[1], default=None)


def _most(times: Mapping[Role, float]) -> Role | None:
    return max(times, key=lambda role: times[role], default=None)


def _times(call: RoledCall) -> Mapping[Role, Mapping[Role, float]]:
    """Seconds of every role of ours within the stretches of every true one."""
    times: dict[Role, dict[Role, float]] = defaultdict(lambda: defaultdict(float))
    for span in call.truth:
        for role, seconds in _within(span, call.ours or ()):
            times[span.role][role] += seconds
    return times


def _within(span: RoleSpan, ours: Iterable[Spoken]) -> Iterator[tuple[Role, float]]:
    for one in ours:
        seconds = min(one.end_s, span.end_s) - max(one.start_s, span.start_s)
        if seconds > 0 and span.channel in (None, one.channel):
            yield one.role, seconds
