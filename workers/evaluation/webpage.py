"""Reports as one HTML file that needs no network: what the kinds share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from workers.evaluation.markup import Markup, element
from workers.evaluation.tables import Table, figures, plain

STYLE: Final = Path(__file__).with_name("webpage.css")
POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Content-Security-Policy: texts come from foreign files; nothing of them may run or be fetched."""


def page(title: str, body: Markup, *styles: Path) -> str:
    """The whole file, with the style all kinds share and a kind's own."""
    style = "".join(path.read_text("utf-8") for path in (STYLE, *styles))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Markup(style)),
    )
    return "<!doctype html>\n" + element("html", head, element("body", body), lang="en") + "\n"


def cards(shown: Iterable[tuple[str, str, str]]) -> Markup:
    """The figures that matter most: name, value, and a word more."""
    boxes = [element("div", element("span", name), element("strong", value), element("small", more)) for name, value, more in shown]
    return element("div", *boxes, class_="cards")


def section(table: Table, *beside: Markup) -> Markup:
    """A table under its title, with what is drawn beside it."""
    right = figures(table)
    head = element("tr", *[element("th", name, class_="figure" if is_right else None) for name, is_right in zip(table.columns, right, strict=True)])
    rows = [
        element("tr", *[element("td", plain(cell), class_="figure" if is_right else None) for cell, is_right in zip(row, right, strict=True)])
        for row in table.rows
    ]
    drawn = element("div", element("table", element("thead", head), element("tbody", *rows)), *beside, class_="wide")
    return element("section", element("h2", plain(table.title)), drawn, element("p", plain(table.note), class_="quiet") if table.note else "")
