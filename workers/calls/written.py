"""Rows of a call that arrived as a transcript: each given turn one utterance, in the order given, with the times and roles that the file states."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from schemas.errors import Empty, Malformed
from schemas.rows.call import CallRow, Role, UtteranceRow
from workers.calls.metadata import CallFacts, role_named
from workers.calls.rows import Shape, header
from workers.calls.transcripts.captions import SUBRIP, WEBVTT, read_captions
from workers.calls.transcripts.records import is_transcript, read_record
from workers.calls.transcripts.said import Said, Written
from workers.calls.turns import Span, interruptions, overlaps_s
from workers.sniffing_text import decode_head

TYPES: Final = frozenset({"application/json", WEBVTT, SUBRIP})
"""What transcripts are sniffed as."""

MAX_BYTES: Final = 64 * 1024**2
"""A day of talk with times and confidences of every word is about 40 MB of JSON."""

_OBJECT: Final = re.compile(rb"[^\x21-\x7e]*\{")
_KEYS: Final = (b'"utterances"', b'"Transcript"', b'"transcripts"', b'"alternatives"')
"""A file without any of them is none, and need not be parsed to know it. UTF-16 is not looked at: state the kind."""


def looks_like_transcript(path: Path) -> bool:
    """Whether a JSON file holds a call's turns. Never raises for a file that cannot be read: that one does not."""
    if path.stat().st_size > MAX_BYTES:
        return False
    data = path.read_bytes()
    if not _OBJECT.match(data) or not any(key in data for key in _KEYS):
        return False
    try:
        return is_transcript(json.loads(_text(path)))
    except (Malformed, ValueError, RecursionError):
        return False


def read_written(path: Path, media_type: str) -> Written:
    """The turns of a transcript file. Raises `Malformed` for what is no transcript, `Empty` for one without a turn."""
    if path.stat().st_size > MAX_BYTES:
        raise Malformed(f"a transcript of more than {MAX_BYTES // 1024**2} MB is no single call; split it")
    text = _text(path)
    if media_type != "application/json":
        written = read_captions(text)
        if not written.turns:
            raise Empty("the captions hold no cue")
        return written
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("the file is no valid JSON") from error
    return read_record(data)


def _text(path: Path) -> str:
    text = decode_head(path.read_bytes(), truncated=False)
    if text is None:
        raise Malformed("the transcript is no text in an encoding known here; save it as UTF-8")
    return text.lstrip("\ufeff")


def utterance_rows(written: Written, facts: CallFacts) -> tuple[UtteranceRow, ...]:
    """A row per turn; its number is its place in the file."""
    voices = _voices(written.turns)
    timed = _spans(written.turns, voices)
    spans = [span for _, span in timed]
    marks = dict(zip((at for at, _ in timed), zip(interruptions(spans), overlaps_s(spans), strict=True), strict=True))
    several = len(set(voices)) > 1
    return tuple(
        UtteranceRow(
            utterance_no=turn.number,
            role=_role(turn, facts),
            speaker=turn.speaker,
            text=turn.text,
            words=turn.words,
            language=turn.language or facts.language or written.language,
            is_interruption=marks[at][0] if several and at in marks else None,
            overlap_s=marks[at][1] if several and at in marks else None,
            confidence=1.0 if turn.confidence is None else turn.confidence,
            adapter=f"{written.source}/1/given",
            channel=turn.channel,
            start_s=turn.start_s,
            end_s=turn.end_s,
        )
        for at, turn in enumerate(written.turns)
    )


def call_row(written: Written, rows: Sequence[UtteranceRow], facts: CallFacts) -> CallRow:
    """The call's header; what rests on times is null where the turns have none."""
    voices = _voices(written.turns)
    spans = [span for _, span in _spans(written.turns, voices)]
    channels = len({turn.channel for turn in written.turns} - {None}) or None
    if not spans:
        return CallRow(**facts.fields, channels=channels, confidence=1.0, method="derived", adapter=f"{written.source}/1/given")
    roles = _roles_of_voices(voices, rows)
    words: Counter[int] = Counter()
    for voice, row in zip(voices, rows, strict=True):
        words[voice] += len(row.text.split())
    shape = Shape(max(span.end_s for span in spans), len(set(voices)), {}, f"{written.source}/1/given")
    return header(shape, spans, replace(facts, roles=roles), words).model_copy(update={"channels": channels})


def _role(turn: Said, facts: CallFacts) -> Role:
    """What the file says, be it as the speaker's name; else what the sender says of the channel."""
    if turn.role != "unknown":
        return turn.role
    named = role_named(turn.speaker) if turn.speaker else "unknown"
    return facts.role(turn.channel) if named == "unknown" and turn.channel is not None else named


def _voices(turns: Sequence[Said]) -> list[int]:
    """A number for whoever speaks each turn: one per speaker, channel or role that the file tells apart."""
    known: dict[object, int] = {}
    return [known.setdefault(_who(turn), len(known)) for turn in turns]


def _who(turn: Said) -> object:
    if turn.speaker is not None:
        return turn.speaker
    return turn.channel if turn.channel is not None else turn.role


def _roles_of_voices(voices: Sequence[int], rows: Sequence[UtteranceRow]) -> Mapping[int, Role]:
    return {voice: row.role for voice, row in zip(voices, rows, strict=True) if row.role != "unknown"}


def _spans(turns: Sequence[Said], voices: Sequence[int]) -> list[tuple[int, Span]]:
    """(place, span) of the turns that have both times, in order of their start."""
    found = [
        (at, Span(voice, turn.start_s, turn.end_s))
        for at, (turn, voice) in enumerate(zip(turns, voices, strict=True))
        if turn.start_s is not None and turn.end_s is not None
    ]
    return sorted(found, key=lambda one: (one[1].start_s, one[1].channel))
