"""Where to cut a large review file, so that no part's Extraction grows past what one result may hold."""

from __future__ import annotations

from schemas.errors import Malformed
from schemas.ledger import PartSpec
from workers.reviews.opening import Opened

PART_JSON_BYTES = 9 * 1024**2
"""JSON a part is planned for; the hard limit of a result is 16 MB, and a text may grow when it is written as JSON."""
RECORD_JSON_BYTES = 1900
"""Bytes of rows that one record makes beside its own text: measured 1,250 with four terms; a broken record makes a problem of 130."""
TEXT_GROWTH = 1.3
"""Quotes, backslashes and line ends take two bytes in JSON."""
LARGEST_PART_BYTES = 4 * 1024**2


def plan_parts(opened: Opened, cap: int) -> tuple[PartSpec, ...]:
    """Parts as `{"byte_start", "byte_end", "line"}` at record boundaries; none when the file is small enough for one result.

    Offsets count bytes of the file as it is read (unpacked, in UTF-8), `line` the line of its piece that the part begins on. A part may begin in one
    piece and end in another. Raises `Malformed` when a file of over 100 records has none that could be held.
    """
    parts: list[PartSpec] = []
    start, line, weight, size_before, records, held, last = -1, 1, 0.0, 0, 0, 0, 0
    for piece, shape in opened.files:
        with piece.open(shape.start) as stream:
            for begin, end, data, _, above in shape.spans(stream, shape.start, piece.end, cap):
                size = len(data) if data is not None else 0
                cost = RECORD_JSON_BYTES + size * TEXT_GROWTH
                size_before += end - begin
                if start >= 0 and (weight + cost > PART_JSON_BYTES or size_before > LARGEST_PART_BYTES):
                    parts.append(_part(len(parts) + 1, start, begin, line))
                    start = -1
                if start < 0:
                    start, line, weight, size_before = begin, shape.line + above, 0.0, end - begin
                weight += cost
                records += 1
                held += data is not None
                last = end
    if records > 100 and not held:
        raise Malformed(f"all {records} records are longer than {cap} bytes; this is no file of reviews")
    return (*parts, _part(len(parts) + 1, start, last, line)) if parts else ()


def _part(number: int, start: int, end: int, line: int) -> PartSpec:
    return PartSpec(part_no=number, spec={"byte_start": start, "byte_end": end, "line": line})
