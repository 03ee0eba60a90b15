"""`tamiz eval reviews` as a program meets it, over a handful of labelled rows."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api_process import TAMIZ

STARRED: tuple[dict[str, Any], ...] = (
    {"text": "Wonderful tea, I love it.", "stars": 5, "split": "test", "language": "en"},
    {"text": "Terrible tea, I hate it.", "stars": 1, "title": "Awful", "split": "test", "language": "en"},
    {"text": "Wonderful tea, I love it, best ever.", "stars": 1, "split": "test", "language": "en"},
    {"text": "It is tea.", "stars": 3, "split": "test", "language": "en"},
    {"text": "Horrible, terrible tea.", "stars": 5, "split": "train", "language": "en"},
    {"text": "   ", "stars": 5, "split": "test"},
    {"text": "No stars at all.", "split": "test"},
)
ASPECTS: tuple[dict[str, Any], ...] = (
    {"text": "The food is great.", "set": "restaurants", "language": "en", "aspects": [{"term": "food", "polarity": "positive", "start": 4}]},
    {"text": "We went home.", "set": "restaurants", "language": "en", "aspects": []},
)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "stars.jsonl").write_text("".join(json.dumps(row) + "\n" for row in STARRED) + "{broken\n")
    (folder / "aspects.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ASPECTS))
    return folder


def evaluated(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [*TAMIZ, "eval", "reviews", *map(str, arguments)]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=100, env={**os.environ, **environment})


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_report_agrees_with_the_predictions_and_counts_no_unlabelled_row(labelled: Path, tmp_path: Path) -> None:
    predicted, page = tmp_path / "ours.jsonl", tmp_path / "report.html"
    found = evaluated(labelled, "--nlp", "local", "--jobs", "2", "--predictions", predicted, "--report", page)
    assert (found.returncode, found.stderr) == (0, "")
    report = json.loads(found.stdout)
    (engine,) = report["engines"]
    ours = {(row["file"], row["line"]): row for row in rows(predicted)}
    assert sorted(ours) == [("aspects.jsonl", 1), ("aspects.jsonl", 2), *(("stars.jsonl", number) for number in (1, 2, 3, 4, 5))]
    signs = [(row["stars"] > 3) == (ours["stars.jsonl", number]["score"] >= 0) for number, row in enumerate(STARRED[:5], 1) if row["stars"] != 3]
    assert engine["sentiment"]["all"]["accuracy"] == pytest.approx(sum(signs) / 4)
    assert engine["sentiment"]["all"]["reviews"] == 4
    assert engine["sentiment"]["all"]["starred"] == 5
    assert [ours["stars.jsonl", number]["score"] >= 0 for number in (1, 2)] == [True, False]  # praise and blame that every engine tells apart
    assert [(one["file"], one["rows"], one["measured"], one["unlabelled"], one["bad"]) for one in report["files"]] == [
        ("aspects.jsonl", 2, 2, 0, 0),
        ("stars.jsonl", 8, 5, 1, 2),
    ]
    assert [(one["line_no"], one["why"]) for one in report["bad"]] == [(6, "has no `text`"), (8, "is no JSON in UTF-8")]
    assert engine["speed"]["reviews"] == 7
    assert engine["speed"]["processor_s"] > engine["speed"]["nlp_us"] / 1e6 > 0
    assert "<svg" in page.read_text()
    assert not (tmp_path / "var").exists()


def test_a_split_and_engines_side_by_side(labelled: Path) -> None:
    """An engine that does not exist is a row that says so, and the exit status."""
    found = evaluated(labelled, "--nlp", "local, none,nonesuch", "--split", "test", "--format", "json")
    assert found.returncode == 1
    report = json.loads(found.stdout)
    assert [(engine["nlp"], engine["not_provided"]) for engine in report["engines"]][1] == ("none", ["sentiment", "aspects"])
    assert [(fault["nlp"], fault["code"]) for fault in report["failed"]] == [("nonesuch", "unknown_adapter")]
    assert report["engines"][0]["sentiment"]["all"]["reviews"] == 3
    assert {one["file"]: one["other_split"] for one in report["files"]} == {"aspects.jsonl": 2, "stars.jsonl": 1}


def test_one_file_in_tables_and_as_markdown(labelled: Path) -> None:
    text = evaluated(labelled / "stars.jsonl", "--format", "table")
    assert text.returncode == 0
    assert "Sentiment\n" in text.stdout
    assert "the surest wrong signs" in text.stdout
    markdown = evaluated(labelled / "stars.jsonl", "--format", "markdown", "--first", "2", "--guess-language")
    assert "**Sentiment**" in markdown.stdout
    assert "not told, but guessed" in markdown.stdout
    assert "Wonderful tea" not in markdown.stdout


def test_wrong_usage_is_told_before_anything_is_read(labelled: Path, tmp_path: Path) -> None:
    for arguments, said in (
        ((labelled, "--predictions", tmp_path / "absent" / "x.jsonl"), "there is no folder"),
        ((tmp_path / "absent",), "no labelled file"),
        ((labelled, "--nlp", " , "), "--nlp names no engine"),
        ((labelled, "--models", tmp_path / "absent"), "no folder of models"),
        ((labelled, "--split", "absent"), "of the split 'absent'"),
    ):
        found = evaluated(*arguments)
        assert (found.returncode != 0, found.stdout, said in found.stderr) == (True, "", True), found.stderr


def test_models_without_an_engine_that_takes_them_are_refused(labelled: Path, tmp_path: Path) -> None:
    found = evaluated(labelled, "--nlp", "none", "--models", tmp_path)
    assert found.returncode != 0
    assert "takes trained models" in found.stderr


def test_trained_models_are_read_by_the_confined_children(tmp_path: Path) -> None:
    """A word that no list knows, learned from stars: it tells the sign with the models and not without."""
    things = ("tea", "cup", "box", "lid", "bag", "jar", "tin", "pot")
    rows_of = [
        {"text": f"A {word} {one} beside the {other}.", "stars": stars, "language": "en"}
        for word, stars in (("zorbly", 5), ("quenched-grolp", 1))
        for one in things
        for other in things
        if one != other
    ]
    labelled, data = tmp_path / "learn.jsonl", tmp_path / "data"
    labelled.write_text("".join(json.dumps(row) + "\n" for row in rows_of))
    trained = subprocess.run(
        [*TAMIZ, "train", "sentiment", str(labelled), "--name", "words", "--force", "--data", str(data)],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert trained.returncode == 0, trained.stderr
    report = json.loads(evaluated(labelled, "--models", data / "models").stdout)
    (engine,) = report["engines"]
    assert engine["nlp"] == "local with models"
    assert "words@" in engine["adapter"]
    assert engine["sentiment"]["all"]["accuracy"] > json.loads(evaluated(labelled).stdout)["engines"][0]["sentiment"]["all"]["accuracy"]
