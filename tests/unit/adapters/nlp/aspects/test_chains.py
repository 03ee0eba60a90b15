from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from adapters.nlp.aspects import chains as chains_module
from adapters.nlp.aspects.chains import LABELS, Chains, best_labels


def drawn(lengths, seed=7):
    random = np.random.default_rng(seed)
    sentence_of = np.repeat(np.arange(len(lengths)), lengths)
    return Chains.cut(sentence_of, sentence_of), random.normal(size=(len(sentence_of), LABELS)), random.normal(size=(LABELS + 1, LABELS))


def weight(labels, scores, moves):
    steps = zip([LABELS, *labels], labels, strict=False)
    return sum(scores[at, label] for at, label in enumerate(labels)) + sum(moves[one, other] for one, other in steps)


@pytest.mark.parametrize("lengths", [[1], [5], [3, 1, 4, 2], [2, 2, 2]])
def test_best_labels_are_those_of_trying_all(lengths):
    chains, scores, moves = drawn(lengths)
    found = best_labels(chains, scores, moves)
    start = 0
    for length in lengths:
        mine = scores[start : start + length]
        best = max(product(range(LABELS), repeat=length), key=lambda labels: weight(labels, mine, moves))
        assert tuple(found[start : start + length].tolist()) == best
        start += length


def test_every_token_stands_in_one_chain_in_order():
    chains, _, _ = drawn([3, 1, 4, 2])
    assert chains.alive == [4, 3, 2, 1]
    assert sorted(np.concatenate(chains.places).tolist()) == list(range(10))
    assert chains.places[1].tolist() == (chains.places[0][:3] + 1).tolist()


def test_a_text_ends_a_chain_even_inside_a_sentence_number():
    chains = Chains.cut(np.array([0, 0, 0]), np.array([0, 0, 1]))
    assert [places.tolist() for places in chains.places] == [[0, 2], [1]]


def test_long_sentences_are_cut(monkeypatch):
    monkeypatch.setattr(chains_module, "LONGEST", 4)
    chains = Chains.cut(np.zeros(10, np.int64), np.zeros(10, np.int64))
    assert chains.alive == [3, 3, 2, 2]


def test_no_tokens_no_chains():
    empty = np.zeros(0, np.int64)
    assert best_labels(Chains.cut(empty, empty), np.zeros((0, LABELS)), np.zeros((LABELS + 1, LABELS))).tolist() == []
