"""`tamiz train aspects`: a tagger of aspect terms learned from labelled texts, judged across folds and against what is in force."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.chains import Chains
from adapters.nlp.aspects.features import BITS
from adapters.nlp.aspects.finder import POLARITY
from adapters.nlp.aspects.finding import find_by_rules
from adapters.nlp.aspects.lexicon import LANGUAGES
from adapters.nlp.aspects.runs import Runs
from adapters.nlp.aspects.tagger import Tagger
from adapters.nlp.learned.archive import put
from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.learned.store import ModelStore, Stored
from schemas.documents import Value
from schemas.errors import Conflict, InvalidRequest, ModelDamaged
from workers.evaluation.tables import Table
from workers.learning.aspect_material import Material, TermFigures, by_domain, by_text, figures_of, materials
from workers.learning.aspect_polarity import LabelledTerms, PolarityShare, fit_judge, judge_shares
from workers.learning.chains import fit_chains
from workers.learning.contest import SHIPPED, Contest
from workers.learning.training import Policy

FOLDS: Final = 5
PENALTY: Final = 1.0
"""Held-out restaurant, laptop and Spanish sentences differ by less than 0.01 between 0.5 and 2."""
LEAST_TEXTS: Final = 50
"""Texts with a term below which nothing is learned: a tagger of 50 sentences finds less than the rules do."""
REPORT: Final = "report.json"

Told = Callable[[str], None]


class AspectReport(Value):
    """What a training made, and how good it is. `crossed` judges each text by a tagger that has not seen it."""

    name: str
    trained_at: datetime
    sources: tuple[dict[str, Any], ...]
    """Path and sha256 of each file."""
    texts: int
    with_terms: int
    left_out: int
    """Texts of other languages than ours, or whose terms do not stand where their labels say."""
    broken: int
    """Lines that are no labelled text."""
    languages: tuple[str, ...]
    crossed: dict[str, TermFigures]
    rules: dict[str, TermFigures]
    """The same texts by rules alone."""
    held_out: TermFigures
    """Texts that no fold saw."""
    polarity: dict[str, PolarityShare]
    """Terms given where they stand, judged by judges that had not seen the text; empty when the labels state too few polarities."""
    contest: Contest
    sets: tuple[str, ...] = ()
    """The sets learned from; empty: all."""


@dataclass(frozen=True)
class WantedAspects:
    """A training that is asked for. `sets` are those of the rows that count, empty for all: sets labelled by different rules disturb each other."""

    paths: tuple[Path, ...]
    name: str
    policy: Policy = "if-better"
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class AspectOutcome:
    """What came of a training."""

    stored: Stored
    report: AspectReport
    promoted: bool


def train_aspects(wanted: WantedAspects, store: ModelStore, at: datetime, told: Told) -> AspectOutcome:
    """A new version in `store`, by default put in force when it finds held-out terms better than what is in force there.

    Files hold JSON lines `{"text", "language", "aspects": [{"term", "polarity", "start"}]}`. Raises what reading them does, and `InvalidRequest`
    for too few texts.
    """
    learned, held, counts = materials(wanted.paths, wanted.sets)
    if learned.with_terms < LEAST_TEXTS:
        raise InvalidRequest(f"learning to find aspects takes at least {LEAST_TEXTS} texts with labelled terms in one of {', '.join(LANGUAGES)}")
    languages = sorted(set(learned.languages))
    fold = _folds(learned)
    crossed = _crossed(learned, fold, told)
    told("polarity of terms")
    terms = LabelledTerms.of(learned)
    shares = judge_shares(learned, terms, fold)
    told(f"all {len(learned.golds)} texts")
    everything = np.ones(len(learned.golds), np.bool_)
    tagger, judge = _fit(learned, everything, languages), fit_judge(learned, terms, everything)
    ours = tagger.find(held.reading, held.scene, held.said)[0]
    report = AspectReport(
        name=wanted.name,
        trained_at=at,
        sources=tuple(_source(path) for path in wanted.paths),
        texts=len(learned.golds) + len(held.golds),
        with_terms=learned.with_terms + held.with_terms,
        left_out=counts["left_out"],
        broken=counts["broken"],
        languages=tuple(languages),
        crossed=by_domain(learned, crossed),
        rules=by_domain(learned, find_by_rules(learned.scene, learned.said)[0]),
        held_out=figures_of(*by_text(held, ours)),
        polarity=shares,
        contest=_contest(held, ours, store.promoted("aspects", wanted.name)),
        sets=wanted.sets,
    )
    stored = store.add("aspects", wanted.name, at, lambda folder: _write(folder, tagger, judge, report))
    better = wanted.policy == "always" or (wanted.policy == "if-better" and report.contest.won)
    return AspectOutcome(store.promote(stored) if better else stored, report, better)


def promote_aspects(stored: Stored, store: ModelStore, *, force: bool) -> tuple[Stored, Contest | None]:
    """Put a stored tagger in force if it beats the present one on the held-out texts of its own files; forced, without looking.

    Raises `Conflict` when it does not win, `InvalidRequest` when its files are no longer those it was trained on.
    """
    if force or stored.promoted:
        return store.promote(stored), None
    present = store.promoted("aspects", stored.name)
    report = aspect_report_of(stored)
    contest = report.contest
    if contest.opponent != _title(present):
        paths = [Path(source["path"]) for source in report.sources]
        if not all(path.is_file() for path in paths) or tuple(_source(path) for path in paths) != report.sources:
            raise InvalidRequest(f"the files {stored.title} was trained on are gone or have changed; train again, or use --force")
        held = materials(paths, report.sets)[1]
        contest = _contest(held, Tagger.load(stored.folder).find(held.reading, held.scene, held.said)[0], present)
    if not contest.won:
        raise Conflict(f"{stored.title} does not beat what is in force: {contest.told}; `--force` puts it in force all the same")
    return store.promote(stored), contest


def aspect_report_of(stored: Stored) -> AspectReport:
    """The report beside the weights. Raises `ModelDamaged`."""
    try:
        return AspectReport.model_validate_json((stored.folder / REPORT).read_bytes())
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"the report of {stored.title} is missing or was written by another version of Tamiz; train the model again") from error


def aspect_tables(report: AspectReport) -> list[Table]:
    """The report for a person: each domain by trained taggers that had not seen the text, and by rules."""
    columns = ("domain", "texts", "precision", "recall", "f1", "f1_by_rules")
    rows = [
        (name, str(found.texts), *(f"{figure:.3f}" for figure in (found.precision, found.recall, found.f1, report.rules[name].f1)))
        for name, found in report.crossed.items()
    ]
    held = report.held_out
    rows.append(("held out", str(held.texts), f"{held.precision:.3f}", f"{held.recall:.3f}", f"{held.f1:.3f}", "-"))
    shares = tuple((name, str(one.terms), f"{one.accuracy:.3f}", f"{one.by_opinion_words:.3f}") for name, one in report.polarity.items())
    judged = Table("Polarity of given terms", ("domain", "terms", "right", "right_by_opinion_words"), shares)
    return [Table("Aspect terms", columns, tuple(rows)), *([judged] if shares else [])]


def _write(folder: Path, tagger: Tagger, judge: LinearModel | None, report: AspectReport) -> None:
    card: Mapping[str, Any] = {
        "name": report.name,
        "trained_at": report.trained_at.isoformat(),
        "rows": report.texts,
        "sources": list(report.sources),
        "held_out": report.held_out.model_dump(),
        "licence": "that of the files it was trained on",
    }
    Tagger(tagger.weights, tagger.moves, {**tagger.card, **card}).save(folder)
    if judge is not None:
        judge.with_card({"languages": list(report.languages)}).save(folder / POLARITY)
    put(folder / REPORT, report.model_dump_json(indent=1).encode("utf-8", "backslashreplace"))


def _source(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"path": str(path.absolute()), "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _title(present: Stored | None) -> str:
    return present.title if present else SHIPPED


def _contest(held: Material, ours: Runs, present: Stored | None) -> Contest:
    theirs = Tagger.load(present.folder).find(held.reading, held.scene, held.said)[0] if present else find_by_rules(held.scene, held.said)[0]
    mine, wanted = by_text(held, ours)
    other, _ = by_text(held, theirs)
    right = [(a & truth, b & truth) for a, b, truth in zip(mine, other, wanted, strict=True)]
    return Contest(
        opponent=_title(present),
        measure="F1 of terms",
        rows=held.with_terms,
        ours=figures_of(mine, wanted).f1,
        theirs=figures_of(other, wanted).f1,
        only_ours=sum(len(a - b) for a, b in right),
        only_theirs=sum(len(b - a) for a, b in right),
    )


def _fit(material: Material, chosen: NDArray[np.bool_], languages: Sequence[str]) -> Tagger:
    """A tagger of the chosen texts."""
    tokens = np.flatnonzero(chosen[material.reading.text_of])
    chains = Chains.cut(material.said.sentence_of[tokens], material.reading.text_of[tokens])
    fitted = fit_chains(chains, material.features[:, tokens], material.labels[tokens], 2**BITS, PENALTY)
    return Tagger(fitted.weights, fitted.moves, {"languages": list(languages), "texts": int(chosen.sum()), "penalty": PENALTY})


def _folds(material: Material) -> NDArray[np.intp]:
    """The fold of each text; texts of the same words lie in one."""
    words = [" ".join(tokens) for tokens in material.reading.tokens]
    return np.array([number % FOLDS for number in np.unique(words, return_inverse=True)[1].tolist()], np.intp)


def _crossed(material: Material, fold: NDArray[np.intp], told: Told) -> Runs:
    """Terms of every text, found by a tagger that has seen neither the text nor another of the same words."""
    pieces: list[Runs] = []
    for number in range(FOLDS):
        told(f"fold {number + 1} of {FOLDS}")
        tagger = _fit(material, fold != number, sorted(set(material.languages)))
        runs = tagger.find(material.reading, material.scene, material.said)[0]
        pieces.append(runs.taken(np.flatnonzero(fold[material.reading.text_of[runs.first]] == number)))
    return Runs(*(np.concatenate(one) for one in zip(*pieces, strict=True)))
