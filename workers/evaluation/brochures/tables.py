"""A report on brochures as tables: one wording for the terminal, the documentation and the HTML page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workers.evaluation.brochures.report import BrochureReport
from workers.evaluation.brochures.scoring import Measured
from workers.evaluation.calibration import Sure
from workers.evaluation.tables import NOTHING, Table

ALL: Final = "all"
RELIABILITY: Final = "Confidence and truth"
SCORES: Final = ("recall", "e2e_recall", "precision", "f1", "price", "was_price", "was_price_matched", "e2e_recall_pages")
MISSES: Final = ("labels", "right", "name", "price", "unit", "missed", "unpriced", "invented")


def tables(report: BrochureReport) -> list[Table]:
    """All of them, the most asked-for first; by chain where there are several."""
    found = [_scores(report), _fields(report), _boxes(report), _misses(report), _reliability(report), _seconds(report)]
    return [*found, _failed(report)] if report.failed else found


def row_beside_others(report: BrochureReport) -> Table:
    """The row for a table of readers in the documentation; without seconds where they are not those of reading."""
    took = "" if report.seconds.kept else f"{report.seconds.per_page:.2f}"
    row = (f"Tamiz {', '.join(report.pipeline_versions)}", figure(report.overall.scores.e2e_recall), took)
    return Table("Beside others", ("reader", "e2e_recall", "seconds a page"), (row,))


def measured_line(report: BrochureReport) -> str:
    """When and with what."""
    return f"Measured on {report.measured_on.isoformat()} with {', '.join(report.pipeline_versions) or 'no page read'}."


def figure(value: float) -> str:
    """Three digits, as the benchmark prints them."""
    return f"{value:.3f}"


def _groups(report: BrochureReport) -> Iterator[tuple[str, Measured]]:
    yield ALL, report.overall
    if len(report.chains) > 1:
        yield from report.chains.items()


def _scores(report: BrochureReport) -> Table:
    rows = tuple(
        (name, str(of.scores.pages), str(of.scores.offers), str(of.scores.predicted), *(figure(getattr(of.scores, score)) for score in SCORES))
        for name, of in _groups(report)
    )
    bare = f" Pages without a label, left out: {report.pages_without_offers}." if report.pages_without_offers else ""
    return Table("Scores", ("chain", "pages", "offers", "predicted", *SCORES), rows, f"{measured_line(report)}{bare}")


def _fields(report: BrochureReport) -> Table:
    rows = tuple(
        (name, field, str(score.labelled), str(score.stated), *map(figure, (score.precision, score.recall, score.f1, score.when_matched)))
        for name, of in _groups(report)
        for field, score in of.fields.items()
    )
    columns = ("chain", "field", "labelled", "stated", "precision", "recall", "f1", "when matched")
    return Table("Fields", columns, rows, "A unit that either side leaves out is not right here; in e2e_recall it agrees with every other.")


def _boxes(report: BrochureReport) -> Table:
    rows = tuple((name, str(of.boxes.compared), figure(of.boxes.share), figure(of.boxes.mean_iou)) for name, of in _groups(report))
    return Table("Boxes", ("chain", "compared", "IoU > 0.5", "mean IoU"), rows, "Matched offers where both sides have a box.")


def _misses(report: BrochureReport) -> Table:
    rows = tuple((name, *(str(getattr(of.misses, count)) for count in MISSES), figure(of.misses.ceiling)) for name, of in _groups(report))
    note = (
        "name: the price stands in its place under another name; price, unit: matched by name and wrong in that; missed: nothing of ours is it; "
        "unpriced: the label states no price and can never be right; ceiling: the greatest e2e_recall there can be."
    )
    return Table("Where the labels went", ("chain", *MISSES, "ceiling"), rows, note)


def _reliability(report: BrochureReport) -> Table:
    found = report.calibration
    named = [
        *((f"{one.low:.1f} to {one.high:.1f}", one) for one in found.bins),
        ("around 0.9 (0.85 to 0.95)", found.around_nine),
        ("0.9 and more", found.from_nine),
    ]
    note = f"Expected calibration error {figure(found.expected_error)}, Brier score {figure(found.brier)}, over {found.claims} offers of ours"
    note += f"; left out, because they met a label without a price: {report.unjudged}." if report.unjudged else "."
    return Table(RELIABILITY, ("confidence", "offers", "said", "right"), tuple(_sure(name, one) for name, one in named), note)


def _sure(name: str, found: Sure) -> tuple[str, ...]:
    return (name, str(found.claims), *((figure(found.mean_confidence), figure(found.accuracy)) if found.claims else (NOTHING, NOTHING)))


def _seconds(report: BrochureReport) -> Table:
    took = report.seconds
    row = (f"{took.per_page:.2f}", f"{took.p50:.2f}", f"{took.p95:.2f}", f"{took.wall:.1f}", str(took.jobs))
    note = "Engine outputs kept by an earlier run may have been used: these are not the seconds of reading." if took.kept else ""
    return Table("Seconds", ("a page", "p50 of pages", "p95", "wall", "processes"), (row,), note)


def _failed(report: BrochureReport) -> Table:
    return Table("Pages not read", ("page", "code", "why"), tuple((fault.page, fault.code, fault.message) for fault in report.failed))
