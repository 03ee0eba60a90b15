"""When an offer of ours is a labelled one: the rule of the public benchmark over brochure pages.

Source: BufferHund/smart-deal-finder, benchmark/run.py. Each labelled offer in turn takes the unused offer of ours whose name is most similar, when
the similarity reaches 0.8. A matched offer is right end to end when its price agrees within a cent and its unit agrees; a unit that either side
leaves out agrees. Labels hold what people and models typed ("null", "ab 4.99", "nuke"): whatever holds no number states no price.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from schemas.pages import Box

SIMILAR: Final = 0.8
"""Similarity of names from which two offers are one."""
CONTAINED: Final = 0.9
"""Similarity of a name that is part of the other."""
CONTAINED_LETTERS: Final = 4
CENT: Final = 0.01
UNIT_OVERLAP: Final = 0.5
"""Share of words that two units must have in common."""

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_WORDS: Final = re.compile(r"[a-z0-9]+")
_SPACE: Final = re.compile(r"\s+")
_BARE_NUMBER: Final = re.compile(r"[0-9]+([.,][0-9]+)?")
_UNIT_WORDS: Final = (
    ("stück", "stk"),
    ("stueck", "stk"),
    ("packung", "pack"),
    ("milliliter", "ml"),
    ("liter", "l"),
    ("kilogramm", "kg"),
    ("gramm", "g"),
)
# The benchmark's own replacements, in its order: they are applied inside words too.


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer, labelled or ours, as its file states it. `box` in page fractions; `confidence` 0 to 1, of ours only."""

    name: JsonValue = None
    price: JsonValue = None
    unit: JsonValue = None
    original_price: JsonValue = None
    discount: JsonValue = None
    box: Box | None = None
    confidence: float | None = None


def text(value: JsonValue) -> str:
    """Lower case, single spaces; nothing (null, 0, an empty list) is the empty text."""
    return _SPACE.sub(" ", str(value or "")).strip().lower()


def number(value: JsonValue) -> float | None:
    """The first number in `value`, with a comma or a point before the cents; None where it holds none."""
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return None
    found = _NUMBER.search(str(value or "").replace(",", "."))
    return float(found.group()) if found else None


def overlap(first: str, second: str) -> float:
    """Jaccard overlap of the words (a-z, 0-9) of two lower-case texts; 1 where neither has any."""
    ours, theirs = set(_WORDS.findall(first)), set(_WORDS.findall(second))
    if not ours and not theirs:
        return 1.0
    return len(ours & theirs) / len(ours | theirs)


def similarity(first: JsonValue, second: JsonValue) -> float:
    """How alike two names are, 0 to 1: the greatest of the character ratio, the words' overlap, and 0.9 when one contains the other."""
    one, other = text(first), text(second)
    contained = CONTAINED if min(len(one), len(other)) >= CONTAINED_LETTERS and (one in other or other in one) else 0.0
    return max(difflib.SequenceMatcher(None, one, other).ratio(), overlap(one, other), contained)


def unit(value: JsonValue) -> str:
    """A unit's comparable text; empty where it states none (a bare number and an amount of money are no unit)."""
    found = text(value)
    if not found or _BARE_NUMBER.fullmatch(found) or "eur" in found or "€" in found:
        return ""
    for long, short in _UNIT_WORDS:
        found = found.replace(long, short)
    return found


def same_price(first: JsonValue, second: JsonValue) -> bool:
    """Whether both state a price, and the same within a cent, in the benchmark's binary arithmetic (1.87 and 1.88 agree, 1.99 and 1.98 do not)."""
    one, other = number(first), number(second)
    return one is not None and other is not None and abs(one - other) <= CENT


def same_unit(first: JsonValue, second: JsonValue) -> bool:
    """Whether two units agree; one that is left out agrees with every other."""
    one, other = unit(first), unit(second)
    return not one or not other or overlap(one, other) >= UNIT_OVERLAP


def matched(gold: Sequence[Offer], ours: Sequence[Offer]) -> tuple[int | None, ...]:
    """For each labelled offer, in order, the place of its match in `ours`; the first of equals, and none of ours twice."""
    free = list(range(len(ours)))
    found: list[int | None] = []
    for label in gold:
        likeness = {place: similarity(label.name, ours[place].name) for place in free}
        best = max(free, key=lambda place: likeness[place], default=None)
        if best is not None and likeness[best] < SIMILAR:
            best = None
        if best is not None:
            free.remove(best)
        found.append(best)
    return tuple(found)
