"""The labelled reviews through the pipeline, engine after engine, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from schemas.errors import InvalidRequest, TamizError
from workers.container import Container
from workers.evaluation.reviews.gold import GoldReview, read_gold
from workers.evaluation.reviews.report import EngineRun, Fault, ReviewReport, engine_report
from workers.evaluation.reviews.running import Asked, Told, read_reviews
from workers.evaluation.trained import model_folder, takes_models, with_engine


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure: a file or folder, which of its rows, by which engines, with which trained models, how many processes at a time."""

    place: Path
    nlp: tuple[str, ...]
    models: Path | None = None
    split: str | None = None
    first: int | None = None
    told_language: bool = True
    jobs: int = 1
    worst: int = 10


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The report and what it was made of."""

    report: ReviewReport
    reviews: tuple[GoldReview, ...]
    runs: tuple[EngineRun, ...]


@dataclass(frozen=True, slots=True)
class _Engine:
    """A deployment that reads with one language engine. `models` is the folder it takes trained ones from."""

    name: str
    box: Container
    models: Path | None

    @property
    def label(self) -> str:
        """What the engine is called beside others."""
        return f"{self.name} with {self.models.name}" if self.models else self.name


def evaluate(container: Container, wanted: Wanted, today: date, told: Told) -> Evaluation:
    """Read every review with every engine and hold it against its label. An engine that cannot run is a fault of the report.

    Raises what reading the labels does, `NotFound` for a folder of models that is not there, `InvalidRequest` when no engine takes one.
    """
    gold = read_gold(wanted.place, wanted.split, wanted.first)
    engines, faults = _engines(container, wanted)
    runs: list[EngineRun] = []
    for engine in engines:
        asked = Asked(wanted.jobs, wanted.told_language)
        try:
            runs.append(EngineRun(engine.label, read_reviews(engine.box, gold.items, asked, told), wanted.jobs))
        except TamizError as error:
            faults.append(Fault(nlp=engine.label, code=error.code, message=error.message))
    report = ReviewReport(
        measured_on=today,
        split=wanted.split,
        told_language=wanted.told_language,
        models=str(wanted.models) if wanted.models else None,
        files=gold.files,
        bad=gold.bad,
        engines=tuple(engine_report(run, gold.items, wanted.worst) for run in runs),
        failed=tuple(faults),
    )
    return Evaluation(report, gold.items, tuple(runs))


def _engines(container: Container, wanted: Wanted) -> tuple[list[_Engine], list[Fault]]:
    """The engines asked for, and why others are none. Raises as `evaluate`."""
    models = model_folder(wanted.models)
    found, faults = list[_Engine](), list[Fault]()
    for name in wanted.nlp:
        try:
            found.append(_with_engine(container, name, models))
        except TamizError as error:
            faults.append(Fault(nlp=name, code=error.code, message=error.message))
    if wanted.models and found and not any(engine.models for engine in found):
        raise InvalidRequest(f"none of {', '.join(wanted.nlp)} takes trained models; leave --models away, or add `local` to --nlp")
    return found, faults


def _with_engine(container: Container, name: str, models: Path | None) -> _Engine:
    """The deployment with another language engine. Raises `UnknownAdapter`, `ExtraMissing`."""
    folder = models if takes_models(container, "nlp", name) else None
    return _Engine(name, with_engine(container, "nlp", name, folder), folder)
