from __future__ import annotations

import numpy as np
import pytest

from adapters.nlp.aspects.finder import POLARITY, AspectFinder
from adapters.nlp.aspects.judging import FIGURES, checked, contexts
from adapters.nlp.aspects.runs import Runs, nearest
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.opinions import opinions
from adapters.nlp.lexical.reading import read
from schemas.errors import ModelDamaged
from tests.unit.adapters.nlp.aspects.batches import find
from tests.unit.adapters.nlp.aspects.test_tagger import tagger
from workers.learning.fit import FitOptions, Rows, fit_once


def looked(texts, places):
    reading = read(texts)
    said = opinions(reading, rows_of(["en"] * len(texts)))
    at = np.array(places)
    runs = Runs(at, at, at)
    return contexts(reading, runs, said, nearest(runs, said))


def judge():
    """One that has learned what `blick` and `smeed` say of what stands before them."""
    texts = ["the zorgle is blick now", "the zorgle is smeed now", "the zorgle is here now"] * 30
    tokens, figures = looked(texts, [5 * number + 1 for number in range(90)])
    return fit_once(Rows.of(tokens, figures, ["positive", "negative", "neutral"] * 30), FitOptions())


def test_words_of_the_sentence_with_the_side_they_stand_on():
    (words,), figures = looked(["It was late. The soup is great, really! I go."], [5])
    assert words == ["the", "soup", "is", "great", ",", "really", "!", "<>", "the<", "<>", "is>", "great>", ",>", "really>", "!>", "<>", "soup@"]
    assert figures.shape == (1, FIGURES)
    assert figures[0, 0] > 0


def test_a_trained_judge_speaks_in_the_taggers_languages():
    texts = ["The zorgle is smeed.", "The zorgle is blick.", "El zorgle es smeed."]
    found = find(texts, ["en", "en", "es"], finder=AspectFinder(tagger(), judge()))
    assert [[(aspect.term, aspect.polarity) for aspect in one] for one in found[:2]] == [[("zorgle", "negative")], [("zorgle", "positive")]]
    assert found[0][0].score < 0 < found[1][0].score
    assert [aspect.polarity for aspect in found[2]] == ["neutral"] * len(found[2])


def test_given_spans_are_judged_by_it_too():
    texts = ["The zorgle is smeed."]
    reading = read(texts)
    said = opinions(reading, rows_of(["en"]))
    assert AspectFinder(tagger(), judge()).judge(reading, [[(4, 10)]], ["en"], said) == [["negative"]]
    assert AspectFinder(tagger(), judge()).judge(reading, [[(4, 10)]], ["es"], said) == [["neutral"]]


def test_both_are_loaded_from_one_folder(tmp_path):
    tagger().save(tmp_path)
    assert find(["The zorgle is smeed."], finder=AspectFinder.load(tmp_path))[0][0].polarity == "neutral"
    judge().save(tmp_path / POLARITY)
    assert find(["The zorgle is smeed."], finder=AspectFinder.load(tmp_path))[0][0].polarity == "negative"


def test_a_model_that_judges_something_else_is_refused():
    tokens, figures = looked(["the zorgle"] * 4, [1, 3, 5, 7])
    with pytest.raises(ModelDamaged):
        checked(fit_once(Rows.of(tokens, figures, ["red", "blue"] * 2), FitOptions()))
    with pytest.raises(ModelDamaged):
        checked(fit_once(Rows.of(tokens, figures[:, :3], ["positive", "negative"] * 2), FitOptions()))
