"""The classifiers in force, asked about texts: intents, queues, scores, whatever a label column said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from adapters.nlp.learned.linear import LinearModel, chosen
from adapters.nlp.learned.store import ModelStore
from adapters.nlp.lexical.tokens import lowered
from schemas.language import Classification

_PIECE: Final = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
PREFIX, SUFFIX = 4, 3
"""Letters of a word's beginning and end that are read beside it: `cancelling` helps to know `cancelled`."""


def pieces(lower: str) -> list[str]:
    """A short text (lower case) as a classifier reads it: words, digits by their number, signs, its two ends; then beginnings and ends of words.

    On 12,267 customer turns of three domains 0.883 right, against 0.873 of the words alone (which leave out digits).
    """
    words = [f"{len(piece)}#" if piece[0].isdigit() else piece for piece in _PIECE.findall(lower)]
    heads = [f"{word[:PREFIX]}-" for word in words if len(word) > PREFIX]
    tails = [f"-{word[-SUFFIX:]}" for word in words if len(word) > SUFFIX + 1]
    return ["<", *words, ">", *heads, *tails]


class Classifiers:
    """All promoted classifiers of a store. Loaded at the first text, and again when another version comes into force."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._stamp: tuple[tuple[str, int, int], ...] | None = None
        self._models: dict[str, LinearModel] = {}

    def classify(self, texts: Sequence[str]) -> list[tuple[Classification, ...]]:
        """What each classifier says of each text, the surest label first. Raises `ModelDamaged`."""
        self._refresh()
        found: list[list[Classification]] = [[] for _ in texts]
        if self._models and texts:
            tokens = [pieces(lowered(text)) for text in texts]
            for name, model in self._models.items():
                probabilities = model.probabilities(tokens)
                for text, label in zip(*chosen(probabilities, model.kind).nonzero(), strict=True):
                    sure = round(float(probabilities[text, label]), 4)
                    found[text].append(Classification(model=name, label=model.labels[label], confidence=sure))
        return [tuple(sorted(said, key=lambda one: -one.confidence)) for said in found]

    def _refresh(self) -> None:
        stamp = self._store.stamp()
        if stamp != self._stamp:
            self._models = {stored.name: LinearModel.load(stored.folder) for stored in self._store.in_force("classifier")}
            self._stamp = stamp
