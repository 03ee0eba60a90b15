"""docs/adapters.md says what is there, and its example is the one that is tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.registry import BUILT_IN
from adapters.testing.misbehaving import Behaviour

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adapters.md").read_text()
QUOTED = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)


def row(first: str) -> str:
    return next(line for line in PAGE.splitlines() if line.startswith(f"| {first} |"))


@pytest.mark.parametrize("family", BUILT_IN)
def test_every_built_in_adapter_is_listed(family: str) -> None:
    assert re.findall(r"`([^`]+)`", row(family).split("|")[2]) == list(BUILT_IN[family])


def test_the_example_is_quoted_whole() -> None:
    assert {path for path, _ in QUOTED} == {"tests/example_plugin/tamiz_example/comments.py", "tests/example_plugin/pyproject.toml"}


@pytest.mark.parametrize("path, text", QUOTED, ids=[path for path, _ in QUOTED])
def test_quoted_files_are_the_tested_ones(path: str, text: str) -> None:
    assert text == (ROOT / path).read_text()


def test_every_behaviour_is_explained() -> None:
    assert {behaviour.value for behaviour in Behaviour} == set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
