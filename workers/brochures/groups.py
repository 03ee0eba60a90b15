"""Names on a page: runs of lines that name a product, with the lines of description below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from workers.brochures.boxes import Matrix
from workers.brochures.facts import Facts
from workers.brochures.layout import Area, Piece

SURE: Final = 0.25
"""Chance of being part of a name from which a line begins one, or carries on one that its neighbour begins."""
OUTDONE: Final = 0.92
"""Share of the chance of the name above it that a run of lines must have to be a name of its own in the same column."""
HYPHENS: Final = "-\u2010\u2011"
"""Signs at the end of a line that a word goes on after."""
DETAIL_LINES: Final = 8
"""Lines of description below a name at most."""


@dataclass(frozen=True)
class Group:
    """A name and its description; `lines` are numbers of the page's texts."""

    lines: tuple[int, ...]
    details: tuple[int, ...]
    texts: tuple[Piece, ...]
    chance: float
    """Mean chance of its lines of being part of a name."""

    @cached_property
    def name_area(self) -> Area:
        """Around the lines of the name."""
        return _around([self.texts[no].area for no in self.lines])

    @cached_property
    def area(self) -> Area:
        """Around name and description."""
        return _around([self.texts[no].area for no in (*self.lines, *self.details)])

    @property
    def pieces(self) -> list[Piece]:
        """The lines of the name, from top to bottom."""
        return [self.texts[no] for no in self.lines]

    @property
    def detail_pieces(self) -> list[Piece]:
        """The lines of the description."""
        return [self.texts[no] for no in self.details]


def find_groups(texts: Sequence[Piece], chance: Matrix, above: Any, below: Any, facts: Sequence[Facts], *, least: float = SURE) -> list[Group]:
    """Names of a page; `chance` is each line's of being part of one, `above` and `below` its neighbours in the column.

    What only dresses offers up is no name. A name begins where the chance is `least`; its neighbours join it from there too, and a line that ends in
    the middle of a word (`Berg-`, `käse`) always goes with the next.
    """
    pieces = tuple(texts)
    named: set[int] = set()
    groups: list[tuple[int, ...]] = []
    for seed in sorted(range(len(texts)), key=lambda no: -chance[no]):
        if chance[seed] < least or seed in named:
            continue
        run = [seed]
        while (up := int(above[run[0]])) >= 0 and up not in named and (chance[up] >= least or (_breaks_off(texts[up]) and not facts[up].detailed)):
            run.insert(0, up)
        while (down := int(below[run[-1]])) >= 0 and down not in named and not facts[run[-1]].detailed:
            if chance[down] < least and not _breaks_off(texts[run[-1]]):
                break
            run.append(down)
        if all(facts[no].dressing for no in run) or _within(run, groups, chance, above):
            continue
        named.update(run)
        groups.append(tuple(run))
    found = []
    for lines in groups:
        details: list[int] = []
        line = int(below[lines[-1]])
        while line >= 0 and line not in named and len(details) < DETAIL_LINES:
            details.append(line)
            line = int(below[line])
        found.append(Group(lines, tuple(details), pieces, float(chance[list(lines)].mean())))
    return sorted(found, key=lambda group: (group.name_area.top, group.name_area.left))


def _breaks_off(piece: Piece) -> bool:
    """Whether a line ends in the middle of a word."""
    return piece.text[-1] in HYPHENS and piece.text[-2:-1].isalpha()


def _within(run: Sequence[int], groups: Sequence[tuple[int, ...]], chance: Matrix, above: Any) -> bool:
    """Whether a run stands a few lines below a likelier name in its column: then it is that name's description."""
    owner = {line: group for group in groups for line in group}
    line, steps = int(above[run[0]]), 0
    while line >= 0 and line not in owner and steps < DETAIL_LINES // 2:
        line, steps = int(above[line]), steps + 1
    return line in owner and chance[list(run)].max() < OUTDONE * chance[list(owner[line])].mean()


def _around(areas: Sequence[Area]) -> Area:
    area = areas[0]
    for other in areas[1:]:
        area = area.around(other)
    return area
