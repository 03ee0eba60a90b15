"""JSON transcripts: our own form, Amazon Transcribe and Google Speech-to-Text, told apart by their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from schemas.errors import Empty, Malformed
from schemas.extractions import Problem
from schemas.rows.call import SpokenWord
from workers.calls.transcripts.amazon import read_analytics, read_transcribe
from workers.calls.transcripts.google import read_google
from workers.calls.transcripts.said import Said, Written
from workers.calls.transcripts.values import Record, all_timed, number_of, role_of, text_of, timed, times_of

_FACTS: Final = ("agent_id", "customer_id", "queue", "direction", "disposition", "csat", "started_at")


def is_transcript(data: Any) -> bool:
    """Whether parsed JSON has the shape of one of the transcripts read here."""
    return isinstance(data, dict) and any(matches(data) for matches, _ in _FORMATS)


def read_record(data: Any) -> Written:
    """The turns of parsed JSON. Raises `Malformed` for another shape, `Empty` for no turn at all."""
    for matches, read in _FORMATS:
        if isinstance(data, dict) and matches(data):
            written = read(data)
            if not written.turns:
                raise Empty("the transcript holds no turn")
            return written
    ours = '{"utterances": [{"speaker", "role", "start_s", "end_s", "text"}]}'
    raise Malformed(f"the JSON is no transcript: {ours}, Amazon Transcribe or Google Speech")


def _own(data: Record) -> Written:
    problems: list[Problem] = []
    turns = [said for number, item in enumerate(data["utterances"], start=1) if (said := _own_turn(item, number, problems)) is not None]
    facts = {name: data[name] for name in _FACTS if data.get(name) not in (None, "")}
    return Written("utterances", tuple(turns), text_of(data.get("language")), tuple(problems), facts)


def _own_turn(item: Any, number: int, problems: list[Problem]) -> Said | None:
    if not isinstance(item, dict) or not isinstance(item.get("text") or "", str):
        problems.append(Problem(code="malformed", message=f"utterance {number} is no object with a `text`; left out", item_no=number))
        return None
    channel = item.get("channel")
    start, end = times_of(item.get("start_s"), item.get("end_s"), number, problems)
    return Said(
        number=number,
        text=(item.get("text") or "").strip(),
        speaker=text_of(item.get("speaker")),
        role=role_of(item.get("role")),
        channel=channel if isinstance(channel, int) and not isinstance(channel, bool) and channel >= 0 else None,
        start_s=start,
        end_s=end,
        language=text_of(item.get("language")),
        words=_words(item.get("words")),
    )


def _words(cell: Any) -> tuple[SpokenWord, ...] | None:
    """None for anything but a list of words with times."""
    if not isinstance(cell, list):
        return None
    return all_timed([_word(one) if isinstance(one, dict) else None for one in cell])


def _word(item: Record) -> SpokenWord | None:
    text = text_of(item.get("text"))
    return timed(text, number_of(item.get("start_s")), number_of(item.get("end_s")), number_of(item.get("confidence"))) if text else None


def _listed(data: Record, key: str) -> bool:
    value = data.get(key)
    return isinstance(value, list) and all(isinstance(item, dict) for item in value[:20])


_FORMATS: Final[tuple[tuple[Callable[[Record], bool], Callable[[Record], Written]], ...]] = (
    (lambda data: isinstance(data.get("utterances"), list), _own),
    (lambda data: _listed(data, "Transcript"), read_analytics),
    (lambda data: isinstance(data.get("results"), dict) and "transcripts" in data["results"], read_transcribe),
    (lambda data: _listed(data, "results") and any("alternatives" in item for item in data["results"][:20]), read_google),
)
