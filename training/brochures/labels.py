"""From labelled offers to labels of tokens and lines: which token is an offer's price, which lines make its name.

The gold says what an offer is called, what it costs and roughly where it stands. Lines and tokens are matched to it by text and amount inside the
offer's box; what matches nothing is a negative example.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from workers.brochures.layout import Area, Piece
from workers.brochures.tokens import Token

MARGIN = 0.02
"""Page heights around an offer's box within which its parts are looked for."""
ALIKE = 0.75
"""Similarity from which a run of lines is the offer's name."""
PRIOR = 0.5
"""What a first model's opinion of a run counts, against similarity."""
SHARE = 0.45
"""Part of a name's letters that lines must have to stand for the whole: its brand is often printed as a logo elsewhere."""


@dataclass(frozen=True)
class Gold:
    """One labelled offer; None where the label says nothing that can be used."""

    name: str
    price: float | None
    old: float | None
    unit: str | None
    area: Area


def golds(offers: Sequence[Mapping[str, Any]], aspect: float) -> list[Gold]:
    """The labelled offers of a page with `aspect` width by height."""
    found = []
    for offer in offers:
        x0, y0, x1, y1 = offer["bbox"]
        area = Area(x0 * aspect - MARGIN, y0 - MARGIN, x1 * aspect + MARGIN, y1 + MARGIN)
        found.append(Gold(offer["product_name"] or "", _number(offer["price"]), _number(offer["original_price"]), offer["unit"], area))
    return found


def name_lines(golds: Sequence[Gold], texts: Sequence[Piece], above: Any, chance: Sequence[float] | None = None) -> dict[int, int]:
    """Offer number by line number, for the lines that print its name: the run of a column that is most like it.

    `chance` is what a first model thinks of each line; it tells the printed name from the same words on the picture's packet.
    """
    owner: dict[int, int] = {}
    fits = []
    for number, gold in enumerate(golds):
        for last in range(len(texts)):
            if not _inside(gold.area, texts[last].area):
                continue
            run = [last]
            while True:
                alike = _alike(gold.name, tuple(texts[no].text for no in run))
                if alike >= ALIKE:
                    prior = sum(chance[no] for no in run) / len(run) if chance is not None else 0.0
                    fits.append((alike + PRIOR * prior, number, tuple(run)))
                up = int(above[run[0]])
                if up < 0 or len(run) == 6 or not _inside(gold.area, texts[up].area):
                    break
                run = [up, *run]
    taken: set[int] = set()
    for _, number, lines in sorted(fits, reverse=True):
        if number not in taken and not any(no in owner for no in lines):
            owner.update(dict.fromkeys(lines, number))
            taken.add(number)
    return owner


def token_roles(golds: Sequence[Gold], tokens: Sequence[Token]) -> tuple[list[int], dict[int, int]]:
    """0 for nothing, 1 for an offer's price, 2 for an old price; and the offer of each price token."""
    roles = [0] * len(tokens)
    owner: dict[int, int] = {}
    for role, amounts in ((1, [gold.price for gold in golds]), (2, [gold.old for gold in golds])):
        fits = [
            (-token.size * (0.3 if token.letters else 1), number, no)
            for number, (gold, amount) in enumerate(zip(golds, amounts, strict=True))
            for no, token in enumerate(tokens)
            if amount is not None and abs(float(token.price.amount) - amount) < 0.006 and _inside(gold.area, token.area)
        ]
        done: set[int] = set()
        for _, number, no in sorted(fits):
            if number not in done and roles[no] == 0:
                roles[no] = role
                done.add(number)
                if role == 1:
                    owner[no] = number
    return roles, owner


@cache
def _alike(name: str, lines: tuple[str, ...]) -> float:
    wanted = _plain(name)
    joined = (_plain(" ".join(lines)), _plain("".join(line.rstrip("-") if line.endswith("-") else f"{line} " for line in lines)))
    best = max(_ratio(wanted, text) for text in joined)
    contained = any(text in wanted and len(text) >= SHARE * len(wanted) for text in joined)
    return max(best, 0.8 if contained else 0.0) + 0.001 * len(lines)


def _ratio(wanted: str, text: str) -> float:
    matcher = difflib.SequenceMatcher(None, wanted, text, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().lower()


def _inside(area: Area, inner: Area) -> bool:
    return area.holds((inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2)


def _number(value: Any) -> float | None:
    found = re.search(r"-?\d+(?:\.\d+)?", str(value or "").replace(",", "."))
    return float(found.group()) if found else None
