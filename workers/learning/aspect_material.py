"""Labelled aspect terms made ready for learning, and how well found terms agree with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.chains import BEGINS, CONTINUES
from adapters.nlp.aspects.features import Spellings, features_of
from adapters.nlp.aspects.lexicon import LANGUAGES
from adapters.nlp.aspects.runs import Runs
from adapters.nlp.aspects.scene import Scene, look_at
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.opinions import Opinions, opinions
from adapters.nlp.lexical.reading import Reading, read
from schemas.documents import Value
from workers.evaluation.reviews.gold import GoldReview, read_gold
from workers.learning.corpus import held_out

MOST_TEXTS: Final = 20_000
"""Texts learned from at most: with 60 tokens each, their features and the sums over them take 1.5 GB."""


class TermFigures(Value):
    """Terms found in texts that have at least one, whatever their case; each term of a text counts once."""

    texts: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Material:
    """Labelled texts, ready: one entry per text, or per token."""

    golds: Sequence[GoldReview]
    languages: list[str]
    reading: Reading
    scene: Scene
    said: Opinions
    labels: NDArray[np.int8]
    features: NDArray[np.int32]

    @classmethod
    def of(cls, golds: Sequence[GoldReview]) -> Material:
        texts, languages = [gold.text for gold in golds], [_language(gold) for gold in golds]
        reading = read(texts)
        scene = look_at(reading, texts, languages)
        said = opinions(reading, rows_of(languages))
        labels = _labels(golds, reading, scene)
        return cls(golds, languages, reading, scene, said, labels, features_of(reading, scene, said, Spellings()))

    @property
    def with_terms(self) -> int:
        """Texts with at least one term."""
        return sum(bool(gold.aspects) for gold in self.golds)

    def domain(self, text: int) -> str:
        """What a text's figures are told under: the `set` its row names, else its file."""
        return self.golds[text].domain or self.languages[text]


def materials(paths: Sequence[Path], sets: Sequence[str] = ()) -> tuple[Material, Material, Counter[str]]:
    """Texts to learn from, texts held out for good, and what was left out. With `sets`, only rows that name one of them count."""
    read = [read_gold(path) for path in paths]
    asked = [gold for one in read for gold in one.items if not sets or gold.domain in sets]
    golds = _readable(asked)
    counts = Counter(broken=sum(len(one.bad) for one in read), left_out=len(asked) - len(golds))
    learned, kept = [gold for gold in golds if not held_out(gold.text)], [gold for gold in golds if held_out(gold.text)]
    return Material.of(learned), Material.of(kept), counts


def _readable(golds: Sequence[GoldReview]) -> list[GoldReview]:
    """Texts that can be learned from."""
    return [gold for gold in golds[:MOST_TEXTS] if gold.aspects is not None and _language(gold) in LANGUAGES and _in_place(gold)]


def _language(gold: GoldReview) -> str:
    return (gold.language or "").partition("-")[0].lower()


def _in_place(gold: GoldReview) -> bool:
    return all(
        aspect.start is not None and gold.text[aspect.start : aspect.start + len(aspect.term)].lower() == aspect.term.lower()
        for aspect in gold.aspects or ()
    )


def _labels(golds: Sequence[GoldReview], reading: Reading, scene: Scene) -> NDArray[np.int8]:
    labels = np.zeros(len(reading.flat), np.int8)
    for number, gold in enumerate(golds):
        begin, end = int(reading.starts[number]), int(reading.starts[number + 1])
        starts, ends = scene.starts[begin:end], scene.ends[begin:end]
        for aspect in gold.aspects or ():
            assert aspect.start is not None
            inside = np.flatnonzero((starts < aspect.start + len(aspect.term)) & (ends > aspect.start))
            if len(inside):
                labels[begin + inside] = CONTINUES
                labels[begin + inside[0]] = BEGINS
    return labels


def by_text(material: Material, runs: Runs) -> tuple[list[set[str]], list[set[str]]]:
    """Terms found in each text and terms labelled, in lower case."""
    found: list[set[str]] = [set() for _ in material.golds]
    owners = material.reading.text_of[runs.first].tolist()
    for owner, start, end in zip(owners, material.scene.starts[runs.first].tolist(), material.scene.ends[runs.last].tolist(), strict=True):
        found[owner].add(material.golds[owner].text[start:end].lower())
    return found, [{aspect.term.lower() for aspect in gold.aspects or ()} for gold in material.golds]


def figures_of(found: Sequence[set[str]], wanted: Sequence[set[str]]) -> TermFigures:
    some = [(ours, theirs) for ours, theirs in zip(found, wanted, strict=True) if theirs]
    right, said, there = (sum(map(len, column)) for column in ([a & b for a, b in some], [a for a, _ in some], [b for _, b in some]))
    precision, recall = right / said if said else 0.0, right / there if there else 0.0
    both = precision + recall
    return TermFigures(
        texts=len(some), precision=round(precision, 4), recall=round(recall, 4), f1=round(2 * precision * recall / both, 4) if both else 0.0
    )


def by_domain(material: Material, runs: Runs) -> dict[str, TermFigures]:
    """Figures of each domain the file names (`set`), or language where it names none."""
    found, wanted = by_text(material, runs)
    names = [material.domain(text) for text in range(len(material.golds))]
    figures = {}
    for name in sorted(set(names)):
        mine = [at for at, other in enumerate(names) if other == name]
        figures[name] = figures_of([found[at] for at in mine], [wanted[at] for at in mine])
    return figures
