"""Labelled reviews: JSON lines with stars, with a polarity, or with aspect terms. A row's own keys tell which it is; one may be several.

Stars: `{"text", "stars": 1..5}`; polarity: `{"text", "label": 0 or 1}`; aspects: `{"text", "aspects": [{"term", "polarity", "start"}]}`. All may have
`title`, `language` (BCP 47), `split`, `id`, and `set` or `source`, the domain they are from. Other keys are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schemas.errors import Empty
from schemas.language import Polarity
from workers.evaluation.labelled import Labelled, read_labelled, text_or_none

POLARITIES: Final[Mapping[str, Polarity]] = {
    "positive": "positive",
    "negative": "negative",
    "neutral": "neutral",
    "mixed": "mixed",
    "conflict": "mixed",
}
"""Words of the labels; SemEval says `conflict` of a term that is praised and blamed."""
BEST_STARS: Final = 5.0
PRAISE_STARS: Final = 4.0
"""From here on stars praise."""
BLAME_STARS: Final = 2.0
"""Up to here they blame; what lies between is neither."""


@dataclass(frozen=True, slots=True)
class GoldAspect:
    """A labelled aspect term; `start` counts characters of the text from 0, as the label states it."""

    term: str
    polarity: Polarity | None
    start: int | None


@dataclass(frozen=True, slots=True)
class GoldReview:
    """One labelled review. `stars`, `label` and `aspects` are None where the row does not state them."""

    file: str
    line_no: int
    text: str
    title: str | None = None
    language: str | None = None
    domain: str = ""
    review_id: str | None = None
    stars: float | None = None
    label: bool | None = None
    aspects: tuple[GoldAspect, ...] | None = None

    @property
    def positive(self) -> bool | None:
        """Whether it is positive; None where nothing says so, and for three stars."""
        if self.label is not None or self.stars is None:
            return self.label
        return True if self.stars >= PRAISE_STARS else False if self.stars <= BLAME_STARS else None

    @property
    def three_way(self) -> Polarity | None:
        """Positive, neutral or negative by the stars; None without stars: a label of 0 or 1 knows no middle."""
        if self.stars is None:
            return None
        return "neutral" if self.positive is None else "positive" if self.positive else "negative"


def read_gold(place: Path, split: str | None = None, first: int | None = None) -> Labelled[GoldReview]:
    """The labelled reviews of a file, or of the files of a folder. See `read_labelled`.

    Raises `NotFound` where there is no file, `Empty` when not one row is a labelled review of that split.
    """
    found = read_labelled(place, gold_review, split, first)
    if not found.items:
        why = f"; the first: line {found.bad[0].line_no} of {found.bad[0].file} {found.bad[0].why}" if found.bad else ""
        asked = f" of the split {split!r}" if split is not None else ""
        faults = f"{len(found.bad)} are broken{why}"
        raise Empty(f"no row in {place}{asked} is a labelled review ({faults}); a row has a `text`, and `stars`, `label` or `aspects`")
    return found


def gold_review(row: Mapping[str, Any], file: str, line_no: int) -> GoldReview | None:
    """One row; None when it states no label. Raises `ValueError` saying what is wrong with it."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("has no `text`")
    review = GoldReview(
        file=file,
        line_no=line_no,
        text=text,
        title=text_or_none(row.get("title")),
        language=text_or_none(row.get("language")),
        domain=text_or_none(row.get("set")) or text_or_none(row.get("source")) or Path(file).stem,
        review_id=text_or_none(row.get("id")),
        stars=_stars(row.get("stars")),
        label=_label(row.get("label")),
        aspects=_aspects(row.get("aspects")),
    )
    return None if review.stars is None and review.label is None and review.aspects is None else review


def _number(cell: Any) -> float | None:
    """What a cell says as a number; None where it says nothing. Raises `ValueError` for anything else."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise ValueError(f"{cell!r} is no number")  # noqa: TRY004 - one kind of error per row, caught above
    return float(cell)


def _stars(cell: Any) -> float | None:
    try:
        stars = _number(cell)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"has `stars` that are no number: {str(cell)[:40]!r}") from error
    if stars is not None and not 1 <= stars <= BEST_STARS:
        raise ValueError(f"has {str(cell)[:40]} `stars`; there are 1 to {BEST_STARS:.0f}")
    return stars


def _label(cell: Any) -> bool | None:
    if isinstance(cell, bool):
        return cell
    try:
        label = _number(cell)
    except (ValueError, OverflowError):
        label = -1.0
    if label not in (None, 0.0, 1.0):
        raise ValueError(f"has a `label` that is neither 0 (negative) nor 1 (positive): {str(cell)[:40]!r}")
    return None if label is None else label == 1.0


def _aspects(cell: Any) -> tuple[GoldAspect, ...] | None:
    if cell is None:
        return None
    if not isinstance(cell, list) or not all(isinstance(one, dict) for one in cell):
        raise ValueError("has no list of objects as `aspects`")
    return tuple(map(_aspect, cell))


def _aspect(cell: Mapping[str, Any]) -> GoldAspect:
    term, polarity, start = cell.get("term"), cell.get("polarity"), cell.get("start")
    if not isinstance(term, str) or not term.strip():
        raise ValueError("has an aspect without a `term`")
    if polarity is not None and str(polarity) not in POLARITIES:
        raise ValueError(f"has an aspect of the `polarity` {str(polarity)[:40]!r}; there are: {', '.join(POLARITIES)}")
    if start is not None and (isinstance(start, bool) or not isinstance(start, int) or start < 0):
        raise ValueError("has an aspect whose `start` is no character of its text")
    return GoldAspect(term, None if polarity is None else POLARITIES[str(polarity)], start)
