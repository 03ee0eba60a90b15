"""The report on reviews as one HTML file that needs no network: tables, reliability plots, and what went wrong in the reviews' own words."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from workers.evaluation.markup import Markup, element
from workers.evaluation.reliability import reliability_plot
from workers.evaluation.reviews.report import ALL, EngineReport, ReviewReport
from workers.evaluation.reviews.tables import RELIABILITY, figure, mistakes, reliabilities, tables
from workers.evaluation.tables import Table, plain
from workers.evaluation.webpage import cards, page, section

STYLE: Final = Path(__file__).with_name("webpage.css")
_TITLE: Final = "Reviews: feelings and aspects against labels"


def document(report: ReviewReport) -> str:
    """The whole file."""
    plots = {f"{RELIABILITY}: {name}": reliability_plot(found, "reviews") for name, found in reliabilities(report)}
    body = element(
        "main",
        element("h1", _TITLE),
        *[part for engine in report.engines for part in _summary(engine, len(report.engines) > 1)],
        *[_drawn(table, plots) for table in tables(report)],
        *[element("section", section(table), class_="wrong-ones") for engine in report.engines for table in mistakes(engine)],
    )
    return page(_TITLE, body, STYLE)


def _drawn(table: Table, plots: dict[str, Markup]) -> Markup:
    if table.title not in plots:
        return section(table)
    return element("div", section(table, plots[table.title]), class_="plotted")


def _summary(engine: EngineReport, named: bool) -> list[Markup]:
    shown: list[tuple[str, str, str]] = []
    if (of := engine.sentiment.get(ALL)) and of.reviews:
        shown.append(("sign right", figure(of.accuracy), f"{of.reviews} reviews, macro-F1 {figure(of.macro_f1)}"))
        shown.append(("calibration error", figure(of.calibration.expected_error), f"Brier score {figure(of.calibration.brier)}"))
    if of and of.starred:
        shown.append(("macro-F1, three ways", figure(of.three_way_macro_f1), f"{of.starred} with stars"))
    if terms := engine.aspects.get(ALL):
        shown.append(("aspect terms F1", figure(terms.terms.f1), f"{terms.terms.labelled} labelled, {terms.terms.stated} ours"))
        judged, said = (terms.given, "given terms") if terms.given else (terms.matched, "terms found")
        shown += [("polarity of terms", figure(judged.accuracy), f"{judged.judged} of {judged.terms} {said} judged")] if judged.terms else []
    shown.append(("reviews a second", f"{engine.speed.per_s:.0f}", f"{engine.speed.processor_us:.0f} us of processor each"))
    return [*([element("h2", plain(engine.nlp))] if named else []), cards(shown)]
