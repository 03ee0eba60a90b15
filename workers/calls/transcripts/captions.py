"""Captions with times: WebVTT (www.w3.org/TR/webvtt1) and SubRip. A cue is a turn; a voice tag or a name before a colon is its speaker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from typing import Final

from schemas.extractions import Problem
from workers.calls.transcripts.said import Said, Written

_TIMES: Final = re.compile(r"((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]*-->[ \t]*((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})")
_VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-z0-9][^<>]{0,200}>|\{\\[^{}]{0,100}\}", re.IGNORECASE)
_NAMED: Final = re.compile(r"-?\s*([^\W\d_][\w .'-]{0,39}|[^\W\d_]\w*\s?\d{1,3}):\s+(?=\S)")
_NAMED_SHARE: Final = 0.3
"""A name before a colon is a speaker when this share of the cues has one; a single `Note: ...` is something that was said."""


WEBVTT: Final = "text/vtt"
SUBRIP: Final = "application/x-subrip"


def captions_of(head: str) -> str | None:
    """The media type of a text that begins as captions do; None for any other."""
    lines = [line.strip() for line in head[:4096].lstrip("\ufeff").splitlines()[:8] if line.strip()]
    if not lines:
        return None
    if lines[0] == "WEBVTT" or lines[0].startswith(("WEBVTT ", "WEBVTT\t")):
        return WEBVTT
    timed = _TIMES.match(lines[0]) or (len(lines) > 1 and lines[0].isdigit() and _TIMES.match(lines[1]))
    return SUBRIP if timed else None


def read_captions(text: str) -> Written:
    """All cues in their order; one whose times cannot be read is kept without them and is a problem with its line."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = "webvtt" if text.startswith("WEBVTT") else "subrip"
    problems: list[Problem] = []
    turns = _spoken(list(_cues(text, problems)))
    return Written(source, tuple(turns), problems=tuple(problems))


def _cues(text: str, problems: list[Problem]) -> Iterator[Said]:
    """Blocks parted by empty lines: an optional name, a line of times, then what is said."""
    number = 0
    for line_no, block in _blocks(text):
        at = next((place for place, line in enumerate(block[:2]) if "-->" in line), None)
        if at is None:
            continue  # a header, a NOTE, a STYLE or a REGION
        number += 1
        said = "\n".join(block[at + 1 :])
        times = _TIMES.match(block[at].strip())
        start, end = (_seconds(times[1]), _seconds(times[2])) if times else (None, None)
        if start is None or end is None or end < start:
            message = "the times of the cue cannot be read; kept without them"
            problems.append(Problem(code="malformed", message=message, item_no=number, line_no=line_no + at))
            start = end = None
        voice = _VOICE.search(said)
        words = " ".join(unescape(_TAG.sub("", said)).split())
        yield Said(number, words, speaker=" ".join(voice[1].split()) if voice else None, start_s=start, end_s=end)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    first = 1
    for line_no, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            if not block:
                first = line_no
            block.append(line)
        elif block:
            yield first, block
            block = []
    if block:
        yield first, block


def _seconds(stamp: str) -> float | None:
    *hours, minutes, seconds = stamp.replace(",", ".").split(":")
    if int(minutes) > 59 and hours:
        return None
    return round((int(hours[0]) if hours else 0) * 3600 + int(minutes) * 60 + float(seconds), 3)


def _spoken(cues: Sequence[Said]) -> list[Said]:
    """Cues with the speaker that their text names, where enough of them do. One who goes on over several cues is named in the first only."""
    if any(cue.speaker for cue in cues):
        return list(cues)
    named = [_NAMED.match(cue.text) for cue in cues]
    names = Counter(match[1].casefold() for match in named if match)
    if not names or names.total() < _NAMED_SHARE * len(cues) or len(names) > max(2, names.total() / 2):
        return list(cues)
    found: list[Said] = []
    speaker: str | None = None
    for cue, match in zip(cues, named, strict=True):
        if match:
            speaker, cue = match[1], replace(cue, text=cue.text[match.end() :])  # noqa: PLW2901 - the cue without its speaker's name
        found.append(replace(cue, speaker=speaker))
    return found
