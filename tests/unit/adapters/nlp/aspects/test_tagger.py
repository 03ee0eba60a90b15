from __future__ import annotations

import json

import numpy as np
import pytest

from adapters.nlp.aspects.chains import BEGINS, CONTINUES, LABELS, OUTSIDE
from adapters.nlp.aspects.features import BITS, Spellings, features_of
from adapters.nlp.aspects.finder import AspectFinder
from adapters.nlp.aspects.scene import look_at
from adapters.nlp.aspects.tagger import Tagger, runs_of
from adapters.nlp.learned import archive
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.opinions import opinions
from adapters.nlp.lexical.reading import read
from schemas.errors import ModelDamaged, ModelMissing
from tests.unit.adapters.nlp.aspects.batches import find

TEXTS = ["The green zorgle was great.", "We like every zorgle here.", ""]


def looked(texts, languages=None):
    spoken = languages or ["en"] * len(texts)
    reading = read(texts)
    said = opinions(reading, rows_of(spoken))
    return reading, look_at(reading, texts, spoken), said


def tagger(languages=("en",)):
    """One that takes `zorgle` for a term and nothing else."""
    reading, scene, said = looked(["zorgle"])
    weights = np.zeros((2**BITS, LABELS), np.float32)
    weights[features_of(reading, scene, said, Spellings())[0, 0], BEGINS] = 5
    moves = np.zeros((LABELS + 1, LABELS))
    moves[:, OUTSIDE] = 1
    return Tagger(weights, moves, {"languages": list(languages)})


def test_a_trained_tagger_takes_the_place_of_the_rules_in_its_language():
    found = find(TEXTS, finder=AspectFinder(tagger()))
    assert [[aspect.term for aspect in one] for one in found] == [["zorgle"], ["zorgle"], []]
    assert found[0][0].polarity == "positive"
    assert found[0][0].confidence > 0.9


def test_other_languages_keep_the_rules():
    texts = ["La sopa es excelente, zorgle.", "The zorgle has a great taste."]
    found = find(texts, ["es", "en"], finder=AspectFinder(tagger()))
    assert [[aspect.term for aspect in one] for one in found] == [["sopa"], ["zorgle"]]
    assert [one[0].char_start for one in found] == [3, 4]


def test_a_saved_tagger_is_the_same(tmp_path):
    ours = tagger()
    ours.save(tmp_path)
    again = Tagger.load(tmp_path)
    assert np.array_equal(again.weights, ours.weights)
    assert np.array_equal(again.moves, ours.moves)
    assert again.card["languages"] == ["en"]
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".pkl", ".pickle"}]


def test_scores_are_the_weights_of_all_features(monkeypatch):
    monkeypatch.setattr("adapters.nlp.aspects.features.MOST_WORDS", 12)
    texts = ["The Green soup was not great, but we liked it", "", "El pan es malo.", "x", "Soup-bowl: 5 stars 👍 the wine list is short and new"]
    languages = ["en", "en", "es", None, "en"]
    weights = np.random.default_rng(1).normal(size=(2**BITS, LABELS)).astype(np.float32)
    ours = Tagger(weights, np.zeros((LABELS + 1, LABELS)), {})
    for first in (0, 2, 0):
        scene = looked(texts[first:], languages[first:])
        plain = weights[features_of(*scene, Spellings())].sum(axis=0)
        assert ours.scores(*scene) == pytest.approx(plain - plain[:, [OUTSIDE]], abs=1e-3)


def test_a_folder_without_a_model_is_missing(tmp_path):
    with pytest.raises(ModelMissing):
        Tagger.load(tmp_path)


@pytest.mark.parametrize("change", [{"task": "sentiment"}, {"features": 0}])
def test_a_model_of_another_kind_is_refused(tmp_path, change):
    tagger().save(tmp_path)
    card = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(card | change))
    with pytest.raises(ModelDamaged, match="train it again"):
        Tagger.load(tmp_path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"used": [2**BITS], "weights": [[0, 1, 0]], "moves": np.zeros((4, 3))},
        {"used": [-1], "weights": [[0, 1, 0]], "moves": np.zeros((4, 3))},
        {"used": [1, 2], "weights": [[0, 1, 0]], "moves": np.zeros((4, 3))},
        {"used": [1], "weights": [[0, 1]], "moves": np.zeros((4, 3))},
        {"used": [1], "weights": [[0, 1, 0]], "moves": np.zeros((3, 3))},
    ],
)
def test_weights_that_do_not_agree_are_damage(tmp_path, arrays):
    kinds = {"used": "<i4", "weights": "<f4", "moves": "<f8"}
    tagger().save(tmp_path)
    card = json.loads((tmp_path / "model.json").read_text())
    archive.write(tmp_path, {name: np.array(values, kinds[name]) for name, values in arrays.items()}, card)
    with pytest.raises(ModelDamaged, match="do not agree"):
        Tagger.load(tmp_path)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([OUTSIDE, BEGINS, CONTINUES, OUTSIDE, OUTSIDE], [(1, 2)]),
        ([BEGINS, BEGINS, CONTINUES, CONTINUES, BEGINS], [(0, 0), (1, 3), (4, 4)]),
        ([CONTINUES, OUTSIDE, OUTSIDE, CONTINUES, CONTINUES], [(0, 0), (3, 4)]),
        ([OUTSIDE] * 5, []),
    ],
)
def test_terms_that_labels_speak_of(labels, expected):
    _, scene, _ = looked(["one two three four five"])
    runs = runs_of(np.array(labels, np.int8), scene)
    assert list(zip(runs.first.tolist(), runs.last.tolist(), strict=True)) == expected


def test_no_term_crosses_from_text_to_text():
    _, scene, _ = looked(["one two", "three"])
    runs = runs_of(np.array([OUTSIDE, BEGINS, CONTINUES], np.int8), scene)
    assert list(zip(runs.first.tolist(), runs.last.tolist(), strict=True)) == [(1, 1), (2, 2)]


def test_features_of_a_text_do_not_depend_on_its_neighbours():
    texts = ["The soup was great.", "", "El pan es malo", "x"]
    languages = ["en", "en", "es", None]
    together = features_of(*looked(texts, languages), Spellings())
    alone = [features_of(*looked([text], [language]), Spellings()) for text, language in zip(texts, languages, strict=True)]
    assert np.array_equal(together, np.concatenate(alone, axis=1))
    assert together.min() >= 0
    assert together.max() < 2**BITS


def test_spellings_grow_and_are_begun_anew(monkeypatch):
    monkeypatch.setattr("adapters.nlp.aspects.features.MOST_WORDS", 4500)
    spellings = Spellings()
    words = [f"w{number}" for number in range(5000)]
    first = spellings.of(words)
    assert np.array_equal(spellings.of(words), first)
    assert np.array_equal(spellings.of(words[:3]), first[:3])
