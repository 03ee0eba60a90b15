"""Hostile files and names against a running service with its real engines: a small part of `make hostile`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from benchmarks.hostile import bombs, mutants, oddities
from benchmarks.hostile.run import Attack, attack

SEED = 20_261
LARGE = {
    "documents/one-line.txt",
    "documents/backtracking.txt",
    "reviews/quote.csv",
    "reviews/wide.csv",
    "messages/header.eml",
    "messages/nested.eml",
}
"""Files that take seconds each; `make hostile` has them."""


def files() -> Iterator[tuple[str, bytes]]:
    """About sixty: every claim and lie, the small texts, one mutant of every other format."""
    everything = chain(bombs.claims(), oddities.liars(), oddities.texts(), mutants.mutants(random.Random(SEED), 1))
    for number, (key, content) in enumerate(everything):
        if key not in LARGE and number % 2 == 0:
            yield key, content


@pytest.mark.timeout(600)
def test_everything_hostile_ends_typed_and_harms_nobody(tmp_path: Path) -> None:
    """Every file is loaded, rejected or dead with a code; no process died, nothing was written outside, memory kept its cap."""
    found = attack(tmp_path / "hostile", Attack(SEED, minutes=8), files())
    assert found.violations == []
    assert found.files > 60
    assert {"empty", "malformed", "truncated", "unsupported_type", "too_large"} <= set(found.codes)
    assert found.states["loaded"] >= 20
