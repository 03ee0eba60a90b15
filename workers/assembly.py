"""Parts to whole: the manifest of a large document, from what the ledger knows of its parts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from schemas.documents import DocumentId, Kind
from schemas.errors import Malformed
from schemas.extractions import Manifest, PartFile
from schemas.ledger import PartResult


def assemble(document: DocumentId, kind: Kind, parts: Sequence[PartResult]) -> Manifest:
    """One file per part, in order, with the items and rows that stand before it. Raises `Malformed` when no part holds a row."""
    if not any(count for part in parts for count in part.rows.values()):
        raise Malformed(f"none of the {len(parts)} parts of this file holds anything that can be read; export it anew")
    files: list[PartFile] = []
    items = 0
    rows: Counter[str] = Counter()
    for part in sorted(parts, key=lambda one: one.part_no):
        files.append(PartFile(part_no=part.part_no, result_key=part.result_key, item_offset=items, row_offsets=dict(rows)))
        items += part.items
        rows.update(part.rows)
    votes = languages_of(parts)
    return Manifest(document_id=document, kind=kind, language=max(votes, key=votes.__getitem__) if votes else None, parts=tuple(files))


def languages_of(parts: Sequence[PartResult]) -> dict[str, int]:
    """Items per language over all parts."""
    votes: Counter[str] = Counter()
    for part in parts:
        votes.update(part.languages)
    return dict(votes)
