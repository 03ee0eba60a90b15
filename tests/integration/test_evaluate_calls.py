"""`tamiz eval calls` as a program meets it, over a second of silence and a short dialogue."""

from __future__ import annotations

import json
import os
import subprocess
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api_process import TAMIZ

TURNS: tuple[dict[str, Any], ...] = (
    {"dialogue": "1", "speaker": "A", "text": "What time is it?", "act": "qw", "is_question": True},
    {"dialogue": "1", "speaker": "B", "text": "It is five.", "act": "sd", "is_question": False},
    {"dialogue": "1", "speaker": "A", "text": "", "act": "%", "is_question": False},
    {"dialogue": "2", "speaker": "A", "text": "Where do you live?", "act": "qw", "is_question": True},
)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    with wave.open(str(folder / "silence.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000))
    (folder / "text.wav").write_text("no sound at all")
    rows = [
        {"file": "silence.wav", "language": "en", "ref": "ten of clubs", "segments": [[0, 1, "ann"]], "role": "agent"},
        {"file": "text.wav", "language": "en", "ref": "six"},
        {"file": "absent.wav", "ref": "six"},
    ]
    (folder / "speech.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "turns.jsonl").write_text("".join(json.dumps(row) + "\n" for row in TURNS))
    return folder


def evaluated(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [*TAMIZ, "eval", "calls", *map(str, arguments)]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=100, env={**os.environ, **environment})


def test_recordings_and_dialogues_are_measured_and_what_cannot_be_is_said(labelled: Path, tmp_path: Path) -> None:
    predicted, page = tmp_path / "ours.jsonl", tmp_path / "calls.html"
    found = evaluated(labelled, "--stt", "none,nonesuch", "--jobs", "1", "--predictions", predicted, "--report", page)
    assert (found.returncode, found.stderr) == (1, "")
    report = json.loads(found.stdout)
    (speech,) = report["speech"]
    assert speech["words"]["all"] == {"words": 4, "substitutions": 0, "deletions": 4, "insertions": 0, "rate": 1.0}
    assert speech["speakers"]["whole"]["missed_s"] == 1.0
    assert speech["roles"]["each"] == [{"name": "silence.wav", "right": False, "heard": {"agent": None}}]
    assert (speech["pace"]["recordings"], speech["pace"]["audio_s"]) == (1, 1.0)
    assert speech["pace"]["processor_factor"] > 0
    assert [one["name"] for one in speech["unread"]] == ["text.wav"]
    assert [(fault["stt"], fault["code"]) for fault in report["failed"]] == [("nonesuch", "unknown_adapter")]
    assert [(one["file"], one["line_no"]) for one in report["bad"]] == [("speech.jsonl", 3)]
    assert (report["dialogues"]["dialogues"], report["dialogues"]["turns"]) == (4, 8)  # as written, and bare
    questions = report["dialogues"]["questions"]["turns.jsonl"]
    assert (questions["labelled"], questions["stated"], questions["right"]) == (2, 2, 2)  # a question word and a question mark
    assert set(report["dialogues"]["questions"]) == {"turns.jsonl", "turns.jsonl, bare"}
    lines = [json.loads(line) for line in predicted.read_text().splitlines()]
    assert [(line.get("file"), line.get("set"), line["error"]) for line in lines[:3]] == [
        ("silence.wav", None, None),
        ("text.wav", None, lines[1]["error"]),
        (None, "turns.jsonl", None),
    ]
    assert [one["text"] for one in lines[2]["utterances"]] == ["What time is it?", "It is five.", ""]
    assert "none: worst heard" in page.read_text()
    assert page.read_text().count("<svg") == 5  # words, speakers, silence, pace, questions; nobody was heard in any role
    assert not (tmp_path / "var").exists()


def test_only_what_is_asked_for_is_measured(labelled: Path) -> None:
    found = evaluated(labelled, "--only", "turns", "--format", "markdown", "--first", "2")
    assert found.returncode == 0
    assert "**Questions**" in found.stdout
    assert "Word error rate" not in found.stdout
    nothing = evaluated(labelled / "turns.jsonl", "--only", "roles")
    assert (nothing.returncode != 0, nothing.stdout) == (True, "")
    assert "labelled with roles" in nothing.stderr


def test_channels_are_exchanged_where_their_roles_are_known(labelled: Path) -> None:
    with wave.open(str(labelled / "stereo.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(4 * 8000))
    (labelled / "speech.jsonl").write_text(json.dumps({"file": "stereo.wav", "roles": ["agent", "caller"]}) + "\n")
    report = json.loads(evaluated(labelled, "--stt", "none", "--only", "roles", "--swapped").stdout)
    assert [each["name"] for each in report["speech"][0]["roles"]["each"]] == ["stereo.wav", "stereo.wav, channels swapped"]


def test_a_recogniser_that_reads_nothing_is_not_measured(labelled: Path) -> None:
    """Nothing of the set could be read: there is no accuracy to speak of."""
    (labelled / "silence.wav").write_text("no sound either")
    found = evaluated(labelled, "--stt", "none", "--only", "words")
    assert found.returncode == 1
    report = json.loads(found.stdout)
    assert (report["speech"], [fault["stt"] for fault in report["failed"]]) == ([], ["none"])


def test_a_trained_classifier_says_the_intents_with_the_folder_of_models_and_not_without(tmp_path: Path) -> None:
    """Two wants that no rule knows, learned from one part of the rows and measured on the other."""
    things = ("one", "two", "three", "four", "five", "six", "seven", "eight")
    rows = [
        {"conversation": f"{one} {other}", "text": f"{word} the {one} and the {other}", "domain": "toys", "intents": [label], "split": split}
        for word, label in (("zorble", "zorbling"), ("grolp", "grolping"))
        for split, many in (("dev", things[:5]), ("test", things[5:]))
        for one in many
        for other in things
    ]
    labelled, data = tmp_path / "turns.jsonl", tmp_path / "data"
    (learn := tmp_path / "learn.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows if row["split"] == "dev"))
    labelled.write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = ["train", "classifier", str(learn), "--text", "text", "--label", "intents", "--name", "intents", "--force"]
    trained = subprocess.run([*TAMIZ, *words, "--data", str(data)], check=False, capture_output=True, text=True, timeout=100)
    assert trained.returncode == 0, trained.stderr
    asked = (labelled, "--only", "turns", "--split", "test")
    report = json.loads(evaluated(*asked, "--models", data / "models").stdout)
    (scores,) = report["dialogues"]["intents"].values()
    assert (scores["turns"], scores["accuracy"], scores["macro_f1"]) == (48, 1.0, 1.0)
    assert (report["split"], report["models"]) == ("test", str(data / "models"))
    (shipped,) = json.loads(evaluated(*asked).stdout)["dialogues"]["intents"].values()
    assert (shipped["stated"], shipped["accuracy"]) == (0, 0.0)


def test_models_nobody_can_use_are_refused(labelled: Path, tmp_path: Path) -> None:
    absent = evaluated(labelled, "--only", "turns", "--models", tmp_path / "absent")
    assert (absent.returncode != 0, "no folder of models" in absent.stderr) == (True, True)
    other = evaluated(labelled, "--only", "turns", "--models", tmp_path, TAMIZ_NLP="none")
    assert (other.returncode != 0, "takes no trained models" in other.stderr) == (True, True)
