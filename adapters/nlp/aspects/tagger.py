"""A trained finder of aspect terms: a linear-chain conditional random field (Lafferty, McCallum and Pereira, ICML 2001) over hashed features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.chains import BEGINS, CONTINUES, LABELS, OUTSIDE, Chains, Floats, best_labels
from adapters.nlp.aspects.features import BITS, PLACES, SIZES, SPELLED, TRAITS, Neighbours, Spellings, hashed, mixed, traits_of
from adapters.nlp.aspects.lexicon import HEAD_FIRST, LANGUAGES
from adapters.nlp.aspects.runs import Runs
from adapters.nlp.aspects.scene import Scene
from adapters.nlp.learned import archive
from adapters.nlp.lexical.opinions import Opinions
from adapters.nlp.lexical.reading import Reading
from schemas.errors import ModelDamaged

_ARRAYS: Final = {"weights": "<f4:2", "moves": "<f8:2"}
TASK: Final = "aspects"
"""Task of the model store."""
FEATURES: Final = 1
"""Number of the set of features; a model of another set is refused."""
EAGER: Final = 0.3
"""Taken off the score of no term: terms are rare, and the likeliest labels find too few. F1 of unseen sentences rises by 0.002 to 0.006."""
_HEADS_FIRST = np.array([*(language in HEAD_FIRST for language in LANGUAGES), False])


@dataclass(frozen=True)
class Tagger:
    """Weights of features and of moves from label to label."""

    weights: NDArray[np.float32]
    """(2 ** BITS, labels)"""
    moves: Floats
    """(labels + 1, labels): from each label, and from the start, to each."""
    card: Mapping[str, Any]
    _sums: _Sums = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sums", _Sums(self.weights))

    def find(self, reading: Reading, scene: Scene, said: Opinions) -> tuple[Runs, Floats]:
        """Terms of a batch, and how sure the tagger is of each (0 to 1; it is what the tokens' own scores say, not a calibrated probability)."""
        scores = self.scores(reading, scene, said)
        scores[:, OUTSIDE] -= EAGER
        labels = best_labels(Chains.of(said, reading.text_of), scores, self.moves)
        runs = runs_of(labels, scene)
        gain = np.maximum(scores[runs.first, BEGINS], scores[runs.first, CONTINUES]) - scores[runs.first, OUTSIDE]
        return runs, 1 / (1 + np.exp(-np.clip(gain, -30, 30)))

    def scores(self, reading: Reading, scene: Scene, said: Opinions) -> Floats:
        """(tokens, labels): what speaks for each label, less what speaks for no term."""
        found = self._sums.of(reading, scene, said)
        return np.stack([np.zeros(len(found)), found.real, found.imag], 1).astype(np.float64)

    def save(self, folder: Path) -> None:
        """Write `weights.npz` and `model.json` into `folder`. Raises `OSError`."""
        used = np.flatnonzero(self.weights.any(axis=1))
        arrays = {
            "used": used.astype("<i4"),
            "weights": np.ascontiguousarray(self.weights[used], "<f4"),
            "moves": np.ascontiguousarray(self.moves, "<f8"),
        }
        archive.write(folder, arrays, {**self.card, "task": TASK, "features": FEATURES})

    @classmethod
    def load(cls, folder: Path) -> Tagger:
        """Raises `ModelMissing` and `ModelDamaged`."""
        arrays, card = archive.read(folder, {**_ARRAYS, "used": "<i4"})
        used, weights, moves = arrays["used"], arrays["weights"], arrays["moves"]
        if card.get("task") != TASK or card.get("features") != FEATURES:
            raise ModelDamaged(f"the model in {folder} finds no aspects, or was trained by another version; train it again")
        if weights.shape != (len(used), LABELS) or moves.shape != (LABELS + 1, LABELS) or (used < 0).any() or (used >= 2**BITS).any():
            raise ModelDamaged(f"the weights in {folder} do not agree with each other; train the model again")
        full = np.zeros((2**BITS, LABELS), np.float32)
        full[used] = weights
        return cls(full, moves, card)


class _Sums:
    """Sums of weights over features. A weight is one complex number, the first token's in its real part and a further one's in the other: numpy
    gathers numbers of 8 bytes four times as fast as rows of three. What a spelling says by itself is added up once."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self._weights: NDArray[np.complex64] = (weights[:, BEGINS] - weights[:, OUTSIDE]) + 1j * (weights[:, CONTINUES] - weights[:, OUTSIDE])
        self._weights = self._weights.astype(np.complex64)
        self._spellings = Spellings()
        self._spelled = np.zeros((len(PLACES), 0), np.complex64)
        self._begun = self._spellings.begun

    def of(self, reading: Reading, scene: Scene, said: Opinions) -> NDArray[np.complex64]:
        """(tokens,)"""
        rows = self._spellings.rows(reading.flat)
        self._spell()
        found = np.zeros(len(rows), np.complex64)
        inside = Neighbours(reading)
        for sums, place in zip(self._spelled, PLACES, strict=True):
            found += sums.take(inside(rows, place) if place else rows)
        traits = traits_of(reading, scene, said)
        for (axes, _), table in zip(TRAITS, self._traits, strict=True):
            at = traits[axes[0]]
            for axis, size in zip(axes[1:], table.shape[1:], strict=True):
                at = at * size + traits[axis]
            found += table.ravel().take(at)
        for template, values in mixed(reading, self._spellings.numbers[rows], traits).items():
            found += self._weights.take(hashed(template, values))
        return found

    @cached_property
    def _traits(self) -> list[NDArray[np.complex64]]:
        """Sums for every combination of the traits of each group."""
        tables = []
        for axes, members in TRAITS:
            shape = [SIZES[axis.rstrip("+-12")] for axis in axes]
            values = np.indices(shape).reshape(len(shape), -1).astype(np.uint64)
            sums = [self._weights.take(hashed(template, [values[axis] for axis in which])) for template, which in members]
            tables.append(np.sum(sums, axis=0).reshape(shape))
        return tables

    def _spell(self) -> None:
        """Sums for the spellings that came since."""
        if self._begun != self._spellings.begun:
            self._spelled, self._begun = self._spelled[:, :0], self._spellings.begun
        new = self._spellings.numbers[self._spelled.shape[1] : self._spellings.size]
        if not len(new):
            return
        sums = [sum(self._weights.take(hashed(template, (new[:, part],))) for part, template in templates) for templates in SPELLED]
        self._spelled = np.concatenate((self._spelled, np.stack(sums)), axis=1)


def runs_of(labels: NDArray[np.int8], scene: Scene) -> Runs:
    """The terms that labels speak of. A term that only continues begins where it does."""
    inside = labels != OUTSIDE
    earlier = np.concatenate(([False], inside[:-1])) & ~scene.first
    starts = inside & ((labels == BEGINS) | ~earlier)
    first = np.flatnonzero(starts)
    goes_on = np.concatenate((inside[1:] & ~starts[1:], [False]))
    last = np.flatnonzero(inside & ~goes_on)
    return Runs(first, last, np.where(_HEADS_FIRST[scene.languages[first]], first, last))
