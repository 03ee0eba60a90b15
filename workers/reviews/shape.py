"""How a review file is built: layout, encoding, delimiter, header, which column means what. Told from its first bytes, the same for every part."""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal

from schemas.errors import Empty, Malformed
from workers.reviews import prose, spans
from workers.reviews.columns import SAMPLE, UNNAMED, list_names, names, normal, roles_of
from workers.reviews.jsonlists import elements, locate
from workers.reviews.records import cells_of, decode, flat, is_object, json_record, table_row
from workers.reviews.spans import Span, utf8
from workers.reviews.values import DateOrder, instant, is_slashed, rating_of, slashed_order

Layout = Literal["json-lines", "json-list", "json-object", "table", "lines", "blocks", "whole"]
HEAD_BYTES = 1 << 18
MOST_COLUMNS = 1000
"""Survey exports have hundreds of columns; beyond this the first row is no header."""
DELIMITERS = ",;\t|"
NO_DELIMITER = "\x1f"
"""Stands for "one column": the ASCII unit separator, which no review file of one column uses otherwise."""


@dataclass(frozen=True)
class Shape:
    """Everything needed to read any stretch of the file."""

    layout: Layout
    encoding: str | None = None
    """What the bytes are transcoded from; None: UTF-8, with Windows-1252 for records that are not."""
    start: int = 0
    """Where the records begin, in UTF-8 bytes."""
    delimiter: str = NO_DELIMITER
    header: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column by role."""
    scale: float | None = None
    date_order: DateOrder | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What the file says once for all its reviews."""

    def spans(self, stream: IO[bytes], start: int, end: int, cap: int) -> Iterator[Span]:
        """The records between two offsets, each at a record's beginning."""
        if self.layout in ("json-lines", "lines"):
            return spans.lines(stream, start, end, cap)
        if self.layout == "json-list":
            return elements(stream, start, end, cap)
        if self.layout == "table":
            return spans.rows(stream, start, end, cap, self.delimiter.encode())
        if self.layout == "blocks":
            return spans.blocks(stream, start, end, cap)
        return spans.whole(stream, start, end, cap)

    def record(self, data: bytes) -> dict[str, Any] | None:
        """One record by column; None when it is broken. Plain text has its roles for columns."""
        if self.layout == "table":
            return table_row(data, self.header, self.delimiter)
        if self.layout.startswith("json"):
            return json_record(data)
        return dict(prose.opinion_of(decode(data)).fields)


def shape_of(path: Path, media_type: str, metadata: Mapping[str, Any], cap: int) -> Shape:
    """The shape of a file of `media_type`. `metadata` may state `columns`, `delimiter`, `layout`, `rating_scale` and `date_order`.

    Raises `Empty` for a file without a record and `Malformed` when no column holds opinions or none of the first records can be read.
    """
    encoding, mark = encoding_of(path)
    with utf8(path, encoding) as stream:
        head = stream.read(max(HEAD_BYTES, min(cap, HEAD_BYTES * 16)) if media_type == "application/json" else HEAD_BYTES)[mark:]
    if not head.strip(b" \t\r\n\0"):
        raise Empty("the file holds nothing but white space")
    rough = _layout(head, mark, media_type, metadata)
    shape = Shape(**{**rough.__dict__, "encoding": encoding})
    return _with_columns(shape, path, metadata, cap)


