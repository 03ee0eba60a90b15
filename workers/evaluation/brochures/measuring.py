"""The labelled pages through the pipeline, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Final

from schemas.documents import Kind
from schemas.errors import NotFound, error_for_code
from workers.container import Container
from workers.evaluation.brochures.gold import GoldPage, chosen, page_files, read_gold
from workers.evaluation.brochures.judging import judged
from workers.evaluation.brochures.predictions import ours
from workers.evaluation.brochures.report import BrochureReport, Circumstances, Fault, ReadPage, brochure_report
from workers.evaluation.runs import How, Run, Told, run_all

_ABSENT: Final = "the page has no file"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure: the labelled set, which of its pages, how many at a time, and where engine outputs are kept between runs."""

    folder: Path
    first: int | None = None
    chain: str | None = None
    jobs: int = 1
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The report and what it was made of."""

    report: BrochureReport
    pages: tuple[ReadPage, ...]
    files: Mapping[str, Path]


def evaluate(container: Container, wanted: Wanted, today: date, told: Told) -> Evaluation:
    """Read every page and judge it.

    Raises what reading the gold does, `SettingsInvalid` for a store that cannot be written, and the first page's error when no page could be read.
    """
    pages = chosen(read_gold(wanted.folder), wanted.first, wanted.chain)
    files = page_files(wanted.folder, pages)
    kept = container.store_at(str(wanted.kept.absolute())) if wanted.kept else None
    started = monotonic()
    runs = dict(zip(files, run_all(container, list(files.values()), Kind.BROCHURE, How(wanted.jobs, kept, told)), strict=True))
    _some_read(runs)
    about = Circumstances(measured_on=today, pipeline_versions=_versions(runs), jobs=wanted.jobs, kept=kept is not None, wall_s=monotonic() - started)
    read = tuple(read_page(page, runs.get(page.page)) for page in pages)
    return Evaluation(brochure_report(read, about), read, files)


def _some_read(runs: Mapping[str, Run]) -> None:
    """A set of which nothing was read has no accuracy: an engine is missing, or these are no pages."""
    if all(run.unread for run in runs.values()):
        page, run = next(iter(runs.items()))
        error = run.line["error"]
        raise error_for_code(error["code"], f"none of the {len(runs)} pages could be read; {page}: {error['message']}")


def read_page(gold: GoldPage, run: Run | None) -> ReadPage:
    """What became of one page; `run` is None where it has no file."""
    if run is None:
        return ReadPage(gold, judged(gold.offers, ()), None, Fault(page=gold.page, code=NotFound.code, message=_ABSENT))
    fault = Fault(page=gold.page, **run.line["error"]) if run.unread else None
    return ReadPage(gold, judged(gold.offers, ours(run.line)), run.seconds, fault)


def _versions(runs: Mapping[str, Run]) -> tuple[str, ...]:
    return tuple(sorted({run.line["pipeline_version"] for run in runs.values() if not run.unread}))
