"""The columns of an offer that its surroundings fill: conditions of its price, its time and its kind.

`page_offers` reads what an offer is and costs; this adds the rest from the texts of the offer and near its price. A column that has a value keeps
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.pages import Line
from workers.brochures.around import PageAround
from workers.brochures.category import category_of
from workers.brochures.chains import known
from workers.brochures.lexicon import Lexicon
from workers.brochures.multibuy import find_multibuy, is_loyalty, promo_text
from workers.brochures.validity import offer_validity


def conditions(columns: Mapping[str, Any], texts: Sequence[str], words: Lexicon, around: PageAround, language: str | None) -> dict[str, Any]:
    """`columns` of an offer with `multibuy`, `loyalty`, `promo_text`, `valid_from`, `valid_to` and `category` where they were empty.

    `texts` are those of the offer and near its price, one per line; `language` is the document's.
    """
    filled = dict(columns)
    if filled.get("multibuy") is None:
        filled["multibuy"] = find_multibuy(texts, words, filled.get("price"))
    if filled.get("loyalty") is None:
        filled["loyalty"] = is_loyalty(texts, words, known().programs)
    if filled.get("promo_text") is None:
        filled["promo_text"] = promo_text(texts, words)
    if filled.get("category") is None:
        filled["category"] = category_of(filled.get("name"), language)
    if filled.get("valid_from") is None and filled.get("valid_to") is None:
        _give_time(filled, texts, words, around)
    return filled


class PageTexts:
    """The texts of a page by place."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._placed = [(sum(x for x, _ in line.polygon) / 4, sum(y for _, y in line.polygon) / 4, line.text) for line in lines]

    def within(self, columns: Mapping[str, Any]) -> tuple[str, ...]:
        """The lines whose middle lies in an offer's box, in the page's order; none for an offer without a box."""
        box = [columns.get(side) for side in ("x0", "y0", "x1", "y1")]
        x0, y0, x1, y1 = (float("nan") if side is None else side for side in box)
        return tuple(text for x, y, text in self._placed if x0 <= x <= x1 and y0 <= y <= y1)


def _give_time(filled: dict[str, Any], texts: Sequence[str], words: Lexicon, around: PageAround) -> None:
    validity = offer_validity(texts, words, around.reference, around.validity)
    if validity is None:
        return
    filled["valid_from"], filled["valid_to"] = validity.valid_from, validity.valid_to
    if validity.flags:
        filled["flags"] = (*filled.get("flags", ()), *(flag for flag in validity.flags if flag not in filled.get("flags", ())))
