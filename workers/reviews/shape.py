"""How a review file is built: layout, delimiter, header, which column means what. Told from its first bytes, the same for every part."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO, Any, Literal

from schemas.errors import Empty, Malformed
from schemas.extractions import ColumnRole
from workers.reviews import prose, spans
from workers.reviews.columns import SAMPLE, judged, list_names, names, roles_of
from workers.reviews.jsonlists import elements, locate
from workers.reviews.pasted import ANCHOR_CHARS, anchor_of, lead_of
from workers.reviews.pieces import ARRAYS, Piece
from workers.reviews.records import array_cells, array_row, cells_of, decode, fault_of_json, fault_of_row, flat, is_object, json_record, table_row
from workers.reviews.said import Said
from workers.reviews.spans import Dialect, Span
from workers.reviews.tables import MOST_COLUMNS, NO_DELIMITER, dialect_of, header_of, separator_line
from workers.reviews.values import DateOrder, is_slashed, rating_of, slashed_order

Layout = Literal["json-lines", "json-list", "json-object", "table", "arrays", "lines", "blocks", "pasted", "whole"]
HEAD_BYTES = 1 << 18
PROSE = ("lines", "blocks", "pasted", "whole")
_ROWS_LOOKED_AT = 20
ONE_COLUMN = Dialect(NO_DELIMITER)


@dataclass(frozen=True)
class Shape:
    """Everything needed to read any stretch of the piece."""

    layout: Layout
    start: int = 0
    """Where the records begin, in bytes of the file."""
    line: int = 1
    """The line of the piece that stands there, from 1."""
    dialect: Dialect = ONE_COLUMN
    header: tuple[str, ...] = ()
    lead: int = 0
    """Lines about the author before a pasted review's stars."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column by role."""
    roles: tuple[ColumnRole, ...] = ()
    """The same, with how sure each is."""
    scale: float | None = None
    date_order: DateOrder | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What the file says once for all its reviews."""

    def spans(self, stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
        """The records between two offsets, each at a record's beginning."""
        if self.layout in ("json-lines", "arrays", "lines"):
            return spans.lines(stream, start, end, cap)
        if self.layout == "json-list":
            return elements(stream, start, end, cap)
        if self.layout == "table":
            return spans.rows(stream, start, end, cap, self.dialect)
        if self.layout == "blocks":
            return spans.blocks(stream, start, end, cap)
        if self.layout == "pasted":
            return spans.led(stream, start, end, cap, self.lead, is_anchor)
        return spans.whole(stream, start, end, cap)

    def record(self, data: bytes) -> dict[str, Any] | None:
        """One record by column; None when it is broken. Plain text has its roles for columns."""
        if self.layout == "table":
            return table_row(data, self.header, self.dialect)
        if self.layout == "arrays":
            return array_row(data, self.header)
        if self.layout.startswith("json"):
            return json_record(data)
        return dict(prose.opinion_of(decode(data)).fields)

    def fault(self, data: bytes) -> str:
        """Why a record is broken."""
        if self.layout.startswith("json"):
            return fault_of_json(data)
        return fault_of_row(data, len(self.header), self.dialect if self.layout == "table" else None)


def is_anchor(line: bytes) -> bool:
    """Whether a line of pasted text is one of stars."""
    return len(line) <= 4 * ANCHOR_CHARS and anchor_of(decode(line)) is not None


def shape_of(piece: Piece, said: Said, cap: int) -> Shape:
    """The shape of a piece whose bytes are UTF-8 or nearly so.

    Raises `Empty` for one without a record and `Malformed` when no column holds opinions or none of the first records can be read.
    """
    head = piece.head(max(HEAD_BYTES, min(cap, HEAD_BYTES * 16)) if piece.media_type == "application/json" else HEAD_BYTES)
    mark = 3 if head.startswith(codecs.BOM_UTF8) else 0
    head = head[mark:]
    if not head.strip(b" \t\r\n\0"):
        raise Empty("the file holds nothing but white space")
    return _with_columns(_layout(head, piece.start + mark, piece.media_type, said), piece, said, cap)


def _layout(head: bytes, start: int, media_type: str, said: Said) -> Shape:
    if media_type in ("application/json", "application/x-ndjson"):
        return _json_layout(head, start, media_type)
    if media_type == ARRAYS:
        return Shape("arrays", start)
    if media_type == "text/plain":
        text = decode(head)
        layout = said.layout or prose.layout_of(text)
        return Shape(layout, start, lead=lead_of(text.splitlines()) or 0)  # type: ignore[arg-type]  # checked where it was said
    separator = separator_line(head)
    if separator is not None:
        dialect = dialect_of(head[separator[1] :], replace(said, delimiter=separator[0]), prefer_tab=False)
        return Shape("table", start + separator[1], 2, dialect)
    return Shape("table", start, dialect=dialect_of(head, said, media_type == "text/tab-separated-values"))


