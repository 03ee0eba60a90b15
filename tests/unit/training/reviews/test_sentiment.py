"""The fit of the shipped sentiment models on a handful of reviews."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.learned.ngrams import Grams
from training.reviews.sentiment import balance, fitted, judged_on, main, read_rows, report

PRAISE = ("Great taste, I love it.", "Delicious and fresh. Will buy again.", "My dog loves these, excellent quality.")
BLAME = ("Stale and awful.", "Terrible taste. I want my money back.", "It arrived broken, what a waste of money.")


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    rows = [
        {"text": f"{text} Bag number {word}.", "stars": stars, "product": f"p{number}"}
        for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight"))
        for stars, texts in ((5, PRAISE), (1, BLAME))
        for text in texts
    ]
    path = tmp_path / "food.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in [*rows, {"text": "It is a bag.", "stars": 3, "product": "p9"}]), "utf-8")
    return path


def test_three_stars_say_neither(reviews: Path) -> None:
    rows = read_rows(reviews, "en")
    assert len(rows.tokens) == 48
    assert rows.praise.sum() == 24


def test_a_fit_tells_the_sides_apart_and_says_what_it_saw(reviews: Path) -> None:
    model = fitted(read_rows(reviews, "en"), Grams(longest=2, least=2, most=100, lead=False))
    assert model.card["rows"] == 48
    assert model.card["products"] == 8
    assert model.card["held_out"]["accuracy"] == 1
    assert judged_on(model, reviews, "en")["accuracy"] == 1


def test_both_models_are_written_with_what_they_were_judged_on(reviews: Path, tmp_path: Path) -> None:
    assert main([str(reviews), "--into", str(tmp_path / "models"), "--judge", f"en:{reviews}"]) == 0
    for name in ("en", "any"):
        assert LinearModel.load(tmp_path / "models" / name).card["judged"]["food"]["rows"] == 48


def test_the_error_of_calibration_is_the_weighted_gap() -> None:
    praise = np.array([True, True, False, True])
    found = report(np.array([0.95, 0.95, 0.95, 0.55]), praise, np.ones(4))
    assert found["accuracy"] == 0.75
    assert found["ece"] == pytest.approx(0.75 * abs(0.95 - 2 / 3) + 0.25 * 0.45, abs=1e-4)


def test_balanced_weights_count_both_sides_alike() -> None:
    praise = np.array([True, True, True, False])
    weights = balance(praise)
    assert weights[praise].sum() == pytest.approx(weights[~praise].sum())
