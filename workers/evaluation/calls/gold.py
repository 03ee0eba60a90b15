"""Labelled recordings and transcripts: JSON lines whose own keys tell what they are labels of; one may be several.

A recording is `{"file": its path beside the lines, ...}` with `ref` (what is said), `segments` ([[start s, end s, speaker], ...]), or the roles:
`roles` (one a channel) or `role` (whoever speaks on it). A turn of a transcript is `{"text", ...}` with `is_question` (and `act`), `intents` or
`intent`; the turns of one `dialogue`, `call` or `conversation` follow each other, a turn without any stands alone. A text may be under `asr_xx`: as a
recogniser of that language heard it. Both may have `language` (BCP 47) and `split`, a turn `speaker` and `domain`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schemas.errors import Empty
from schemas.rows.call import Role
from workers.calls.metadata import role_named
from workers.evaluation.calls.diarisation import Talk
from workers.evaluation.calls.questions import is_asked
from workers.evaluation.calls.roles import RoleSpan
from workers.evaluation.labelled import Labelled, read_labelled, text_or_none

_HEARD: Final = re.compile(r"asr_([a-z]{2,3})")
_DIALOGUES: Final = ("dialogue", "call", "conversation")
_SIDES: Final = re.compile(r"L=(\w+) R=(\w+)")
"""How a set says in words who is on which channel of a stereo file."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A labelled recording; None where a row does not state a label."""

    file: str
    name: str
    path: Path
    language: str | None
    said: str | None
    talks: tuple[Talk, ...] | None
    roles: tuple[RoleSpan, ...] | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A labelled turn of a dialogue."""

    file: str
    dialogue: str
    speaker: str | None
    text: str
    language: str | None
    domain: str | None
    asked: bool | None
    """Whether it asks something."""
    intents: tuple[str, ...]


Item = Recording | Turn


def read_calls(place: Path, split: str | None = None, first: int | None = None) -> Labelled[Item]:
    """The labelled recordings and turns of a file, or of the files of a folder. See `read_labelled`.

    Raises `NotFound` where there is no file, `Empty` when not one row is labelled.
    """
    folder = place if place.is_dir() else place.parent

    def take(row: dict[str, Any], file: str, line_no: int) -> Item | None:
        return _recording(folder, row, file) if "file" in row else _turn(row, file, line_no)

    found: Labelled[Item] = read_labelled(place, take, split, first)
    if not found.items:
        why = f"; the first: line {found.bad[0].line_no} of {found.bad[0].file} {found.bad[0].why}" if found.bad else ""
        raise Empty(f"no row in {place} is a labelled recording or turn ({len(found.bad)} are broken{why})")
    return found


def dialogues(items: Sequence[Item]) -> dict[tuple[str, str], list[Turn]]:
    """The turns of every dialogue in order, by file and name."""
    found: dict[tuple[str, str], list[Turn]] = {}
    for item in items:
        if isinstance(item, Turn):
            found.setdefault((item.file, item.dialogue), []).append(item)
    return found


def _recording(folder: Path, row: Mapping[str, Any], file: str) -> Recording | None:
    name = row["file"]
    if not isinstance(name, str) or not name:
        raise ValueError("has a `file` that is no path")
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"names a file outside its folder: {name[:80]!r}")
    if not path.is_file():
        raise ValueError(f"names a file that is not there: {name[:80]!r}")
    talks = _talks(row.get("segments"))
    found = Recording(file, name, path, text_or_none(row.get("language")), text_or_none(row.get("ref")), talks, _roles(row, talks))
    return None if found.said is None and found.talks is None and found.roles is None else found


def _talks(cell: Any) -> tuple[Talk, ...] | None:
    if cell is None:
        return None
    if not isinstance(cell, list):
        raise ValueError("has no list as `segments`")  # noqa: TRY004 - one kind of error per row, caught by the reader
    return tuple(map(_talk, cell))


def _talk(cell: Any) -> Talk:
    if not isinstance(cell, list) or len(cell) != 3 or not all(isinstance(edge, int | float) and 0 <= edge < 1e6 for edge in cell[:2]):
        raise ValueError("has a segment that is not [start s, end s, speaker]")
    if cell[0] > cell[1]:
        raise ValueError(f"has a segment that ends before it starts: {cell[0]} s to {cell[1]} s")
    return Talk(float(cell[0]), float(cell[1]), str(cell[2]))


def _roles(row: Mapping[str, Any], talks: Sequence[Talk] | None) -> tuple[RoleSpan, ...] | None:
    """Who speaks when: by channel, for the whole recording, or by segments that are named after roles."""
    stated = row.get("roles")
    sides = _SIDES.search(str(row.get("kind") or ""))
    if stated is None and sides:
        stated = list(sides.groups())
    if stated is not None:
        if not isinstance(stated, list) or not all(isinstance(one, str) for one in stated):
            raise ValueError("has no list of words as `roles`")
        return _known([RoleSpan(role_named(one), channel) for channel, one in enumerate(stated)])
    if (role := text_or_none(row.get("role"))) is not None and role_named(role) != "unknown":
        return _known([RoleSpan(role_named(role))])
    return _known([RoleSpan(role_named(talk.speaker), None, talk.start_s, talk.end_s) for talk in talks or ()])


def _known(spans: Sequence[RoleSpan]) -> tuple[RoleSpan, ...] | None:
    known: tuple[Role, ...] = ("agent", "customer", "ivr")
    return tuple(span for span in spans if span.role in known) or None


def _turn(row: Mapping[str, Any], file: str, line_no: int) -> Turn | None:
    text, language = row.get("text"), text_or_none(row.get("language"))
    for key, cell in row.items():
        if text is None and (heard := _HEARD.fullmatch(key)):
            text, language = cell, language or heard.group(1)
    if not isinstance(text, str):
        raise ValueError("has neither a `file` nor a `text`")  # noqa: TRY004 - one kind of error per row, caught by the reader
    asked, intents = row.get("is_question"), _intents(row)
    if asked is not None and not isinstance(asked, bool):
        raise ValueError("has an `is_question` that is neither true nor false")
    if asked is None and not intents:
        return None
    named = next((name for key in _DIALOGUES if (name := text_or_none(row.get(key)))), f"line {line_no}")
    asks = None if asked is None else is_asked(asked, text_or_none(row.get("act")))
    return Turn(file, named, text_or_none(row.get("speaker")), text, language, text_or_none(row.get("domain")), asks, intents)


def _intents(row: Mapping[str, Any]) -> tuple[str, ...]:
    cell = row.get("intents")
    cells = cell if isinstance(cell, list) else [row.get("intent")]
    return tuple(name for one in cells if (name := text_or_none(one)))
