"""What was made of every recording and dialogue, as lines for another scorer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workers.evaluation.calls.gold import Recording
from workers.evaluation.calls.heard import Utterance, utterances
from workers.evaluation.calls.recordings import Readings
from workers.evaluation.calls.transcripts import Dialogues
from workers.evaluation.runs import Run


def recording_lines(recordings: Sequence[Recording], readings: Mapping[str, Readings]) -> Iterator[str]:
    """One JSON line per recogniser and file, in order; `error` is the code of one that was not read."""
    for stt, read in readings.items():
        names = {one.path: one.name for one in recordings}
        for path, run in read.runs.items():
            yield json.dumps({"stt": stt, "file": names[path], **_made(run)}) + "\n"


def dialogue_lines(dialogues: Dialogues, runs: Sequence[Run]) -> Iterator[str]:
    """One JSON line per dialogue, in order."""
    for (file, name), run in zip(dialogues, runs, strict=True):
        yield json.dumps({"set": file, "dialogue": name, **_made(run)}) + "\n"


def _made(run: Run) -> dict[str, Any]:
    if run.unread:
        return {"error": run.line["error"]["code"], "utterances": []}
    return {"error": None, "utterances": [_stated(one) for one in utterances(run.line)]}


def _stated(one: Utterance) -> dict[str, Any]:
    return {
        "utterance_no": one.number,
        "role": one.role,
        "speaker": one.speaker,
        "channel": one.channel,
        "start_s": one.start_s,
        "end_s": one.end_s,
        "text": one.text,
        "is_question": one.is_question,
        "intent": one.intent,
    }
