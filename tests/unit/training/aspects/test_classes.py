from __future__ import annotations

from training.aspects.classes import by_class


def test_words_by_class_without_names_signs_and_what_endings_tell():
    lines = ["The DT", "the DT", "soup NN", "Boston NNP", "quickly RB", "family NN", "eat VB", "#1 CD", "delicious JJ", "Best JJS|RBS", "red JJ"]
    assert by_class(lines) == {"determiner": ["the"], "noun": ["family"], "verb": ["eat"], "adjective": ["best", "red"]}


def test_what_stands_in_lower_case_counts_first():
    assert by_class(["Wait NNP", "Fit JJ", "fit VB"]) == {"verb": ["fit"]}
