"""`tamiz train` and `tamiz models` as a person or a program meets them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api_process import TAMIZ
from tests.unit.workers.learning.test_training import lines, reviews


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "var"


def tamiz(*arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    found = subprocess.run([*TAMIZ, *map(str, arguments)], capture_output=True, text=True, timeout=100, check=False)
    assert found.returncode == status, found.stderr
    return found


def listed(data: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in tamiz("models", "list", "--data", data).stdout.splitlines()]


def test_train_list_show_promote_rollback_remove(data: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "shop.jsonl", reviews(700, 1))
    assert listed(data) == []
    trained = tamiz("train", "sentiment", file, "--name", "shop", "--data", data, "--force")
    said = json.loads(trained.stdout)
    assert (said["promoted"], said["report"]["task"]) == (True, "sentiment")
    assert "fold 5 of 5" in trained.stderr
    table = tamiz("train", "sentiment", file, "--name", "shop", "--data", data, "--keep-out", "--format", "table").stdout
    assert "Most telling n-grams" in table
    first, second = listed(data)
    assert (first["version"], first["in_force"], second["in_force"]) == (said["version"], "yes", "no")
    assert first["accuracy"] == round(said["report"]["held_out"]["accuracy"], 4)
    assert "Surest mistakes" in tamiz("models", "show", "shop", "--format", "table", "--data", data).stdout
    refused = tamiz("models", "promote", "shop", "--data", data, status=1)
    assert "does not beat" in refused.stderr
    tamiz("models", "promote", "shop", "--force", "--data", data)
    tamiz("models", "remove", "shop", "--version", second["version"], "--data", data, status=1)
    tamiz("models", "rollback", "shop", "--data", data)
    tamiz("models", "remove", "shop", "--version", second["version"], "--data", data)
    assert [(row["version"], row["in_force"]) for row in listed(data)] == [(first["version"], "yes")]
    assert json.loads(tamiz("models", "show", "shop", "--data", data).stdout)["card"]["labels"] == ["negative", "neutral", "positive"]
    tamiz("models", "show", "nobody", "--data", data, status=1)


def test_wrong_usage_is_said_before_any_work(data: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "shop.jsonl", reviews(50, 1))
    tamiz("train", "classifier", file, "--data", data, status=2)
    tamiz("train", "sentiment", tmp_path / "missing.jsonl", "--data", data, status=2)
    tamiz("train", "sentiment", file, "--force", "--keep-out", "--data", data, status=2)
    assert "colour" in tamiz("train", "sentiment", file, "--label", "colour", "--data", data, status=1).stderr
    assert "no name for a model" in tamiz("train", "sentiment", file, "--name", "../up", "--data", data, status=1).stderr
    assert not list(data.rglob("*.npz"))


def test_interrupted_nothing_is_left(data: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "shop.jsonl", reviews(3000, 1))
    words = [*TAMIZ, "train", "sentiment", str(file), "--data", str(data)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}) as process:
        assert process.stderr is not None
        assert any("fold 1 of" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert printed == ""
    assert listed(data) == []
    assert not [path for path in data.rglob("*") if path.suffix in (".npz", ".new", ".tmp")]
