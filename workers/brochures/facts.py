"""What one line of text says, as the word lists and patterns see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.brochures.chains import known
from workers.brochures.layout import Piece
from workers.brochures.lexicon import Lexicon
from workers.brochures.multibuy import is_loyalty
from workers.brochures.naming import is_dressing
from workers.brochures.packages import Package, UnitPrice, find_package, find_unit_price

BULLETS: Final = "\u2022\u00b7\u25cf\u25aa\u2219*+>\u2013\u2014"
"""Signs that begin a line of properties."""
TABLES: Final = ("varieties", "origin", "promo", "loyalty", "points", "dates", "old_price", "deposit", "per", "containers")
"""Word lists that a line is held against."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one line of text says, read once."""

    package: tuple[int, int] | None
    """Where a package stands in it."""
    measure: Package | None
    """That package."""
    per_measure: UnitPrice | None
    """What a measure costs."""
    tables: tuple[bool, ...]
    """Which of `TABLES` it touches."""
    member: bool
    """Whether it says that a price is for members, or names a loyalty programme."""

    dressing: bool
    """Whether it only dresses offers up, as a badge does, and names nothing."""

    @property
    def unit_price(self) -> bool:
        """Whether it states what a measure costs."""
        return self.per_measure is not None

    def says(self, table: str) -> bool:
        """Whether it touches a word list."""
        return self.tables[TABLES.index(table)]

    @property
    def detailed(self) -> bool:
        """Whether it states a package, a unit price, varieties or a deposit: no name does."""
        return self.package is not None or self.unit_price or self.says("varieties") or self.says("deposit")


def facts_of(texts: Sequence[Piece], words: Lexicon) -> list[Facts]:
    """One for each line."""
    found = []
    for piece in texts:
        package = find_package(piece.text, words)
        found.append(
            Facts(
                (package.start, package.start + len(package.text)) if package else None,
                package,
                find_unit_price(piece.text, words) if any(character.isdigit() for character in piece.text) else None,
                tuple(words.finds(table, piece.text) for table in TABLES),
                is_loyalty([piece.text], words, known().programs) is True,
                is_dressing(piece.text, words),
            )
        )
    return found
