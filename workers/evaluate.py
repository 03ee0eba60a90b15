"""The door of `tamiz eval`: measure a kind on a labelled set, and write what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.storage.beneath import as_typed
from schemas.errors import InvalidRequest
from workers.container import Container
from workers.evaluation.brochures.measuring import Evaluation, Wanted
from workers.evaluation.brochures.measuring import evaluate as evaluate_brochures
from workers.evaluation.brochures.predictions import prediction_lines
from workers.evaluation.brochures.report import BrochureReport
from workers.evaluation.brochures.tables import row_beside_others, tables
from workers.evaluation.calls.measuring import Evaluation as CallEvaluation
from workers.evaluation.calls.measuring import Wanted as WantedCalls
from workers.evaluation.calls.measuring import evaluate as evaluate_calls
from workers.evaluation.calls.predictions import dialogue_lines, recording_lines
from workers.evaluation.calls.report import CallReport
from workers.evaluation.calls.tables import mistakes as call_mistakes
from workers.evaluation.calls.tables import tables as call_tables
from workers.evaluation.reviews.measuring import Evaluation as ReviewEvaluation
from workers.evaluation.reviews.measuring import Wanted as WantedReviews
from workers.evaluation.reviews.measuring import evaluate as evaluate_reviews
from workers.evaluation.reviews.predictions import prediction_lines as review_lines
from workers.evaluation.reviews.report import ReviewReport
from workers.evaluation.reviews.tables import mistakes as review_mistakes
from workers.evaluation.reviews.tables import tables as review_tables
from workers.evaluation.tables import Table, as_markdown, as_text

__all__ = [
    "BrochureReport",
    "CallEvaluation",
    "CallReport",
    "Evaluation",
    "ReviewEvaluation",
    "ReviewReport",
    "Table",
    "Wanted",
    "WantedCalls",
    "WantedReviews",
    "as_markdown",
    "as_text",
    "call_mistakes",
    "call_tables",
    "engine_names",
    "evaluate_brochures",
    "evaluate_calls",
    "evaluate_reviews",
    "review_mistakes",
    "review_tables",
    "row_beside_others",
    "tables",
    "writable",
    "write_call_predictions",
    "write_call_report",
    "write_predictions",
    "write_review_predictions",
    "write_review_report",
    "write_worst_pages",
]


def writable(paths: Sequence[Path | None]) -> None:
    """Raises `InvalidRequest` for a file whose folder is missing: to be known before the work, not after it."""
    for path in paths:
        if path is not None and not path.absolute().parent.is_dir():
            raise InvalidRequest(f"there is no folder {path.absolute().parent} for {path.name}; make it first")


def engine_names(stated: str | None, default: str, option: str) -> tuple[str, ...]:
    """`one,other` as names, each once; the deployment's own where none is stated. Raises `InvalidRequest` for no name at all; `option` took them."""
    names = tuple(dict.fromkeys(name.strip() for name in (default if stated is None else stated).split(",") if name.strip()))
    if not names:
        raise InvalidRequest(f"{option} names no engine; for example {option} {default}")
    return names


def write_predictions(found: Evaluation, path: Path) -> None:
    """Our offers, one JSON line per page, as the benchmark's scorer reads them."""
    _write(path, prediction_lines({page.gold.page: page.judged.ours for page in found.pages}))


def write_worst_pages(container: Container, found: Evaluation, path: Path, number: int) -> None:
    """One HTML file: the tables, the reliability plot, and the `number` worst pages with both sides' boxes."""
    from workers.evaluation.brochures.report import worst
    from workers.evaluation.brochures.webpage import document
    from workers.evaluation.pictures import pictures

    pages = worst(found.pages, number)
    files = {page.gold.page: found.files[page.gold.page] for page in pages if page.gold.page in found.files}
    drawn = dict(zip(files, pictures(list(files.values()), container.settings.limits), strict=True))
    _write(path, document(found.report, pages, drawn))


def write_review_predictions(found: ReviewEvaluation, path: Path) -> None:
    """What every engine said of every labelled review, one JSON line each."""
    _write(path, "".join(review_lines(found.reviews, found.runs)))


def write_call_predictions(found: CallEvaluation, path: Path) -> None:
    """What was made of every recording by every recogniser, then of every dialogue, one JSON line each."""
    _write(path, "".join((*recording_lines(found.recordings, found.readings), *dialogue_lines(found.dialogues, found.runs))))


def write_call_report(found: CallEvaluation, path: Path) -> None:
    """One HTML file: the tables, what they say drawn, and what went wrong."""
    from workers.evaluation.calls.webpage import document

    _write(path, document(found.report))


def write_review_report(found: ReviewEvaluation, path: Path) -> None:
    """One HTML file: the tables, a reliability plot per engine, and what went wrong."""
    from workers.evaluation.reviews.webpage import document

    _write(path, document(found.report))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", errors="replace")
    except OSError as error:
        raise as_typed(error, f"writing {path}") from error
