"""Tables of text: what divides cells, what quotes them, and which row is the header. Told from the first rows."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from workers.reviews import spans
from workers.reviews.columns import SAMPLE, UNNAMED, names, normal
from workers.reviews.records import cells_of
from workers.reviews.said import Said
from workers.reviews.spans import Dialect
from workers.reviews.values import instant, rating_of

MOST_COLUMNS = 1000
"""Survey exports have hundreds of columns; beyond this the first row is no header."""
NO_DELIMITER = "\x1f"
"""Stands for "one column": the ASCII unit separator, which no review file of one column uses otherwise."""
_DELIMITERS = ("||", "|~|", "~|~", "^|^", "::", ";;", "~~", ",", ";", "\t", "|", "^", "~", "\x01", "\x1f")
"""Longer ones first: `a||b` cut at `|` looks as regular. The last two are those of Hive and of ASCII."""
_COMMON = ",;\t|"
_RARE_WIDTH = 3
"""Cells that an uncommon sign must make of a row before it is believed."""
_SEP_LINE = re.compile(rb'\s*"?sep=(.)"?\s*\r?\n')
HEADER_WITHIN = 10
"""Rows among which the header may stand behind a report's title."""


class Head(NamedTuple):
    """The header's cells, and which of the rows it is; `row` None: there is none."""

    cells: tuple[str, ...]
    row: int | None


def known(name: str, said: Said) -> bool:
    """Whether anybody calls a column so."""
    form = normal(name)
    return bool(form) and (
        any(form in forms for forms in names().values())
        or any(form in forms for forms in said.names.values())
        or any(column is not None and normal(column) == form for column in said.columns.values())
    )


def separator_line(head: bytes) -> tuple[str, int] | None:
    """The delimiter of Excel's `sep=;` line, and that line's length."""
    match = _SEP_LINE.match(head)
    return (match.group(1).decode("latin-1"), match.end()) if match else None


def dialect_of(head: bytes, said: Said, prefer_tab: bool) -> Dialect:
    """The sign that cuts most of the first rows into the same number of cells; columns with names we know decide between equals."""
    if said.delimiter is not None:
        return _quoting(head, said.delimiter)
    best, most = Dialect(NO_DELIMITER), 0.0
    order = sorted(_DELIMITERS, key=lambda sign: sign != "\t") if prefer_tab else _DELIMITERS
    first_line = head.split(b"\n", 1)[0]
    for sign in order:
        if sign not in _COMMON and sign.encode() not in first_line:
            continue
        dialect = _quoting(head, sign)
        found = _first_rows(head, dialect)
        widths = Counter(map(len, found))
        if not widths:
            continue
        width, votes = widths.most_common(1)[0]
        if width < (2 if sign in _COMMON else _RARE_WIDTH) and sign != NO_DELIMITER:
            continue
        score = votes / len(found) * (1 + sum(1 for cell in found[0][:MOST_COLUMNS] if known(cell, said))) if width > 1 else 0.0
        if score > most:
            best, most = dialect, score
    return best


def _first_rows(head: bytes, dialect: Dialect) -> list[list[str]]:
    first = islice(spans.rows(io.BytesIO(head), 0, len(head), len(head) + 1, dialect), 20)
    return [cells for span in first if span.data and (cells := cells_of(span.data, dialect))]


def _quoting(head: bytes, delimiter: str) -> Dialect:
    """Apostrophes quote where they stand at both ends of cells and quotation marks do not; a backslash escapes where that makes the rows even."""
    sign = re.escape(delimiter.encode())
    at_ends = {
        quote: len(re.findall(rb"(?:^|" + sign + rb")" + quote + rb"[^\r\n]*?" + quote + rb"(?=" + sign + rb"|\r?$)", head[:65_536], re.MULTILINE))
        for quote in (b'"', b"'")
    }
    quote = "'" if at_ends[b"'"] > 2 and at_ends[b"'"] > 3 * at_ends[b'"'] else '"'
    plain = Dialect(delimiter, quote)
    if b"\\" + quote.encode() not in head:
        return plain
    escaped = Dialect(delimiter, quote, escape=True)
    return escaped if _evenness(head, escaped) > _evenness(head, plain) else plain


def _evenness(head: bytes, dialect: Dialect) -> float:
    found = [len(cells) for cells in _first_rows(head, dialect)]
    return Counter(found).most_common(1)[0][1] / len(found) if found and max(found) > 1 else 0.0


def header_of(rows: Sequence[Sequence[str]], said: Said) -> Head:
    """The header among the first rows: the one with most names we know, or a first row that looks like no other.

    A table without one gets `column_1`, `column_2`, ...
    """
    counts = [sum(1 for cell in row if known(cell, said)) for row in rows[:HEADER_WITHIN]]
    best = max(range(len(counts)), key=lambda at: (counts[at], -at))
    if counts[0] == 0 and counts[best] > 1:
        return Head(_unique(rows[best]), best)
    cells = [_bare(cell) for cell in rows[0]]
    if counts[0] or (len(rows) > 1 and _unlike_the_rest(cells, rows[1:])):
        return Head(_unique(rows[0]), 0)
    width = Counter(map(len, rows)).most_common(1)[0][0]
    return Head(tuple(f"{UNNAMED}{at + 1}" for at in range(width)), None)


def _unique(row: Sequence[str]) -> tuple[str, ...]:
    cells = [_bare(cell) for cell in row]
    return tuple(cell if cell and cell not in cells[:at] else f"{UNNAMED}{at + 1}" for at, cell in enumerate(cells))


def _bare(cell: str) -> str:
    return cell.strip().strip('"').strip("\0")


def _unlike_the_rest(cells: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """A header of unknown names: short ones, no numbers or times, above columns that hold numbers, times or long text."""
    if any(not cell or len(cell) > 40 or cell[0].isdigit() or not any(map(str.isalpha, cell)) or instant(cell, "dmy") for cell in cells):
        return False
    for at in range(len(cells)):
        column = [row[at] for row in rest[:SAMPLE] if len(row) > at]
        if not column:
            continue
        if all(rating_of(cell) or instant(cell, "dmy") for cell in column) or sum(map(len, column)) / len(column) > 3 * len(cells[at]) + 20:
            return True
    return False
