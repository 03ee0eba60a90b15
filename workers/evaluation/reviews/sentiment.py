"""How often the feeling of a review is right. Everything is counted over labelled reviews only; what is not stated, or not read, is wrong.

The polarity of a review is the sign of its score, 0 counts as positive. Stars of 4 and 5 are positive, 1 and 2 negative; 3 are neither and count in
the three-way figures only, where our own word (positive, neutral, negative; mixed counts as neutral) is held against the stars.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

from schemas.documents import Value
from workers.evaluation.calibration import Calibration, Claim, calibration
from workers.evaluation.reviews.found import Found
from workers.evaluation.reviews.gold import GoldReview
from workers.evaluation.shares import macro_f1, share

T = TypeVar("T", bound=Hashable)
Pair = tuple[GoldReview, Found | None]
"""A labelled review and what we made of it; None where it was not read."""


class SentimentScores(Value):
    """Accuracy over a group of labelled reviews."""

    reviews: int
    """Labelled positive or negative."""
    accuracy: float
    macro_f1: float
    """Mean of the F1 of positive and of negative, of those that occur among the labels."""
    majority: float
    """Accuracy of always saying what most labels say."""
    unstated: int
    """Reviews without a score; they count as wrong."""
    calibration: Calibration
    """`confidence` against the truth of the stated sign."""
    starred: int
    """Reviews with stars, those of 3 too."""
    three_way_accuracy: float
    three_way_macro_f1: float


def sentiment_scores(pairs: Sequence[Pair]) -> SentimentScores:
    """The figures of `pairs`; all zeros when none is labelled."""
    signs = [(gold.positive, found.positive if found else None) for gold, found in pairs if gold.positive is not None]
    words = [(gold.three_way, _three_way(found)) for gold, found in pairs if gold.three_way is not None]
    return SentimentScores(
        reviews=len(signs),
        accuracy=_accuracy(signs),
        macro_f1=macro_f1(signs),
        majority=share(max((sum(label is sign for label, _ in signs) for sign in (True, False)), default=0), len(signs)),
        unstated=sum(said is None for _, said in signs),
        calibration=calibration(claims(pairs)),
        starred=len(words),
        three_way_accuracy=_accuracy(words),
        three_way_macro_f1=macro_f1(words),
    )


def claims(pairs: Sequence[Pair]) -> list[Claim]:
    """What each stated sign claimed, over the reviews labelled positive or negative."""
    return [
        Claim(found.confidence, found.positive is gold.positive)
        for gold, found in pairs
        if gold.positive is not None and found is not None and found.positive is not None
    ]


def _accuracy(pairs: Sequence[tuple[T, T | None]]) -> float:
    return share(sum(label == said for label, said in pairs), len(pairs))


def _three_way(found: Found | None) -> str | None:
    if found is None or found.polarity is None:
        return None
    return "neutral" if found.polarity == "mixed" else found.polarity
