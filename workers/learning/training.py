"""From files to a stored model: read, hold out, fit, judge, compare, store, and put in force what is better."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from adapters.nlp.learned.archive import put, read_card
from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.learned.ngrams import Grams
from adapters.nlp.learned.store import ModelStore, Stored, Task
from adapters.nlp.lexical.figures import NAMES
from schemas.errors import Conflict, InvalidRequest, ModelDamaged
from schemas.settings import Limits
from workers.learning.contest import BALANCE, COMMONEST, SHIPPED, Contest, classifier_contest, opponent_of, sentiment_contest
from workers.learning.corpus import Corpus, corpus_of
from workers.learning.crossing import Crossed, fit_crossed
from workers.learning.drawing import document
from workers.learning.fit import FitOptions
from workers.learning.records import Asked, gather
from workers.learning.report import LearningReport, figures_of, learning_curve

REPORT, PAGE = "report.json", "report.html"
Policy = Literal["if-better", "always", "never"]
Told = Callable[[str], None]
SENTIMENT: Final = FitOptions(strength=5.0, balance=BALANCE)
"""Half-way between the shares of the rows and even ones. Spanish hotels (87% praise): 0.976 right as they lie and 0.968 as if balanced; with the
rows' own shares 0.978 and 0.949, with even ones 0.963 and 0.969."""
CLASSIFIER: Final = FitOptions(strength=20.0, balance=0.0, scaling="rarity", grams=Grams(lead=False))
"""Short texts of many labels: rarity of words tells 77 intents 0.88 right where naive-Bayes ratios tell 0.85."""
MANY_LABELS, FEW_FOLDS = 20, 3
"""Each label costs as much as a model of two; with many of them three folds must do."""
COMMON_SHARE: Final = 0.01
"""Share of the rows from which a language counts as one the model knows."""


@dataclass(frozen=True)
class Wanted:
    """A training that is asked for."""

    task: Task
    name: str
    paths: tuple[Path, ...]
    asked: Asked
    policy: Policy = "if-better"


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    stored: Stored
    report: LearningReport
    promoted: bool


def train(wanted: Wanted, store: ModelStore, limits: Limits, at: datetime, told: Told) -> Outcome:
    """Fit, judge and store a model. Interrupted, nothing of it stays. Raises `InvalidRequest` for rows nothing can be learned from."""
    newcomer = Stored(wanted.task, wanted.name, "", store.folder, promoted=False)
    present = _opponent(newcomer, store, told)
    learned, held, counts, sources = _corpora(wanted.task, wanted.paths, wanted.asked, limits, told)
    options = _options(wanted.task, learned)
    told(f"learning from {len(learned)} rows, {len(held)} held out, labels: {', '.join(learned.rows.labels[:8])}")
    crossed = fit_crossed(learned.rows, options, told)
    contest = _contest(wanted.task, crossed.model, present, held)
    report = LearningReport(
        task=wanted.task,
        name=wanted.name,
        trained_at=at,
        sources=tuple(sources),
        asked=asdict(wanted.asked),
        counts=dict(counts),
        rows=len(learned),
        label_rows=dict(zip(learned.rows.labels, (learned.rows.targets > 0).sum(axis=0).tolist(), strict=True)),
        kind=learned.kind,
        features=len(crossed.model.vocabulary),
        options=asdict(options),
        assumed_shares=crossed.model.card["assumed_shares"],
        curve=learning_curve(learned, held, crossed.model, options, told),
        contest=contest,
        **figures_of(learned, held, crossed, sentiment=wanted.task == "sentiment"),
    )
    stored = store.add(wanted.task, wanted.name, at, lambda folder: _write(folder, crossed, learned, report))
    better = wanted.policy == "always" or (wanted.policy == "if-better" and contest.won)
    return Outcome(store.promote(stored) if better else stored, report, better)


def promote(stored: Stored, store: ModelStore, limits: Limits, told: Told, *, force: bool) -> tuple[Stored, Contest | None]:
    """Put a stored model in force if it beats the present one on the held-out rows of its own files; forced, without looking.

    The figures of its training serve when it was held against the same opponent then; else its files are read again. Raises `Conflict` when it
    does not win, `InvalidRequest` when the files are no longer those it was trained on.
    """
    stored = store.get(stored.task, stored.name, stored.version)
    if force or stored.promoted:
        return store.promote(stored), None
    present = _opponent(stored, store, told)
    contest = report_of(stored).contest
    if contest.opponent != _title(stored.task, present):
        contest = _contest_again(stored, present, limits, told)
    if not contest.won:
        raise Conflict(f"{stored.title} does not beat what is in force: {contest.told}; `--force` puts it in force all the same")
    return store.promote(stored), contest


