"""What the language engine finds named in turns: prices, dates, addresses, organisations, ... Pure, over rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from schemas.extractions import Problem
from schemas.language import TextAnalysis
from schemas.rows.common import EntityRow
from schemas.settings import PersonalData
from workers.calls.privacy import Found

MOST_ENTITIES: Final = 20_000
"""Of one part: a call of a day names fewer, and a file of nothing but numbers would else become a result sixty times its size."""

_KINDS: Final[Mapping[str, PersonalData]] = {"PERSON": "name", "EMAIL": "email", "PHONE_NUMBER": "phone", "IBAN": "account"}
"""Types of entities that are personal data of a kind: they go with it, be they found by nobody else."""


def entities(analyses: Mapping[int, TextAnalysis]) -> tuple[tuple[EntityRow, ...], tuple[Problem, ...]]:
    """The entities of every turn, by utterance number, and what is to be said where some were left out."""
    found = tuple(islice(_rows(analyses), MOST_ENTITIES + 1))
    if len(found) <= MOST_ENTITIES:
        return found, ()
    message = f"entities beyond the first {MOST_ENTITIES} of this part were left out, from here on"
    return found[:-1], (Problem(code="too_large", message=message, item_no=found[-1].item_no),)


def _rows(analyses: Mapping[int, TextAnalysis]) -> Iterator[EntityRow]:
    for number, analysis in analyses.items():
        for one in analysis.entities:
            yield EntityRow(item_no=number, adapter=analysis.adapter, **one.model_dump())


def beside(rows: Iterable[EntityRow], found: Mapping[int, Sequence[Found]], kinds: Collection[PersonalData]) -> tuple[EntityRow, ...]:
    """The entities that are left when what was `found` of these kinds is taken out of the turns, at their new places in the text.

    One that touches what is taken out goes, and one that is itself of such a kind.
    """
    gone = {number: [one for one in inside if one.kind in kinds] for number, inside in found.items()}
    kept = [_moved(row, gone.get(row.item_no, ())) for row in rows if _KINDS.get(row.type) not in kinds]
    return tuple(row for row in kept if row is not None)


def _moved(row: EntityRow, gone: Sequence[Found]) -> EntityRow | None:
    if not gone:
        return row
    if row.char_start is None or row.char_end is None:
        return None
    if any(one.char_start < row.char_end and row.char_start < one.char_end for one in gone):
        return None
    by = sum(len(f"[{one.kind}]") - (one.char_end - one.char_start) for one in gone if one.char_end <= row.char_start)
    return row.model_copy(update={"char_start": row.char_start + by, "char_end": row.char_end + by})
