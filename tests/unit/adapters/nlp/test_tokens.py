"""Whole batches are cut as the expression cuts each of their texts."""

from __future__ import annotations

import random

import pytest

from adapters.nlp.lexical import tokens
from adapters.nlp.lexical.reading import of_tokens, read
from adapters.nlp.lexical.tokens import lowered, tokenize, tokenize_all

PIECES = (
    *("good", "it's", "don't", "l'hôtel", "o'clock's", "ª", "´", "'", "''", "'t", "'dx", " ", "  ", "\n", "\xa0", "-", "_", "."),
    *(",", "…", "!?", "¿", "(", ")", ":", ";", "/", "\\", "\0", "^^", "<3", ":-)", ":d", ":p's", "(:", "):", ">:(", ":'(", "8/10"),
    *("10/10", "12/5", "5 stars", "4-star", "5estrellas", "5 étoiles", "3.5 stars", "2,5", "1000", "²", "½"),
)
BEYOND_LATIN_1 = ("😀", "👍🏽", "日本語", "очень", "“so”", "ﬁne", "’s", "\ud800", "İ")


@pytest.mark.parametrize("pieces", [PIECES, (*PIECES, *BEYOND_LATIN_1)], ids=["Latin-1", "any script"])
def test_batches_are_cut_as_their_texts_are(pieces: tuple[str, ...]) -> None:
    rng = random.Random(7)
    texts = [lowered("".join(rng.choice(pieces) for _ in range(rng.randrange(12)))) for _ in range(3000)]

    found = tokenize_all(texts)

    by_text: list[list[str]] = [[] for _ in texts]
    for token, text, begin, end in zip(found.flat, found.text_of.tolist(), found.begins.tolist(), found.ends.tolist(), strict=True):
        assert texts[text][begin:end] == token
        by_text[text].append(token)
    assert by_text == [tokenize(text) for text in texts]


def test_tokens_cut_a_few_at_a_time_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Good soup, good bread :-)", "", "très bien, n'est-ce pas? 😀"]
    whole = tokenize_all(texts).flat

    monkeypatch.setattr(tokens, "AT_ONCE", 3)

    assert tokenize_all(texts).flat == whole


def test_a_number_is_found_where_it_stands_and_not_within_another() -> None:
    found = tokenize_all(["250 g for 5 stars"])

    assert (found.flat[2], found.begins[2]) == ("5", 10)


@pytest.mark.parametrize("texts", [[], [""], ["", "a", ""], ["\0"]])
def test_batches_with_nothing_to_read(texts: list[str]) -> None:
    reading = read(texts)

    assert (reading.size, reading.tokens) == (len(texts), [["a"] if text == "a" else [] for text in texts])


def test_words_are_numbered_once_for_a_batch() -> None:
    reading = read(["Good soup, good bread", "soup!"])

    assert reading.words == ["good", "soup", ",", "bread", "!"]
    assert reading.codes.tolist() == [0, 1, 2, 0, 3, 1, 4]


def test_given_tokens_stand_one_space_apart() -> None:
    reading = of_tokens([["good", "soup"], [], ["a", "b"]])

    assert (reading.begins.tolist(), reading.ends.tolist()) == ([0, 5, 0, 2], [4, 9, 1, 3])
    assert reading.starts.tolist() == [0, 2, 2, 4]
