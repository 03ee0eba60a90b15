"""What the JSON of transcripts is made of: times, names, confidences, words gathered into turns. What cannot be read is None, never an error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.extractions import Problem
from schemas.rows.call import Role, SpokenWord
from workers.calls.metadata import role_named
from workers.calls.transcripts.said import Said

PAUSE_S: Final = 1.0
"""Words of one speaker with a longer silence between them are two turns, where the file has words and no turns."""

Record = Mapping[str, Any]


@dataclass(slots=True)
class Words:
    """Words of one speaker that make a turn."""

    speaker: str | None
    channel: int | None
    start_s: float | None
    end_s: float | None
    text: str = ""
    confidences: list[float] = field(default_factory=list)
    each: list[SpokenWord | None] = field(default_factory=list)
    """None for a word without times."""

    def add(self, word: str, start: float | None, end: float | None, confidence: float | None) -> None:
        """One more word."""
        self.text += word if not self.text else f" {word}"
        self.end_s = end if end is not None else self.end_s
        self.each.append(timed(word, start, end, confidence))
        if confidence is not None:
            self.confidences.append(confidence)

    def glue(self, mark: str) -> None:
        """Punctuation, which belongs to the word before it."""
        self.text += mark
        if self.each and (last := self.each[-1]):
            self.each[-1] = (last[0] + mark, *last[1:])


def timed(word: str, start: float | None, end: float | None, confidence: float | None) -> SpokenWord | None:
    """A word that has times; None for one without. A confidence over 1 is none."""
    if start is None or end is None or end < start:
        return None
    return word, round(start, 3), round(end, 3), confidence if confidence is None or confidence <= 1 else None


def all_timed(words: Sequence[SpokenWord | None]) -> tuple[SpokenWord, ...] | None:
    """The words of a turn, if all of them have times."""
    known = tuple(word for word in words if word is not None)
    return known if known and len(known) == len(words) else None


def begins(last: Words, speaker: str | None, channel: int | None, start: float | None) -> bool:
    """Whether a word begins another turn: another speaker, or a pause."""
    if (last.speaker, last.channel) != (speaker, channel):
        return True
    return start is not None and last.end_s is not None and start - last.end_s > PAUSE_S


def numbered(turns: Sequence[Words]) -> list[Said]:
    """In the order of their start; those without times stay where they are."""
    timed = all(turn.start_s is not None for turn in turns)
    ordered = sorted(turns, key=lambda turn: turn.start_s or 0.0) if timed else turns
    return [
        Said(
            number,
            turn.text,
            turn.speaker,
            channel=turn.channel,
            start_s=turn.start_s,
            end_s=turn.end_s,
            confidence=mean_of(turn.confidences),
            words=all_timed(turn.each),
        )
        for number, turn in enumerate(ordered, start=1)
    ]


def times_of(start: Any, end: Any, number: int, problems: list[Problem]) -> tuple[float | None, float | None]:
    """Both in seconds; what is no time, or runs backwards, is left out and said."""
    if start is None and end is None:
        return None, None
    first, last = number_of(start), number_of(end)
    if (start is not None and first is None) or (end is not None and last is None) or (first is not None and last is not None and last < first):
        problems.append(Problem(code="malformed", message=f"the times of utterance {number} cannot be read; kept without them", item_no=number))
        return None, None
    return first, last


def either(record: Record, *names: str) -> Any:
    """The first of these keys that says something."""
    return next((record[name] for name in names if record.get(name) is not None), None)


def text_of(value: Any) -> str | None:
    """A text or whole number as text; None for anything else."""
    return value if isinstance(value, str) and value.strip() else str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def role_of(value: Any) -> Role:
    """The role a system calls so."""
    return role_named(value) if isinstance(value, str) else "unknown"


def channel_of(label: Any) -> int | None:
    """`ch_0` is the first channel."""
    digits = label.removeprefix("ch_") if isinstance(label, str) else ""
    return int(digits) if digits.isdecimal() and len(digits) < 4 else None


def number_of(value: Any) -> float | None:
    """A time that is not negative and not endless; numbers written as text count."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def seconds_of(value: Any) -> float | None:
    """Milliseconds as seconds."""
    number = number_of(value)
    return None if number is None else number / 1000


def share_of(value: float | None) -> float | None:
    """A confidence, where 0 means that none was given."""
    return value if value is not None and 0 < value <= 1 else None


def mean_of(values: Iterable[float | None]) -> float | None:
    """Mean of those that are known; None for none."""
    known = [value for value in values if value is not None and value <= 1]
    return round(sum(known) / len(known), 4) if known else None
