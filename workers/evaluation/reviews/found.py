"""What the service made of a labelled review, and where labelled terms stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.language import Polarity
from workers.evaluation.reviews.gold import GoldAspect


@dataclass(frozen=True, slots=True)
class FoundAspect:
    """An aspect term of ours; characters of the text as it was read, end exclusive."""

    term: str
    polarity: Polarity | None
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Found:
    """One review as it would stand in the warehouse. `given` holds our polarity of each labelled term; None where no engine judged them."""

    text: str
    language: str | None
    polarity: Polarity | None
    score: float | None
    confidence: float
    aspects: tuple[FoundAspect, ...] = ()
    given: tuple[Polarity | None, ...] | None = None

    @property
    def positive(self) -> bool | None:
        """The sign of the score, 0 counts as positive; None where no score is stated."""
        return None if self.score is None else self.score >= 0


def found_reviews(line: Mapping[str, Any], number: int) -> list[Found | None]:
    """The `number` reviews of an Extraction, in the order of the file; None for one that was not read."""
    aspects: dict[int, list[FoundAspect]] = {}
    for row in line["aspects"]:
        aspect = FoundAspect(row["term"], row["sentiment"], row["char_start"], row["char_end"], row["confidence"])
        aspects.setdefault(row["review_no"], []).append(aspect)
    rows = {row["review_no"]: row for row in line["reviews"]}
    return [_found(rows[place], aspects.get(place, ())) if place in rows else None for place in range(1, number + 1)]


def _found(row: Mapping[str, Any], aspects: Sequence[FoundAspect]) -> Found:
    return Found(row["text"], row["language"], row["sentiment"], row["score"], row["confidence"], tuple(aspects))


def normal(term: str) -> str:
    """A term as terms are compared: case and the width of spaces ignored."""
    return " ".join(term.casefold().split())


def span_of(text: str, aspect: GoldAspect) -> tuple[int, int] | None:
    """Where a labelled term stands in the text as it was read: the occurrence nearest to the label's `start`, else the first; None for no place.

    Labels are off by a space here and there, and reading a file resolves HTML entities and trims.
    """
    words = r"\s+".join(map(re.escape, aspect.term.split()))
    places = [found.span() for found in re.finditer(words, text, re.IGNORECASE)]
    return min(places, key=lambda place: abs(place[0] - (aspect.start or 0)), default=None)
