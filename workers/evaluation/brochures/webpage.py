"""The report as one HTML file that needs no network: tables, the reliability plot, and the worst pages with both sides' boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from workers.evaluation.brochures.judging import Judged, Pair, Verdict, intersection_over_union
from workers.evaluation.brochures.matching import Offer, number, same_price, same_unit
from workers.evaluation.brochures.overlay import page_svg
from workers.evaluation.brochures.report import BrochureReport, ReadPage
from workers.evaluation.brochures.tables import RELIABILITY, figure, tables
from workers.evaluation.markup import Markup, element
from workers.evaluation.pictures import Picture
from workers.evaluation.reliability import reliability_plot
from workers.evaluation.tables import Table, plain
from workers.evaluation.webpage import cards, page, section

STYLE: Final = Path(__file__).with_name("webpage.css")
SAID: Final = {
    Verdict.RIGHT: "right",
    Verdict.NAME: "name wrong",
    Verdict.PRICE: "price wrong",
    Verdict.UNIT: "unit wrong",
    Verdict.MISSED: "missed",
    Verdict.INVENTED: "invented",
    Verdict.UNPRICED: "label has no price",
}
_TITLE: Final = "Brochures: offers against labels"


def document(report: BrochureReport, pages: Sequence[ReadPage], drawn: Mapping[str, Picture | None]) -> str:
    """The whole file; `drawn` holds the pictures by page."""
    found = tables(report)
    sections = [_page(page, place, drawn.get(page.gold.page)) for place, page in enumerate(pages, 1)]
    body = element(
        "main",
        element("h1", _TITLE),
        _cards(report),
        section(found[0]),
        element("div", *[section(table, *_plots(table, report)) for table in found[1:]], class_="tables"),
        element("h2", "The worst pages" if pages else "No page has a fault"),
        _legend(),
        _contents(pages),
        *sections,
    )
    return page(_TITLE, body, STYLE)


def _cards(report: BrochureReport) -> Markup:
    of = report.overall
    shown = (
        ("end-to-end recall", figure(of.scores.e2e_recall), f"{of.misses.right} of {of.misses.labels}, ceiling {figure(of.misses.ceiling)}"),
        ("precision", figure(of.scores.precision), f"{of.scores.predicted} offers, {of.misses.invented} invented"),
        ("names found", figure(of.scores.recall), f"F1 {figure(of.scores.f1)}"),
        ("old price when matched", figure(of.scores.was_price_matched), f"of all {figure(of.scores.was_price)}"),
        ("boxes IoU > 0.5", figure(of.boxes.share), f"mean IoU {figure(of.boxes.mean_iou)}"),
        ("seconds a page", f"{report.seconds.per_page:.2f}", f"{report.seconds.jobs} at a time" + (", outputs kept" if report.seconds.kept else "")),
    )
    return cards(shown)


def _plots(table: Table, report: BrochureReport) -> list[Markup]:
    return [reliability_plot(report.calibration, "offers")] if table.title == RELIABILITY else []


def _legend() -> Markup:
    chips = [_chip(verdict) for verdict in SAID]
    explained = element("span", "Label: dashed box, number at its left. Ours: solid box, number at its right.", class_="quiet")
    return element("p", *chips, explained, class_="legend")


def _chip(verdict: Verdict) -> Markup:
    return element("span", SAID[verdict], class_=f"chip v-{verdict.value}")


def _contents(pages: Sequence[ReadPage]) -> Markup:
    lines = [
        element("li", element("a", plain(page.gold.page), href=f"#page-{place}"), " ", element("span", _summary(page), class_="quiet"))
        for place, page in enumerate(pages, 1)
    ]
    return element("ol", *lines)


def _summary(page: ReadPage) -> str:
    counted = [f"{count} {SAID[verdict]}" for verdict in SAID if (count := page.judged.count(verdict))]
    took = f"; {page.seconds:.1f} s" if page.seconds is not None else ""
    unread = f"; not read: {page.fault.message} ({page.fault.code})" if page.fault else ""
    return plain(f"{page.gold.chain}; {len(page.gold.offers)} labelled: {', '.join(counted)}{took}{unread}")


def _page(page: ReadPage, place: int, picture: Picture | None) -> Markup:
    anchor = f"page-{place}"
    layers = [
        element("label", element("input", type="checkbox", checked="", class_=f"show-{side}"), f" {side}", class_="layer")
        for side in ("label", "ours")
    ]
    figure_of = element("figure", page_svg(page.judged, picture, anchor), element("figcaption", "Boxes: ", *layers))
    head = element("tr", *[element("th", name) for name in ("", "", "name", "price", "was", "unit", "sure", "IoU")])
    pairs = [_pair(page.judged, pair, number_of, anchor) for number_of, pair in enumerate(page.judged.pairs, 1)]
    table = element("table", element("thead", head), *pairs, class_="pairs")
    return element(
        "section",
        element("h3", f"{place}. {plain(page.gold.page)}"),
        element("p", _summary(page), class_="quiet"),
        element("div", figure_of, table, class_="split"),
        id=anchor,
        class_="page",
    )


def _pair(judged: Judged, pair: Pair, place: int, anchor: str) -> Markup:
    label = judged.gold[pair.place] if pair.place is not None else None
    offer = judged.ours[pair.our_place] if pair.our_place is not None else None
    both = sum(side is not None for side in (label, offer))
    first = element("th", element("a", str(place), href=f"#{anchor}-{place}"), class_=f"number v-{pair.verdict.value}", rowspan=both + 1)
    verdict = element("tr", first, element("td", _chip(pair.verdict), colspan=7, class_="verdict"))
    rows = [verdict]
    if label:
        rows.append(element("tr", element("td", "label", class_="side"), *_cells(label, set()), element("td"), element("td")))
    if offer:
        wrong = _differences(label, offer, pair.verdict) if label else set()
        sure = "" if offer.confidence is None else f"{offer.confidence:.2f}"
        agreed = f"{intersection_over_union(label.box, offer.box):.2f}" if label and label.box and offer.box else ""
        rows.append(element("tr", element("td", "ours", class_="side"), *_cells(offer, wrong), _figure(sure), _figure(agreed)))
    return element("tbody", *rows)


def _cells(offer: Offer, wrong: set[str]) -> list[Markup]:
    shown = {"name": offer.name, "price": offer.price, "was": offer.original_price, "unit": offer.unit}
    classes = {key: " ".join(filter(None, ["figure" if key in ("price", "was") else "", "wrong" if key in wrong else ""])) or None for key in shown}
    return [element("td", _text(value), class_=classes[key]) for key, value in shown.items()]


def _figure(text: str) -> Markup:
    return element("td", text, class_="figure")


def _text(value: JsonValue) -> str:
    return "" if value is None else plain(str(value))


def _differences(label: Offer, offer: Offer, verdict: Verdict) -> set[str]:
    """The cells of ours that differ from the label's by the rule."""
    found = {"name"} if verdict is Verdict.NAME else set()
    if number(label.price) is not None and not same_price(label.price, offer.price):
        found.add("price")
    if not same_unit(label.unit, offer.unit):
        found.add("unit")
    if (number(label.original_price), number(offer.original_price)) != (None, None) and not same_price(label.original_price, offer.original_price):
        found.add("was")
    return found
