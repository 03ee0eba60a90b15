"""The fit of the weights of roles on a handful of calls."""

from __future__ import annotations

import json
import random
import tomllib

import pytest

from training.calls.mishearing import Call, Mishearing, read_heard, read_scripts
from training.calls.roles import every_example, fitted, main

SCRIPT = """[[call]]
name = "{name}"
language = "en"
direction = "inbound"
turns = ["A: Hello, how can I help?", "C: My lid number {name} is broken, I want my money back.", "P: 9", "A: We will send your money today."]
"""
TRADES = ("dairy", "bank", "clinic", "hotel", "taxi", "vet", "school", "gas", "post", "shop", "gym", "zoo", "bakery", "florist")


@pytest.fixture
def scripts(tmp_path):
    path = tmp_path / "scripts.toml"
    path.write_text("".join(SCRIPT.format(name=trade) for trade in TRADES), "utf-8")
    return path


@pytest.fixture
def heard(tmp_path):
    path = tmp_path / "heard.jsonl"
    turns = [["A", "hello how can i have"], ["C", "my led number was broken and one my money"], ["A", "we will sent your money"]]
    path.write_text(json.dumps({"name": "dairy", "turns": turns}), "utf-8")
    return path


def test_scripts_are_read_without_their_pauses(scripts):
    first, *_ = read_scripts([scripts])
    assert [who for who, _ in first.turns] == ["A", "C", "A"]
    assert first.domain == "dairy"


def test_words_become_what_they_became_and_none_at_level_nothing(scripts, heard):
    calls = read_scripts([scripts])
    mishears = Mishearing(calls, read_heard(heard))
    assert mishears.turns(calls[0], 0, random.Random(1))[0] == ("A", "hello how can i help")
    poor = " ".join(text for seed in range(20) for _, text in mishears.turns(calls[1], 0.6, random.Random(seed)))
    assert "have" in poor


def test_a_language_that_nobody_heard_is_misheard_as_its_own_words():
    call = Call("a", "es", [("A", "buenos días"), ("C", "quiero mi dinero")])
    words = {word for seed in range(9) for _, text in Mishearing([call], {}).turns(call, 0.9, random.Random(seed)) for word in text.split()}
    assert words <= {"buenos", "días", "quiero", "mi", "dinero"}


def test_words_of_agents_weigh_for_the_agent(scripts, heard):
    weights = fitted(list(every_example(read_scripts([scripts]), read_heard(heard))))
    assert weights["everyday", "en", "your"] > 0 > weights["everyday", "en", "my"]


def test_the_file_is_written_with_its_card(scripts, heard, tmp_path, capsys):
    into = tmp_path / "weights.toml"
    assert main([str(scripts), "--heard", str(heard), "--into", str(into)]) == 0
    assert "14 calls (14 en)" in into.read_text("utf-8")
    assert tomllib.loads(into.read_text("utf-8"))["everyday"]["en"]["my"] < 0
    assert "right" in capsys.readouterr().err
