"""Labelled rows out of files a person names, read as review files are; of more rows than fit, the same sample at every run."""

from __future__ import annotations

import csv
import hashlib
import heapq
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from schemas.errors import InvalidRequest, NotFound
from schemas.settings import Limits
from workers.learning.labels import labels_of, polarities_of, polarity_of_rating, scale_of
from workers.reviews.pieces import Piece, Unpacked
from workers.reviews.records import flat
from workers.reviews.said import said
from workers.reviews.shape import Shape, shape_of
from workers.reviews.unpacking import must_unpack, unpack
from workers.reviews.values import clean, rating_of
from workers.sniffing import HEAD_BYTES, sniff

MOST_CHARS: Final = 4_000
"""Characters of a text that are learned from; what a longer one says at its end is not worth its memory."""
MOST_ROWS: Final = 40_000
"""Rows learned from when nothing else is said: 0.4 GB and a minute of one core at 260 characters a row and two labels."""
LABEL_NAMES: Final = ("label", "sentiment", "polarity", "class", "target", "sentimiento", "polaridad", "etiqueta")
"""Columns that may hold polarities in a file without ratings, likeliest first."""

Told = Callable[[str], None]


class Example(NamedTuple):
    """A labelled text. `labels` has one name, or several where rows may have several."""

    text: str
    labels: tuple[str, ...]
    language: str | None


@dataclass(frozen=True)
class Asked:
    """What is to be learned from: columns by name (None: found), how many rows at most, the languages wanted (empty: all)."""

    sentiment: bool
    text: str | None = None
    label: str | None = None
    most: int = MOST_ROWS
    languages: tuple[str, ...] = ()


@dataclass
class Gathered:
    """Examples, in an order that does not depend on that of the files, and what became of every record."""

    examples: list[Example] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """`read`, `broken`, `without_text`, `without_label`, `not_sampled`."""
    sources: list[dict[str, Any]] = field(default_factory=list)
    """Path, sha256 and bytes of each file."""


class _Row(NamedTuple):
    text: str
    cell: Any
    scale: float | None
    language: str | None


def gather(paths: Sequence[Path], asked: Asked, limits: Limits, told: Told) -> Gathered:
    """Read every file once, holding at most `asked.most` rows. Raises what reading a review file does, `InvalidRequest` for a column not there."""
    found = Gathered()
    sample: list[tuple[int, int, int, _Row]] = []
    csv.field_size_limit(limits.record_bytes)
    for number, path in enumerate(paths):
        found.sources.append(_measured(path))
        for row in _rows(path, asked, limits, found.counts):
            entry = (-_place(row.text), number, found.counts["read"], row)
            if len(sample) < asked.most:
                heapq.heappush(sample, entry)
            else:
                heapq.heappushpop(sample, entry)
                found.counts["not_sampled"] += 1
            if found.counts["read"] % 50_000 == 0:
                told(f"{path.name}: {found.counts['read']} rows read")
        told(f"{path.name}: {found.counts['read']} rows read")
    sample.sort(key=lambda entry: (-entry[0], entry[1], entry[2]))
    for number in range(len(paths)):
        found.examples += _labelled([entry[3] for entry in sample if entry[1] == number], asked)
    found.counts["without_label"] += len(sample) - len(found.examples)
    return found


