"""A document of parts as one Extraction: its rows numbered on, what the parts settle together, and a call understood as one conversation. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.documents import Kind
from schemas.errors import Malformed
from schemas.extractions import CallExtraction, Fill
from schemas.ledger import PartResult
from schemas.settings import CallSettings
from schemas.tables import ITEM_NUMBERS, ROW_NUMBERS, row_models
from workers.assembly import fill, fills_of
from workers.calls.sealing import sealed
from workers.calls.whole import concluded as understood
from workers.projection import ITEM_REFERENCES

Record = dict[str, Any]
"""An Extraction, or a row of one, as JSON."""

MOST_UTTERANCES: Final = 20_000
"""About a day of talk; what is longer is no single conversation, and stays as its parts have it."""


def whole_of(kind: Kind, parts: Sequence[Record], votes: Sequence[Mapping[str, Mapping[str, float]]], calls: CallSettings) -> Record:
    """One Extraction's JSON from those of its parts, in order, with what can only be told of the whole."""
    whole = merged(sealed(parts, calls) if kind is Kind.CALL else parts, fills_of(kind, votes))
    return concluded(whole, calls) if kind is Kind.CALL else whole


def told_whole(kind: Kind, parts: Sequence[PartResult]) -> bool:
    """Whether a document's parts are put together at assembly: a call is one conversation; pages and reviews stay in their parts."""
    return kind is Kind.CALL and sum(part.items for part in parts) <= MOST_UTTERANCES


def rows_in(extraction: Record) -> dict[str, int]:
    """Rows per table of an Extraction's JSON."""
    return {name: len(extraction[name]) for name in row_models() if name in extraction}


def concluded(whole: Record, calls: CallSettings) -> Record:
    """A call's JSON, merged from its parts, understood as one conversation."""
    found = CallExtraction.model_validate(whole)
    return whole if len(found.utterances) > MOST_UTTERANCES else understood(found, calls).model_dump(mode="json", by_alias=True)


def merged(parts: Sequence[Record], fills: Sequence[Fill] = ()) -> Record:
    """One Extraction's JSON from those of its parts, in order: item and row numbers go on from part to part. `fills` is what they settled."""
    if not parts:
        raise Malformed("a document of parts has none")
    whole = dict(parts[0])
    items, rows = whole["items"], {name: len(whole[name]) for name in row_models() if name in whole}
    for part in parts[1:]:
        for name, before in rows.items():
            whole[name] = [*whole[name], *(_renumbered(name, row, items, before) for row in part.get(name, ()))]
        rows = {name: len(whole[name]) for name in rows}
        items += part["items"]
        whole["steps"] = [*whole["steps"], *part["steps"]]
        whole["duration_ms"] += part["duration_ms"]
    whole["items"] = items
    for table in {one.table for one in fills}:
        whole[table] = fill(table, whole[table], fills)
    return whole


def _renumbered(table: str, row: Record, items: int, rows: int) -> Record:
    counting = (*ITEM_NUMBERS.get(table, ()), *ITEM_REFERENCES.get(table, ()))
    moved = {column: row[column] + items for column in counting if row.get(column) is not None}
    if (column := ROW_NUMBERS.get(table)) is not None:
        moved[column] = row[column] + rows
    return {**row, **moved}
