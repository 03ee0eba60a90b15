"""A judge of aspect terms learned from the polarities of labelled ones, and how right it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.judging import contexts, judged
from adapters.nlp.aspects.polarity import feelings
from adapters.nlp.aspects.runs import Runs, nearest
from adapters.nlp.learned.linear import LinearModel
from schemas.documents import Value
from schemas.language import Polarity
from workers.learning.aspect_material import Material
from workers.learning.fit import FitOptions, Rows, fit_once

OPTIONS: Final = FitOptions(strength=1.0, balance=0.0)
"""Three times the strength judged restaurants, laptops and Spanish 0.000 to 0.011 worse."""
LEAST_TERMS: Final = 20
"""Terms of a polarity below which it is not learned; two must have as many."""


class PolarityShare(Value):
    """Terms judged right, given where they stand; `conflict` aside."""

    terms: int
    accuracy: float
    by_opinion_words: float
    """The same terms without anything learned."""


@dataclass(frozen=True)
class LabelledTerms:
    """Terms of a material whose polarity is stated, in reading order."""

    runs: Runs
    polarities: list[Polarity]

    @classmethod
    def of(cls, material: Material) -> LabelledTerms:
        """`mixed` is left out: hardly anybody says it of one term."""
        found: list[tuple[int, int, Polarity]] = []
        for text, gold in enumerate(material.golds):
            begin, end = int(material.reading.starts[text]), int(material.reading.starts[text + 1])
            starts, ends = material.scene.starts[begin:end], material.scene.ends[begin:end]
            for aspect in gold.aspects or ():
                if aspect.polarity in (None, "mixed") or aspect.start is None:
                    continue
                inside = np.flatnonzero((starts < aspect.start + len(aspect.term)) & (ends > aspect.start))
                if len(inside):
                    found.append((begin + int(inside[0]), begin + int(inside[-1]), aspect.polarity or "neutral"))
        found.sort(key=lambda one: one[:2])
        places = np.array([one[:2] for one in found], np.int64).reshape(-1, 2)
        return cls(Runs(places[:, 0], places[:, 1], places[:, 1]), [one[2] for one in found])


def fit_judge(material: Material, terms: LabelledTerms, chosen: NDArray[np.bool_]) -> LinearModel | None:
    """A judge learned from the terms of the chosen texts; None when fewer than two polarities have enough of them."""
    mine = np.flatnonzero(chosen[material.reading.text_of[terms.runs.first]])
    counts = Counter(terms.polarities[at] for at in mine.tolist())
    mine = np.array([at for at in mine.tolist() if counts[terms.polarities[at]] >= LEAST_TERMS], np.int64)
    if len({terms.polarities[at] for at in mine.tolist()}) < 2:
        return None
    runs = terms.runs.taken(mine)
    things = material.said.on_things()
    tokens, figures = contexts(material.reading, runs, things, nearest(runs, things))
    return fit_once(Rows.of(tokens, figures, [terms.polarities[at] for at in mine.tolist()]), OPTIONS)


def judge_shares(material: Material, terms: LabelledTerms, fold: NDArray[np.intp]) -> dict[str, PolarityShare]:
    """By domain, how right judges are that have not seen the text. Empty where nothing can be learned."""
    runs, things = terms.runs, material.said.on_things()
    owner = material.reading.text_of[runs.first]
    ours = np.zeros(len(owner), np.bool_)
    for number in np.unique(fold).tolist():
        model = fit_judge(material, terms, fold != number)
        if model is None:
            return {}
        held = np.flatnonzero(fold[owner] == number)
        some = runs.taken(held)
        said = judged(model, material.reading, some, things, nearest(some, things)).polarity
        ours[held] = [polarity == terms.polarities[at] for polarity, at in zip(said, held.tolist(), strict=True)]
    plain = feelings(runs, things, nearest(runs, things)).polarity
    theirs = np.array([one == other for one, other in zip(plain, terms.polarities, strict=True)], np.bool_)
    names = np.array([material.domain(text) for text in owner.tolist()])
    return {
        str(name): PolarityShare(
            terms=int((names == name).sum()),
            accuracy=round(float(ours[names == name].mean()), 4),
            by_opinion_words=round(float(theirs[names == name].mean()), 4),
        )
        for name in np.unique(names)
    }