def _place(text: str) -> int:
    """Where a text stands in the order of sampling: the same text at the same place in every file and run."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")


def _measured(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return {"path": str(path.absolute()), "sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}") from error


def _rows(path: Path, asked: Asked, limits: Limits, counts: Counter[str]) -> Iterator[_Row]:
    stated = said({"columns": {"text": asked.text}} if asked.text else {})
    with tempfile.TemporaryDirectory(prefix="tamiz-") as scratch:
        for piece in _unpacked(path, Path(scratch), limits).pieces:
            shape = shape_of(piece, stated, limits.record_bytes)
            cells = _Cells(shape, asked, _label_column(piece, shape, asked, limits))
            with piece.open(shape.start) as stream:
                for span in shape.spans(stream, shape.start, piece.end, limits.record_bytes):
                    counts["read"] += 1
                    record = None if span.data is None or span.broken else shape.record(span.data)
                    row = cells.row(record) if record is not None else None
                    if row is None:
                        counts["broken" if record is None else "without_text"] += 1
                    elif row.cell in (None, "", []):
                        counts["without_label"] += 1
                    else:
                        yield row


def _unpacked(path: Path, scratch: Path, limits: Limits) -> Unpacked:
    with path.open("rb") as file:
        media_type = sniff(file.read(HEAD_BYTES), path.stat().st_size, path.name)
    if must_unpack(path, media_type, None):
        return unpack(path, path.name, media_type, scratch / "unpacked", limits)
    return Unpacked((Piece(path, 0, path.stat().st_size, media_type),))


def _label_column(piece: Piece, shape: Shape, asked: Asked, limits: Limits) -> str | None:
    """The column the labels stand in; None: the rating. A file of ratings needs no name, one without is searched for a column of polarities."""
    if asked.label is None and "rating" in shape.columns:
        return None
    columns: dict[str, list[Any]] = {}
    with piece.open(shape.start) as stream:
        for number, span in enumerate(shape.spans(stream, shape.start, piece.end, limits.record_bytes)):
            if number == 1_000:
                break
            for name, cell in flat((span.data and shape.record(span.data)) or {}).items():
                columns.setdefault(name, []).append(cell)
    shown = ", ".join(map(repr, list(columns)[:12]))
    if asked.label is not None:
        if asked.label in columns or asked.label in shape.header:
            return asked.label
        raise InvalidRequest(f"no record at the beginning of {piece.path.name} has the column {asked.label[:60]!r}; it has {shown}")
    by_name = {name.casefold(): name for name in reversed(columns)}
    for name in LABEL_NAMES:
        if name in by_name and len({found for found in polarities_of(columns[by_name[name]]) if found}) > 1:
            return by_name[name]
    raise InvalidRequest(f"{piece.path.name} has no ratings and no column of polarities; name one with --label (it has {shown})")


class _Cells:
    """Takes the cells that matter out of a record."""

    def __init__(self, shape: Shape, asked: Asked, label: str | None) -> None:
        self._shape, self._asked, self._label = shape, asked, label

    def row(self, record: Mapping[str, Any]) -> _Row | None:
        """None for a record without words."""
        held = flat(record)
        columns = self._shape.columns
        text = clean(held.get(columns.get("text", "")), MOST_CHARS)
        title = clean(held.get(columns.get("title", "")), MOST_CHARS) if self._asked.text is None else None
        words = f"{text}\n{title}" if text and title else text or title
        if not words:
            return None
        language = clean(held.get(columns.get("language", "")), 35)
        if self._label is not None:
            return _Row(words, held.get(self._label), None, language)
        rating, best = rating_of(held.get(columns["rating"])), rating_of(held.get(columns.get("rating_scale", "")))
        if rating is None:
            return _Row(words, None, None, language)
        return _Row(words, rating.value, rating.scale or (best.value if best else None), language)


def _labelled(rows: list[_Row], asked: Asked) -> list[Example]:
    """Examples of one file. Whether numbers are stars, and of how many, is told by all of them together."""
    if not asked.sentiment:
        every = [labels_of(row.cell) for row in rows]
        return [Example(row.text, labels, row.language) for row, labels in zip(rows, every, strict=True) if labels]
    polarities = polarities_of([row.cell for row in rows])
    ratings = [rating_of(row.cell) if polarity is None else None for row, polarity in zip(rows, polarities, strict=True)]
    common = scale_of([found.value for found, row in zip(ratings, rows, strict=True) if found and not (found.scale or row.scale)], None)
    examples = []
    for row, word, rating in zip(rows, polarities, ratings, strict=True):
        polarity = word or (polarity_of_rating(rating.value, rating.scale or row.scale or common) if rating else None)
        if polarity is not None:
            examples.append(Example(row.text, (polarity,), row.language))
    return examples
