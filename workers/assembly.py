"""Parts to whole: the manifest of a large document, from what the ledger knows of its parts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.documents import DocumentId, Kind
from schemas.errors import Malformed
from schemas.extractions import Fill, Manifest, PartFile
from schemas.ledger import PartResult


def assemble(document: DocumentId, kind: Kind, parts: Sequence[PartResult]) -> Manifest:
    """One file per part, in order, with the items and rows that stand before it. Raises `Malformed` when no part holds a row."""
    if not any(count for part in parts for table, count in part.rows.items() if table != "problems"):
        raise Malformed(f"none of the {len(parts)} parts of this file holds anything that can be read; export it anew")
    files: list[PartFile] = []
    items = 0
    rows: Counter[str] = Counter()
    for part in sorted(parts, key=lambda one: one.part_no):
        files.append(PartFile(part_no=part.part_no, result_key=part.result_key, item_offset=items, row_offsets=dict(rows)))
        items += part.items
        rows.update(part.rows)
    votes = languages_of(parts)
    language = max(votes, key=votes.__getitem__) if votes else None
    return Manifest(document_id=document, kind=kind, language=language, parts=tuple(files), fills=fills_of(kind, [part.votes for part in parts]))


def fills_of(kind: Kind, votes: Sequence[Mapping[str, Mapping[str, float]]]) -> tuple[Fill, ...]:
    """What the parts of a document settle together: a brochure's retailer, validity and currency."""
    if kind is not Kind.BROCHURE or not any(votes):
        return ()
    from workers.brochures.around import settled

    return settled(votes)


def fill(table: str, rows: Sequence[dict[str, Any]], fills: Sequence[Fill]) -> Sequence[dict[str, Any]]:
    """Rows of one table, as JSON, with what was settled for them. The rows given stay as they are."""
    chosen = [one for one in fills if one.table == table]
    if not chosen:
        return rows
    filled = [dict(row) for row in rows]
    for one in chosen:
        for row in filled:
            if one.replace or all(row.get(column) is None for column in one.columns):
                row.update(one.columns)
    return filled


def languages_of(parts: Sequence[PartResult]) -> dict[str, int]:
    """Items per language over all parts."""
    votes: Counter[str] = Counter()
    for part in parts:
        votes.update(part.languages)
    return dict(votes)
