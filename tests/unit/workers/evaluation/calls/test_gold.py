from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import Empty
from workers.evaluation.calls.diarisation import Talk
from workers.evaluation.calls.gold import Recording, Turn, dialogues, read_calls
from workers.evaluation.calls.roles import RoleSpan


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set" / "audio").mkdir(parents=True)
    (tmp_path / "set" / "audio" / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "outside.wav").write_bytes(b"RIFF")
    return tmp_path / "set"


def read(folder: Path, *rows: dict[str, Any]) -> list[Recording | Turn]:
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return list(read_calls(folder).items)


def recording(folder: Path, **row: Any) -> Recording:
    (found,) = read(folder, {"file": "audio/a.wav", **row})
    assert isinstance(found, Recording)
    return found


def fault(folder: Path, **row: Any) -> str:
    (folder / "rows.jsonl").write_text(json.dumps({"text": "Well?", "is_question": True}) + "\n" + json.dumps(row) + "\n")
    (bad,) = read_calls(folder).bad
    return bad.why


def test_a_recording_says_its_words_its_speakers_or_its_roles(folder: Path) -> None:
    found = recording(folder, ref="ten of clubs", language="en", segments=[[0, 1.5, "ann"], [1, 3, "bob"]])
    assert (found.said, found.language, found.path) == ("ten of clubs", "en", folder / "audio" / "a.wav")
    assert found.talks == (Talk(0, 1.5, "ann"), Talk(1, 3, "bob"))
    assert found.roles is None


@pytest.mark.parametrize(
    ("row", "roles"),
    [
        ({"role": "caller"}, (RoleSpan("customer"),)),
        ({"roles": ["agent", "caller"]}, (RoleSpan("agent", 0), RoleSpan("customer", 1))),
        ({"roles": ["music", "agent"]}, (RoleSpan("agent", 1),)),
        ({"role": "both", "kind": "two channels merged, L=agent R=caller"}, (RoleSpan("agent", 0), RoleSpan("customer", 1))),
        ({"segments": [[0, 2, "agent"], [2, 3, "customer"]]}, (RoleSpan("agent", None, 0, 2), RoleSpan("customer", None, 2, 3))),
        ({"role": "both", "ref": "well"}, None),
    ],
)
def test_roles_are_told_by_channel_by_recording_or_by_time(folder: Path, row: dict[str, Any], roles: object) -> None:
    assert recording(folder, **row).roles == roles
    assert RoleSpan("agent").end_s == math.inf


def test_turns_of_a_dialogue_follow_each_other_and_empty_ones_are_turns(folder: Path) -> None:
    items = read(
        folder,
        {"dialogue": "1", "speaker": "A", "text": "Hi.", "act": "fp", "is_question": False},
        {"dialogue": "1", "speaker": "B", "text": "", "act": "qh", "is_question": True},
        {"call": "x", "asr_es": "qu\u00e9 tal", "is_question": True},
        {"text": "Where is my card?", "intent": "card_arrival", "domain": "bank"},
        {"conversation": "x", "text": "Cancel it.", "intents": ["cancel", "complain"], "language": "en"},
    )
    turns = [one for one in items if isinstance(one, Turn)]
    assert [(one.dialogue, one.text, one.asked, one.intents) for one in turns] == [
        ("1", "Hi.", False, ()),
        ("1", "", False, ()),
        ("x", "qu\u00e9 tal", True, ()),
        ("line 4", "Where is my card?", None, ("card_arrival",)),
        ("x", "Cancel it.", None, ("cancel", "complain")),
    ]
    assert [one.language for one in turns] == [None, None, "es", None, "en"]
    assert {name: len(group) for (_, name), group in dialogues(items).items()} == {"1": 2, "x": 2, "line 4": 1}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"file": 5, "ref": "x"}, "no path"),
        ({"file": "audio/b.wav", "ref": "x"}, "not there"),
        ({"file": "../outside.wav", "ref": "x"}, "outside its folder"),
        ({"file": "audio/a.wav", "segments": {}}, "no list as `segments`"),
        ({"file": "audio/a.wav", "segments": [[1, 2]]}, "not \\[start"),
        ({"file": "audio/a.wav", "segments": [[2, 1, "ann"]]}, "ends before"),
        ({"file": "audio/a.wav", "segments": [[float("nan"), 1, "ann"]]}, "not \\[start"),
        ({"file": "audio/a.wav", "roles": "agent"}, "no list of words"),
        ({"speaker": "A"}, "neither a `file` nor a `text`"),
        ({"text": "Hi.", "is_question": "yes"}, "neither true nor false"),
    ],
)
def test_a_broken_row_says_what_is_wrong(folder: Path, row: dict[str, Any], why: str) -> None:
    import re

    assert re.search(why, fault(folder, **row))


def test_rows_without_a_label_are_counted_and_nothing_else_is_an_error(folder: Path) -> None:
    rows = [{"file": "audio/a.wav", "language": "en"}, {"text": "Hi."}]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(Empty, match="no row"):
        read_calls(folder)
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"text": "Hi?", "is_question": True}]))
    (counted,) = read_calls(folder).files
    assert (counted.rows, counted.measured, counted.unlabelled) == (3, 1, 2)
