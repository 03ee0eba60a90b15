"""`tamiz eval`: accuracy on labelled sets."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.cli.common import container, print_json, to_a_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.evaluate import CallReport, Evaluation, ReviewReport

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "json", "markdown"]), help="Default: table for a terminal, json for a program."
)


@click.group("eval")
def evaluate() -> None:
    """Measure accuracy on a labelled set. Nothing of it enters the ledger or the warehouse."""


@evaluate.command()
@click.argument("directory", metavar="DIR", type=_FOLDER)
@click.option("--jobs", type=click.IntRange(min=1), help="Pages at a time; default: TAMIZ_SLOTS, else as many as cores.")
@click.option("--first", type=click.IntRange(min=1), help="Only the first N lines of gold.jsonl.")
@click.option("--chain", help="Only the pages of this chain.")
@click.option(
    "--kept", type=_FOLDER, help="Keep engine outputs here: the next run recognises nothing again, and its seconds are not those of reading."
)
@_FORMAT
@click.option("--predictions", type=_FILE, help="Write our offers here, in the form of the labels.")
@click.option("--report", type=_FILE, help="Write one HTML file here: tables, reliability, the worst pages with both sides' boxes.")
@click.option("--worst", type=click.IntRange(min=1), default=10, show_default=True, help="Pages in the HTML file.")
@click.option("--data", type=_FOLDER, hidden=True, help="Taken for every command's sake; nothing is kept.")
def brochures(
    directory: Path,
    jobs: int | None,
    first: int | None,
    chain: str | None,
    kept: Path | None,
    form: str | None,
    predictions: Path | None,
    report: Path | None,
    worst: int,
    data: Path | None,
) -> None:
    """Read the pages in DIR/pages and hold the offers against DIR/gold.jsonl, by the rule of the public benchmark.

    A line of gold.jsonl is {"page": stem of the page's file, "chain": retailer, "offers": [{"product_name", "price", "discount", "unit",
    "original_price", "bbox": [x0, y0, x1, y1] in 0..1}]}. Exit status 1 when a page was not read.
    """
    from datetime import UTC, datetime

    from workers.evaluate import Wanted, evaluate_brochures, writable, write_predictions, write_worst_pages

    writable([predictions, report])
    with tempfile.TemporaryDirectory(prefix="tamiz-") as nothing_kept:
        box = container(data or Path(nothing_kept))
        wanted = Wanted(directory, first, chain, jobs or box.slots, kept)
        found = evaluate_brochures(box, wanted, datetime.now(UTC).date(), _told("pages"))
        if predictions:
            write_predictions(found, predictions)
        if report:
            write_worst_pages(box, found, report, worst)
    _show(found, form or ("table" if to_a_person() else "json"))
    if found.report.failed:
        sys.exit(1)


@evaluate.command()
@click.argument("place", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--nlp", metavar="NAME,...", help="Language engines, measured one after another, side by side; default: TAMIZ_NLP.")
@click.option("--models", type=_FOLDER, help="Use the trained models of this folder, where an engine takes them.")
@click.option("--split", help="Only rows that state this split.")
@click.option("--first", type=click.IntRange(min=1), help="Only the first N labelled reviews of each file.")
@click.option("--guess-language", is_flag=True, help="Do not tell the engines the language that a row states.")
@click.option("--jobs", type=click.IntRange(min=1), help="Files at a time; default: TAMIZ_SLOTS, else as many as cores.")
@_FORMAT
@click.option("--predictions", type=_FILE, help="Write what was said of every review here, one JSON line each.")
@click.option("--report", type=_FILE, help="Write one HTML file here: tables, reliability, the worst mistakes.")
@click.option("--worst", type=click.IntRange(min=1), default=20, show_default=True, help="Mistakes of a kind to show.")
@click.option("--data", type=_FOLDER, hidden=True, help="Taken for every command's sake; nothing is kept.")
def reviews(
    place: Path,
    nlp: str | None,
    models: Path | None,
    split: str | None,
    first: int | None,
    guess_language: bool,
    jobs: int | None,
    form: str | None,
    predictions: Path | None,
    report: Path | None,
    worst: int,
    data: Path | None,
) -> None:
    """Read the labelled reviews of DIR/*.jsonl, or of one file, and hold what is said of them against their labels.

    A row is {"text", "stars": 1 to 5}, {"text", "label": 0 or 1} or {"text", "aspects": [{"term", "polarity", "start"}]}, optionally with "title",
    "language", "set" or "source" (the domain) and "split". Exit status 1 when an engine could not be measured.
    """
    from datetime import UTC, datetime

    from workers.evaluate import WantedReviews, engine_names, evaluate_reviews, writable, write_review_predictions, write_review_report

    writable([predictions, report])
    with tempfile.TemporaryDirectory(prefix="tamiz-") as nothing_kept:
        box = container(data or Path(nothing_kept))
        names = engine_names(nlp, box.settings.nlp, "--nlp")
        wanted = WantedReviews(place, names, models, split, first, not guess_language, jobs or box.slots, worst)
        found = evaluate_reviews(box, wanted, datetime.now(UTC).date(), _told("reviews"))
    if predictions:
        write_review_predictions(found, predictions)
    if report:
        write_review_report(found, report)
    _show_reviews(found.report, form or ("table" if to_a_person() else "json"))
    if found.report.failed:
        sys.exit(1)


def _show_reviews(report: ReviewReport, form: str) -> None:
    from workers.evaluate import as_markdown, as_text, review_mistakes, review_tables

    if form == "json":
        print_json(report.model_dump(mode="json"))
    elif form == "table":
        _print(as_text([*review_tables(report), *(table for engine in report.engines for table in review_mistakes(engine))]))
    else:
        _print(as_markdown(review_tables(report)))


@evaluate.command()
@click.argument("place", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--stt", metavar="NAME,...", help="Recognisers, measured one after another, side by side; default: TAMIZ_STT.")
@click.option(
    "--only", "parts", multiple=True, type=click.Choice(["words", "speakers", "roles", "turns"]), help="Measure only this; may be repeated."
)
@click.option("--models", type=_FOLDER, help="Use the trained and fetched models of this folder, where an engine takes them.")
@click.option("--split", help="Only rows that state this split.")
@click.option("--first", type=click.IntRange(min=1), help="Only the first N labelled rows of each file.")
@click.option("--guess-language", is_flag=True, help="Do not tell the engines the language that a row states.")
@click.option("--jobs", type=click.IntRange(min=1), help="Files at a time; default: TAMIZ_SLOTS, else as many as cores.")
@click.option("--swapped", is_flag=True, help="Read calls whose two channels have known roles once more, channels exchanged (PCM WAV).")
@click.option(
    "--kept", type=_FOLDER, help="Keep engine outputs here: the next run recognises nothing again, and its seconds are not those of recognising."
)
@_FORMAT
@click.option("--predictions", type=_FILE, help="Write what was made of every recording and dialogue here, one JSON line each.")
@click.option("--report", type=_FILE, help="Write one HTML file here: tables, drawings, the worst mistakes.")
@click.option("--worst", type=click.IntRange(min=1), default=20, show_default=True, help="Mistakes of a kind to show.")
@click.option("--data", type=_FOLDER, hidden=True, help="Taken for every command's sake; nothing is kept.")
def calls(
    place: Path,
    stt: str | None,
    parts: tuple[str, ...],
    models: Path | None,
    split: str | None,
    first: int | None,
    guess_language: bool,
    jobs: int | None,
    swapped: bool,
    kept: Path | None,
    form: str | None,
    predictions: Path | None,
    report: Path | None,
    worst: int,
    data: Path | None,
) -> None:
    """Read the labelled recordings and transcripts of DIR/*.jsonl, or of one file, and hold what is found against their labels.

    A row is {"file"} with "ref", "segments" ([[start s, end s, speaker], ...]), "role" or "roles", or a turn {"text", "dialogue", "speaker"} with
    "is_question" and "act", or "intents"; optionally with "language", "domain" and "split". Exit status 1 when a recogniser could not be measured.
    """
    from datetime import UTC, datetime

    from workers.evaluate import WantedCalls, engine_names, evaluate_calls, writable, write_call_predictions, write_call_report

    writable([predictions, report])
    with tempfile.TemporaryDirectory(prefix="tamiz-") as nothing_kept:
        box = container(data or Path(nothing_kept))
        names = engine_names(stt, box.settings.stt, "--stt")
        wanted = WantedCalls(place, names, parts, split, first, not guess_language, swapped, jobs or box.slots, kept, models, worst)
        found = evaluate_calls(box, wanted, datetime.now(UTC).date(), _told("files"))
    if predictions:
        write_call_predictions(found, predictions)
    if report:
        write_call_report(found, report)
    _show_calls(found.report, form or ("table" if to_a_person() else "json"))
    if found.report.failed:
        sys.exit(1)


def _show_calls(report: CallReport, form: str) -> None:
    from workers.evaluate import as_markdown, as_text, call_mistakes, call_tables

    if form == "json":
        print_json(report.model_dump(mode="json"))
    elif form == "table":
        _print(as_text([*call_tables(report), *call_mistakes(report)]))
    else:
        _print(as_markdown(call_tables(report)))


def _show(found: Evaluation, form: str) -> None:
    from workers.evaluate import as_markdown, as_text, row_beside_others, tables

    if form == "json":
        print_json(found.report.model_dump(mode="json"))
    elif form == "table":
        _print(as_text(tables(found.report)))
    else:
        _print(as_markdown([*tables(found.report), row_beside_others(found.report)]))


def _print(text: str) -> None:
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def _told(things: str) -> Callable[[int, int, int], None]:
    """Progress on standard error, where a terminal watches it."""

    def progress(done: int, number: int, unread: int) -> None:
        click.echo(f"\r{done} of {number} {things}, {unread} not read", err=True, nl=done == number)

    def silent(*_: int) -> None:
        pass

    return progress if sys.stderr.isatty() else silent
