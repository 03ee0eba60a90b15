"""The linear model: its probabilities, its files, and what becomes of damaged ones."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from adapters.nlp.learned.archive import CARD, WEIGHTS
from adapters.nlp.learned.linear import LinearModel, chosen
from adapters.nlp.learned.ngrams import Grams
from schemas.errors import ModelDamaged, ModelMissing
from workers.learning.fit import FitOptions, Rows, fit_once

TOKENS = [text.split() for text in ("good day", "good very good", "bad day", "bad very bad", "so so", "so very so") * 4]
LABELS = ["positive", "positive", "negative", "negative", "neutral", "neutral"] * 4
FIGURES = np.array([[1, 0], [2, 0], [-1, 0], [-2, 0], [0, 0], [0, 0]] * 4, np.float32)


@pytest.fixture
def model() -> LinearModel:
    return fit_once(Rows.of(TOKENS, FIGURES, LABELS), FitOptions(grams=Grams(least=1)))


def test_probabilities_add_up_and_point_the_right_way(model: LinearModel) -> None:
    found = model.probabilities([["good"], ["bad"], ["nobody", "knows"], []], np.zeros((4, 2), np.float32))
    assert model.labels == ("negative", "neutral", "positive")
    assert found.sum(axis=1) == pytest.approx(1)
    assert found[:2].argmax(axis=1).tolist() == [2, 0]
    assert found[2].tolist() == found[3].tolist()


def test_figures_of_another_shape_or_none_are_refused_and_odd_ones_bounded(model: LinearModel) -> None:
    with pytest.raises(ValueError, match="2 figures"):
        model.probabilities([["good"]])
    with pytest.raises(ValueError, match="2 figures"):
        model.probabilities([["good"]], np.zeros((1, 3), np.float32))
    far, farther = (model.probabilities([["day"]], np.array([[value, np.nan]], np.float32)) for value in (1e6, 1e30))
    assert far.tolist() == farther.tolist()
    assert np.isfinite(far).all()


def test_a_stored_model_says_the_same(model: LinearModel, tmp_path: Path) -> None:
    model.with_card({"task": "sentiment"}).save(tmp_path / "m")
    again = LinearModel.load(tmp_path / "m")
    assert again.card["task"] == "sentiment"
    assert again.probabilities(TOKENS, FIGURES).tolist() == model.probabilities(TOKENS, FIGURES).tolist()
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [CARD, WEIGHTS]


def restated(folder: Path, data: bytes) -> None:
    """Other weights, with a card that vouches for them."""
    (folder / WEIGHTS).write_bytes(data)
    card = json.loads((folder / CARD).read_text())
    card["weights"] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (folder / CARD).write_text(json.dumps(card))


def test_a_missing_model_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        LinearModel.load(tmp_path)


@pytest.mark.parametrize("card", [b"", b"[]", b"{}", b'{"format": 99}', b"[" * 100_000, b"\xff\xfe", b'{"format": 1, "weights": {"bytes": 9e99}}'])
def test_a_card_that_is_none_is_damaged(model: LinearModel, tmp_path: Path, card: bytes) -> None:
    model.save(tmp_path)
    (tmp_path / CARD).write_bytes(card)
    with pytest.raises(ModelDamaged):
        LinearModel.load(tmp_path)


def test_weights_that_changed_by_a_bit_or_were_cut_are_damaged(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    data = bytearray((tmp_path / WEIGHTS).read_bytes())
    data[len(data) // 2] ^= 1
    for broken in (bytes(data), bytes(data[:-1]), b""):
        (tmp_path / WEIGHTS).write_bytes(broken)
        with pytest.raises(ModelDamaged):
            LinearModel.load(tmp_path)


def header(shape: str, kind: str = "<f8") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    "entry",
    [
        header("(1000000000000,)"),
        header("(3,)") + b"\0" * 23,
        header("(3,)", "|O") + b"\0" * 24,
        header("(3, 1)") + b"\0" * 24,
        header("(3,)") + np.array([1, np.nan, 1]).tobytes(),
        header("(2,)") + b"\0" * 16,
        b"no array at all",
    ],
)
def test_an_array_that_lies_is_damaged_before_memory_is_taken(model: LinearModel, tmp_path: Path, entry: bytes) -> None:
    model.save(tmp_path)
    held = io.BytesIO()
    with zipfile.ZipFile(tmp_path / WEIGHTS) as source, zipfile.ZipFile(held, "w") as target:
        for name in source.namelist():
            target.writestr(name, entry if name == "bias.npy" else source.read(name))
    restated(tmp_path, held.getvalue())
    with pytest.raises(ModelDamaged):
        LinearModel.load(tmp_path)


def test_packed_entries_and_foreign_archives_are_damaged(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    held = io.BytesIO()
    with zipfile.ZipFile(tmp_path / WEIGHTS) as source, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    for data in (held.getvalue(), b"PK\x05\x06" + b"\0" * 18, b"words"):
        restated(tmp_path, data)
        with pytest.raises(ModelDamaged):
            LinearModel.load(tmp_path)


def test_labels_said_beside_the_likeliest() -> None:
    found = np.array([[0.45, 0.44, 0.11], [0.2, 0.3, 0.1]])
    assert chosen(found, "single").tolist() == [[True, False, False], [False, True, False]]
    assert chosen(found, "shared").tolist() == [[True, True, False], [False, True, False]]
    assert chosen(np.array([[0.9, 0.6, 0.1]]), "multi").tolist() == [[True, True, False]]
