"""Whether a confidence means what it says: of all claims made with 0.9, are nine in ten right?

Expected calibration error over equal-width bins: Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
Brier score: Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78, 1950.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas.documents import Value
from workers.evaluation.shares import share

BINS: Final = 10
AROUND_NINE: Final = (0.85, 0.95)
"""Confidences that say "nine times in ten" when rounded to one digit."""
NINE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: how sure it was, 0 to 1, and whether it was right."""

    confidence: float
    right: bool


class Sure(Value):
    """Claims of a range of confidence: how many, how sure on average, how many right."""

    low: float
    high: float
    """Exclusive, but for 1."""
    claims: int
    right: int
    mean_confidence: float
    accuracy: float


class Calibration(Value):
    """Reliability of the confidences of a set of claims."""

    claims: int
    mean_confidence: float
    accuracy: float
    bins: tuple[Sure, ...]
    expected_error: float
    """Mean distance of confidence and accuracy over the bins, weighted by their claims, 0 to 1."""
    brier: float
    """Mean squared distance of confidence and outcome, 0 (perfect) to 1."""
    around_nine: Sure
    """Claims made with 0.85 to 0.95: they should be right nine times in ten."""
    from_nine: Sure
    """Claims made with 0.9 or more."""


def calibration(claims: Sequence[Claim]) -> Calibration:
    """The reliability of `claims`; all zeros when there are none."""
    bins = tuple(_sure(claims, number / BINS, (number + 1) / BINS) for number in range(BINS))
    whole = _sure(claims, 0.0, 1.0)
    return Calibration(
        claims=whole.claims,
        mean_confidence=whole.mean_confidence,
        accuracy=whole.accuracy,
        bins=bins,
        expected_error=share(sum(found.claims * abs(found.accuracy - found.mean_confidence) for found in bins), len(claims)),
        brier=share(sum((claim.confidence - claim.right) ** 2 for claim in claims), len(claims)),
        around_nine=_sure(claims, *AROUND_NINE),
        from_nine=_sure(claims, NINE, 1.0),
    )


def _sure(claims: Sequence[Claim], low: float, high: float) -> Sure:
    inside = [claim for claim in claims if low <= claim.confidence < high or (high == 1.0 and claim.confidence == 1.0)]
    right = sum(claim.right for claim in inside)
    return Sure(
        low=low,
        high=high,
        claims=len(inside),
        right=right,
        mean_confidence=share(sum(claim.confidence for claim in inside), len(inside)),
        accuracy=share(right, len(inside)),
    )
