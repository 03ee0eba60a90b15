"""Calls, utterances, spans and replies."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from schemas.rows.evidence import AudioFact, Json

Role = Literal["agent", "customer", "ivr", "unknown"]

SpokenWord = tuple[str, float, float, float | None]
"""A word as it was heard, its start and end (seconds of the recording), and how sure the recogniser is (0 to 1; null: it does not say).
Plain, because every turn has some."""


class CallRow(AudioFact):
    """One row per call."""

    started_at: datetime | None = None
    duration_s: float | None = None
    channels: int | None = None
    sample_rate_hz: int | None = Field(default=None, description="of the recording as it came")
    codec: str | None = Field(default=None, description="of the recording as it came, e.g. pcm_mulaw, opus")
    agent_id: str | None = None
    customer_id: str | None = None
    queue: str | None = None
    direction: str | None = None
    disposition: str | None = None
    csat: float | None = None
    talk_time_s: Json | None = Field(default=None, description="seconds of speech per role")
    words_per_minute: Json | None = Field(default=None, description="per role")
    non_talk_s: float | None = Field(default=None, description="seconds in which nobody spoke")
    interruptions: int | None = None
    hold_s: float | None = None
    sentiment: Json | None = Field(default=None, description="per role and quarter, -5 to 5")
    categories: Json | None = Field(default=None, description="category rules that matched")
    summary: str | None = None
    outcome: str | None = None
    recognizer_reason: str | None = Field(default=None, description="which recogniser `stt=auto` took, and why; that of each turn is its `adapter`")
    redacted_audio_uri: str | None = Field(
        default=None, description="path of the audio without personal data, FLAC; where `TAMIZ_CALLS__REDACT` asks for it"
    )


class UtteranceRow(AudioFact):
    """One turn of one speaker."""

    utterance_no: int = Field(ge=1)
    role: Role = "unknown"
    role_confidence: float | None = Field(default=None, ge=0, le=1, description="1 where it was stated, else how clearly the words tell it")
    speaker: str | None = None
    text: str
    raw_text: str | None = Field(default=None, description="as the recogniser wrote it, where `text` was mended")
    words: tuple[SpokenWord, ...] | None = Field(
        default=None,
        description="as heard, in order: list of [word, start_s, end_s, confidence]; null where words have no times. See the view `words`",
    )
    language: str | None = None
    sentiment: float | None = None
    loudness_db: float | None = Field(default=None, description="mean level, dB below full scale")
    loudness_per_s: Json | None = Field(default=None, description="list: level of each second from `start_s` on, dB below full scale")
    is_interruption: bool | None = None
    overlap_s: float | None = Field(default=None, description="seconds in which somebody else talks, too; null where one channel carries all")
    intent: str | None = None
    dialog_act: str | None = None
    is_question: bool | None = None
    answered_by: int | None = Field(default=None, description="utterance_no of the answer")


class CallSpanRow(AudioFact):
    """A named stretch of a call."""

    span_no: int = Field(ge=1)
    kind: Literal[
        "question", "operation", "suggestion", "issue", "outcome", "action", "category", "silence", "interruption", "hold", "term", "personal"
    ]
    name: str | None = None
    text: str | None = None
    role: Role | None = None
    utterance_no: int | None = Field(default=None, ge=1, description="the turn it stands in; null for what stands in none")
    char_start: int | None = Field(default=None, ge=0, description="of `text` in the turn's `text`")
    char_end: int | None = Field(default=None, ge=0)


class ReplyRow(AudioFact):
    """A spoken answer made for a call."""

    reply_no: int = Field(ge=1)
    outcome: str
    rule: str
    text: str
    audio_uri: str | None = None