def report_of(stored: Stored) -> LearningReport:
    """The report beside the weights. Raises `ModelDamaged`."""
    try:
        return LearningReport.model_validate_json((stored.folder / REPORT).read_bytes())
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"the report of {stored.title} is missing or was written by another version of Tamiz; train the model again") from error


def _options(task: Task, learned: Corpus) -> FitOptions:
    base = replace(SENTIMENT if task == "sentiment" else CLASSIFIER, kind=learned.kind)
    return replace(base, folds=FEW_FOLDS) if len(learned.rows.labels) > MANY_LABELS else base


def _corpora(
    task: Task, paths: Sequence[Path], asked: Asked, limits: Limits, told: Told
) -> tuple[Corpus, Corpus, Counter[str], list[dict[str, Any]]]:
    gathered = gather(paths, asked, limits, told)
    corpus = corpus_of(gathered.examples, task == "sentiment", asked.languages, gathered.counts)
    if task == "sentiment" and not {"negative", "positive"} <= set(corpus.rows.labels):
        raise InvalidRequest(f"sentiment takes rows that praise and rows that blame; these are {', '.join(corpus.rows.labels)} only")
    learned, held = corpus.split()
    return learned, held, gathered.counts, gathered.sources


def _contest(task: Task, model: LinearModel, present: Stored | None, held: Corpus) -> Contest:
    against = sentiment_contest if task == "sentiment" else classifier_contest
    return against(model, present.folder if present else None, _title(task, present), held)


def _opponent(challenger: Stored, store: ModelStore, told: Told) -> Stored | None:
    """What a model must beat. One in force that cannot be used any more is nobody's opponent: what ships takes its place."""
    present = opponent_of(store, challenger)
    if present is None:
        return None
    try:
        figures = LinearModel.load(present.folder).figures
    except ModelDamaged as error:
        told(error.message)
        return None
    if figures != (len(NAMES) if present.task == "sentiment" else 0):
        told(f"{present.title} takes other figures than this Tamiz has; it is passed over")
        return None
    return present


def _title(task: Task, present: Stored | None) -> str:
    return present.title if present else SHIPPED if task == "sentiment" else COMMONEST


def _contest_again(stored: Stored, present: Stored | None, limits: Limits, told: Told) -> Contest:
    card = read_card(stored.folder)
    report = report_of(stored)
    paths = tuple(Path(source["path"]) for source in report.sources)
    for path in paths:
        if not path.is_file():
            raise InvalidRequest(f"{path} is gone, so its held-out rows cannot decide; put it back, or use --force")
    asked = Asked(**{**report.asked, "languages": tuple(report.asked["languages"])})
    _, held, _, sources = _corpora(stored.task, paths, asked, limits, told)
    changed = [now["path"] for now, then in zip(sources, card["sources"], strict=True) if now["sha256"] != then["sha256"]]
    if changed:
        raise InvalidRequest(f"{changed[0]} is no longer the file {stored.title} was trained on; train again, or use --force")
    return _contest(stored.task, LinearModel.load(stored.folder), present, held)


def _write(folder: Path, crossed: Crossed, learned: Corpus, report: LearningReport) -> None:
    sentiment = report.task == "sentiment"
    spoken = Counter(learned.languages)
    side = report.held_out.polarity
    card = {
        "task": report.task,
        "name": report.name,
        "trained_at": report.trained_at.isoformat(),
        "reading": "words" if sentiment else "pieces",
        "figures": list(NAMES) if sentiment else [],
        "languages": [language for language, count in spoken.most_common() if count >= COMMON_SHARE * len(learned)],
        "rows": report.rows,
        "label_rows": report.label_rows,
        "sources": [dict(source) for source in report.sources],
        "held_out": {
            "rows": report.held_out.rows,
            "accuracy": report.held_out.accuracy,
            "macro_f1": report.held_out.macro_f1,
            "ece": report.held_out.calibration.expected_error,
            "polarity": side.model_dump() if side else None,
        },
        "assumes": "labels come as often as in `assumed_shares`, and texts are of the same source and time",
        "licence": "that of the files it was trained on",
    }
    crossed.model.with_card(card).save(folder)
    put(folder / REPORT, json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))
    put(folder / PAGE, document(report).encode("utf-8", "replace"))
