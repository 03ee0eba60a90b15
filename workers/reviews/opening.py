"""A review file opened: unpacked where it must be, and each of its pieces with its shape; what holds no reviews is left out and said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import Empty, Malformed, RejectedInput, TamizError
from schemas.extractions import ColumnRole, Problem
from schemas.ledger import PartSpec
from schemas.settings import Limits, ReviewSettings
from workers.exchange import unpacked_name
from workers.pipeline import Source, Tools
from workers.reviews.columns import normal, strong_names
from workers.reviews.pieces import Piece, Unpacked, unsealed
from workers.reviews.said import Said, said
from workers.reviews.shape import PROSE, Shape, shape_of
from workers.reviews.unpacking import PACKED, must_unpack, unpack, unpack_head

_LOOK_BYTES = 4 * 1024**2


@dataclass(frozen=True)
class Opened:
    """The pieces of a file that hold reviews, in order."""

    files: tuple[tuple[Piece, Shape], ...]
    said: Said
    problems: tuple[Problem, ...] = ()
    """Members and sheets that were left out."""

    @property
    def columns(self) -> tuple[ColumnRole, ...]:
        """What each column was taken for, of all pieces."""
        return tuple(role for _, shape in self.files for role in shape.roles)

    def stretches(self, part: PartSpec | None) -> Iterator[tuple[Piece, Shape, int, int, int]]:
        """What is to be read of each piece: from, to, and the line that stands at `from`."""
        start, end, line = _stretch(part)
        for piece, shape in self.files:
            begin = max(start, shape.start)
            if begin < min(end, piece.end):
                yield piece, shape, begin, min(end, piece.end), line if start > shape.start else shape.line


def _stretch(part: PartSpec | None) -> tuple[int, int, int]:
    if part is None:
        return 0, 2**62, 1
    start, end, line = part.spec.get("byte_start"), part.spec.get("byte_end"), part.spec.get("line", 1)
    assert isinstance(start, int)
    assert isinstance(end, int)
    assert isinstance(line, int)
    return start, end, line


def opened(source: Source, tools: Tools) -> Opened:
    """Open `source`. Raises `Empty`, `Malformed` and what `unpack` raises when there is nothing in it to read."""
    stated = said(source.metadata, tools.reviews)
    return _with_shapes(_pieces(source, tools, stated), stated, tools.limits.record_bytes, packed=source.unpacked or source.media_type in PACKED)


def _pieces(source: Source, tools: Tools, stated: Said) -> Unpacked:
    if source.unpacked:
        return unsealed(source.path)
    if must_unpack(source.path, source.media_type, stated.encoding):
        into = tools.out_dir / unpacked_name(source.sha256)
        if into.is_file():
            return unsealed(into)
        return unpack(source.path, source.name, source.media_type, into, tools.limits, stated.encoding)
    return Unpacked((Piece(source.path, 0, source.path.stat().st_size, source.media_type),))


def _with_shapes(found: Unpacked, stated: Said, cap: int, packed: bool) -> Opened:
    files: list[tuple[Piece, Shape]] = []
    problems = list(found.problems)
    errors: list[RejectedInput] = []
    for piece in found.pieces:
        try:
            files.append((piece, shape_of(piece, stated, cap)))
        except (Empty, Malformed) as error:
            errors.append(error)
            problems.append(Problem(code=error.code, message=error.message, file=piece.name))
    if not files:
        raise next((error for error in errors if isinstance(error, Malformed)), errors[0])
    if packed and len(files) > 1:
        files, left = _of_reviews(files)
        problems += [
            Problem(code="unsupported_type", message="this is no table or list of reviews, other than the rest", file=piece.name) for piece, _ in left
        ]
    return Opened(tuple(files), stated, tuple(problems) if packed else ())


def _of_reviews(files: list[tuple[Piece, Shape]]) -> tuple[list[tuple[Piece, Shape]], list[tuple[Piece, Shape]]]:
    """Of several members or sheets, those that look like reviews, and the rest: a table of products or a note lies beside them often enough.

    Plain text of no form counts only where nothing else is. When nothing looks like reviews, all are taken.
    """
    sure = [one for one in files if looks_like(one[1])]
    taken = sure or [one for one in files if one[1].layout != "whole"] or files
    return taken, [one for one in files if one not in taken]


def looks_like(shape: Shape) -> bool:
    """Whether a shape is one of reviews: a text called like a review, or any text with a rating beside it; in plain text, ratings that mark its
    lines or blocks.
    """
    if shape.layout in PROSE:
        return shape.layout != "whole"
    if "text" not in shape.columns:
        return False
    parts = [normal(part) for part in shape.columns["text"].split(".")]
    return "rating" in shape.columns or bool({"".join(parts), parts[-1]} & strong_names())


def looks_like_reviews(path: Path, media_type: str, settings: ReviewSettings | None = None) -> bool:
    """Whether a file of records holds reviews. Packed ones are unpacked as far as is needed to tell, beside `path`.

    Never raises for a file that cannot be read; that one is none.
    """
    scratch = path.with_name(f"{path.name}.look")
    try:
        stated = said({}, settings)
        if must_unpack(path, media_type, None):
            found = unpack_head(path, path.name, media_type, scratch, Limits())
        else:
            found = Unpacked((Piece(path, 0, path.stat().st_size, media_type),))
        return any(looks_like(shape) for _, shape in _with_shapes(found, stated, _LOOK_BYTES, packed=True).files)
    except TamizError:
        return False
    finally:
        scratch.unlink(missing_ok=True)
