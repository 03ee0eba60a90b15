"""A report on reviews as tables: one wording for the terminal, the documentation and the HTML page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workers.evaluation.calibration import Calibration, Sure
from workers.evaluation.reviews.aspects import AspectScores, PolarityScore
from workers.evaluation.reviews.report import ALL, EngineReport, ReviewReport, Speed
from workers.evaluation.reviews.sentiment import SentimentScores
from workers.evaluation.tables import NOTHING, Table

RELIABILITY: Final = "Confidence and truth"
BAD_ROWS_SHOWN: Final = 20


def tables(report: ReviewReport) -> list[Table]:
    """All of them, the most asked-for first; what nothing was measured of is left out."""
    found = [_sentiment(report), *_reliability(report), _terms(report), _polarity(report), _speed(report), _files(report)]
    found += [_not_provided(report), _bad(report), _failed(report)]
    return [table for table in found if table.rows]


def mistakes(engine: EngineReport) -> list[Table]:
    """What went wrong, in the words of the reviews: to look at, not for the documentation."""
    rows = tuple((one.file, str(one.line_no), one.truth, one.said, signed(one.score), figure(one.confidence), one.text) for one in engine.mistakes)
    missed = tuple((one.domain, one.term, str(one.sentences)) for one in engine.missed_terms)
    invented = tuple((one.domain, one.term, str(one.sentences)) for one in engine.invented_terms)
    found = [
        Table(f"{engine.nlp}: the surest wrong signs", ("file", "line", "label", "said", "score", "confidence", "text"), rows),
        Table(f"{engine.nlp}: terms most often missed", ("domain", "term", "sentences"), missed),
        Table(f"{engine.nlp}: terms most often found where no label is", ("domain", "term", "sentences"), invented),
    ]
    return [table for table in found if table.rows]


def measured_line(report: ReviewReport) -> str:
    """When, with what and on which rows."""
    versions = ", ".join(f"{engine.adapter} in {engine.pipeline_version}" for engine in report.engines) or "no engine"
    split = f" Only rows of the split {report.split!r}." if report.split is not None else ""
    language = "as a column of the file" if report.told_language else "not told, but guessed"
    return f"Measured on {report.measured_on.isoformat()} with {versions}.{split} The language of a row that states one is {language}."


def figure(value: float) -> str:
    """Three digits."""
    return f"{value:.3f}"


def signed(value: float) -> str:
    """Two digits and a sign."""
    return f"{value:+.2f}"


def _sentiment(report: ReviewReport) -> Table:
    rows = tuple((engine.nlp, group, *_feelings(scores)) for engine in report.engines for group, scores in engine.sentiment.items())
    columns = ("nlp", "of", "reviews", "accuracy", "macro-F1", "majority", "unstated", "ECE", "Brier", "with stars", "accuracy (3)", "macro-F1 (3)")
    note = (
        "accuracy, macro-F1: the sign of the score (0 is positive) against stars of 4 and 5 or 1 and 2, or a label of 1 or 0; majority: always "
        "saying what most labels say; ECE: expected calibration error of the confidence in that sign; (3): positive, neutral, negative against the "
        f"stars, 3 are neutral. {measured_line(report)}"
    )
    return Table("Sentiment", columns, rows, note)


def _feelings(of: SentimentScores) -> tuple[str, ...]:
    signs = (figure(of.accuracy), figure(of.macro_f1), figure(of.majority), str(of.unstated)) if of.reviews else (NOTHING,) * 4
    sure = (figure(of.calibration.expected_error), figure(of.calibration.brier)) if of.calibration.claims else (NOTHING,) * 2
    stars = (str(of.starred), figure(of.three_way_accuracy), figure(of.three_way_macro_f1)) if of.starred else (NOTHING,) * 3
    return (str(of.reviews), *signs, *sure, *stars)


def reliabilities(report: ReviewReport) -> Iterator[tuple[str, Calibration]]:
    """The engines that were held against signs, with the reliability of all of them."""
    for engine in report.engines:
        if (of := engine.sentiment.get(ALL)) and of.calibration.claims:
            yield engine.nlp, of.calibration


def _reliability(report: ReviewReport) -> Iterator[Table]:
    for name, found in reliabilities(report):
        bins = [(f"{one.low:.1f} to {one.high:.1f}", one) for one in found.bins if one.claims]
        bins += [("around 0.9 (0.85 to 0.95)", found.around_nine), ("0.9 and more", found.from_nine)]
        note = f"Expected calibration error {figure(found.expected_error)}, Brier score {figure(found.brier)}, over {found.claims} signs."
        rows = tuple(_sure(said, one) for said, one in bins)
        yield Table(f"{RELIABILITY}: {name}", ("confidence", "reviews", "said", "right"), rows, note)


def _sure(said: str, found: Sure) -> tuple[str, ...]:
    return (said, str(found.claims), *((figure(found.mean_confidence), figure(found.accuracy)) if found.claims else (NOTHING, NOTHING)))


def _aspects(report: ReviewReport) -> Iterator[tuple[str, str, AspectScores]]:
    for engine in report.engines:
        for group, of in engine.aspects.items():
            yield engine.nlp, group, of


def _terms(report: ReviewReport) -> Table:
    rows = tuple((name, group, *_found(of)) for name, group, of in _aspects(report))
    columns = ("nlp", "of", "sentences", "with terms", "terms", "predicted", "precision", "recall", "F1", "F1, all sentences", "F1, exact span")
    note = (
        "The same words, case ignored, over the sentences with a labelled term; all sentences: what is found where nothing is labelled counts "
        "too; exact span: the same characters of the text."
    )
    return Table("Aspect terms", columns, rows, note)


def _found(of: AspectScores) -> tuple[str, ...]:
    counts = (of.sentences, of.with_terms, of.terms.labelled, of.terms.stated)
    shares = (of.terms.precision, of.terms.recall, of.terms.f1, of.terms_everywhere.f1, of.spans.f1)
    return (*map(str, counts), *map(figure, shares))


def _polarity(report: ReviewReport) -> Table:
    rows = tuple((name, group, *_right(of.matched), *_right(of.given), figure(of.majority), str(of.unplaced)) for name, group, of in _aspects(report))
    columns = ("nlp", "of", "matched", "judged", "right", "given", "judged", "right when given", "majority", "unplaced")
    note = (
        "matched: labelled terms that were found; given: all labelled terms, told where they stand; majority: always saying the most frequent "
        "polarity; judged: those of which anything is said, the others are wrong; unplaced: labelled terms that do not stand in their text."
    )
    return Table("Polarity of aspect terms", columns, rows, note)


def _right(of: PolarityScore | None) -> tuple[str, str, str]:
    return (str(of.terms), str(of.judged), figure(of.accuracy)) if of and of.terms else (NOTHING,) * 3


def _speed(report: ReviewReport) -> Table:
    rows = tuple((engine.nlp, *_pace(engine.speed), str(engine.unread)) for engine in report.engines)
    columns = ("nlp", "reviews", "a second", "processes", "a second of processor", "us of processor each", "of them nlp", "not read")
    note = "From a file to checked rows, in the service's confined children, without loading them into SQL; models were loaded before."
    return Table("Speed", columns, rows, note)


def _pace(took: Speed) -> tuple[str, ...]:
    pace = (took.reviews, took.per_s, took.jobs, took.per_processor_s, took.processor_us, took.nlp_us)
    return tuple(f"{value:.0f}" for value in pace)


def _files(report: ReviewReport) -> Table:
    rows = tuple((of.file, *map(str, (of.rows, of.measured, of.unlabelled, of.other_split, of.bad))) for of in report.files)
    return Table("Files", ("file", "rows", "measured", "unlabelled", "of another split", "bad"), rows, "Only measured rows are in any figure.")


def _not_provided(report: ReviewReport) -> Table:
    rows = tuple((engine.nlp, ", ".join(engine.not_provided)) for engine in report.engines if engine.not_provided)
    return Table("Engines that do not say everything", ("nlp", "without"), rows, "There are no figures of what an engine does not say at all.")


def _bad(report: ReviewReport) -> Table:
    rows = tuple((one.file, str(one.line_no), one.why) for one in report.bad[:BAD_ROWS_SHOWN])
    more = len(report.bad) - len(rows)
    return Table("Bad rows", ("file", "line", "why"), rows, f"And {more} more." if more else "")


def _failed(report: ReviewReport) -> Table:
    return Table("Engines not measured", ("nlp", "code", "why"), tuple((one.nlp, one.code, one.message) for one in report.failed))
