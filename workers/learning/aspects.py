"""`tamiz train aspects`: a tagger of aspect terms learned from labelled texts, judged across folds and against what is in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.chains import BEGINS, CONTINUES, Chains
from adapters.nlp.aspects.features import BITS, Spellings, features_of
from adapters.nlp.aspects.finding import find_by_rules
from adapters.nlp.aspects.lexicon import LANGUAGES
from adapters.nlp.aspects.runs import Runs
from adapters.nlp.aspects.scene import Scene, look_at
from adapters.nlp.aspects.tagger import Tagger
from adapters.nlp.learned.archive import put
from adapters.nlp.learned.store import ModelStore, Stored
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.opinions import Opinions, opinions
from adapters.nlp.lexical.reading import Reading, read
from schemas.documents import Value
from schemas.errors import InvalidRequest
from workers.evaluation.reviews.gold import GoldReview, read_gold
from workers.learning.chains import fit_chains
from workers.learning.corpus import held_out

FOLDS: Final = 5
PENALTY: Final = 0.7
"""Of 0.3 to 3 the best on held-out restaurant, laptop and Spanish sentences, by 0.01."""
LEAST_TEXTS: Final = 50
"""Texts with a term below which nothing is learned: a tagger of 50 sentences finds less than the rules do."""
LEAST_HELD_OUT: Final = 20
"""Held-out texts with a term below which nothing comes into force by itself."""
MOST_TEXTS: Final = 50_000
REPORT: Final = "report.json"

Told = Callable[[str], None]


class TermFigures(Value):
    """Terms found in texts that have at least one, whatever their case; each term of a text counts once."""

    texts: int
    precision: float
    recall: float
    f1: float


class AspectReport(Value):
    """What a training made, and how good it is. `crossed` judges each text by a tagger that has not seen it; `held_out` holds texts no fold saw."""

    texts: int
    with_terms: int
    left_out: int
    """Texts of other languages than ours, or whose terms do not stand where their labels say."""
    crossed: dict[str, TermFigures]
    rules: dict[str, TermFigures]
    """The same texts by rules alone."""
    held_out: TermFigures
    held_out_before: TermFigures
    """The same texts by what was in force before: the model named in `opponent`, or the shipped rules."""
    opponent: str
    version: str
    promoted: bool


@dataclass(frozen=True)
class _Material:
    """Labelled texts, ready: one entry per text, or per token."""

    golds: Sequence[GoldReview]
    languages: list[str]
    reading: Reading
    scene: Scene
    said: Opinions
    labels: NDArray[np.int8]
    features: NDArray[np.int64]

    @classmethod
    def of(cls, golds: Sequence[GoldReview], languages: list[str]) -> _Material:
        texts = [gold.text for gold in golds]
        reading = read(texts)
        scene = look_at(reading, texts, languages)
        said = opinions(reading, rows_of(languages))
        labels = _labels(golds, reading, scene)
        return cls(golds, languages, reading, scene, said, labels, features_of(reading, scene, said, Spellings()))


def train_aspects(paths: Sequence[Path], store: ModelStore, name: str, at: datetime, told: Told = lambda _: None) -> tuple[Stored, AspectReport]:
    """A new version in `store`, promoted when it finds held-out terms better than what is in force.

    Files hold JSON lines `{"text", "language", "aspects": [{"term", "polarity", "start"}]}`. Raises what reading them does, and `InvalidRequest`
    for too few texts.
    """
    golds, left_out = _readable([gold for path in paths for gold in read_gold(path).items])
    learned = [gold for gold in golds if not held_out(gold.text)]
    kept = [gold for gold in golds if held_out(gold.text)]
    if sum(bool(gold.aspects) for gold in learned) < LEAST_TEXTS:
        raise InvalidRequest(f"learning to find aspects takes at least {LEAST_TEXTS} texts with labelled terms in one of {', '.join(LANGUAGES)}")
    material = _Material.of(learned, _languages(learned))
    crossed = _crossed(material, told)
    told("all texts")
    tagger = _fit(material, np.ones(len(learned), np.bool_), sorted(set(material.languages)))
    present = store.promoted("aspects", name)
    held = _Material.of(kept, _languages(kept))
    ours = _figures(*_by_text(held, tagger.find(held.reading, held.scene, held.said)[0]))
    theirs = _figures(*_by_text(held, _opponent(present, held)))
    wins = ours.texts >= LEAST_HELD_OUT and ours.f1 > theirs.f1
    report = AspectReport(
        texts=len(golds),
        with_terms=sum(bool(gold.aspects) for gold in golds),
        left_out=left_out,
        crossed=_by_domain(material, crossed),
        rules=_by_domain(material, find_by_rules(material.scene, material.said)[0]),
        held_out=ours,
        held_out_before=theirs,
        opponent=present.title if present else "rules",
        version="",
        promoted=wins,
    )
    return _stored(store, name, at, tagger, report)


def _stored(store: ModelStore, name: str, at: datetime, tagger: Tagger, report: AspectReport) -> tuple[Stored, AspectReport]:
    def write(folder: Path) -> None:
        card: Mapping[str, Any] = {**tagger.card, "figures": report.model_dump(mode="json", exclude={"version", "promoted"})}
        Tagger(tagger.weights, tagger.moves, card).save(folder)
        put(folder / REPORT, report.model_dump_json(indent=1).encode())

    stored = store.add("aspects", name, at, write)
    if report.promoted:
        stored = store.promote(stored)
    return stored, report.model_copy(update={"version": stored.version})


def _opponent(present: Stored | None, held: _Material) -> Runs:
    if present is None:
        return find_by_rules(held.scene, held.said)[0]
    return Tagger.load(present.folder).find(held.reading, held.scene, held.said)[0]


def _readable(golds: Sequence[GoldReview]) -> tuple[list[GoldReview], int]:
    """Texts that can be learned from, and how many are left out."""
    found = [gold for gold in golds[:MOST_TEXTS] if gold.aspects is not None and _language(gold) in LANGUAGES and _in_place(gold)]
    return found, len(golds) - len(found)


def _language(gold: GoldReview) -> str:
    return (gold.language or "").partition("-")[0].lower()


def _languages(golds: Sequence[GoldReview]) -> list[str]:
    return [_language(gold) for gold in golds]


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


def _fit(material: _Material, chosen: NDArray[np.bool_], languages: Sequence[str]) -> Tagger:
    """A tagger of the chosen texts."""
    tokens = np.flatnonzero(chosen[material.reading.text_of])
    chains = Chains.cut(material.said.sentence_of[tokens], material.reading.text_of[tokens])
    fitted = fit_chains(chains, material.features[tokens], material.labels[tokens], 2**BITS, PENALTY)
    return Tagger(fitted.weights, fitted.moves, {"languages": list(languages), "texts": int(chosen.sum()), "penalty": PENALTY})


def _crossed(material: _Material, told: Told) -> Runs:
    """Terms of every text, found by a tagger that has seen neither the text nor another of the same words."""
    words = [" ".join(tokens) for tokens in material.reading.tokens]
    fold = np.array([number % FOLDS for number in np.unique(words, return_inverse=True)[1].tolist()])
    pieces: list[Runs] = []
    for number in range(FOLDS):
        told(f"fold {number + 1} of {FOLDS}")
        tagger = _fit(material, fold != number, sorted(set(material.languages)))
        runs = tagger.find(material.reading, material.scene, material.said)[0]
        pieces.append(runs.taken(np.flatnonzero(fold[material.reading.text_of[runs.first]] == number)))
    return Runs(*(np.concatenate(one) for one in zip(*pieces, strict=True)))


def _by_text(material: _Material, runs: Runs) -> tuple[list[set[str]], list[set[str]]]:
    """Terms found in each text and terms labelled, in lower case."""
    found: list[set[str]] = [set() for _ in material.golds]
    owners = material.reading.text_of[runs.first].tolist()
    for owner, start, end in zip(owners, material.scene.starts[runs.first].tolist(), material.scene.ends[runs.last].tolist(), strict=True):
        found[owner].add(material.golds[owner].text[start:end].lower())
    return found, [{aspect.term.lower() for aspect in gold.aspects or ()} for gold in material.golds]


def _figures(found: Sequence[set[str]], wanted: Sequence[set[str]]) -> TermFigures:
    some = [(ours, theirs) for ours, theirs in zip(found, wanted, strict=True) if theirs]
    right, said, there = (sum(map(len, column)) for column in ([a & b for a, b in some], [a for a, _ in some], [b for _, b in some]))
    precision, recall = right / said if said else 0.0, right / there if there else 0.0
    both = precision + recall
    return TermFigures(
        texts=len(some), precision=round(precision, 4), recall=round(recall, 4), f1=round(2 * precision * recall / both, 4) if both else 0.0
    )


def _by_domain(material: _Material, runs: Runs) -> dict[str, TermFigures]:
    """Figures of each domain the file names (`set`), or language where it names none."""
    found, wanted = _by_text(material, runs)
    names = [gold.domain or language for gold, language in zip(material.golds, material.languages, strict=True)]
    figures = {}
    for name in sorted(set(names)):
        mine = [at for at, other in enumerate(names) if other == name]
        figures[name] = _figures([found[at] for at in mine], [wanted[at] for at in mine])
    return figures
