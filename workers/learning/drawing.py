"""A training's report as tables for a terminal and as one HTML page that needs no network."""

from __future__ import annotations

from typing import Final

from workers.evaluation.markup import Markup, element
from workers.evaluation.reliability import reliability_plot
from workers.evaluation.tables import NOTHING, Table, plain
from workers.evaluation.webpage import cards, page, section
from workers.learning.judging import Judged
from workers.learning.report import LearningReport

_MOST_LABELS_SHOWN: Final = 100


def tables(report: LearningReport) -> list[Table]:
    """The report's tables, the most important first."""
    found = [_summary(report), _labels(report), _languages(report), _curve(report), _telling(report)]
    return [table for table in found if table.rows]


def mistakes(report: LearningReport) -> Table:
    """Rows the model was sure of and wrong about, in their own words."""
    rows = tuple((_figure(one.confidence), one.said, ", ".join(one.labels), one.text) for one in report.worst)
    return Table(
        "Surest mistakes", ("sure", "said", "labelled", "text"), rows, "Each judged by a model that had not seen it; labels are wrong at times."
    )


def deciding(report: LearningReport) -> Table:
    """The held-out rows on which the new model and the one before it differ most."""
    rows = tuple((one.label, _figure(one.ours), _figure(one.theirs), one.text) for one in report.contest.deciding)
    note = "How likely each thought the label; the rows that moved the log loss most."
    return Table("Rows that decided", ("labelled", "the new model", report.contest.opponent, "text"), rows, note)


def document(report: LearningReport) -> str:
    """The whole page."""
    title = f"Training of {report.task}/{report.name}"
    plot = reliability_plot(report.crossed.calibration, "rows")
    body = element(
        "main",
        element("h1", plain(title)),
        cards(_cards(report)),
        *[section(table) for table in tables(report)],
        element("section", element("h2", "Reliability, each row unseen"), Markup(plot)),
        *[section(table) for table in (deciding(report), mistakes(report)) if table.rows],
    )
    return page(title, body)


def _cards(report: LearningReport) -> list[tuple[str, str, str]]:
    shown = [
        ("accuracy", _figure(report.held_out.accuracy), f"{report.held_out.rows} held-out rows"),
        ("macro-F1", _figure(report.held_out.macro_f1), f"{len(report.label_rows)} labels"),
        ("calibration error", _figure(report.held_out.calibration.expected_error), "held-out rows"),
    ]
    if report.held_out.polarity:
        shown.append(("polarity", _figure(report.held_out.polarity.accuracy), f"balanced {_figure(report.held_out.polarity.balanced_accuracy)}"))
    return [*shown, (report.contest.opponent, _figure(report.contest.theirs), f"the new model {_figure(report.contest.ours)}")]


def _summary(report: LearningReport) -> Table:
    note = "Left out: " + (
        ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in report.counts.items() if count and name != "read") or "none"
    )
    rows = [_judged("cross-validated", report.crossed), _judged("held out", report.held_out)]
    columns = ("rows judged", "rows", "accuracy", "macro-F1", "micro-F1", "calibration error", "polarity", "balanced", "its error")
    before = f"calibration error of the cross-validated rows before calibration {_figure(report.before_calibration.expected_error)}"
    shares = ", ".join(f"{label} {share:.3f}" for label, share in list(report.assumed_shares.items())[:8])
    return Table(f"{report.task}/{report.name}", columns, tuple(rows), f"{note}; {before}; assumed shares: {shares}. {report.contest.told}.")


def _judged(name: str, found: Judged) -> tuple[str, ...]:
    side = found.polarity
    signs = (_figure(side.accuracy), _figure(side.balanced_accuracy), _figure(side.ece)) if side else (NOTHING, NOTHING, NOTHING)
    general = (found.accuracy, found.macro_f1, found.micro_f1, found.calibration.expected_error)
    return (name, str(found.rows), *map(_figure, general), *signs)


def _labels(report: LearningReport) -> Table:
    each = list(report.crossed.labels.items())[:_MOST_LABELS_SHOWN]
    rows = tuple((label, str(one.rows), _figure(one.precision), _figure(one.recall), _figure(one.f1)) for label, one in each)
    return Table("Labels, cross-validated", ("label", "rows", "precision", "recall", "F1"), rows)


def _languages(report: LearningReport) -> Table:
    rows = tuple((name, str(one.rows), _figure(one.accuracy), _figure(one.macro_f1)) for name, one in report.languages.items())
    return Table("Languages, cross-validated", ("language", "rows", "accuracy", "macro-F1"), rows)


def _curve(report: LearningReport) -> Table:
    rows = tuple((str(point.rows), _figure(point.accuracy), _figure(point.macro_f1)) for point in report.curve)
    return Table("Learning curve, held-out rows", ("rows learned from", "accuracy", "macro-F1"), rows)


def _telling(report: LearningReport) -> Table:
    rows = tuple((label, ", ".join(gram for gram, _ in grams)) for label, grams in list(report.telling.items())[:_MOST_LABELS_SHOWN])
    return Table("Most telling n-grams", ("label", "n-grams"), rows, "`^` marks one of a text's first sentence.")


def _figure(value: float) -> str:
    return f"{value:.4f}"
