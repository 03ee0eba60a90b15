"""A turn as another system wrote it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from schemas.extractions import Problem
from schemas.rows.call import Role, SpokenWord


@dataclass(frozen=True, slots=True)
class Said:
    """One turn: its place in the file from 1, who spoke, when (seconds; None where the file does not say) and what. An empty text is a turn, too."""

    number: int
    text: str
    speaker: str | None = None
    role: Role = "unknown"
    channel: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    language: str | None = None
    confidence: float | None = None
    """Mean over its words, where the recogniser stated one."""
    words: tuple[SpokenWord, ...] | None = None
    """Where the file has the times of all of them."""


@dataclass(frozen=True, slots=True)
class Written:
    """A whole transcript. `source` names the format, which stands in the rows as their adapter."""

    source: str
    turns: tuple[Said, ...]
    language: str | None = None
    problems: tuple[Problem, ...] = ()
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    """What the file says of the call beside its turns, by the names of the upload's metadata."""
