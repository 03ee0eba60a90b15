"""Where to cut a large review file, so that no part's Extraction grows past what one result may hold."""

from __future__ import annotations

from pathlib import Path

from schemas.errors import Malformed
from schemas.ledger import PartSpec
from workers.reviews.shape import Shape
from workers.reviews.spans import utf8

PART_JSON_BYTES = 9 * 1024**2
"""JSON a part is planned for; the hard limit of a result is 16 MB, and a text may grow when it is written as JSON."""
RECORD_JSON_BYTES = 1900
"""Bytes of rows that one record makes beside its own text: measured 1,250 with four terms; a broken record makes a problem of 130."""
TEXT_GROWTH = 1.3
"""Quotes, backslashes and line ends take two bytes in JSON."""
LARGEST_PART_BYTES = 4 * 1024**2


def plan_parts(path: Path, shape: Shape, cap: int) -> tuple[PartSpec, ...]:
    """Parts as `{"byte_start", "byte_end"}` at record boundaries; none when the file is small enough for one result.

    Offsets count UTF-8 bytes. Raises `Malformed` when a file of over 100 records has none that could be held.
    """
    parts: list[PartSpec] = []
    begin, weight, records, held = shape.start, 0.0, 0, 0
    last = begin
    with utf8(path, shape.encoding, shape.start) as stream:
        for span in shape.spans(stream, shape.start, 2**62, cap):
            size = len(span.data) if span.data is not None else 0
            cost = RECORD_JSON_BYTES + size * TEXT_GROWTH
            if weight and (weight + cost > PART_JSON_BYTES or span.end - begin > LARGEST_PART_BYTES):
                parts.append(_part(len(parts) + 1, begin, span.start))
                begin, weight = span.start, 0.0
            weight += cost
            records += 1
            held += span.data is not None
            last = span.end
    if records > 100 and not held:
        raise Malformed(f"all {records} records are longer than {cap} bytes; this is no file of reviews")
    return (*parts, _part(len(parts) + 1, begin, last)) if parts else ()


def _part(number: int, start: int, end: int) -> PartSpec:
    return PartSpec(part_no=number, spec={"byte_start": start, "byte_end": end})
