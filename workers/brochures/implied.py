"""Prices that follow from what is printed beside them: `500 g` at `1 kg = 5.98` cost 2.99, whatever was read of the price itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from workers.brochures.facts import Facts
from workers.brochures.packages import Package, UnitPrice

_BASES: Final = {
    "mg": ("kg", 1e-6),
    "g": ("kg", 0.001),
    "hg": ("kg", 0.1),
    "kg": ("kg", 1.0),
    "ml": ("l", 0.001),
    "cl": ("l", 0.01),
    "dl": ("l", 0.1),
    "l": ("l", 1.0),
}
"""Units in terms of those that unit prices are compared in; `piece` and others stand for themselves."""
STEPS: Final = 3
"""Lines of a column between package and unit price at most."""
AGREES: Final = 0.015
"""Share by which a price and what follows from its unit price may differ: unit prices are rounded."""


@dataclass(frozen=True, slots=True)
class Implied:
    """A price that follows from a package and a unit price; `line` is the unit price's number among the page's texts, -1 for what is no line's."""

    line: int
    amount: float
    within: float = AGREES
    """Share by which a price may differ."""

    def agrees(self, amount: float) -> bool:
        """Whether `amount` could be this price: within rounding, which is a cent for cheap goods."""
        return abs(amount - self.amount) <= max(self.within * self.amount, 0.006)


def implied_prices(facts: Sequence[Facts], above: Any, below: Any) -> list[Implied]:
    """One for each line with a unit price and a package in it or near it in its column; `above` and `below` as in `Look`."""
    found = []
    for number, fact in enumerate(facts):
        if fact.per_measure is None:
            continue
        for line in (number, *_walk(above, number), *_walk(below, number)):
            amount = costs(facts[line].measure, fact.per_measure)
            if amount is not None:
                found.append(Implied(number, amount))
                break
    return found


def costs(package: Package | None, unit_price: UnitPrice | None) -> float | None:
    """What a package costs by its unit price; None where they do not measure the same or an amount is missing."""
    if package is None or unit_price is None or package.least is None or package.unit is None:
        return None
    count, unit = unit_price.basis.split(" ", 1)
    (kind, quantity), (basis, size) = _in_base(package.least, package.unit), _in_base(float(count), unit)
    return float(unit_price.amount) * quantity / size if kind == basis and size > 0 else None


def _in_base(amount: float, unit: str) -> tuple[str, float]:
    base, factor = _BASES.get(unit, (unit, 1.0))
    return base, amount * factor


def _walk(step: Any, line: int) -> list[int]:
    found: list[int] = []
    while (line := int(step[line])) >= 0 and len(found) < STEPS:
        found.append(line)
    return found
