"""From one change of the ledger to the rows the warehouse shall hold for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from schemas.documents import DocumentId, State
from schemas.errors import EngineOutputInvalid
from schemas.extractions import Manifest, PartFile
from schemas.ledger import Change
from schemas.warehouse import ColumnBatch
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


class Rows:
    """Rows that can be walked more than once; every walk reads and projects anew."""

    def __init__(self, walk: Callable[[], Iterator[ColumnBatch]]) -> None:
        self._walk = walk

    def __iter__(self) -> Iterator[ColumnBatch]:
        return self._walk()


@dataclass(frozen=True, slots=True)
class Prepared:
    """One change, ready to be loaded; `size` is what its result files take, in bytes."""

    change: Change
    rows: Rows
    size: int


class Preparer:
    """Reads small results at once and leaves large ones to be streamed."""

    def __init__(self, results: Results, source_uri: SourceUri | None, keep: Callable[[], None]) -> None:
        """`keep` is called between the parts of a long document; what it raises ends the walk."""
        self._results = results
        self._source_uri: SourceUri = source_uri or (lambda source, key: f"{source}:{key}")
        self._keep = keep

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
            return Prepared(change, Rows(lambda: self._walk(change, self._results.read(change.document_id, key))), size)
        found = self._results.read(change.document_id, key)
        if isinstance(found, Manifest):
            size += sum(self._results.size(part.result_key) for part in found.parts)
        return Prepared(change, Rows(lambda: self._walk(change, found)), size)

    def _walk(self, change: Change, found: StoredResult | Manifest) -> Iterator[ColumnBatch]:
        if isinstance(found, StoredResult):
            yield document_batch(change, found.source_uri, datetime.now(UTC))
            yield from found.batches()
            return
        for number, (source_uri, batches) in enumerate(self._ahead(change.document_id, found)):
            if number == 0:
                yield document_batch(change, source_uri, datetime.now(UTC))
            yield from batches

    def _ahead(self, document: DocumentId, manifest: Manifest) -> Iterator[tuple[str, list[ColumnBatch]]]:
        """Each part's address and rows. The next part is parsed while the warehouse, which needs no interpreter for it, takes this one."""

        def parsed(part: PartFile) -> tuple[str, list[ColumnBatch]]:
            stored = self._results.part(document, part)
            return stored.source_uri, list(stored.batches(part, manifest.fills))

        with ThreadPoolExecutor(1, "parsing") as pool:
            waiting = pool.submit(parsed, manifest.parts[0])
            for following in (*manifest.parts[1:], None):
                self._keep()
                ready = waiting.result()
                if following is not None:
                    waiting = pool.submit(parsed, following)
                yield ready
