"""From one change of the ledger to the rows the warehouse shall hold for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from schemas.documents import DocumentId, State
from schemas.errors import EngineOutputInvalid
from schemas.extractions import Manifest
from schemas.ledger import Change
from schemas.warehouse import Batch
from workers.projection import document_batch
from workers.results import Results, StoredResult

REMOVALS = frozenset({State.DELETED, State.ERASED})
FAILURES = frozenset({State.REJECTED, State.DEAD})
PARSE_LATER = 4 * 1024**2
"""Bytes of a result file above which it is parsed only when its rows are asked for: parsed, it takes about ten times as much memory."""


class SourceUri(Protocol):
    """The address of an object for people."""

    def __call__(self, source: str, key: str) -> str:
        """E.g. `file:///bucket/reviews/a.csv`."""
        ...


class PartReader(Protocol):
    """Reads the parts of a large document, in order."""

    def __call__(self, document: DocumentId, manifest: Manifest, keep: Callable[[], None]) -> Iterator[tuple[str, list[Batch]]]:
        """Each part's address and rows; `keep` is called before each, what it raises ends the walk."""
        ...


class Rows:
    """Rows that can be walked more than once; every walk reads and projects anew."""

    def __init__(self, walk: Callable[[], Iterator[Batch]]) -> None:
        self._walk = walk

    def __iter__(self) -> Iterator[Batch]:
        return self._walk()


@dataclass(frozen=True, slots=True)
class Prepared:
    """One change, ready to be loaded; `size` is what its result files take, in bytes."""

    change: Change
    rows: Rows
    size: int


class Preparer:
    """Reads small results at once and leaves large ones to be streamed."""

    def __init__(self, results: Results, source_uri: SourceUri | None, keep: Callable[[], None], ahead: PartReader | None = None) -> None:
        """`keep` is called between the parts of a long document; what it raises ends the walk. `ahead` reads those of a large one, else they are
        read here, one by one."""
        self._results = results
        self._source_uri: SourceUri = source_uri or (lambda source, key: f"{source}:{key}")
        self._keep = keep
        self._ahead = ahead

    def __call__(self, change: Change) -> Prepared:
        """The change's rows. Raises `NotFound` for a missing result or part file, `EngineOutputInvalid`, or the store's `TransientError`."""
        if change.state in REMOVALS:
            return Prepared(change, Rows(lambda: iter(())), 0)
        if change.state in FAILURES:
            uri = self._source_uri(change.source, change.key)
            return Prepared(change, Rows(lambda: iter((document_batch(change, uri, datetime.now(UTC)),))), 0)
        if change.result_key is None:
            raise EngineOutputInvalid(f"the ledger names no result of document {change.document_id}; `tamiz reprocess` makes one")
        key, size = change.result_key, self._results.size(change.result_key)
        if size > PARSE_LATER:
            return Prepared(change, Rows(lambda: self._walk(change, self._results.read(change.document_id, key), size)), size)
        found = self._results.read(change.document_id, key)
        if isinstance(found, Manifest):
            size += sum(self._results.size(part.result_key) for part in found.parts)
        return Prepared(change, Rows(lambda: self._walk(change, found, size)), size)

    def _walk(self, change: Change, found: StoredResult | Manifest, size: int) -> Iterator[Batch]:
        if isinstance(found, StoredResult):
            yield document_batch(change, found.source_uri, datetime.now(UTC))
            yield from found.batches()
            return
        read = self._ahead if self._ahead and size > PARSE_LATER else self._one_by_one
        for number, (source_uri, batches) in enumerate(read(change.document_id, found, self._keep)):
            if number == 0:
                yield document_batch(change, source_uri, datetime.now(UTC))
            yield from batches

    def _one_by_one(self, document: DocumentId, manifest: Manifest, keep: Callable[[], None]) -> Iterator[tuple[str, list[Batch]]]:
        for part in manifest.parts:
            keep()
            stored = self._results.part(document, part)
            yield stored.source_uri, list(stored.batches(part, manifest.fills))
