"""N-grams of batches, against a plain count of the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.nlp.learned.ngrams import SENTENCE_ENDS, Grams, Vocabulary

TEXTS = [text.split() for text in ("a b c . a b", "b c . c", "a b c", "", "c c c", "unseen . words")]
BATCHES = st.lists(st.lists(st.sampled_from([*"abcd", ".", "!"]), max_size=12), max_size=8)


def plainly(text: list[str], vocabulary: Vocabulary, longest: int) -> set[str]:
    """Names of a text's features, one by one."""
    known = {vocabulary.named(at) for at in range(len(vocabulary))}
    ends = [at for at, token in enumerate(text) if token in SENTENCE_ENDS and token in vocabulary.words]
    lead = ends[0] if ends else len(text)
    found = set()
    for length in range(1, longest + 1):
        for at in range(len(text) - length + 1):
            gram = " ".join(text[at : at + length])
            found |= {gram, f"^ {gram}"} if at < lead else {gram}
    return found & known


@given(BATCHES, BATCHES, st.integers(1, 3), st.integers(1, 2), st.booleans())
def test_features_are_those_of_a_plain_count(learned: list[list[str]], asked: list[list[str]], longest: int, least: int, lead: bool) -> None:
    vocabulary = Vocabulary.learn(learned, Grams(longest=longest, least=least, lead=lead))
    found = vocabulary.features(asked)
    for at, text in enumerate(asked):
        own = found.indices[found.offsets[at] : found.offsets[at + 1]]
        assert (np.diff(own) > 0).all()
        assert {vocabulary.named(int(feature)) for feature in own} == plainly(text, vocabulary, longest)


def test_only_what_stands_in_enough_texts_is_kept_and_the_most_frequent_first() -> None:
    vocabulary = Vocabulary.learn(TEXTS, Grams(longest=2, least=2, most=2, lead=False))
    assert vocabulary.words == ("c", ".")
    assert [vocabulary.named(at) for at in range(len(vocabulary))] == ["c", ".", "c ."]


def test_a_stored_vocabulary_finds_the_same() -> None:
    vocabulary = Vocabulary.learn([*TEXTS, ["ñandú", "😀"], ["ñandú", "😀"]], Grams(longest=3, least=1))
    again = Vocabulary.from_arrays(vocabulary.arrays())
    assert again.words == vocabulary.words
    assert again.features(TEXTS).indices.tolist() == vocabulary.features(TEXTS).indices.tolist()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("word_ends", np.array([1, 1, 2])),
        ("word_ends", np.array([1, 2, 9])),
        ("pairs", np.array([5, 5])),
        ("pairs", np.array([-1, 2])),
        ("pairs", np.array([99])),
        ("leads", np.array([3, 1], np.int32)),
        ("leads", np.array([1000], np.int32)),
    ],
)
def test_arrays_that_do_not_agree_are_refused(name: str, value: np.ndarray) -> None:
    arrays = Vocabulary.learn(TEXTS, Grams()).arrays()
    with pytest.raises(ValueError, match=r"order|end where|twice"):
        Vocabulary.from_arrays(arrays | {name: value})


def test_an_empty_token_is_no_word_and_no_pair_reaches_over_it() -> None:
    vocabulary = Vocabulary.learn([["a", "b", "", "c"]] * 3, Grams(lead=False))
    assert {vocabulary.named(feature) for feature in range(len(vocabulary))} == {"a", "b", "c", "a b"}
    assert vocabulary.features([["b", "", "c", "a", "b"]]).lengths.tolist() == [4]
