"""Labels of heads other people trained, read as feelings, entailment and entity types."""

from __future__ import annotations

import pytest

from adapters.nlp.neural.labels import MIXED, entailment, tag, valences
from schemas.errors import SettingsInvalid


@pytest.mark.parametrize(
    "labels, expected",
    [
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [-1, -0.5, 0, 0.5, 1]),
        (["5", "4", "3", "2", "1"], [1, 0.5, 0, -0.5, -1]),
        (["LABEL_0", "LABEL_1"], [-1, 1]),
        (["LABEL_0", "LABEL_1", "LABEL_2"], [-1, 0, 1]),
        (["rating_1", "rating_2", "rating_3", "rating_4", "rating_5"], [-1, -0.5, 0, 0.5, 1]),
        (["NEG", "NEU", "POS"], [-1, 0, 1]),
        (["POSITIVE", "NEGATIVE"], [1, -1]),
        (["negative", "neutral", "positive", "mixed"], [-1, 0, 1, MIXED]),
        (["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"], [-1, -0.5, 0, 0.5, 1]),
        (["negativo", "neutro", "positivo"], [-1, 0, 1]),
    ],
)
def test_common_heads(labels, expected):
    assert valences(labels, {}) == expected


@pytest.mark.parametrize(
    "labels",
    [
        ["joy", "anger"],
        ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"],
        ["LABEL_3", "LABEL_4"],
        ["positive", "maybe"],
        ["not positive", "negative"],
        ["1", "1"],
    ],
)
def test_labels_nobody_can_read_ask_for_their_values(labels):
    with pytest.raises(SettingsInvalid, match="sentiment_labels"):
        valences(labels, {})


def test_stated_values_are_believed_and_must_be_complete():
    assert valences(["joy", "anger"], {"joy": 0.8, "anger": -1.0}) == [0.8, -1.0]
    with pytest.raises(SettingsInvalid, match="anger"):
        valences(["joy", "anger"], {"joy": 1.0})


@pytest.mark.parametrize(
    "labels, places",
    [
        (["entailment", "neutral", "contradiction"], (0, 2)),
        (["CONTRADICTION", "NEUTRAL", "ENTAILMENT"], (2, 0)),
        (["entailment", "not_entailment"], (0, 1)),
    ],
)
def test_entailment_heads(labels, places):
    assert entailment(labels) == places


def test_a_head_without_entailment_is_refused():
    with pytest.raises(SettingsInvalid, match="NLI"):
        entailment(["LABEL_0", "LABEL_1", "LABEL_2"])


@pytest.mark.parametrize(
    "name, expected",
    [
        ("O", ("", None)),
        ("B-PER", ("B", "PERSON")),
        ("I-ORG", ("I", "ORGANIZATION")),
        ("S-GPE", ("B", "LOCATION")),
        ("E-LOC", ("I", "LOCATION")),
        ("MISC", ("", "MISC")),
        ("B-work-of-art", ("B", "WORK-OF-ART")),
        ("LOC", ("", "LOCATION")),
    ],
)
def test_tags(name, expected):
    assert tag(name) == expected