def _json_layout(head: bytes, start: int, media_type: str) -> Shape:
    if _is_lines(head, media_type):
        return Shape("json-lines", start)
    found = locate(head, list_names(), frozenset(names()["text"]))
    if found.offset is None:
        return Shape("json-object", start)
    return Shape("json-list", start + found.offset, 1 + head.count(b"\n", 0, found.offset), beside=found.beside)


def _is_lines(head: bytes, media_type: str) -> bool:
    """One JSON value per line: the first line is a whole object, and either the type says so or another object follows."""
    if head.lstrip()[:1] == b"[":
        return False
    filled = [line for line in head.splitlines()[:50] if line.strip()]
    whole = sum(1 for line in filled if is_object(line))
    return whole > 0 and (len(filled) > 1 or media_type == "application/x-ndjson")


# --- what the columns are -------------------------------------------------------------------------------------------------------------------


def _with_columns(shape: Shape, piece: Piece, said: Said, cap: int) -> Shape:
    if shape.layout in ("table", "arrays"):
        shape = _with_header(shape, piece, said, cap)
    sample, broken, first = _sample(shape, piece, cap)
    if shape.layout in PROSE:
        return _dated(replace(shape, columns={role: role for role in prose.ROLES}), sample, said)
    if not sample:
        if broken:
            raise Malformed(f"none of the first {broken} records can be read; {first}")
        raise Empty("the file holds no reviews")
    columns = list(dict.fromkeys(column for record in sample for column in record))[:MOST_COLUMNS]
    roles = roles_of(columns, sample, said.columns, said.names)
    if "text" not in roles and "rating" not in roles:
        raise Malformed(
            f"no column of this file holds opinions (it has: {', '.join(map(repr, columns[:12]))}); "
            'name it in the metadata, for example {"columns": {"text": "..."}}'
        )
    shape = replace(shape, columns=roles, roles=judged(roles, sample, said.columns, said.names, piece.name))
    return _dated(shape, sample, said)


def _with_header(shape: Shape, piece: Piece, said: Said, cap: int) -> Shape:
    with piece.open(shape.start) as stream:
        first = [
            span for span in islice(shape.spans(stream, shape.start, piece.end, cap), _ROWS_LOOKED_AT) if span.data is not None and not span.broken
        ]
    rows: list[list[str]] = []
    for span in first:
        cells = cells_of(span.data or b"", shape.dialect) if shape.layout == "table" else array_cells(span.data or b"")
        rows.append([str(cell) if cell is not None else "" for cell in cells or ()])
    if not any(rows):
        raise Malformed("the first rows of the table cannot be read")
    head = header_of(rows, said)
    if len(head.cells) > MOST_COLUMNS:
        raise Malformed(f"the first row has {len(head.cells)} cells; a table of reviews has at most {MOST_COLUMNS} columns")
    if head.row is None:
        return replace(shape, header=head.cells)
    span = first[head.row]
    return replace(shape, header=head.cells, start=span.end, line=shape.line + span.line + (span.data or b"").count(b"\n"))


def _sample(shape: Shape, piece: Piece, cap: int) -> tuple[list[dict[str, Any]], int, str]:
    """The first records, nested objects flattened with dots; how many could not be read, and why the first of them."""
    found: list[dict[str, Any]] = []
    broken = seen = 0
    why = ""
    with piece.open(shape.start) as stream:
        for span in islice(shape.spans(stream, shape.start, piece.end, cap), SAMPLE * 5):
            record = None if span.data is None or span.broken else shape.record(span.data)
            seen += len(span.data or b"")
            if isinstance(record, dict):
                found.append(flat(record))
            else:
                why = why or (shape.fault(span.data) if span.data and not span.broken else "they do not end, or are too long")
                broken += 1
            if len(found) >= SAMPLE or (found and seen > HEAD_BYTES * 4):
                break
    return found, broken, why


def _dated(shape: Shape, sample: list[dict[str, Any]], said: Said) -> Shape:
    """Add what only a whole column tells: the best rating there is, and whether days or months come first."""
    ratings = [found for record in sample if (found := rating_of(record.get(shape.columns.get("rating", "")))) is not None]
    best = max((found.value for found in ratings if found.scale is None), default=None)
    guessed = None if best is None else next((float(top) for top in (5, 10, 100) if best <= top), None)
    dates = [record.get(shape.columns.get("published_at", "")) for record in sample]
    proofs = Counter(proof for cell in dates if (proof := slashed_order(cell)))
    order: DateOrder | None = proofs.most_common(1)[0][0] if proofs else None
    if order is None and any(is_slashed(cell) and "." in str(cell)[:6] for cell in dates):
        order = "dmy"  # dates with points are written day first wherever they are written
    if said.metadata.get("date_order") in ("dmy", "mdy") or order is None:
        order = said.date_order or order
    return replace(shape, scale=said.rating_scale or guessed, date_order=order)
