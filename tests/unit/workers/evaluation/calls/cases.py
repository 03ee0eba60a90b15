"""Answers of the service, as lines of `tamiz extract`."""

from __future__ import annotations

from typing import Any

from workers.evaluation.runs import Run


def said(number: int, text: str = "", **columns: Any) -> dict[str, Any]:
    row = {"utterance_no": number, "text": text, "role": "unknown", "speaker": None, "channel": 0, "start_s": None, "end_s": None}
    return {**row, "is_question": None, "intent": None, "adapter": "pocketsphinx/5/en-us", **columns}


def read(*rows: dict[str, Any], duration_s: float | None = None, non_talk_s: float | None = None, seconds: float = 1.0) -> Run:
    return Run({"pipeline_version": "0.1+abc", "calls": [{"duration_s": duration_s, "non_talk_s": non_talk_s}], "utterances": list(rows)}, seconds)


def lost() -> Run:
    return Run({"source_uri": "file:///x", "error": {"code": "malformed", "message": "The file is broken."}}, 0.1)
