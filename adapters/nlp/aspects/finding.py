"""Aspects of a batch of texts by rules: noun runs, and what speaks for and against each being something that is praised or blamed.

Nouns near opinion words are aspects (Hu and Liu 2004; Qiu et al., "Opinion Word Expansion and Target Extraction through Double Propagation",
2011); so are words known to name one (`categories.toml`); nouns too wide to be one are not (`generic.toml`). Each sign has a weight in steps of
a quarter, set by hand after looking at half of the SemEval sentences and judged on the other half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.lexicon import LANGUAGES, category_names
from adapters.nlp.aspects.polarity import Felt
from adapters.nlp.aspects.runs import SIGNS, Runs, nearest, noun_runs, signs
from adapters.nlp.aspects.scene import Scene
from adapters.nlp.lexical.opinions import Opinions
from adapters.nlp.lexical.reading import Reading
from schemas.language import Aspect

WEIGHTS: Mapping[str, float] = {
    "one": -2.25,
    "named": 2.0,
    "partly_named": 1.25,
    "generic": -2.25,
    "generic_pair": -0.5,
    "whole": 0.25,
    "whole_judged": 0.75,
    "after_determiner": 1.0,
    "after_adjective": 0.25,
    "after_preposition": 0.0,
    "after_verb": 0.0,
    "before_be": 1.0,
    "before_verb": 0.0,
    "before_preposition": -0.75,
    "opinion_at": 1.0,
    "opinion_near": 0.25,
    "opinion_said": -0.25,
    "capital": -0.25,
    "two": -0.25,
    "more": -0.75,
    "feeling": -1.75,
    "begins": 1.0,
    "after_and": 0.75,
}
ABROAD: Mapping[str, float] = {
    "one": -0.75,
    "two": -1.0,
    "more": -1.0,
    "after_determiner": 0.5,
    "after_preposition": -0.5,
    "begins": 0.75,
    "whole": 1.0,
    "whole_judged": 1.0,
}
"""What comes on top outside English, where the classes of words are known less well and whole places are named more often."""
ENOUGH = -0.75
"""Weight from which a run is an aspect."""
_AT_HOME = np.array([WEIGHTS[sign] for sign in SIGNS], np.float32)
_ELSEWHERE = _AT_HOME + np.array([ABROAD.get(sign, 0.0) for sign in SIGNS], np.float32)


def find_by_rules(scene: Scene, said: Opinions) -> tuple[Runs, NDArray[np.float64]]:
    """Terms of a batch, and how sure the rules are of each, 0 to 1. A text in another language than `LANGUAGES` has none."""
    runs = noun_runs(scene)
    weights = weigh(scene, runs, said)
    kept = np.flatnonzero(weights >= ENOUGH)
    return runs.taken(kept), 1 / (1 + np.exp(-weights[kept].astype(np.float64)))


def weigh(scene: Scene, runs: Runs, said: Opinions) -> NDArray[np.float32]:
    """What speaks for each run less what speaks against it; `ENOUGH` and more makes an aspect."""
    table = signs(scene, runs, said, nearest(runs, said))
    return np.where(scene.languages[runs.first] == LANGUAGES.index("en"), table @ _AT_HOME, table @ _ELSEWHERE)


def tell(
    reading: Reading, texts: Sequence[str], scene: Scene, runs: Runs, sure: NDArray[np.float64], felt: Felt, said: Opinions, limit: int
) -> list[list[Aspect]]:
    """The aspects that stand at `runs`, with their category and how the text feels about them; `opinion` is the word that says it, in lower case."""
    names = (*category_names(), None)
    categories = _categories(scene, runs).tolist()
    found: list[list[Aspect]] = [[] for _ in texts]
    owners = reading.text_of[runs.first].tolist()
    places = np.append(said.at, 0)[felt.opinion].tolist()
    columns = (owners, scene.starts[runs.first].tolist(), scene.ends[runs.last].tolist(), categories, places, felt.opinion.tolist())
    figures = (np.round(felt.score, 3).tolist(), np.round(sure, 3).tolist())
    for owner, start, end, category, place, opinion, polarity, score, trust in zip(*columns, felt.polarity, *figures, strict=True):
        word = reading.flat[place] if opinion >= 0 else None
        term = texts[owner][start:end]
        found[owner].append(Aspect(term, names[category], word, polarity, score, start, end, trust))
    return [_surest(aspects, limit) if len(aspects) > limit else aspects for aspects in found]


def _surest(aspects: list[Aspect], limit: int) -> list[Aspect]:
    """The `limit` surest, in reading order; of equals the first."""
    kept = sorted(range(len(aspects)), key=lambda at: -aspects[at].confidence)[:limit]
    return [aspects[at] for at in sorted(kept)]


def _categories(scene: Scene, runs: Runs) -> NDArray[np.int64]:
    """Category of each run: that of its head, else that of its last known word; -1 for none."""
    if not len(runs.first):
        return np.zeros(0, np.int64)
    own = scene.categories[runs.head].astype(np.int64)
    known = np.maximum.accumulate(np.where(scene.categories >= 0, np.arange(len(scene.categories)), -1))[runs.last]
    within = np.where(known >= runs.first, scene.categories[np.maximum(known, 0)], -1)
    return np.where(own >= 0, own, within)