_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> tuple[str | None, int]:
    """What to transcode from (None: take the bytes), and the length of a UTF-8 byte order mark to skip."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for bom, encoding in _WIDE:
        if head.startswith(bom):
            return encoding, 0
    sample = head[:4096]
    if len(sample) >= 8 and sample.count(0) > 0.35 * len(sample):
        return ("utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"), 0
    if b"\r" in head and b"\n" not in head:
        return ("utf-8-sig" if _is_utf8(head) else "cp1252"), 0
    return None, 3 if head.startswith(codecs.BOM_UTF8) else 0


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _layout(head: bytes, mark: int, media_type: str, metadata: Mapping[str, Any]) -> Shape:
    if media_type in ("application/json", "application/x-ndjson"):
        if _is_lines(head, media_type):
            return Shape("json-lines", start=mark)
        found = locate(head, list_names(), frozenset(names()["text"]))
        if found.offset is None:
            return Shape("json-object", start=mark)
        return Shape("json-list", start=mark + found.offset, beside=found.beside)
    if media_type == "text/plain":
        stated = metadata.get("layout")
        layout = stated if stated in ("lines", "blocks", "whole") else prose.layout_of(decode(head))
        return Shape(layout, start=mark)
    delimiter = metadata.get("delimiter")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        delimiter = _delimiter(head, media_type)
    return Shape("table", start=mark, delimiter=delimiter)


def _is_lines(head: bytes, media_type: str) -> bool:
    """One JSON value per line: the first line is a whole object, and either the type says so or another object follows."""
    if head.lstrip()[:1] == b"[":
        return False
    filled = [line for line in head.splitlines()[:50] if line.strip()]
    whole = sum(1 for line in filled if is_object(line))
    return whole > 0 and (len(filled) > 1 or media_type == "application/x-ndjson")


def _delimiter(head: bytes, media_type: str) -> str:
    """The sign that cuts most of the first rows into the same number of cells; columns with names we know decide between equals."""
    best, most = NO_DELIMITER, 0.0
    for delimiter in "\t,;|" if media_type == "text/tab-separated-values" else DELIMITERS:
        first = islice(spans.rows(io.BytesIO(head), 0, len(head), len(head) + 1, delimiter.encode()), 20)
        found = [cells_of(span.data, delimiter) for span in first if span.data]
        widths = Counter(len(cells) for cells in found if cells)
        if not widths:
            continue
        width, votes = widths.most_common(1)[0]
        known = sum(1 for cell in (found[0] or [])[:MOST_COLUMNS] if any(normal(cell) in forms for forms in names().values()))
        score = votes / len(found) * (1 + known) if width > 1 else 0.0
        if score > most:
            best, most = delimiter, score
    return best


# --- what the columns are -------------------------------------------------------------------------------------------------------------------


def _with_columns(shape: Shape, path: Path, metadata: Mapping[str, Any], cap: int) -> Shape:
    if shape.layout == "table":
        shape = _with_header(shape, path, metadata, cap)
    sample, broken = _sample(shape, path, cap)
    if shape.layout in ("lines", "blocks", "whole"):
        return _dated(shape, {role: role for role in prose.ROLES}, sample, metadata)
    if not sample:
        if broken:
            raise Malformed(f"none of the first {broken} records can be read; check that the file is what its name says")
        raise Empty("the file holds no reviews")
    columns = list(dict.fromkeys(column for record in sample for column in record))[:MOST_COLUMNS]
    stated = metadata.get("columns")
    if stated is not None and not isinstance(stated, dict):
        raise Malformed("the metadata's `columns` must be an object: role -> column")
    roles = roles_of(columns, sample, stated)
    if "text" not in roles and "rating" not in roles:
        raise Malformed(
            f"no column of this file holds opinions (it has: {', '.join(map(repr, columns[:12]))}); "
            'name it in the metadata, for example {"columns": {"text": "..."}}'
        )
    return _dated(shape, roles, sample, metadata)


def _with_header(shape: Shape, path: Path, metadata: Mapping[str, Any], cap: int) -> Shape:
    """Take the first row for the header when it names a column we know, or when it looks like no other row."""
    with utf8(path, shape.encoding, shape.start) as stream:
        first = list(islice(spans.rows(stream, shape.start, _FAR, cap, shape.delimiter.encode()), 20))
    found = [cells for span in first if span.data is not None and not span.broken and (cells := cells_of(span.data, shape.delimiter))]
    if not found or first[0].data is None:
        raise Malformed("the first row of the table cannot be read")
    stated = metadata.get("columns")
    named = {normal(str(column)) for column in stated.values()} if isinstance(stated, dict) else set()
    cells = [cell.strip().strip('"').strip("\0") for cell in found[0]]
    if len(cells) > MOST_COLUMNS:
        raise Malformed(f"the first row has {len(cells)} cells; a table of reviews has at most {MOST_COLUMNS} columns")
    known = sum(1 for cell in cells if normal(cell) in named or any(normal(cell) in forms for forms in names().values()))
    if known or (len(found) > 1 and _unlike_the_rest(cells, found[1:])):
        unique = [cell if cell and cell not in cells[:at] else f"{UNNAMED}{at + 1}" for at, cell in enumerate(cells)]
        return Shape(**{**shape.__dict__, "header": tuple(unique), "start": first[0].end})
    width = Counter(map(len, found)).most_common(1)[0][0]
    return Shape(**{**shape.__dict__, "header": tuple(f"{UNNAMED}{at + 1}" for at in range(width))})


_FAR = 2**62


def _unlike_the_rest(cells: list[str], rest: list[list[str]]) -> bool:
    """A header of unknown names: short words without numbers above columns that hold numbers or long text."""
    if any(not cell or len(cell) > 40 or any(map(str.isdigit, cell)) for cell in cells):
        return False
    for at in range(len(cells)):
        column = [row[at] for row in rest if len(row) > at]
        if not column:
            continue
        if all(rating_of(cell) or instant(cell, "dmy") for cell in column) or sum(map(len, column)) / len(column) > 3 * len(cells[at]) + 20:
            return True
    return False


def _sample(shape: Shape, path: Path, cap: int) -> tuple[list[dict[str, Any]], int]:
    """The first records, nested objects flattened with dots, and how many could not be read."""
    found: list[dict[str, Any]] = []
    broken = seen = 0
    with utf8(path, shape.encoding, shape.start) as stream:
        for span in islice(shape.spans(stream, shape.start, _FAR, cap), SAMPLE * 5):
            record = None if span.data is None or span.broken else shape.record(span.data)
            seen += len(span.data or b"")
            if isinstance(record, dict):
                found.append(flat(record))
            else:
                broken += 1
            if len(found) >= SAMPLE or (found and seen > HEAD_BYTES * 4):
                break
    return found, broken


def _dated(shape: Shape, columns: Mapping[str, str], sample: list[dict[str, Any]], metadata: Mapping[str, Any]) -> Shape:
    """Add what only a whole column tells: the best rating there is, and whether days or months come first."""
    scale = rating_of(metadata.get("rating_scale"))
    ratings = [found for record in sample if (found := rating_of(record.get(columns.get("rating", "")))) is not None]
    best = max((found.value for found in ratings if found.scale is None), default=None)
    guessed = None if best is None else next((float(top) for top in (5, 10, 100) if best <= top), None)
    dates = [record.get(columns.get("published_at", "")) for record in sample]
    proofs = Counter(proof for cell in dates if (proof := slashed_order(cell)))
    order: DateOrder | None = proofs.most_common(1)[0][0] if proofs else None
    if order is None and any(is_slashed(cell) and "." in str(cell)[:6] for cell in dates):
        order = "dmy"  # dates with points are written day first wherever they are written
    stated = metadata.get("date_order")
    if stated in ("dmy", "mdy"):
        order = stated
    return Shape(**{**shape.__dict__, "columns": dict(columns), "scale": scale.value if scale else guessed, "date_order": order})
