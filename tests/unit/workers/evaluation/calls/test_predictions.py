from __future__ import annotations

import json
from pathlib import Path

from tests.unit.workers.evaluation.calls.cases import lost, read, said
from workers.evaluation.calls.gold import Recording
from workers.evaluation.calls.predictions import dialogue_lines, recording_lines
from workers.evaluation.calls.recordings import Readings


def test_recordings_are_a_line_per_recogniser_and_file() -> None:
    files = [Recording("r.jsonl", name, Path("/set") / name, "en", "x", None, None) for name in ("a.wav", "b.wav")]
    runs = {files[0].path: read(said(1, "Hello.", role="agent", start_s=0.5, end_s=1.0)), files[1].path: lost()}
    first, second = map(json.loads, recording_lines(files, {"auto": Readings(runs, 1.0, 1)}))
    assert (first["stt"], first["file"], first["error"]) == ("auto", "a.wav", None)
    assert [(one["text"], one["role"], one["start_s"]) for one in first["utterances"]] == [("Hello.", "agent", 0.5)]
    assert (second["file"], second["error"], second["utterances"]) == ("b.wav", "malformed", [])


def test_dialogues_are_a_line_each() -> None:
    (line,) = map(json.loads, dialogue_lines({("q.jsonl", "1"): []}, [read(said(1, "Well?", is_question=True, intent="ask"))]))
    assert (line["set"], line["dialogue"]) == ("q.jsonl", "1")
    assert [(one["is_question"], one["intent"]) for one in line["utterances"]] == [(True, "ask")]
