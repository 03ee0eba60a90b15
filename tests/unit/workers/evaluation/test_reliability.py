from __future__ import annotations

import re

from workers.evaluation.calibration import Claim, calibration
from workers.evaluation.reliability import reliability_plot


def circles(plot: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, found)) for found in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', plot)]


def diagonal(plot: str) -> tuple[float, ...]:
    found = re.search(r'<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)" class="diagonal"', plot)
    assert found
    return tuple(map(float, found.groups()))


def test_what_means_what_it_says_lies_on_the_diagonal() -> None:
    plot = reliability_plot(calibration([Claim(0.5, True), Claim(0.5, False)]), "offers")
    x0, y0, x1, y1 = diagonal(plot)
    [(x, y, _)] = circles(plot)
    assert (x, y) == ((x0 + x1) / 2, (y0 + y1) / 2)


def test_too_sure_lies_below_it_and_more_claims_are_a_larger_point() -> None:
    plot = reliability_plot(calibration([*[Claim(0.9, False)] * 4, Claim(0.1, True)]), "reviews")
    (_, unsure, small), (_, sure, large) = circles(plot)
    assert sure > unsure  # y grows downwards
    assert large > small
    assert "4 reviews: said 0.90, right 0.00" in plot


def test_without_claims_there_is_an_empty_plot() -> None:
    assert circles(reliability_plot(calibration([]), "reviews")) == []
