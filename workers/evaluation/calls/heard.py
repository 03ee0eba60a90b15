"""What the service made of a recording or a transcript, from its line of `tamiz extract`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.rows.call import Role
from workers.evaluation.calls.diarisation import Talk
from workers.evaluation.calls.roles import Spoken


@dataclass(frozen=True, slots=True)
class Utterance:
    """One row of `utterances`."""

    number: int
    text: str
    role: Role
    speaker: str | None
    channel: int
    start_s: float
    end_s: float
    is_question: bool | None
    intent: str | None
    adapter: str

    @property
    def voice(self) -> str:
        """Who speaks, as far as we tell voices apart: the speaker, else the role, else the channel."""
        return self.speaker or (self.role if self.role != "unknown" else f"channel {self.channel}")


def utterances(line: Mapping[str, Any]) -> tuple[Utterance, ...]:
    """In order; none where the file was not read."""
    return tuple(map(_utterance, line.get("utterances", ())))


def duration_s(line: Mapping[str, Any]) -> float:
    """Seconds of the recording; 0 where it was not read."""
    return sum(row["duration_s"] or 0.0 for row in line.get("calls", ()))


def non_talk_s(line: Mapping[str, Any]) -> float | None:
    """Seconds in which nobody speaks, as we say; None where the file was not read, or it is not known."""
    return next((row["non_talk_s"] for row in line.get("calls", ())), None)


def text_of(spoken: Sequence[Utterance]) -> str:
    """All that was heard."""
    return " ".join(one.text for one in spoken)


def talks_of(spoken: Sequence[Utterance]) -> tuple[Talk, ...]:
    """Who we say talked when."""
    return tuple(Talk(one.start_s, one.end_s, one.voice) for one in spoken)


def roles_of(spoken: Sequence[Utterance]) -> tuple[Spoken, ...]:
    """Which role we say talked when."""
    return tuple(map(role_of, spoken))


def role_of(one: Utterance) -> Spoken:
    """Its role, and when it holds."""
    return Spoken(one.role, one.channel, one.start_s, one.end_s)


def _utterance(row: Mapping[str, Any]) -> Utterance:
    return Utterance(
        number=row["utterance_no"],
        text=row["text"],
        role=row["role"],
        speaker=row["speaker"],
        channel=row["channel"] or 0,
        start_s=row["start_s"] or 0.0,
        end_s=row["end_s"] or 0.0,
        is_question=row["is_question"],
        intent=row["intent"],
        adapter=row["adapter"],
    )
